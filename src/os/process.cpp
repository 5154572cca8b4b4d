#include "os/process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "base/error.h"
#include "os/errno_error.h"

namespace ese::os {

namespace {

constexpr const char* shell = "/bin/bash";
constexpr const char* command_name = "the command";
constexpr unsigned patience_ms = 500;  // between SIGTERM and SIGKILL: a second is all that ending may take
constexpr unsigned ask_every_ms = 20;

Error spawn_error(const char* doing, int code) {
    const Error error = errno_error(doing, shell, code);
    return {ErrorKind::output, error.jet(), error.message()};
}

// The environment of this process with some variables set.
std::vector<std::string> environment_with(const Environment& more) {
    std::vector<std::string> all;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string text(*entry);
        const auto is_set = [&](const auto& one) { return text.starts_with(one.first + "="); };
        if (std::none_of(more.begin(), more.end(), is_set)) all.push_back(text);
    }
    for (const auto& [name, value] : more) all.push_back(name + "=" + value);
    return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

pid_t spawn(const std::string& command, const Environment& environment, int its_end, ShellProcess::Pipe pipe) {
    std::vector<std::string> arguments{"bash", "-o", "pipefail", "-c", command};
    std::vector<std::string> variables = environment_with(environment);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    if (pipe == ShellProcess::Pipe::to_its_input) {
        ::posix_spawn_file_actions_adddup2(&actions, its_end, STDIN_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    } else {
        ::posix_spawn_file_actions_adddup2(&actions, its_end, STDOUT_FILENO);
        ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    }
    // Ignored here, and an ignored signal stays so in the new program: `head` would never end.
    sigset_t defaults, none;
    ::sigemptyset(&none);
    ::sigemptyset(&defaults);
    ::sigaddset(&defaults, SIGPIPE);
    ::posix_spawnattr_setsigdefault(&attributes, &defaults);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    pid_t process = -1;
    const int code = ::posix_spawn(&process, shell, &actions, &attributes, pointers_to(arguments).data(),
                                   pointers_to(variables).data());
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    if (code != 0) throw spawn_error("starting", code);
    return process;
}

}  // namespace

std::uint32_t process_id() { return static_cast<std::uint32_t>(::getpid()); }

std::string host_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : std::string();
}

void lower_priority(int niceness) {
    if (::getpriority(PRIO_PROCESS, 0) < niceness) ::setpriority(PRIO_PROCESS, 0, niceness);
}

ShellProcess::ShellProcess(const std::string& command, const Environment& environment, Pipe pipe,
                           std::function<bool()> stop)
    : stop_(std::move(stop)) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw spawn_error("making a pipe for", errno);
    const bool writes = pipe == Pipe::to_its_input;
    const int its_end = writes ? ends[0] : ends[1];
    pipe_ = std::make_unique<FdStream>(writes ? ends[1] : ends[0], command_name, stop_);
    try {
        process_ = spawn(command, environment, its_end, pipe);
    } catch (...) {
        ::close(its_end);
        throw;
    }
    ::close(its_end);
}

ShellProcess::~ShellProcess() {
    if (process_ != -1) end_it();
}

void ShellProcess::wait() {
    while (!has_ended()) pause();
}

bool ShellProcess::takes_all() {
    while (true) {
        const bool ended = has_ended();  // asked first: what it took before its end counts
        if (pipe_->unread() == 0) return true;
        if (ended) return false;
        pause();
    }
}

void ShellProcess::pause() {
    if (stop_ && stop_()) throw Error(ErrorKind::interrupted, "stopped on request while the command had not ended");
    std::this_thread::sleep_for(std::chrono::milliseconds(ask_every_ms));
}

bool ShellProcess::ends_within(unsigned milliseconds) {
    for (unsigned waited = 0; !has_ended() && waited < milliseconds; waited += ask_every_ms)
        std::this_thread::sleep_for(std::chrono::milliseconds(ask_every_ms));
    return process_ == -1;
}

bool ShellProcess::succeeded() const { return WIFEXITED(status_) && WEXITSTATUS(status_) == 0; }

std::string ShellProcess::how_it_ended() const {
    if (WIFSIGNALED(status_)) return "was ended by signal " + std::to_string(WTERMSIG(status_));
    return "ended with exit status " + std::to_string(WEXITSTATUS(status_));
}

bool ShellProcess::has_ended() {
    if (process_ == -1) return true;
    pid_t waited = -1;
    do {
        waited = ::waitpid(process_, &status_, WNOHANG);
    } while (waited < 0 && errno == EINTR);
    if (waited == 0) return false;
    // Somebody else waited for it: how it ended is not known, and that is no success.
    if (waited < 0) status_ = 255 << 8;
    process_ = -1;
    return true;
}

void ShellProcess::end_it() {
    const pid_t group = process_;
    ::kill(-group, SIGTERM);
    if (ends_within(patience_ms)) return;
    ::kill(-group, SIGKILL);
    ends_within(patience_ms);
}

void ShellCommand::write(ByteView bytes) {
    try {
        process_.pipe().write(bytes);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::interrupted) throw;
        throw ended_early();
    }
}

Error ShellCommand::ended_early() {
    // The reader has gone; the process itself may take a moment more.
    const std::string how =
        process_.ends_within(patience_ms) ? process_.how_it_ended() : std::string("closed its input");
    return {ErrorKind::output, "the command " + how + " before it had the whole archive"};
}

void ShellCommand::finish() {
    // What a small archive has, and the end of a large one, waits in the pipe until it is read, or for ever.
    if (!process_.takes_all()) throw ended_early();
    process_.pipe().close();
    process_.wait();
    if (!process_.succeeded())
        throw Error(ErrorKind::output,
                    "the command " + process_.how_it_ended() + ", so nothing says that the archive is safe");
}

std::size_t ShellSource::read(ByteSpan into) {
    const std::size_t got = process_.pipe().read(into);
    if (got > 0) return got;
    process_.wait();
    if (!process_.succeeded())
        throw Error(ErrorKind::incomplete,
                    "the command " + process_.how_it_ended() + ", so nothing says that it gave the whole archive");
    return 0;
}

}  // namespace ese::os
