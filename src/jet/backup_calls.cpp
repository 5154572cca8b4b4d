// The external backup of an instance, call by call (BACKUP-SEMANTICS 1 and 2).

#include <type_traits>

#include "base/error.h"
#include "engine/backup/directory_backup.h"
#include "esent.h"
#include "jet/gate.h"
#include "jet/registry.h"
#include "jet/restore_arguments.h"
#include "jet/text.h"

namespace ese::jet {
namespace {

// Runs `work` on the backup of an instance that is open for calls.
template <class Work>
JET_ERR with_backup(JET_INSTANCE handle, Work work) {
    return api_call([&] {
        const auto instance = Registry::global().find(handle);
        const engine::Instance::Use use(*instance);
        work(instance->backup());
    });
}

// The same for the calls without an instance argument.
template <class Work>
JET_ERR with_only_backup(Work work) {
    return api_call([&] {
        const auto instance = Registry::global().single();
        const engine::Instance::Use use(*instance);
        work(instance->backup());
    });
}

// Sizes as the original gives them: the low and the high 32 bits.
void open_file(engine::Backup& backup, const std::string& path, JET_HANDLE* handle, std::uint32_t* size_low,
               std::uint32_t* size_high) {
    if (!handle || !size_low || !size_high)
        throw Error(ErrorKind::usage, JET_errInvalidParameter,
                    "JetOpenFile needs a place for the handle and both halves of the size");
    const auto opened = backup.open_file(path);
    *handle = opened.handle;
    *size_low = static_cast<std::uint32_t>(opened.stream_bytes);
    *size_high = static_cast<std::uint32_t>(opened.stream_bytes >> 32);
}

void read_file(engine::Backup& backup, JET_HANDLE handle, void* buffer, std::uint32_t bytes, std::uint32_t* actual) {
    if (actual) *actual = 0;
    const std::size_t got = backup.read_file(handle, buffer, bytes);
    if (actual) *actual = static_cast<std::uint32_t>(got);
}

// JET_LOGINFO_A and JET_LOGINFO_W differ in the width of the base name only.
template <class LogInfo>
void fill_log_info(LogInfo* info, const engine::BackupLogList& list, const std::string& base_name) {
    if (!info) return;
    info->ulGenLow = list.low.value();
    info->ulGenHigh = list.high.value();
    // A base name is three ASCII characters.
    for (std::size_t i = 0; i < 4; ++i)
        info->szBaseName[i] = static_cast<std::remove_reference_t<decltype(info->szBaseName[0])>>(
            i < base_name.size() ? base_name[i] : '\0');
}

template <class LogInfo>
void check_log_info(const LogInfo* info) {
    if (info && info->cbSize != sizeof(LogInfo))
        throw Error(ErrorKind::usage, JET_errInvalidParameter, "JET_LOGINFO has not the size that its cbSize says");
}

template <class Char, class LogInfo>
void log_list(const engine::Instance& instance, engine::Backup& backup, Char* buffer, std::uint32_t bytes,
              std::uint32_t* actual, LogInfo* info) {
    check_log_info(info);
    const auto list = backup.log_list();
    fill_log_info(info, list, instance.parameters().base_name());
    put_list(list.paths, buffer, bytes, actual);
}

template <class Char, class LogInfo>
JET_ERR instance_log_list(JET_INSTANCE handle, Char* buffer, std::uint32_t bytes, std::uint32_t* actual,
                          LogInfo* info) {
    return api_call([&] {
        const auto instance = Registry::global().find(handle);
        const engine::Instance::Use use(*instance);
        log_list(*instance, instance->backup(), buffer, bytes, actual, info);
    });
}

// --- JetBackup

// An instance that goes down between the two ends the backup with it.
class BegunBackup {
 public:
    BegunBackup(engine::Instance& instance, JET_GRBIT grbit) : instance_(instance) { instance.begin_backup(grbit); }
    ~BegunBackup() {
        if (used_) return;
        try {
            instance_.backup().end(JET_bitBackupEndAbort);
        } catch (const Error&) {
            // The end of the instance has ended it.
        }
    }
    BegunBackup(const BegunBackup&) = delete;
    BegunBackup& operator=(const BegunBackup&) = delete;

    template <class Work>
    void use(Work work) {
        const engine::Instance::Use use(instance_);
        used_ = true;
        work(instance_.backup());
    }

 private:
    engine::Instance& instance_;
    bool used_ = false;
};

// What JetBackup does without a directory.
void remove_unneeded_logs(engine::Instance& instance) {
    const engine::Instance::Use use(instance, true);
    const engine::Parameters& parameters = instance.parameters();
    if (!parameters.recovery_on())
        throw Error(ErrorKind::not_possible, JET_errLoggingDisabled, "the instance runs without a log");
    if (instance.backup_in_progress())
        throw Error(ErrorKind::busy, JET_errBackupInProgress, "a backup is in progress");
    if (parameters.circular_logging()) return;
    os::FileSystem& files = os::real_file_system();
    const format::LogNaming naming = engine::log_naming(parameters);
    engine::remove_logs_below_checkpoint(files, engine::scan_log_directory(files, parameters.log_path(), naming),
                                         os::join(parameters.system_path(), naming.checkpoint()));
}

void back_up(engine::Instance& instance, const std::string& directory, JET_GRBIT grbit, JET_PFNSTATUS callback) {
    constexpr JET_GRBIT known = JET_bitBackupIncremental | JET_bitBackupAtomic | JET_bitBackupFullWithAllLogs;
    require_known_bits(grbit, known, "JetBackup");
    if ((grbit & JET_bitBackupFullWithAllLogs) != 0)
        throw Error(JET_errFeatureNotAvailable, "a full backup with all logs is not available");
    if (directory.empty()) return remove_unneeded_logs(instance);
    BegunBackup begun(instance, grbit & JET_bitBackupIncremental);
    const StatusCallback status(JET_snpBackup, callback);
    status.tell(JET_sntBegin, 0);
    engine::DirectoryBackupRequest request;
    request.directory = directory;
    request.incremental = (grbit & JET_bitBackupIncremental) != 0;
    request.atomic = (grbit & JET_bitBackupAtomic) != 0;
    request.make_directory = instance.parameters().number(JET_paramCreatePathIfNotExist) != 0;
    request.page_bytes = instance.parameters().page_bytes();
    request.progress = [&](unsigned percent) { status.tell_progress(percent); };
    try {
        begun.use([&](engine::Backup& backup) {
            engine::back_up_to_directory(os::real_file_system(), backup, request);
        });
    } catch (const Error&) {
        status.tell(JET_sntFail, 0);
        throw;
    }
    status.tell(JET_sntComplete, 100);
}

}  // namespace
}  // namespace ese::jet

using namespace ese::jet;
using ese::engine::Backup;

extern "C" {

JET_ERR JetBeginExternalBackup(JET_GRBIT grbit) {
    return api_call([&] { Registry::global().single()->begin_backup(grbit); });
}
JET_ERR JetBeginExternalBackupInstance(JET_INSTANCE instance, JET_GRBIT grbit) {
    return api_call([&] { Registry::global().find(instance)->begin_backup(grbit); });
}

JET_ERR JetGetAttachInfoA(char* buffer, std::uint32_t bytes, std::uint32_t* actual) {
    return with_only_backup([&](Backup& backup) { put_list(backup.attached_paths(), buffer, bytes, actual); });
}
JET_ERR JetGetAttachInfoW(char16_t* buffer, std::uint32_t bytes, std::uint32_t* actual) {
    return with_only_backup([&](Backup& backup) { put_list(backup.attached_paths(), buffer, bytes, actual); });
}
JET_ERR JetGetAttachInfoInstanceA(JET_INSTANCE instance, char* buffer, std::uint32_t bytes, std::uint32_t* actual) {
    return with_backup(instance, [&](Backup& backup) { put_list(backup.attached_paths(), buffer, bytes, actual); });
}
JET_ERR JetGetAttachInfoInstanceW(JET_INSTANCE instance, char16_t* buffer, std::uint32_t bytes, std::uint32_t* actual) {
    return with_backup(instance, [&](Backup& backup) { put_list(backup.attached_paths(), buffer, bytes, actual); });
}

JET_ERR JetOpenFileA(const char* name, JET_HANDLE* handle, std::uint32_t* size_low, std::uint32_t* size_high) {
    return with_only_backup([&](Backup& backup) { open_file(backup, text_from(name), handle, size_low, size_high); });
}
JET_ERR JetOpenFileW(const char16_t* name, JET_HANDLE* handle, std::uint32_t* size_low, std::uint32_t* size_high) {
    return with_only_backup([&](Backup& backup) { open_file(backup, text_from(name), handle, size_low, size_high); });
}
JET_ERR JetOpenFileInstanceA(JET_INSTANCE instance, const char* name, JET_HANDLE* handle, std::uint32_t* size_low,
                             std::uint32_t* size_high) {
    return with_backup(instance,
                       [&](Backup& backup) { open_file(backup, text_from(name), handle, size_low, size_high); });
}
JET_ERR JetOpenFileInstanceW(JET_INSTANCE instance, const char16_t* name, JET_HANDLE* handle, std::uint32_t* size_low,
                             std::uint32_t* size_high) {
    return with_backup(instance,
                       [&](Backup& backup) { open_file(backup, text_from(name), handle, size_low, size_high); });
}

JET_ERR JetReadFile(JET_HANDLE handle, void* buffer, std::uint32_t bytes, std::uint32_t* actual) {
    return with_only_backup([&](Backup& backup) { read_file(backup, handle, buffer, bytes, actual); });
}
JET_ERR JetReadFileInstance(JET_INSTANCE instance, JET_HANDLE handle, void* buffer, std::uint32_t bytes,
                            std::uint32_t* actual) {
    return with_backup(instance, [&](Backup& backup) { read_file(backup, handle, buffer, bytes, actual); });
}

JET_ERR JetCloseFile(JET_HANDLE handle) {
    return with_only_backup([&](Backup& backup) { backup.close_file(handle); });
}
JET_ERR JetCloseFileInstance(JET_INSTANCE instance, JET_HANDLE handle) {
    return with_backup(instance, [&](Backup& backup) { backup.close_file(handle); });
}

JET_ERR JetGetLogInfoA(char* buffer, std::uint32_t bytes, std::uint32_t* actual) {
    return with_only_backup([&](Backup& backup) { put_list(backup.log_list().paths, buffer, bytes, actual); });
}
JET_ERR JetGetLogInfoW(char16_t* buffer, std::uint32_t bytes, std::uint32_t* actual) {
    return with_only_backup([&](Backup& backup) { put_list(backup.log_list().paths, buffer, bytes, actual); });
}
JET_ERR JetGetLogInfoInstanceA(JET_INSTANCE instance, char* buffer, std::uint32_t bytes, std::uint32_t* actual) {
    return instance_log_list(instance, buffer, bytes, actual, static_cast<JET_LOGINFO_A*>(nullptr));
}
JET_ERR JetGetLogInfoInstanceW(JET_INSTANCE instance, char16_t* buffer, std::uint32_t bytes, std::uint32_t* actual) {
    return instance_log_list(instance, buffer, bytes, actual, static_cast<JET_LOGINFO_W*>(nullptr));
}
JET_ERR JetGetLogInfoInstance2A(JET_INSTANCE instance, char* buffer, std::uint32_t bytes, std::uint32_t* actual,
                                JET_LOGINFO_A* info) {
    return instance_log_list(instance, buffer, bytes, actual, info);
}
JET_ERR JetGetLogInfoInstance2W(JET_INSTANCE instance, char16_t* buffer, std::uint32_t bytes, std::uint32_t* actual,
                                JET_LOGINFO_W* info) {
    return instance_log_list(instance, buffer, bytes, actual, info);
}

JET_ERR JetGetTruncateLogInfoInstanceA(JET_INSTANCE instance, char* buffer, std::uint32_t bytes,
                                       std::uint32_t* actual) {
    return with_backup(instance, [&](Backup& backup) { put_list(backup.truncation_list(), buffer, bytes, actual); });
}
JET_ERR JetGetTruncateLogInfoInstanceW(JET_INSTANCE instance, char16_t* buffer, std::uint32_t bytes,
                                       std::uint32_t* actual) {
    return with_backup(instance, [&](Backup& backup) { put_list(backup.truncation_list(), buffer, bytes, actual); });
}

JET_ERR JetTruncateLog(void) {
    return with_only_backup([](Backup& backup) { backup.truncate(); });
}
JET_ERR JetTruncateLogInstance(JET_INSTANCE instance) {
    return with_backup(instance, [](Backup& backup) { backup.truncate(); });
}
JET_ERR EsentTruncateLog(JET_INSTANCE instance, std::uint32_t last) {
    return with_backup(instance, [&](Backup& backup) { backup.truncate(ese::Generation(last)); });
}

JET_ERR JetEndExternalBackup(void) {
    return with_only_backup([](Backup& backup) { backup.end(JET_bitBackupEndNormal); });
}
JET_ERR JetEndExternalBackupInstance(JET_INSTANCE instance) {
    return with_backup(instance, [](Backup& backup) { backup.end(JET_bitBackupEndNormal); });
}
JET_ERR JetEndExternalBackupInstance2(JET_INSTANCE instance, JET_GRBIT grbit) {
    return with_backup(instance, [&](Backup& backup) { backup.end(grbit); });
}

JET_ERR JetBackupA(const char* directory, JET_GRBIT grbit, JET_PFNSTATUS status) {
    return api_call([&] { back_up(*Registry::global().single(), text_from(directory), grbit, status); });
}
JET_ERR JetBackupW(const char16_t* directory, JET_GRBIT grbit, JET_PFNSTATUS status) {
    return api_call([&] { back_up(*Registry::global().single(), text_from(directory), grbit, status); });
}
JET_ERR JetBackupInstanceA(JET_INSTANCE instance, const char* directory, JET_GRBIT grbit, JET_PFNSTATUS status) {
    return api_call([&] { back_up(*Registry::global().find(instance), text_from(directory), grbit, status); });
}
JET_ERR JetBackupInstanceW(JET_INSTANCE instance, const char16_t* directory, JET_GRBIT grbit, JET_PFNSTATUS status) {
    return api_call([&] { back_up(*Registry::global().find(instance), text_from(directory), grbit, status); });
}

// A stop must get through while another thread is inside a backup call, and succeeds where nothing is to be stopped.
JET_ERR JetStopBackup(void) {
    return api_call([] {
        const auto instance = Registry::global().single();
        const ese::engine::Instance::Use use(*instance);
        instance->stop_backup();
    });
}
JET_ERR JetStopBackupInstance(JET_INSTANCE instance) {
    return api_call([&] {
        const auto found = Registry::global().find(instance);
        const ese::engine::Instance::Use use(*found);
        found->stop_backup();
    });
}

}  // extern "C"
