#include "remote/client.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/error.h"
#include "os/file_system.h"
#include "remote/message_io.h"

namespace ese::remote {

namespace {

constexpr auto hello_patience = std::chrono::seconds(10);
// The engine may have to wait for a disk, or read a bad page again and again.
constexpr auto patience = std::chrono::seconds(300);
// While one answer is taken from the socket and worked on, the next one is read by the engine.
constexpr std::size_t reads_ahead = 2;
static_assert(memory_places > reads_ahead);

// As the calls of esent.h give a list (BACKUP-SEMANTICS 2.1): a missing buffer asks for the size.
JET_ERR put_list(ByteView list, char* buffer, std::uint32_t bytes, std::uint32_t* actual) {
    if (actual) *actual = 0;
    if (buffer && bytes < list.size())
        throw Error(JET_errBufferTooSmall, "the list has " + std::to_string(list.size()) + " bytes");
    if (buffer) std::copy(list.begin(), list.end(), reinterpret_cast<std::uint8_t*>(buffer));
    if (actual) *actual = static_cast<std::uint32_t>(list.size());
    return JET_errSuccess;
}

void copy_text(const std::string& text, char* into, std::size_t bytes) {
    const std::size_t taken = std::min(text.size(), bytes - 1);
    std::memcpy(into, text.data(), taken);
    into[taken] = '\0';
}

// The rule by which the server lets clients in, the other way round: what such a user says of the instance can be
// believed.
void require_trusted(const os::LocalConnection& connection, const os::Peer& server) {
    const std::uint32_t owner = os::owner_of(os::directory_of(connection.path()));
    if (server.user == 0 || server.user == owner || server.user == os::user_id()) return;
    throw Error(ErrorKind::not_possible, JET_errPermissionDenied,
                "process " + std::to_string(server.process) + " listens here as user " + std::to_string(server.user) +
                    ", which is neither root nor the owner of the directory")
        .in_file(connection.path());
}

}  // namespace

std::shared_ptr<Client> Client::connect(const std::string& socket, const std::string& program) {
    std::unique_ptr<os::LocalConnection> connection;
    try {
        connection = os::LocalConnection::connect(socket);
    } catch (const Error& error) {
        if (error.jet() != JET_errFileAccessDenied) throw;
        throw Error(ErrorKind::not_possible, JET_errPermissionDenied,
                    "a running program serves backups here, and this user is not let in")
            .in_file(socket)
            .with_hint("root, the owner of the directory and the group that the program names may take them");
    }
    if (!connection) return nullptr;
    std::shared_ptr<Client> client(new Client(std::move(connection)));
    client->greet(program);
    return client;
}

Client::Client(std::unique_ptr<os::LocalConnection> connection) : connection_(std::move(connection)) {
    const os::Peer server = connection_->peer();
    require_trusted(*connection_, server);
    server_process_ = server.process;
}

// A server that turns us away says so without waiting for our hello, which then may not be taken any more.
void Client::greet(const std::string& program) {
    const auto until = os::in_time(hello_patience);
    const Hello ours{lowest_version, highest_version, 0, program};
    try {
        send_message(*connection_, {0, MessageType::hello, 0, 0}, ours.serialise(), until);
    } catch (const Error& error) {
        if (error.jet() != JET_errInstanceUnavailable) throw;
    }
    const std::string who = "process " + std::to_string(server_process_);
    const auto header = receive_header(*connection_, until);
    if (!header)
        throw Error(ErrorKind::busy, JET_errInstanceUnavailable, who + " closed the connection; it may be ending")
            .in_file(socket());
    const Hello theirs = Hello::parse(receive_body(*connection_, *header, most_request_bytes, until));
    if (header->status == JET_errOutOfSessions)
        throw Error(ErrorKind::busy, header->status, who + ": " + theirs.text).in_file(socket());
    if (header->status < 0 || theirs.chosen != common_version(ours, theirs) || theirs.chosen == 0)
        throw Error(ErrorKind::not_possible, header->status < 0 ? header->status : JET_errFeatureNotAvailable,
                    who + " does not serve this client: " + theirs.text)
            .in_file(socket());
    version_ = theirs.chosen;
}

// --- messages

std::uint32_t Client::send(MessageType type, ByteView body) {
    const std::uint32_t number = next_number_++;
    send_message(*connection_, {0, type, number, 0}, body, os::in_time(patience));
    return number;
}

// The header of the answer to a request; events that come before it are handed on.
MessageHeader Client::receive(MessageType type, std::uint32_t number, std::optional<os::Descriptor>* passed) {
    for (;;) {
        const auto header = receive_header(*connection_, os::in_time(patience), passed);
        if (!header)
            throw Error(JET_errInstanceUnavailable,
                        "process " + std::to_string(server_process_) + " closed the connection")
                .in_file(socket());
        if (header->type == MessageType::event) {
            const EventMessage event = EventMessage::parse(body_of(*header));
            if (events_) events_(event.id, event.severity, event.text);
            continue;
        }
        if (header->type != type || header->number != number)
            throw Error(JET_errInstanceUnavailable, "the answer belongs to another request").in_file(socket());
        return *header;
    }
}

std::vector<std::uint8_t> Client::body_of(const MessageHeader& header) {
    return receive_body(*connection_, header, most_answer_bytes, os::in_time(patience));
}

// The call came back, and the connection is as good as before.
void Client::throw_failure(JET_ERR status, ByteView text) {
    is_told_by_engine_ = true;
    throw Error(status, std::string(text.begin(), text.end()));
}

// Throws what the call failed with.
std::vector<std::uint8_t> Client::call(MessageType type, const BodyWriter& request) {
    drop_reads();
    const MessageHeader header = receive(type, send(type, request.body()));
    auto body = body_of(header);
    if (header.status < 0) throw_failure(header.status, body);
    return body;
}

// What was asked for ahead and is not wanted any more.
void Client::drop_reads() {
    std::vector<std::uint8_t> ignored(memory_ ? 0 : arriving_bytes_);
    if (!ignored.empty()) connection_->receive(ignored, os::in_time(patience));
    arriving_bytes_ = 0;
    for (; !asked_.empty(); asked_.pop_front()) body_of(receive(read_type(), asked_.front().number));
}

InstanceFacts Client::describe() {
    const auto body = call(MessageType::describe);
    return InstanceFacts::parse(body);
}

// --- the calls

// Where the connection fails, or the server makes no sense, nothing more is tried over it.
template <class Work>
JET_ERR Client::guarded(Work work) {
    is_told_by_engine_ = false;
    try {
        return work();
    } catch (const Error& error) {
        if (!is_told_by_engine_) connection_->shut_down();
        detail_ = error.what();
        if (is_stopped_) return JET_errBackupAbortByServer;
        return error.jet() < 0 ? error.jet() : JET_errInstanceUnavailable;
    } catch (const std::bad_alloc&) {
        detail_ = "there is not enough memory";
        return JET_errOutOfMemory;
    }
}

JET_ERR Client::fetch(MessageType type, char* list, std::uint32_t bytes, std::uint32_t* actual) {
    return put_list(call(type), list, bytes, actual);
}

JET_ERR Client::log_info(char* list, std::uint32_t bytes, std::uint32_t* actual, JET_LOGINFO_A* info) {
    const LogInfoAnswer answer = LogInfoAnswer::parse(call(MessageType::log_info));
    if (info) {
        info->ulGenLow = answer.low;
        info->ulGenHigh = answer.high;
        copy_text(answer.base_name, info->szBaseName, sizeof info->szBaseName);
    }
    return put_list(answer.list, list, bytes, actual);
}

JET_ERR Client::open_file(const char* path, JET_HANDLE* handle, std::uint32_t* low, std::uint32_t* high) {
    BodyWriter request;
    request.text(path);
    const auto body = call(MessageType::open_file, request);
    BodyReader answer(body);
    handle_ = answer.u32();
    unasked_bytes_ = answer.u64();
    answer.end();
    ask_for_memory();
    *handle = handle_;
    *low = static_cast<std::uint32_t>(unasked_bytes_);
    *high = static_cast<std::uint32_t>(unasked_bytes_ >> 32);
    return JET_errSuccess;
}

// Since version 2 the server reads into memory that both ends have. One that has none says so: then contents come over
// the socket.
void Client::ask_for_memory() {
    if (version_ < 2 || has_asked_for_memory_) return;
    has_asked_for_memory_ = true;
    std::optional<os::Descriptor> passed;
    const MessageHeader header = receive(MessageType::share_memory, send(MessageType::share_memory, {}), &passed);
    body_of(header);
    if (header.status < 0) return;
    if (!passed) throw Error(JET_errInstanceUnavailable, "memory was promised, and none came").in_file(socket());
    memory_.emplace(*passed, memory_bytes);
}

MessageType Client::read_type() const { return memory_ ? MessageType::read_into_memory : MessageType::read_file; }

void Client::ask_ahead() {
    while (asked_.size() < reads_ahead && unasked_bytes_ > 0) {
        BodyWriter request;
        request.u32(static_cast<std::uint32_t>(handle_));
        request.u32(memory_ ? next_place_ : most_read_bytes);
        asked_.push_back({send(read_type(), request.body()), next_place_});
        next_place_ = (next_place_ + 1) % memory_places;
        unasked_bytes_ -= std::min<std::uint64_t>(unasked_bytes_, most_read_bytes);
    }
}

// To the oldest request for contents.
void Client::take_answer() {
    const Asked asked = asked_.front();
    const MessageHeader header = receive(read_type(), asked.number);
    asked_.pop_front();
    if (header.status < 0) throw_failure(header.status, body_of(header));
    std::uint32_t bytes = header.body_bytes;
    if (memory_) {
        const auto body = body_of(header);
        BodyReader answer(body);
        bytes = answer.u32();
        answer.end();
    }
    if (bytes > most_read_bytes)
        throw Error(JET_errInstanceUnavailable, "an answer with more than was asked for").in_file(socket());
    if (memory_) arrived_ = memory_->bytes().subspan(std::size_t{asked.place} * most_read_bytes, bytes);
    arriving_bytes_ = bytes;
}

// From the memory or the socket into the caller's buffer. An answer may be larger than what one call wants: the next
// call gets the rest.
std::uint32_t Client::read_file(JET_HANDLE handle, ByteSpan into) {
    if (handle != handle_) throw Error(JET_errInvalidParameter, "JetReadFile: this handle is not open");
    if (arriving_bytes_ == 0) {
        ask_ahead();
        if (asked_.empty()) return 0;
        take_answer();
        ask_ahead();
    }
    const ByteSpan wanted = into.first(std::min<std::size_t>(into.size(), arriving_bytes_));
    if (memory_ && !wanted.empty()) {
        std::memcpy(wanted.data(), arrived_.data(), wanted.size());
        arrived_ = arrived_.subspan(wanted.size());
    } else if (!wanted.empty() && !connection_->receive(wanted, os::in_time(patience))) {
        throw Error(JET_errInstanceUnavailable, "the connection was closed in the middle of a file").in_file(socket());
    }
    arriving_bytes_ -= static_cast<std::uint32_t>(wanted.size());
    return static_cast<std::uint32_t>(wanted.size());
}

EngineApi Client::api() {
    const auto with_number = [](std::uint32_t number) {
        BodyWriter request;
        request.u32(number);
        return request;
    };
    const auto plain = [this](MessageType type, const BodyWriter& request) {
        return guarded([&] { return call(type, request), JET_ERR{JET_errSuccess}; });
    };
    EngineApi api;
    api.begin_external_backup = [=](JET_INSTANCE, JET_GRBIT grbit) {
        return plain(MessageType::begin_backup, with_number(grbit));
    };
    api.get_attach_info = [this](JET_INSTANCE, char* list, std::uint32_t bytes, std::uint32_t* actual) {
        return guarded([&] { return fetch(MessageType::attach_info, list, bytes, actual); });
    };
    api.open_file = [this](JET_INSTANCE, const char* path, JET_HANDLE* handle, std::uint32_t* low,
                           std::uint32_t* high) {
        return guarded([&] { return open_file(path, handle, low, high); });
    };
    api.read_file = [this](JET_INSTANCE, JET_HANDLE handle, void* into, std::uint32_t bytes, std::uint32_t* actual) {
        *actual = 0;
        return guarded([&] {
            *actual = read_file(handle, {static_cast<std::uint8_t*>(into), bytes});
            return JET_ERR{JET_errSuccess};
        });
    };
    api.close_file = [=](JET_INSTANCE, JET_HANDLE handle) {
        return plain(MessageType::close_file, with_number(static_cast<std::uint32_t>(handle)));
    };
    api.get_log_info = [this](JET_INSTANCE, char* list, std::uint32_t bytes, std::uint32_t* actual,
                              JET_LOGINFO_A* info) {
        return guarded([&] { return log_info(list, bytes, actual, info); });
    };
    api.get_truncate_log_info = [this](JET_INSTANCE, char* list, std::uint32_t bytes, std::uint32_t* actual) {
        return guarded([&] { return fetch(MessageType::truncate_log_info, list, bytes, actual); });
    };
    api.truncate_log = [=](JET_INSTANCE) { return plain(MessageType::truncate_log, {}); };
    api.truncate_log_up_to = [=](JET_INSTANCE, std::uint32_t last) {
        return plain(MessageType::truncate_log_up_to, with_number(last));
    };
    api.end_external_backup = [=](JET_INSTANCE, JET_GRBIT grbit) {
        return plain(MessageType::end_backup, with_number(grbit));
    };
    api.stop_backup = [this](JET_INSTANCE) {
        is_stopped_ = true;
        connection_->shut_down();
        return JET_ERR{JET_errSuccess};
    };
    api.error_detail = [this](char* text, JET_UINT32 bytes) {
        copy_text(detail_, text, bytes);
        return JET_ERR{JET_errSuccess};
    };
    return api;
}

}  // namespace ese::remote
