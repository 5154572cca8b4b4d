#pragma once

// The whole command in a child process, with a fault in its system calls.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <new>
#include <string>
#include <vector>

#include "cli/command.h"
#include "os/faulty_calls.h"

namespace test {

struct Ran {
    int status = -1;    // as the shell tells it
    std::string text;   // on both of its outputs
    bool met = false;   // the call that was to fail came
    std::string doing;  // its name
    std::string path;   // and its file
    std::uint64_t calls = 0;
};

inline Ran run_command(std::vector<std::string> arguments, const ese::os::CallFault& fault = {}) {
    void* const shared =
        ::mmap(nullptr, sizeof(ese::os::CallRecord), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const int output = ::memfd_create("output", MFD_CLOEXEC);
    REQUIRE(shared != MAP_FAILED);
    REQUIRE(output >= 0);
    auto& record = *new (shared) ese::os::CallRecord;
    std::fflush(nullptr);

    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (::dup2(nothing, 0) < 0 || ::dup2(output, 1) < 0 || ::dup2(output, 2) < 0) ::_exit(99);
        arguments.insert(arguments.begin(), "esebackup");
        std::vector<char*> argv;
        for (std::string& argument : arguments) argv.push_back(argument.data());
        ese::os::arm(fault, record);
        const int status = ese::cli::run(static_cast<int>(argv.size()), argv.data());
        std::fflush(nullptr);
        ::_exit(status);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);

    Ran ran;
    ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    ran.text.resize(static_cast<std::size_t>(::lseek(output, 0, SEEK_END)));
    ran.text.resize(
        static_cast<std::size_t>(std::max<ssize_t>(0, ::pread(output, ran.text.data(), ran.text.size(), 0))));
    ran.met = record.met;
    ran.doing = record.doing;
    ran.path = record.path;
    ran.calls = record.counted;
    ::close(output);
    ::munmap(shared, sizeof(ese::os::CallRecord));
    return ran;
}

}  // namespace test
