#include "os/signals.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>

namespace ese::os {

namespace {

std::atomic<int> caught{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may use nothing that locks");

extern "C" void remember_stop_signal(int signal) {
    if (signal == SIGINT && caught.load() == SIGINT) ::_exit(128 + SIGINT);
    int none = 0;
    caught.compare_exchange_strong(none, signal);
}

}  // namespace

void catch_stop_signals() {
    for (const int signal : std::array{SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction before {};
        ::sigaction(signal, nullptr, &before);
        if (before.sa_handler == SIG_IGN) continue;
        struct sigaction action {};
        action.sa_handler = remember_stop_signal;
        ::sigemptyset(&action.sa_mask);
        // No SA_RESTART: a read or write that waits for a pipe comes back, and the flag is looked at.
        ::sigaction(signal, &action, nullptr);
    }
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    ::sigemptyset(&ignore.sa_mask);
    ::sigaction(SIGPIPE, &ignore, nullptr);
}

int stop_signal() { return caught.load(); }

void forget_stop_signal() { caught.store(0); }

}  // namespace ese::os
