// JetExternalRestore and JetExternalRestore2 (BACKUP-SEMANTICS 5).

#include <mutex>

#include "base/error.h"
#include "engine/recovery/hard_restore.h"
#include "esent.h"
#include "jet/gate.h"
#include "jet/registry.h"
#include "jet/text.h"

namespace ese::jet {
namespace {

// One restore at a time in a process, as in the original.
std::mutex restore_mutex;

struct Arguments {
    std::string checkpoint_directory;
    std::string log_directory;
    std::string backup_log_directory;
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::string base_name;  // empty: the parameter's
    bool has_target_instance = false;
    JET_PFNSTATUS status = nullptr;
};

// Tells the application how far the restore is: JET_snpRestore with begin, progress, complete or fail.
class Status {
 public:
    explicit Status(JET_PFNSTATUS callback) : callback_(callback) {}

    void tell(JET_SNT step, unsigned percent) const {
        if (!callback_) return;
        JET_SNPROG progress{sizeof(JET_SNPROG), percent, 100};
        callback_(0, JET_snpRestore, step, &progress);
    }

 private:
    JET_PFNSTATUS callback_;
};

template <class Map>
std::vector<engine::RestoreRequest::Placed> placed_databases(const Map* map, std::int32_t count) {
    if (count < 0 || (count > 0) != (map != nullptr))
        throw Error(ErrorKind::usage, JET_errInvalidParameter, "the restore map and its count do not fit");
    std::vector<engine::RestoreRequest::Placed> placed;
    for (std::int32_t i = 0; i < count; ++i) {
        if (!map[i].szNewDatabaseName)
            throw Error(ErrorKind::usage, JET_errInvalidParameter, "an entry of the restore map names no file");
        placed.push_back({text_from(map[i].szDatabaseName), text_from(map[i].szNewDatabaseName)});
    }
    return placed;
}

void external_restore(const Arguments& arguments, std::vector<engine::RestoreRequest::Placed> databases) {
    const std::unique_lock running(restore_mutex, std::try_to_lock);
    if (!running)
        throw Error(ErrorKind::busy, JET_errRestoreInProgress, "another restore of this process is in progress");
    if (Registry::global().in_single_mode())
        throw Error(ErrorKind::usage, JET_errRunningInOneInstanceMode,
                    "a restore makes an instance of its own, and JetInit was called without one");
    if (arguments.has_target_instance)
        throw Error(JET_errFeatureNotAvailable, "restoring into the log stream of another instance is not available");
    if (arguments.low == 0 || arguments.high < arguments.low)
        throw Error(ErrorKind::usage, JET_errInvalidParameter, "genLow and genHigh are no range of log generations");

    os::FileSystem& files = os::real_file_system();
    engine::RestoreRequest request;
    request.naming = Registry::global().with_defaults(
        [](const engine::Parameters& defaults) { return engine::log_naming(defaults); });
    if (!arguments.base_name.empty()) request.naming.base = arguments.base_name;
    request.log_directory = files.absolute(arguments.log_directory);
    request.checkpoint_directory =
        arguments.checkpoint_directory.empty() ? request.log_directory : files.absolute(arguments.checkpoint_directory);
    request.backup_log_directory =
        arguments.backup_log_directory.empty() ? request.log_directory : files.absolute(arguments.backup_log_directory);
    request.low = Generation(arguments.low);
    request.high = Generation(arguments.high);
    request.databases = std::move(databases);
    const JET_PFNEVENT callback = Registry::global().with_defaults([](const engine::Parameters& defaults) {
        return reinterpret_cast<JET_PFNEVENT>(defaults.number(JET_paramEventCallback));
    });
    void* const context = Registry::global().with_defaults([](const engine::Parameters& defaults) {
        return reinterpret_cast<void*>(defaults.number(JET_paramEventCallbackContext));
    });
    request.events = [&](std::uint32_t event, engine::Severity severity, const std::string& text) {
        if (callback) callback(0, event, static_cast<std::uint32_t>(severity), text.c_str(), context);
    };
    const Status status(arguments.status);
    request.progress = [&](unsigned percent) { status.tell(JET_sntProgress, percent); };

    status.tell(JET_sntBegin, 0);
    try {
        engine::restore_external_backup(files, os::real_clock(), request);
    } catch (const Error& error) {
        request.events(JET_eventRecoveryFailed, engine::Severity::error, error.what());
        status.tell(JET_sntFail, 0);
        throw;
    }
    status.tell(JET_sntComplete, 100);
}

template <class Map, class Char>
JET_ERR restore(const Char* checkpoint, const Char* log, const Map* map, std::int32_t count, const Char* backup_log,
                std::int32_t low, std::int32_t high, JET_PFNSTATUS status, const std::string& base_name,
                bool has_target) {
    return api_call([&] {
        if (!log && !backup_log) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no log directory was given");
        external_restore(
            {text_from(checkpoint), text_from(log ? log : backup_log), text_from(backup_log),
             static_cast<std::uint32_t>(low), static_cast<std::uint32_t>(high), base_name, has_target, status},
            placed_databases(map, count));
    });
}

template <class LogInfo>
std::string base_name_of(const LogInfo* info) {
    std::string name;
    for (std::size_t i = 0; info && i < 3 && info->szBaseName[i] != 0; ++i)
        name.push_back(static_cast<char>(info->szBaseName[i]));
    return name;
}

}  // namespace
}  // namespace ese::jet

using namespace ese::jet;

extern "C" {

JET_ERR JetExternalRestoreA(char* checkpoint, char* log, JET_RSTMAP_A* map, std::int32_t count, char* backup_log,
                            std::int32_t low, std::int32_t high, JET_PFNSTATUS status) {
    return restore(checkpoint, log, map, count, backup_log, low, high, status, {}, false);
}
JET_ERR JetExternalRestoreW(char16_t* checkpoint, char16_t* log, JET_RSTMAP_W* map, std::int32_t count,
                            char16_t* backup_log, std::int32_t low, std::int32_t high, JET_PFNSTATUS status) {
    return restore(checkpoint, log, map, count, backup_log, low, high, status, {}, false);
}
JET_ERR JetExternalRestore2A(char* checkpoint, char* log, JET_RSTMAP_A* map, std::int32_t count, char* backup_log,
                             JET_LOGINFO_A* info, char* target_name, char* target_log, char* target_checkpoint,
                             JET_PFNSTATUS status) {
    if (!info || info->cbSize != sizeof(JET_LOGINFO_A)) return JET_errInvalidParameter;
    return restore(checkpoint, log, map, count, backup_log, static_cast<std::int32_t>(info->ulGenLow),
                   static_cast<std::int32_t>(info->ulGenHigh), status, base_name_of(info),
                   target_name || target_log || target_checkpoint);
}
JET_ERR JetExternalRestore2W(char16_t* checkpoint, char16_t* log, JET_RSTMAP_W* map, std::int32_t count,
                             char16_t* backup_log, JET_LOGINFO_W* info, char16_t* target_name, char16_t* target_log,
                             char16_t* target_checkpoint, JET_PFNSTATUS status) {
    if (!info || info->cbSize != sizeof(JET_LOGINFO_W)) return JET_errInvalidParameter;
    return restore(checkpoint, log, map, count, backup_log, static_cast<std::int32_t>(info->ulGenLow),
                   static_cast<std::int32_t>(info->ulGenHigh), status, base_name_of(info),
                   target_name || target_log || target_checkpoint);
}

}  // extern "C"
