#pragma once

// The system's log: syslog(3), facility "daemon", under the name of the program and with its process id.

#include <string>

namespace ese::os {

enum class LogSeverity { information, warning, error };

void write_system_log(LogSeverity severity, const std::string& text);

}  // namespace ese::os
