#pragma once

// For tests: the system calls of this program, of which the n-th of a kind fails, is cut short, or is the last before
// the process dies. The test program is linked so that every call of a file's or directory's comes through here
// (--wrap, in meson.build), so what is tested is the real thing down to the kernel. Armed in a child process, and only
// there: other tests see nothing of it.

#include <atomic>
#include <cstdint>

namespace ese::os {

namespace calls {
constexpr unsigned open = 1U << 0;
constexpr unsigned create = 1U << 1;  // an open that may make a file; counted as this, not as open
constexpr unsigned read = 1U << 2;
constexpr unsigned write = 1U << 3;
constexpr unsigned sync = 1U << 4;
constexpr unsigned resize = 1U << 5;
constexpr unsigned rename = 1U << 6;
constexpr unsigned remove = 1U << 7;
constexpr unsigned make_directory = 1U << 8;
constexpr unsigned list = 1U << 9;
constexpr unsigned look = 1U << 10;  // sizes, kinds, free space
constexpr unsigned lock = 1U << 11;
constexpr unsigned changing = create | write | sync | resize | rename | remove | make_directory;
}  // namespace calls

struct CallFault {
    enum class What { error, short_transfer, death };

    unsigned which = 0;        // of calls::
    std::uint64_t number = 0;  // the first is 1; 0: none
    What what = What::error;
    int error = 0;         // errno
    bool lasting = false;  // the later ones, too (those that are interrupted: every second one)
};

// What became of it; the parent process looks at it when the child has ended.
struct CallRecord {
    std::atomic<std::uint64_t> counted{0};
    std::atomic<bool> met{false};
    char path[1024] = {};  // of the file whose call failed first
    char doing[32] = {};   // the call's name
};

constexpr int death_status = 137;

// From now on. `record` lies in memory that both processes share. Nothing is flushed to disk and nobody sleeps any
// more: neither shows in what a process leaves behind, and a test has no time for them.
void arm(const CallFault& fault, CallRecord& record);

}  // namespace ese::os
