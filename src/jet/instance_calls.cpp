// Instances, system parameters, JetInit and JetTerm.

#include <optional>
#include <string>

#include "base/error.h"
#include "esent.h"
#include "jet/error_table.h"
#include "jet/gate.h"
#include "jet/registry.h"
#include "jet/restore_arguments.h"
#include "jet/text.h"

namespace ese::jet {
namespace {

void create_instance(JET_INSTANCE* instance, const std::string& name, JET_GRBIT grbit) {
    if (!instance) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no place for the instance handle was given");
    require_known_bits(grbit, 0, "JetCreateInstance2");
    *instance = Registry::global().create(name);
}

// Where a parameter lives: in a running or created instance, or in the defaults for new ones.
std::shared_ptr<engine::Instance> parameter_owner(const JET_INSTANCE* instance) {
    Registry& registry = Registry::global();
    if (instance && *instance != 0 && *instance != JET_instanceNil) return registry.find(*instance);
    return registry.in_single_mode() ? registry.single() : nullptr;
}

// JET_paramCommitDefault, which a session has one of its own of.
bool is_of_session(JET_SESID session, std::uint32_t id) {
    return session != 0 && session != JET_sesidNil && id == JET_paramCommitDefault;
}

void set_commit_default(JET_SESID session, JET_API_PTR number) {
    if (number & ~JET_API_PTR{JET_bitCommitLazyFlush})
        throw Error(ErrorKind::usage, JET_errInvalidParameter, "no commit has these bits as its default");
    const auto instance = Registry::global().of_session(session);
    const engine::Instance::Use use(*instance);
    engine::SessionSettings settings = instance->sessions().settings(session);
    settings.commit_default = static_cast<JET_GRBIT>(number);
    instance->sessions().set_settings(session, settings);
}

JET_API_PTR commit_default(JET_SESID session) {
    const auto instance = Registry::global().of_session(session);
    const engine::Instance::Use use(*instance);
    return instance->sessions().settings(session).commit_default;
}

// A path means the same later, when the program has gone to another directory.
std::string stored_text(std::uint32_t id, const std::string& text) {
    const bool is_path = id == JET_paramSystemPath || id == JET_paramLogFilePath || id == JET_paramTempPath ||
                         id == JET_paramAlternateDatabaseRecoveryPath;
    return is_path && !text.empty() ? os::real_file_system().absolute(text) : text;
}

void set_parameter(JET_INSTANCE* instance, JET_SESID session, std::uint32_t id, JET_API_PTR number,
                   const std::optional<std::string>& text) {
    if (is_of_session(session, id)) return set_commit_default(session, number);
    const auto set = [&](engine::Parameters& parameters, bool runs) {
        if (!engine::Parameters::is_text(id))
            parameters.set_number(id, number, runs);
        else if (text)
            parameters.set_text(id, stored_text(id, *text), runs);
        else
            throw Error(ErrorKind::usage, JET_errInvalidParameter,
                        "system parameter " + std::to_string(id) + " takes a string");
    };
    if (const auto owner = parameter_owner(instance))
        set(owner->parameters(), owner->is_running());
    else
        Registry::global().with_defaults([&](engine::Parameters& defaults) { set(defaults, false); });
}

// The text of a parameter, or nothing for one that is a number, which is then in *number.
std::optional<std::string> get_parameter(JET_INSTANCE instance, JET_SESID session, std::uint32_t id,
                                         JET_API_PTR* number) {
    if (id == JET_paramErrorToString) {
        if (!number)
            throw Error(ErrorKind::usage, JET_errInvalidParameter, "JET_paramErrorToString takes the error in plParam");
        const auto error = static_cast<JET_ERR>(*number);
        return std::string(jet_error_name(error)) + ", " + std::string(jet_error_text(error));
    }
    const auto get = [&](const engine::Parameters& parameters) -> std::optional<std::string> {
        if (engine::Parameters::is_text(id)) return parameters.text(id);
        if (!number) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no place for the value was given");
        *number = parameters.number(id);
        return std::nullopt;
    };
    if (is_of_session(session, id) && number) {
        *number = commit_default(session);
        return std::nullopt;
    }
    if (const auto owner = parameter_owner(&instance)) return get(owner->parameters());
    return Registry::global().with_defaults([&](const engine::Parameters& defaults) { return get(defaults); });
}

constexpr JET_GRBIT init_bits = JET_bitReplayReplicatedLogFiles | JET_bitReplayIgnoreMissingDB |
                                JET_bitRecoveryWithoutUndo | JET_bitTruncateLogsAfterRecovery |
                                JET_bitReplayMissingMapEntryDB | JET_bitLogStreamMustExist |
                                JET_bitReplayIgnoreLostLogs | JET_bitRecoveryUndoAtStop;
// Recovery under the control of the callback, and what goes with it.
constexpr JET_GRBIT controlled_init_bits = JET_bitExternalRecoveryControl | JET_bitKeepDbAttachedAtEndOfRecovery |
                                           JET_bitReplayIgnoreLogRecordsBeforeMinRequiredLog |
                                           JET_bitReplayInferCheckpointFromRstmapDbs;
constexpr JET_GRBIT term_bits = JET_bitTermComplete | JET_bitTermAbrupt | JET_bitTermStopBackup | JET_bitTermDirty;

void init(JET_INSTANCE* instance, JET_GRBIT grbit, engine::RecoveryOptions recovery = {}) {
    require_known_bits(grbit, init_bits | controlled_init_bits, "JetInit");
    if ((grbit & controlled_init_bits) != 0)
        throw Error(JET_errFeatureNotAvailable, "recovery that the application controls is not available");
    if ((grbit & JET_bitRecoveryUndoAtStop) != 0 && (grbit & JET_bitRecoveryWithoutUndo) != 0)
        throw Error(ErrorKind::usage, JET_errInvalidGrbit, "recovery either undoes what is open or does not");
    Registry& registry = Registry::global();
    // Where no instance was made by name the handle says nothing: it may be that of one that was terminated.
    const bool none_made = registry.in_single_mode() || registry.all().empty();
    const bool named = !none_made && instance && *instance != 0 && *instance != JET_instanceNil;
    const JET_INSTANCE handle = named ? *instance : registry.create_single();
    try {
        registry.find(handle)->init(grbit, std::move(recovery));
    } catch (...) {
        // An instance that JetInit itself made would have no handle to be terminated by.
        if (!named && !registry.find(handle)->is_running()) registry.erase(*registry.find(handle));
        throw;
    }
    if (instance) *instance = handle;
}

StatusCallback status_of(const JET_RSTINFO_A& info) { return {JET_snpRestore, info.pfnStatus}; }
StatusCallback status_of(const JET_RSTINFO_W& info) { return {JET_snpRestore, info.pfnStatus}; }
template <class Info2>
StatusCallback status_of(const Info2& info) {
    return {JET_snpRestore, info.pfnCallback, info.pvCallbackContext};
}

// JetInit3 and JetInit4.
template <class Info>
void init_with_map(JET_INSTANCE* instance, const Info* info, JET_GRBIT grbit) {
    if (!info) return init(instance, grbit);
    if (info->cbStruct != sizeof(Info))
        throw Error(ErrorKind::usage, JET_errInvalidParameter, "JET_RSTINFO or JET_RSTINFO2 has the wrong cbStruct");
    engine::RecoveryOptions recovery;
    recovery.map = moved_databases(info->rgrstmap, info->crstmap);
    recovery.stop = stop_position(*info);
    const StatusCallback status = status_of(*info);
    recovery.progress = [&status](unsigned percent) { status.tell(JET_sntProgress, percent); };
    status.tell(JET_sntBegin, 0);
    try {
        init(instance, grbit, std::move(recovery));
    } catch (...) {
        status.tell(JET_sntFail, 0);
        throw;
    }
    status.tell(JET_sntComplete, 100);
}

void get_misc_info(JET_INSTANCE handle, void* result, std::uint32_t bytes, std::uint32_t level) {
    const auto instance = Registry::global().find(handle);
    const engine::Instance::Use use(*instance);
    if (level != JET_InstanceMiscInfoLogSignature)
        throw Error(JET_errFeatureNotAvailable,
                    "information level " + std::to_string(level) + " is not available in this version");
    const auto signature = instance->log_signature();
    if (!signature) throw Error(JET_errLoggingDisabled, "an instance without logs has no log signature");
    if (!result || bytes < sizeof(JET_SIGNATURE))
        throw Error(ErrorKind::usage, JET_errInvalidBufferSize, "a signature has 28 bytes");
    signature->write(ese::ByteSpan(static_cast<std::uint8_t*>(result), sizeof(JET_SIGNATURE)), 0);
}

void term(JET_INSTANCE handle, JET_GRBIT grbit) {
    const auto instance = Registry::global().find(handle);
    require_known_bits(grbit, term_bits, "JetTerm2");
    try {
        instance->term(grbit);
    } catch (const Error& error) {
        // It goes on running only where nothing was begun.
        if (error.jet() != JET_errBackupInProgress && error.jet() != JET_errTermInProgress &&
            error.jet() != JET_errInitInProgress)
            Registry::global().erase(*instance);
        throw;
    }
    Registry::global().erase(*instance);
}

void stop_service(JET_INSTANCE handle, JET_GRBIT grbit) {
    const auto instance = Registry::global().find(handle);
    constexpr JET_GRBIT quieted = JET_bitStopServiceBackgroundUserTasks | JET_bitStopServiceQuiesceCaches;
    require_known_bits(grbit, quieted | JET_bitStopServiceStopAndEmitLog | JET_bitStopServiceResume,
                       "JetStopServiceInstance2");
    if (grbit & JET_bitStopServiceStopAndEmitLog)
        throw Error(JET_errFeatureNotAvailable, "a log is not emitted, so it can't be stopped with that");
    if (grbit == JET_bitStopServiceAll) return instance->stop_service();
    const engine::Instance::Use use(*instance);  // which is refused, and so is resuming, when all was stopped
    if (!(grbit & JET_bitStopServiceResume)) return instance->quiet(grbit);
    const JET_GRBIT some = grbit & quieted;
    instance->resume(some == 0 ? quieted : some);
}

}  // namespace
}  // namespace ese::jet

using namespace ese::jet;
using ese::Error;
using ese::ErrorKind;

extern "C" {

JET_ERR JetCreateInstanceA(JET_INSTANCE* instance, const char* name) {
    return api_call([&] { create_instance(instance, text_from(name), 0); });
}
JET_ERR JetCreateInstanceW(JET_INSTANCE* instance, const char16_t* name) {
    return api_call([&] { create_instance(instance, text_from(name), 0); });
}
JET_ERR JetCreateInstance2A(JET_INSTANCE* instance, const char* name, const char* /*display_name*/, JET_GRBIT grbit) {
    return api_call([&] { create_instance(instance, text_from(name), grbit); });
}
JET_ERR JetCreateInstance2W(JET_INSTANCE* instance, const char16_t* name, const char16_t* /*display_name*/,
                            JET_GRBIT grbit) {
    return api_call([&] { create_instance(instance, text_from(name), grbit); });
}

JET_ERR JetSetSystemParameterA(JET_INSTANCE* instance, JET_SESID session, std::uint32_t id, JET_API_PTR number,
                               const char* text) {
    return api_call(
        [&] { set_parameter(instance, session, id, number, text ? std::optional(text_from(text)) : std::nullopt); });
}
JET_ERR JetSetSystemParameterW(JET_INSTANCE* instance, JET_SESID session, std::uint32_t id, JET_API_PTR number,
                               const char16_t* text) {
    return api_call(
        [&] { set_parameter(instance, session, id, number, text ? std::optional(text_from(text)) : std::nullopt); });
}
JET_ERR JetGetSystemParameterA(JET_INSTANCE instance, JET_SESID session, std::uint32_t id, JET_API_PTR* number,
                               char* text, std::uint32_t bytes) {
    return api_call([&] {
        if (const auto value = get_parameter(instance, session, id, number)) put_text(*value, text, bytes);
    });
}
JET_ERR JetGetSystemParameterW(JET_INSTANCE instance, JET_SESID session, std::uint32_t id, JET_API_PTR* number,
                               char16_t* text, std::uint32_t bytes) {
    return api_call([&] {
        if (const auto value = get_parameter(instance, session, id, number)) put_text(*value, text, bytes);
    });
}

JET_ERR JetInit(JET_INSTANCE* instance) {
    return api_call([&] { init(instance, 0); });
}
JET_ERR JetInit2(JET_INSTANCE* instance, JET_GRBIT grbit) {
    return api_call([&] { init(instance, grbit); });
}
JET_ERR JetInit3A(JET_INSTANCE* instance, JET_RSTINFO_A* restore, JET_GRBIT grbit) {
    return api_call([&] { init_with_map(instance, restore, grbit); });
}
JET_ERR JetInit3W(JET_INSTANCE* instance, JET_RSTINFO_W* restore, JET_GRBIT grbit) {
    return api_call([&] { init_with_map(instance, restore, grbit); });
}
JET_ERR JetInit4A(JET_INSTANCE* instance, JET_RSTINFO2_A* restore, JET_GRBIT grbit) {
    return api_call([&] { init_with_map(instance, restore, grbit); });
}
JET_ERR JetInit4W(JET_INSTANCE* instance, JET_RSTINFO2_W* restore, JET_GRBIT grbit) {
    return api_call([&] { init_with_map(instance, restore, grbit); });
}

JET_ERR JetTerm(JET_INSTANCE instance) {
    return api_call([&] { term(instance, 0); });
}
JET_ERR JetTerm2(JET_INSTANCE instance, JET_GRBIT grbit) {
    return api_call([&] { term(instance, grbit); });
}

JET_ERR JetGetInstanceMiscInfo(JET_INSTANCE instance, void* result, std::uint32_t bytes, std::uint32_t level) {
    return api_call([&] { get_misc_info(instance, result, bytes, level); });
}

JET_ERR JetStopService(void) {
    return api_call([&] { Registry::global().single()->stop_service(); });
}
JET_ERR JetStopServiceInstance(JET_INSTANCE instance) {
    return api_call([&] { stop_service(instance, 0); });
}
JET_ERR JetStopServiceInstance2(JET_INSTANCE instance, const JET_GRBIT grbit) {
    return api_call([&] { stop_service(instance, grbit); });
}

}  // extern "C"
