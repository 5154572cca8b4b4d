#include "os/process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
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
std::vector<std::string> environment_with(const std::vector<std::pair<std::string, std::string>>& more) {
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

pid_t spawn(const std::string& command, const std::vector<std::pair<std::string, std::string>>& environment,
            int standard_input) {
    std::vector<std::string> arguments{"bash", "-o", "pipefail", "-c", command};
    std::vector<std::string> variables = environment_with(environment);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_adddup2(&actions, standard_input, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
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

std::string how_it_ended(int status) {
    if (WIFSIGNALED(status)) return "was ended by signal " + std::to_string(WTERMSIG(status));
    return "ended with exit status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

std::uint32_t process_id() { return static_cast<std::uint32_t>(::getpid()); }

std::string host_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : std::string();
}

ShellCommand::ShellCommand(const std::string& command,
                           const std::vector<std::pair<std::string, std::string>>& environment,
                           std::function<bool()> stop)
    : stop_(std::move(stop)) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw spawn_error("making a pipe for", errno);
    input_ = std::make_unique<FdStream>(ends[1], command_name, stop_);
    try {
        process_ = spawn(command, environment, ends[0]);
    } catch (...) {
        ::close(ends[0]);
        throw;
    }
    ::close(ends[0]);
}

ShellCommand::~ShellCommand() {
    if (process_ != -1) end_it();
}

void ShellCommand::write(ByteView bytes) {
    try {
        input_->write(bytes);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::interrupted) throw;
        // The reader has gone; the process itself may take a moment more.
        wait_for_end(patience_ms);
        if (process_ != -1)
            throw Error(ErrorKind::output, "the command closed its input before it had the whole archive");
        throw Error(ErrorKind::output, "the command " + how_it_ended(status_) + " before it had the whole archive");
    }
}

void ShellCommand::finish() {
    input_->close();
    while (!has_ended()) {
        if (stop_ && stop_()) throw Error(ErrorKind::interrupted, "stopped on request while the command had not ended");
        std::this_thread::sleep_for(std::chrono::milliseconds(ask_every_ms));
    }
    if (!WIFEXITED(status_) || WEXITSTATUS(status_) != 0)
        throw Error(ErrorKind::output,
                    "the command " + how_it_ended(status_) + ", so nothing says that the archive is safe");
}

bool ShellCommand::has_ended() {
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

void ShellCommand::wait_for_end(unsigned at_most_ms) {
    for (unsigned waited = 0; !has_ended() && waited < at_most_ms; waited += ask_every_ms)
        std::this_thread::sleep_for(std::chrono::milliseconds(ask_every_ms));
}

void ShellCommand::end_it() {
    const pid_t group = process_;
    ::kill(-group, SIGTERM);
    wait_for_end(patience_ms);
    if (process_ == -1) return;
    ::kill(-group, SIGKILL);
    wait_for_end(patience_ms);
}

}  // namespace ese::os
