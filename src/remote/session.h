#pragma once

// One client of the server, from its hello to its end, on a thread of its own.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "os/local_socket.h"
#include "os/shared_memory.h"
#include "remote/protocol.h"
#include "remote/server.h"

namespace ese::remote {

class Session {
 public:
    // `ended` is called as the last thing that its thread does.
    Session(const Served& served, std::unique_ptr<os::LocalConnection> connection, std::function<void()> ended);
    ~Session();  // waits for the thread
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    const os::LocalConnection& connection() const { return *connection_; }
    bool has_ended() const { return has_ended_; }
    // Its client has gone, or the server ends: a call of the engine that takes long ends soon, and with it the session.
    // From another thread.
    void cut_off();
    bool is_cut_off() const { return is_cut_off_; }

 private:
    void run();
    bool greet();
    bool serve_one();
    bool serve_data(BodyReader& request, const MessageHeader& header);
    std::vector<std::uint8_t> call(MessageType type, BodyReader& request, JET_ERR& result);
    void read_file(BodyReader& request, const MessageHeader& header);
    void share_memory(BodyReader& request, const MessageHeader& header);
    void read_into_memory(BodyReader& request, const MessageHeader& header);
    JET_ERR read(JET_HANDLE handle, ByteSpan into, std::uint32_t& got, std::string& detail);
    JET_ERR begin(JET_GRBIT grbit);
    JET_ERR end(JET_GRBIT grbit);
    std::vector<std::uint8_t> open_file(const std::string& path, JET_ERR& result);
    std::vector<std::uint8_t> log_info(JET_ERR& result);
    std::string detail_of(JET_ERR result) const;
    void notice_end_of_backup(JET_ERR result);
    void answer(const MessageHeader& request, JET_ERR result, ByteView body, const os::Descriptor* passed = nullptr);
    void send_events();
    std::chrono::milliseconds patience() const;

    const Served& served_;
    std::unique_ptr<os::LocalConnection> connection_;
    std::uint16_t version_ = 0;
    std::mutex backup_mutex_;  // between the session's own end of a backup and cut_off()
    bool has_backup_ = false;
    std::atomic<bool> is_cut_off_{false};
    std::atomic<bool> has_ended_{false};
    struct Free {
        void operator()(std::uint8_t* at) const;
    };
    std::unique_ptr<std::uint8_t, Free> buffer_;  // of most_read_bytes, made when a file is read
    std::optional<os::SharedMemory> memory_;      // made when the client asks for it
    std::vector<EventMessage> events_;
    std::thread thread_;
};

}  // namespace ese::remote
