#include "backup/engine_session.h"

#include "backup/jet_error.h"
#include "backup/stop_relay.h"
#include "remote/client.h"

namespace ese::backup {

namespace {

constexpr std::uint64_t new_log_kib = 1024;  // of a stream that begins with a copy of a database without logs

void set_number(JET_INSTANCE* instance, std::uint32_t parameter, std::uint64_t value) {
    check(JetSetSystemParameterA(instance, JET_sesidNil, parameter, static_cast<JET_API_PTR>(value), nullptr),
          "setting a parameter of the engine");
}

void set_text(JET_INSTANCE* instance, std::uint32_t parameter, const std::string& value) {
    check(JetSetSystemParameterA(instance, JET_sesidNil, parameter, 0, value.c_str()),
          "setting a parameter of the engine");
}

extern "C" void JET_API pass_event_on(JET_INSTANCE, JET_UINT32 event, JET_UINT32 severity, const char* text,
                                      void* context) {
    (*static_cast<const EngineEvents*>(context))(event, severity, text);
}

}  // namespace

EngineReports::EngineReports(const EngineEvents& events, bool accept_bad_pages) {
    set_number(nullptr, JET_paramEventCallback, reinterpret_cast<JET_API_PTR>(&pass_event_on));
    set_number(nullptr, JET_paramEventCallbackContext, reinterpret_cast<JET_API_PTR>(&events));
    set_number(nullptr, JET_paramAcceptBadPages, accept_bad_pages ? 1 : 0);
}

EngineReports::~EngineReports() {
    for (const int parameter : {JET_paramEventCallback, JET_paramEventCallbackContext, JET_paramAcceptBadPages})
        JetSetSystemParameterA(nullptr, JET_sesidNil, static_cast<std::uint32_t>(parameter), 0, nullptr);
}

void set_engine_defaults(const format::LogNaming& naming, std::uint32_t page_bytes, std::uint64_t log_file_bytes) {
    set_number(nullptr, JET_paramDatabasePageSize, page_bytes);
    set_number(nullptr, JET_paramLogFileSize, log_file_bytes == 0 ? new_log_kib : log_file_bytes / 1024);
    set_text(nullptr, JET_paramBaseName, naming.base);
    set_number(
        nullptr, JET_paramLegacyFileNames,
        (naming.legacy ? JET_bitESE98FileNames : 0U) | (naming.eight_dot_three ? JET_bitEightDotThreeSoftCompat : 0U));
    // No temporary database: nothing is sorted here.
    set_number(nullptr, JET_paramMaxTemporaryTables, 0);
}

namespace {

// Should the last run have been interrupted, its databases are those that were found here, not files that may still lie
// at the places that the logs name.
void start_engine(JET_INSTANCE& instance, const FoundInstance& found, JET_GRBIT grbit, const Watch& watch) {
    set_engine_defaults(found.naming, found.page_bytes, found.log_file_bytes);
    check(JetCreateInstance2A(&instance, "esebackup", nullptr, 0), "creating an instance of the engine");
    set_text(&instance, JET_paramSystemPath, found.system_directory);
    set_text(&instance, JET_paramLogFilePath, found.log_directory);
    set_text(&instance, JET_paramTempPath, found.system_directory);
    set_text(&instance, JET_paramRecovery, "On");
    set_number(&instance, JET_paramCircularLog, found.circular_logging ? 1 : 0);
    std::vector<std::pair<std::string, std::string>> places;
    for (const auto* list : {&found.databases, &found.bystanders})
        for (const FoundDatabase& database : *list)
            places.emplace_back(database.logged_path.empty() ? database.path : database.logged_path, database.path);
    std::vector<JET_RSTMAP_A> map;
    for (auto& [logged, path] : places) map.push_back({logged.data(), path.data()});
    JET_RSTINFO_A how{};
    how.cbStruct = sizeof how;
    how.rgrstmap = map.data();
    how.crstmap = static_cast<JET_INT32>(map.size());
    const JET_ERR started = [&] {
        const StopRelay relay(watch, [&] { JetStopServiceInstance(instance); });
        return JetInit3A(&instance, &how, grbit);
    }();
    watch.poll();
    check(started, "starting the engine", found.log_directory);
}

}  // namespace

void recover_in_place(const FoundInstance& found, JET_GRBIT grbit, const Watch& watch) {
    JET_INSTANCE instance = JET_instanceNil;
    try {
        start_engine(instance, found, grbit, watch);
    } catch (...) {
        if (instance != JET_instanceNil) JetTerm2(instance, JET_bitTermComplete);
        throw;
    }
    check(JetTerm2(instance, JET_bitTermComplete), "stopping the engine", found.log_directory);
}

EngineSession::EngineSession(const FoundInstance& found, const Watch& watch)
    : api_(found.served ? found.served->server->api() : esent()) {
    if (found.served) return;
    try {
        start(found, watch);
    } catch (...) {
        if (instance_ != JET_instanceNil) JetTerm2(instance_, JET_bitTermComplete);
        throw;
    }
}

void EngineSession::start(const FoundInstance& found, const Watch& watch) {
    start_engine(instance_, found, 0, watch);
    check(JetBeginSessionA(instance_, &session_, nullptr, nullptr), "beginning a session");
    for (const FoundDatabase& database : found.databases) {
        check(JetAttachDatabase2A(session_, database.path.c_str(), 0, 0), "attaching the database", database.path);
        attached_.push_back(database.path);
    }
}

EngineSession::~EngineSession() {
    if (instance_ == JET_instanceNil) return;
    if (session_ != JET_sesidNil) JetEndSession(session_, 0);
    JetTerm2(instance_, JET_bitTermComplete | JET_bitTermStopBackup);
}

void EngineSession::close() {
    if (instance_ == JET_instanceNil) return;
    for (; !attached_.empty(); attached_.pop_back()) {
        check(JetDetachDatabase2A(session_, attached_.back().c_str(), 0), "detaching the database", attached_.back());
    }
    check(JetEndSession(session_, 0), "ending the session");
    session_ = JET_sesidNil;
    const JET_INSTANCE instance = instance_;
    instance_ = JET_instanceNil;
    check(JetTerm2(instance, JET_bitTermComplete), "stopping the engine");
}

}  // namespace ese::backup
