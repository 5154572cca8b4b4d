#pragma once

// systemd, where it started this process: sd_notify(3) and its watchdog.

#include <chrono>
#include <string>

namespace ese::os {

// "READY=1", "STATUS=…", "WATCHDOG=1", one to a line: a datagram to the socket that NOTIFY_SOCKET names. Nobody has to
// listen, and what cannot be delivered changes nothing.
void notify_service_manager(const std::string& state);

// Within which time this process has to say WATCHDOG=1, again and again. Zero: nobody waits for it.
std::chrono::microseconds watchdog_time();

// Whether what is written there goes to the journal, which reads a line's priority from its beginning (sd-daemon(3)).
bool is_journal(int fd);

}  // namespace ese::os
