// JetExternalRestore and JetExternalRestore2; JetRestore and its kin (BACKUP-SEMANTICS 5).

#include <algorithm>
#include <iterator>
#include <type_traits>

#include "base/error.h"
#include "engine/recovery/directory_restore.h"
#include "esent.h"
#include "jet/gate.h"
#include "jet/registry.h"
#include "jet/restore_arguments.h"
#include "jet/text.h"

namespace ese::jet {
namespace {

struct Arguments {
    std::string checkpoint_directory;
    std::string log_directory;
    std::string backup_log_directory;
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::string base_name;  // empty: the parameter's
    bool has_target_instance = false;
    JET_PFNSTATUS status = nullptr;
    std::optional<format::Lgpos> stop;
    bool skip_others = false;
};

template <class Map>
std::vector<engine::RestoreRequest::Placed> placed_databases(const Map* map, std::int32_t count) {
    const auto moved = moved_databases(map, count);
    if (!moved) throw Error(ErrorKind::usage, JET_errInvalidParameter, "the restore map is empty");
    std::vector<engine::RestoreRequest::Placed> placed;
    for (const auto& entry : *moved) placed.push_back({entry.from, entry.to});
    return placed;
}

// What a restore takes from the parameters beside its directories.
engine::RestoreRequest with_parameters(const engine::Parameters& parameters) {
    engine::RestoreRequest request;
    request.naming = engine::log_naming(parameters);
    request.accept_bad_pages = parameters.number(JET_paramAcceptBadPages) != 0;
    const auto callback = reinterpret_cast<JET_PFNEVENT>(parameters.number(JET_paramEventCallback));
    void* const context = reinterpret_cast<void*>(parameters.number(JET_paramEventCallbackContext));
    request.events = [callback, context](std::uint32_t event, engine::Severity severity, const std::string& text) {
        if (callback) callback(0, event, static_cast<std::uint32_t>(severity), text.c_str(), context);
    };
    return request;
}

// Runs `work`, which uses the request, and tells the callback how it goes.
template <class Work>
void run_restore(engine::RestoreRequest& request, JET_PFNSTATUS callback, Work work) {
    const StatusCallback status(JET_snpRestore, callback);
    request.progress = [status](unsigned percent) { status.tell_progress(percent); };
    status.tell(JET_sntBegin, 0);
    try {
        work();
    } catch (const Error& error) {
        request.events(JET_eventRecoveryFailed, engine::Severity::error, error.what());
        status.tell(JET_sntFail, 0);
        throw;
    }
    status.tell(JET_sntComplete, 100);
}

void external_restore(const Arguments& arguments, std::vector<engine::RestoreRequest::Placed> databases) {
    const Registry::Restoring running(Registry::global());
    if (Registry::global().in_single_mode())
        throw Error(ErrorKind::usage, JET_errRunningInOneInstanceMode,
                    "a restore makes an instance of its own, and JetInit was called without one");
    if (arguments.has_target_instance)
        throw Error(JET_errFeatureNotAvailable, "restoring into the log stream of another instance is not available");
    if (arguments.low == 0 || arguments.high < arguments.low)
        throw Error(ErrorKind::usage, JET_errInvalidParameter, "genLow and genHigh are no range of log generations");

    os::FileSystem& files = os::real_file_system();
    engine::Parameters parameters =
        Registry::global().with_defaults([](const engine::Parameters& defaults) { return defaults; });
    if (!arguments.base_name.empty()) parameters.set_text(JET_paramBaseName, arguments.base_name, false);
    engine::RestoreRequest request = with_parameters(parameters);
    request.log_directory = files.absolute(arguments.log_directory);
    request.checkpoint_directory =
        arguments.checkpoint_directory.empty() ? request.log_directory : files.absolute(arguments.checkpoint_directory);
    request.backup_log_directory =
        arguments.backup_log_directory.empty() ? request.log_directory : files.absolute(arguments.backup_log_directory);
    request.low = Generation(arguments.low);
    request.high = Generation(arguments.high);
    request.databases = std::move(databases);
    request.stop = arguments.stop;
    request.skip_others = arguments.skip_others;
    run_restore(request, arguments.status, [&] { engine::restore_external_backup(files, os::real_clock(), request); });
}

// JetRestore and its kin, with the parameters of an instance or of the process.
void directory_restore(const engine::Parameters& parameters, const std::string& source, const std::string& destination,
                       JET_PFNSTATUS callback) {
    const Registry::Restoring running(Registry::global());
    os::FileSystem& files = os::real_file_system();
    engine::RestoreRequest request = with_parameters(parameters);
    request.log_directory = files.absolute(parameters.log_path());
    request.checkpoint_directory = files.absolute(parameters.system_path());
    run_restore(request, callback,
                [&] { engine::restore_directory_backup(files, os::real_clock(), request, source, destination); });
}

template <class Char>
JET_ERR instance_restore(JET_INSTANCE handle, const Char* source, const Char* destination, JET_PFNSTATUS status) {
    return api_call([&] {
        const auto instance = Registry::global().find(handle);
        if (instance->is_running())
            throw Error(ErrorKind::usage, JET_errAfterInitialization, "the instance is initialised");
        directory_restore(instance->parameters(), text_from(source), text_from(destination), status);
    });
}

template <class Char>
JET_ERR default_restore(const Char* source, const Char* destination, JET_PFNSTATUS status) {
    return api_call([&] {
        Registry& registry = Registry::global();
        if (registry.in_single_mode())
            throw Error(ErrorKind::usage, JET_errAfterInitialization, "JetInit was called without an instance");
        if (!registry.all().empty())
            throw Error(ErrorKind::usage, JET_errRunningInMultiInstanceMode,
                        "instances were made by name; JetRestoreInstance takes one of them");
        directory_restore(registry.with_defaults([](const engine::Parameters& defaults) { return defaults; }),
                          text_from(source), text_from(destination), status);
    });
}

template <class Char>
std::string first_of(const Char* wanted, const Char* otherwise) {
    if (!wanted && !otherwise) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no log directory was given");
    return text_from(wanted ? wanted : otherwise);
}

template <class Map, class Char>
JET_ERR restore(const Char* checkpoint, const Char* log, const Map* map, std::int32_t count, const Char* backup_log,
                std::int32_t low, std::int32_t high, JET_PFNSTATUS status) {
    return api_call([&] {
        if (low <= 0) throw Error(ErrorKind::usage, JET_errInvalidParameter, "genLow is no log generation");
        external_restore({text_from(checkpoint),
                          first_of(log, backup_log),
                          text_from(backup_log),
                          static_cast<std::uint32_t>(low),
                          static_cast<std::uint32_t>(std::max(high, 0)),
                          {},
                          false,
                          status,
                          std::nullopt,
                          false},
                         placed_databases(map, count));
    });
}

template <class LogInfo>
std::string base_name_of(const LogInfo* info) {
    if (!info || info->cbSize != sizeof(LogInfo))
        throw Error(ErrorKind::usage, JET_errInvalidParameter, "pLogInfo is missing or its cbSize is wrong");
    std::basic_string<std::remove_cvref_t<decltype(info->szBaseName[0])>> base_name;
    for (std::size_t i = 0; i < std::size(info->szBaseName) && info->szBaseName[i] != 0; ++i)
        base_name.push_back(info->szBaseName[i]);
    return text_from(base_name.c_str());
}

template <class Map, class Char, class LogInfo>
JET_ERR restore2(const Char* checkpoint, const Char* log, const Map* map, std::int32_t count, const Char* backup_log,
                 const LogInfo* info, bool has_target, JET_PFNSTATUS status) {
    return api_call([&] {
        const std::string base_name = base_name_of(info);
        external_restore({text_from(checkpoint), first_of(log, backup_log), text_from(backup_log), info->ulGenLow,
                          info->ulGenHigh, base_name, has_target, status, std::nullopt, false},
                         placed_databases(map, count));
    });
}

}  // namespace
}  // namespace ese::jet

using namespace ese::jet;
using ese::Error;
using ese::ErrorKind;

extern "C" {

JET_ERR JetExternalRestoreA(char* checkpoint, char* log, JET_RSTMAP_A* map, std::int32_t count, char* backup_log,
                            std::int32_t low, std::int32_t high, JET_PFNSTATUS status) {
    return restore(checkpoint, log, map, count, backup_log, low, high, status);
}
JET_ERR JetExternalRestoreW(char16_t* checkpoint, char16_t* log, JET_RSTMAP_W* map, std::int32_t count,
                            char16_t* backup_log, std::int32_t low, std::int32_t high, JET_PFNSTATUS status) {
    return restore(checkpoint, log, map, count, backup_log, low, high, status);
}
JET_ERR JetExternalRestore2A(char* checkpoint, char* log, JET_RSTMAP_A* map, std::int32_t count, char* backup_log,
                             JET_LOGINFO_A* info, char* target_name, char* target_log, char* target_checkpoint,
                             JET_PFNSTATUS status) {
    return restore2(checkpoint, log, map, count, backup_log, info, target_name || target_log || target_checkpoint,
                    status);
}
JET_ERR JetExternalRestore2W(char16_t* checkpoint, char16_t* log, JET_RSTMAP_W* map, std::int32_t count,
                             char16_t* backup_log, JET_LOGINFO_W* info, char16_t* target_name, char16_t* target_log,
                             char16_t* target_checkpoint, JET_PFNSTATUS status) {
    return restore2(checkpoint, log, map, count, backup_log, info, target_name || target_log || target_checkpoint,
                    status);
}

JET_ERR JetRestoreA(const char* source, JET_PFNSTATUS status) {
    return default_restore(source, static_cast<const char*>(nullptr), status);
}
JET_ERR JetRestoreW(const char16_t* source, JET_PFNSTATUS status) {
    return default_restore(source, static_cast<const char16_t*>(nullptr), status);
}
JET_ERR JetRestore2A(const char* source, const char* destination, JET_PFNSTATUS status) {
    return default_restore(source, destination, status);
}
JET_ERR JetRestore2W(const char16_t* source, const char16_t* destination, JET_PFNSTATUS status) {
    return default_restore(source, destination, status);
}
JET_ERR JetRestoreInstanceA(JET_INSTANCE instance, const char* source, const char* destination, JET_PFNSTATUS status) {
    return instance_restore(instance, source, destination, status);
}
JET_ERR JetRestoreInstanceW(JET_INSTANCE instance, const char16_t* source, const char16_t* destination,
                            JET_PFNSTATUS status) {
    return instance_restore(instance, source, destination, status);
}

JET_ERR EsentExternalRestore(char* checkpoint, char* log, JET_RSTINFO_A* restore, char* backup_log, JET_LOGINFO_A* info,
                             JET_GRBIT grbit) {
    return api_call([&] {
        require_known_bits(grbit, JET_bitReplayIgnoreMissingDB, "EsentExternalRestore");
        if (!restore || restore->cbStruct != sizeof *restore)
            throw Error(ErrorKind::usage, JET_errInvalidParameter, "JET_RSTINFO is missing or has the wrong cbStruct");
        const std::string base_name = base_name_of(info);
        external_restore({text_from(checkpoint), first_of(log, backup_log), text_from(backup_log), info->ulGenLow,
                          info->ulGenHigh, base_name, false, restore->pfnStatus, stop_position(*restore),
                          (grbit & JET_bitReplayIgnoreMissingDB) != 0},
                         placed_databases(restore->rgrstmap, restore->crstmap));
    });
}

}  // extern "C"
