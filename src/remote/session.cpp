#include "remote/session.h"

#include <array>
#include <cstring>
#include <new>

#include "base/error.h"
#include "os/signals.h"
#include "remote/message_io.h"

namespace ese::remote {

namespace {

constexpr std::align_val_t buffer_alignment{4096};  // as JetReadFile wants it
// A backup that goes on for days may report much; what is told is for people.
constexpr std::size_t most_events = 1000;

thread_local std::vector<EventMessage>* events_of_thread = nullptr;

// The two calls that a list takes: one for its size, one for its content.
template <class Call>
std::vector<std::uint8_t> fetch_list(Call call, JET_ERR& result) {
    std::uint32_t bytes = 0;
    result = call(nullptr, std::uint32_t{0}, &bytes);
    if (result < 0) return {};
    std::vector<std::uint8_t> list(bytes);
    if (bytes != 0) result = call(reinterpret_cast<char*>(list.data()), bytes, &bytes);
    return list;
}

// A client has nothing to do with a backup that another one takes, or the program itself.
bool needs_backup(MessageType type) { return type != MessageType::describe && type != MessageType::begin_backup; }

ByteView bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

void tell_client(std::uint32_t event, std::uint32_t severity, const std::string& text) {
    if (events_of_thread && events_of_thread->size() < most_events) events_of_thread->push_back({event, severity, text});
}

void Session::Free::operator()(std::uint8_t* at) const { ::operator delete (at, buffer_alignment); }

Session::Session(const Served& served, std::unique_ptr<os::LocalConnection> connection, std::function<void()> ended)
    : served_(served), connection_(std::move(connection)) {
    thread_ = os::start_thread_without_signals([this, ended = std::move(ended)] {
        run();
        has_ended_ = true;
        ended();
    });
}

Session::~Session() { thread_.join(); }

// Whatever a client does, and whatever becomes of the connection, ends here.
void Session::run() {
    events_of_thread = &events_;
    try {
        if (greet())
            while (serve_one()) {
            }
    } catch (const std::exception& error) {
        try {
            served_.warn("a client of the backup socket was cut off: " + std::string(error.what()));
        } catch (...) {
            // No memory for the text.
        }
    }
    events_of_thread = nullptr;
    if (has_backup_) end(JET_bitBackupEndAbort);
    connection_->shut_down();
}

void Session::cut_off() {
    is_cut_off_ = true;
    connection_->shut_down();
    const std::lock_guard hold(backup_mutex_);
    if (has_backup_) served_.engine.stop_backup(served_.instance);
}

std::chrono::milliseconds Session::patience() const {
    return has_backup_ ? served_.patience.backup : served_.patience.idle;
}

// False: there is no version that both speak, and the client was told.
bool Session::greet() {
    const auto until = os::in_time(served_.patience.hello);
    const auto header = receive_header(*connection_, until);
    if (!header) return false;
    if (header->type != MessageType::hello)
        throw Error(JET_errInvalidParameter, "it did not begin with a hello");
    const Hello client = Hello::parse(receive_body(*connection_, *header, most_request_bytes, until));
    Hello hello;
    hello.chosen = common_version(client, hello);
    hello.text = hello.chosen != 0
                     ? served_.program
                     : "the client speaks versions " + std::to_string(client.lowest) + " to " +
                           std::to_string(client.highest) + " of the backup protocol, this program (" +
                           served_.program + ") versions " + std::to_string(hello.lowest) + " to " +
                           std::to_string(hello.highest);
    answer(*header, hello.chosen != 0 ? JET_errSuccess : JET_errFeatureNotAvailable, hello.serialise());
    version_ = hello.chosen;
    return version_ != 0;
}

// False: the client has closed the connection.
bool Session::serve_one() {
    const auto header = receive_header(*connection_, os::in_time(patience()));
    if (!header) return false;
    const auto body = receive_body(*connection_, *header, most_request_bytes, os::in_time(patience()));
    BodyReader request(body);
    if (needs_backup(header->type) && !has_backup_) {
        answer(*header, JET_errNoBackup, bytes_of("no backup was begun on this connection"));
        return true;
    }
    if (serve_data(request, *header)) return true;
    JET_ERR result = JET_errSuccess;
    std::vector<std::uint8_t> told;
    try {
        told = call(header->type, request, result);
    } catch (const Error& error) {
        // What is not understood ends the session; what can't be described now does not.
        if (header->type != MessageType::describe) throw;
        answer(*header, error.jet() < 0 ? error.jet() : JET_errInternalError, bytes_of(error.what()));
        return true;
    }
    const std::string detail = detail_of(result);
    notice_end_of_backup(result);
    answer(*header, result, result < 0 ? bytes_of(detail) : ByteView(told));
    return true;
}

std::vector<std::uint8_t> Session::call(MessageType type, BodyReader& request, JET_ERR& result) {
    const EngineApi& engine = served_.engine;
    const JET_INSTANCE instance = served_.instance;
    const auto number = [&] {
        const std::uint32_t value = request.u32();
        request.end();
        return value;
    };
    switch (type) {
        case MessageType::begin_backup: result = begin(number()); return {};
        case MessageType::end_backup: result = end(number()); return {};
        case MessageType::close_file: result = engine.close_file(instance, number()); return {};
        case MessageType::truncate_log_up_to: result = engine.truncate_log_up_to(instance, number()); return {};
        case MessageType::open_file: {
            const std::string path = request.text();
            request.end();
            return open_file(path, result);
        }
        default: break;
    }
    request.end();
    switch (type) {
        case MessageType::describe: return served_.describe().serialise();
        case MessageType::attach_info:
            return fetch_list([&](auto... list) { return engine.get_attach_info(instance, list...); }, result);
        case MessageType::log_info: return log_info(result);
        case MessageType::truncate_log_info:
            return fetch_list([&](auto... list) { return engine.get_truncate_log_info(instance, list...); }, result);
        case MessageType::truncate_log: result = engine.truncate_log(instance); return {};
        default: break;
    }
    throw Error(JET_errInvalidParameter,
                "a request of a type that is not known: " + std::to_string(static_cast<unsigned>(type)));
}

// False: the request is for no contents of files.
bool Session::serve_data(BodyReader& request, const MessageHeader& header) {
    if (header.type == MessageType::read_file) return read_file(request, header), true;
    if (version_ < 2) return false;
    if (header.type == MessageType::share_memory) return share_memory(request, header), true;
    if (header.type == MessageType::read_into_memory) return read_into_memory(request, header), true;
    return false;
}

JET_ERR Session::read(JET_HANDLE handle, ByteSpan into, std::uint32_t& got, std::string& detail) {
    const JET_ERR result =
        served_.engine.read_file(served_.instance, handle, into.data(), static_cast<std::uint32_t>(into.size()), &got);
    detail = detail_of(result);
    notice_end_of_backup(result);
    return result;
}

// What is read goes from the engine's buffer to the client, in one piece with its header.
void Session::read_file(BodyReader& request, const MessageHeader& header) {
    const std::uint32_t handle = request.u32();
    const std::uint32_t bytes = request.u32();
    request.end();
    if (bytes > most_read_bytes)
        throw Error(JET_errInvalidParameter, "it wanted to read " + std::to_string(bytes) + " bytes at once, and " +
                                                 std::to_string(most_read_bytes) + " are the most");
    if (!buffer_) buffer_.reset(static_cast<std::uint8_t*>(::operator new (most_read_bytes, buffer_alignment)));
    std::uint32_t got = 0;
    std::string detail;
    const JET_ERR result = read(handle, {buffer_.get(), bytes}, got, detail);
    answer(header, result, result < 0 ? bytes_of(detail) : ByteView(buffer_.get(), got));
}

// Where there is none, the client has to do with read_file.
void Session::share_memory(BodyReader& request, const MessageHeader& header) {
    request.end();
    std::optional<os::Descriptor> passed;
    try {
        if (!memory_) memory_.emplace(memory_bytes);
        passed.emplace(memory_->for_reader());
    } catch (const Error& error) {
        answer(header, error.jet(), bytes_of(error.what()));
        return;
    }
    answer(header, JET_errSuccess, {}, &*passed);
}

// The engine reads into the memory that the client looks at, so what is read crosses no socket.
void Session::read_into_memory(BodyReader& request, const MessageHeader& header) {
    const std::uint32_t handle = request.u32();
    const std::uint32_t place = request.u32();
    request.end();
    if (!memory_ || place >= memory_places)
        throw Error(JET_errInvalidParameter,
                    "it wanted to read into place " + std::to_string(place) + " of the memory, which is not there");
    std::uint32_t got = 0;
    std::string detail;
    const JET_ERR result =
        read(handle, memory_->bytes().subspan(std::size_t{place} * most_read_bytes, most_read_bytes), got, detail);
    BodyWriter told;
    told.u32(got);
    answer(header, result, result < 0 ? bytes_of(detail) : ByteView(told.body()));
}

JET_ERR Session::begin(JET_GRBIT grbit) {
    const JET_ERR result = served_.engine.begin_external_backup(served_.instance, grbit);
    if (result < 0) return result;
    const std::lock_guard hold(backup_mutex_);
    has_backup_ = true;
    return result;
}

// Before the call: a backup that somebody else begins right behind it must not be stopped by cut_off().
JET_ERR Session::end(JET_GRBIT grbit) {
    {
        const std::lock_guard hold(backup_mutex_);
        has_backup_ = false;
    }
    const JET_ERR result = served_.engine.end_external_backup(served_.instance, grbit);
    const std::lock_guard hold(backup_mutex_);
    has_backup_ = result == JET_errInvalidParameter;  // neither a normal end nor an abort: nothing has ended
    return result;
}

std::vector<std::uint8_t> Session::open_file(const std::string& path, JET_ERR& result) {
    JET_HANDLE handle = 0;
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    result = served_.engine.open_file(served_.instance, path.c_str(), &handle, &low, &high);
    BodyWriter writer;
    writer.u32(static_cast<std::uint32_t>(handle));
    writer.u64(std::uint64_t{high} << 32 | low);
    return writer.body();
}

std::vector<std::uint8_t> Session::log_info(JET_ERR& result) {
    JET_LOGINFO_A info{};
    info.cbSize = sizeof info;
    LogInfoAnswer told;
    told.list = fetch_list(
        [&](auto... list) { return served_.engine.get_log_info(served_.instance, list..., &info); }, result);
    told.low = info.ulGenLow;
    told.high = info.ulGenHigh;
    told.base_name.assign(info.szBaseName, ::strnlen(info.szBaseName, sizeof info.szBaseName));
    return told.serialise();
}

std::string Session::detail_of(JET_ERR result) const {
    if (result >= 0) return {};
    std::array<char, 4096> text{};
    served_.engine.error_detail(text.data(), static_cast<std::uint32_t>(text.size()));
    return text.data();
}

// Some failures end the backup in the engine. Then this session must not end one that somebody else begins: whether
// one is in progress is told by a call that does nothing, the closing of a file that is not open.
void Session::notice_end_of_backup(JET_ERR result) {
    constexpr JET_HANDLE no_handle = ~JET_HANDLE{0};
    if (result >= 0 || !has_backup_) return;
    if (served_.engine.close_file(served_.instance, no_handle) != JET_errNoBackup) return;
    const std::lock_guard hold(backup_mutex_);
    has_backup_ = false;
}

void Session::send_events() {
    for (const EventMessage& event : events_)
        send_message(*connection_, {0, MessageType::event, 0, 0}, event.serialise(), os::in_time(patience()));
    events_.clear();
}

void Session::answer(const MessageHeader& request, JET_ERR result, ByteView body, const os::Descriptor* passed) {
    send_events();
    send_message(*connection_, {0, request.type, request.number, result}, body, os::in_time(patience()), passed);
}

}  // namespace ese::remote
