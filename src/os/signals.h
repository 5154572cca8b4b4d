#pragma once

// Signals that ask a long command to stop.

#include <functional>
#include <thread>

namespace ese::os {

// From now on SIGINT, SIGTERM and SIGHUP are only remembered (a second SIGINT ends the process at once), and writing to
// a pipe whose reader has gone is an error and not a signal. A signal that was ignored when the process started (nohup)
// stays ignored. SIGUSR1 is remembered, too.
void catch_stop_signals();

// The first of them that came, or 0.
int stop_signal();

// Whether SIGUSR1, which asks how far a long command is, came since the last time that this was called.
bool take_report_request();

// For tests, and for a process that goes on after it was asked to stop.
void forget_stop_signal();

// A thread on which no signal of the process is handled: for a library, whose program does not know of it.
std::thread start_thread_without_signals(std::function<void()> work);

}  // namespace ese::os
