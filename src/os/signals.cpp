#include "os/signals.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <utility>

namespace ese::os {

namespace {

std::atomic<int> caught{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may use nothing that locks");

std::atomic<bool> report_requested{false};

extern "C" void remember_report_request(int) { report_requested.store(true); }

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
    struct sigaction report {};
    report.sa_handler = remember_report_request;
    ::sigemptyset(&report.sa_mask);
    report.sa_flags = SA_RESTART;
    ::sigaction(SIGUSR1, &report, nullptr);
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    ::sigemptyset(&ignore.sa_mask);
    ::sigaction(SIGPIPE, &ignore, nullptr);
}

int stop_signal() { return caught.load(); }

bool take_report_request() { return report_requested.exchange(false); }

void forget_stop_signal() { caught.store(0); }

std::thread start_thread_without_signals(std::function<void()> work) {
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);  // a thread inherits it from the one that makes it
    try {
        std::thread thread(std::move(work));
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
        return thread;
    } catch (...) {
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
        throw;
    }
}

}  // namespace ese::os
