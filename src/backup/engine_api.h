#pragma once

// The functions of the documented backup sequence, and the one that stops it from another thread. One filling is esent.h; tests have one that fails at
// the n-th call, and any other engine with the JET API can be another.

#include <functional>

#include "esent.h"

namespace ese::backup {

struct EngineApi {
    std::function<decltype(::JetBeginExternalBackupInstance)> begin_external_backup;
    std::function<decltype(::JetGetAttachInfoInstanceA)> get_attach_info;
    std::function<decltype(::JetOpenFileInstanceA)> open_file;
    std::function<decltype(::JetReadFileInstance)> read_file;
    std::function<decltype(::JetCloseFileInstance)> close_file;
    std::function<decltype(::JetGetLogInfoInstance2A)> get_log_info;
    std::function<decltype(::JetGetTruncateLogInfoInstanceA)> get_truncate_log_info;
    std::function<decltype(::JetTruncateLogInstance)> truncate_log;
    std::function<decltype(::JetEndExternalBackupInstance2)> end_external_backup;
    std::function<decltype(::JetStopBackupInstance)> stop_backup;
    std::function<decltype(::EsentTruncateLog)> truncate_log_up_to;
};

// The engine that this program is linked with.
inline EngineApi esent() {
    return {&::JetBeginExternalBackupInstance,
            &::JetGetAttachInfoInstanceA,
            &::JetOpenFileInstanceA,
            &::JetReadFileInstance,
            &::JetCloseFileInstance,
            &::JetGetLogInfoInstance2A,
            &::JetGetTruncateLogInfoInstanceA,
            &::JetTruncateLogInstance,
            &::JetEndExternalBackupInstance2,
            &::JetStopBackupInstance,
            &::EsentTruncateLog};
}

}  // namespace ese::backup
