#pragma once

// The end that takes the backup: the table of functions of the backup sequence, over a connection to the program that
// has the instance.

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "os/local_socket.h"
#include "os/shared_memory.h"
#include "remote/engine_api.h"
#include "remote/protocol.h"

namespace ese::remote {

class Client {
 public:
    // nullptr: no running program serves backups there. Throws where one does and this one can't be its client: it is
    // not let in, the versions have nothing in common, or whoever listens there is neither root, nor the owner of the
    // directory, nor the user that we are. `program` says who we are.
    static std::shared_ptr<Client> connect(const std::string& socket, const std::string& program);

    const std::string& socket() const { return connection_->path(); }
    std::uint32_t server_process() const { return server_process_; }

    // Throws what the server has to say where that is not possible now.
    InstanceFacts describe();

    // What the engine reports while it works for us.
    using Events = std::function<void(std::uint32_t event, std::uint32_t severity, const std::string& text)>;
    void listen(Events events) { events_ = std::move(events); }

    // As long as this client lives. One call at a time, except that stop_backup may come during another one: it ends
    // the connection, and thereby the backup. The instance is not looked at: it is the one that the server has. Where
    // the connection is lost the calls give JET_errInstanceUnavailable.
    EngineApi api();

 private:
    explicit Client(std::unique_ptr<os::LocalConnection> connection);
    void greet(const std::string& program);
    std::uint32_t send(MessageType type, ByteView body);
    MessageHeader receive(MessageType type, std::uint32_t number, std::optional<os::Descriptor>* passed = nullptr);
    std::vector<std::uint8_t> body_of(const MessageHeader& header);
    std::vector<std::uint8_t> call(MessageType type, const BodyWriter& request = {});
    [[noreturn]] void throw_failure(JET_ERR status, ByteView text);
    void ask_for_memory();
    MessageType read_type() const;
    void drop_reads();
    void ask_ahead();
    void take_answer();
    JET_ERR open_file(const char* path, JET_HANDLE* handle, std::uint32_t* low, std::uint32_t* high);
    std::uint32_t read_file(JET_HANDLE handle, ByteSpan into);
    JET_ERR log_info(char* list, std::uint32_t bytes, std::uint32_t* actual, JET_LOGINFO_A* info);
    JET_ERR fetch(MessageType type, char* list, std::uint32_t bytes, std::uint32_t* actual);
    template <class Work>
    JET_ERR guarded(Work work);

    std::unique_ptr<os::LocalConnection> connection_;
    std::uint32_t server_process_ = 0;
    std::uint16_t version_ = 0;
    std::uint32_t next_number_ = 1;
    Events events_;
    std::atomic<bool> is_stopped_{false};
    std::string detail_;  // of the last call that failed
    bool is_told_by_engine_ = false;  // what is being thrown

    // Of the file that is open. Its contents are asked for ahead of the calls that want them.
    struct Asked {
        std::uint32_t number;  // of the request
        std::uint32_t place;   // in the memory
    };
    std::optional<os::SharedView> memory_;  // none: contents come over the socket
    bool has_asked_for_memory_ = false;
    JET_HANDLE handle_ = 0;
    std::uint64_t unasked_bytes_ = 0;   // that no request has asked for yet
    std::uint32_t next_place_ = 0;      // for the next request
    std::deque<Asked> asked_;           // not answered yet
    std::uint32_t arriving_bytes_ = 0;  // of the answer whose header has been received
    ByteView arrived_;                  // what is left of it, where it lies in the memory
};

}  // namespace ese::remote
