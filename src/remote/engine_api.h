#pragma once

// The functions of the documented backup sequence, those of this engine that go beside them: the one that stops it from
// another thread, the one that deletes a part of the logs, and the one that tells what went wrong. One filling is esent.h; another is a connection to the program that has the instance (client.h);
// tests have one that fails at the n-th call, and any other engine with the JET API can be another.

#include <functional>

#include "esent.h"

namespace ese::remote {

struct EngineApi {
    std::function<decltype(::JetBeginExternalBackupInstance)> begin_external_backup;
    std::function<decltype(::JetGetAttachInfoInstanceA)> get_attach_info;
    std::function<decltype(::JetOpenFileInstanceA)> open_file;
    std::function<decltype(::JetReadFileInstance)> read_file;
    std::function<decltype(::JetCloseFileInstance)> close_file;
    std::function<decltype(::JetGetLogInfoInstance2A)> get_log_info;
    std::function<decltype(::JetGetTruncateLogInfoInstanceA)> get_truncate_log_info;
    std::function<decltype(::JetTruncateLogInstance)> truncate_log;
    std::function<decltype(::EsentTruncateLog)> truncate_log_up_to;
    std::function<decltype(::JetEndExternalBackupInstance2)> end_external_backup;
    std::function<decltype(::JetStopBackupInstance)> stop_backup;
    std::function<decltype(::EsentGetErrorDetail)> error_detail;
};

// The engine that this program is linked with.
inline EngineApi esent() {
    return {&::JetBeginExternalBackupInstance, &::JetGetAttachInfoInstanceA,
            &::JetOpenFileInstanceA,           &::JetReadFileInstance,
            &::JetCloseFileInstance,           &::JetGetLogInfoInstance2A,
            &::JetGetTruncateLogInfoInstanceA, &::JetTruncateLogInstance,
            &::EsentTruncateLog,               &::JetEndExternalBackupInstance2,
            &::JetStopBackupInstance,          &::EsentGetErrorDetail};
}

}  // namespace ese::remote
