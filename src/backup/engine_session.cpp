#include "backup/engine_session.h"

#include "backup/jet_error.h"

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
    for (const std::uint32_t parameter :
         {JET_paramEventCallback, JET_paramEventCallbackContext, JET_paramAcceptBadPages})
        JetSetSystemParameterA(nullptr, JET_sesidNil, parameter, 0, nullptr);
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

EngineSession::EngineSession(const FoundInstance& found) {
    set_engine_defaults(found.naming, found.page_bytes, found.log_file_bytes);
    try {
        start(found);
    } catch (...) {
        if (instance_ != JET_instanceNil) JetTerm2(instance_, JET_bitTermComplete);
        throw;
    }
}

void EngineSession::start(const FoundInstance& found) {
    check(JetCreateInstance2A(&instance_, "esebackup", nullptr, 0), "creating an instance of the engine");
    set_text(&instance_, JET_paramSystemPath, found.system_directory);
    set_text(&instance_, JET_paramLogFilePath, found.log_directory);
    set_text(&instance_, JET_paramTempPath, found.system_directory);
    set_text(&instance_, JET_paramRecovery, "On");
    set_number(&instance_, JET_paramCircularLog, found.circular_logging ? 1 : 0);
    // Should the last run have been interrupted, its databases are those that were found here, not files that may still
    // lie at the place that the logs name (OBSERVED, the notes at its end).
    set_text(&instance_, JET_paramAlternateDatabaseRecoveryPath, os::directory_of(found.databases.front().path));
    check(JetInit(&instance_), "starting the engine", found.log_directory);
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
