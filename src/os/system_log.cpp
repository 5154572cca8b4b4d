#include "os/system_log.h"

#include <syslog.h>

namespace ese::os {

void write_system_log(LogSeverity severity, const std::string& text) {
    [[maybe_unused]] static const bool opened = [] {
        ::openlog("esebackup", LOG_PID, LOG_DAEMON);
        return true;
    }();
    const int priority = severity == LogSeverity::error     ? LOG_ERR
                         : severity == LogSeverity::warning ? LOG_WARNING
                                                            : LOG_INFO;
    ::syslog(priority, "%s", text.c_str());
}

}  // namespace ese::os
