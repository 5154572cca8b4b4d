#include "backup/engine_backup.h"

#include <algorithm>

#include "backup/jet_error.h"
#include "base/error.h"
#include "format/log/log_file_name.h"

namespace ese::backup {

BackupSession::BackupSession(const EngineApi& engine, JET_INSTANCE instance, JET_GRBIT grbit)
    : engine_(engine), instance_(instance) {
    check(engine_, engine_.begin_external_backup(instance_, grbit), "beginning the backup");
}

BackupSession::~BackupSession() {
    if (!ended_) engine_.end_external_backup(instance_, JET_bitBackupEndAbort);
}

void BackupSession::end_normal(JET_GRBIT more) {
    check(engine_, engine_.end_external_backup(instance_, JET_bitBackupEndNormal | more), "ending the backup");
    ended_ = true;
}

void BackupSession::end_aborted() {
    ended_ = true;
    check(engine_, engine_.end_external_backup(instance_, JET_bitBackupEndAbort), "ending the backup");
}

namespace {

// Strings, each with its terminator, and one terminator more. Asked for the size first: with a buffer, the log list's
// actual size cannot tell a list that was cut from one that fits (BACKUP-SEMANTICS 2.1).
template <class Call>
std::vector<std::string> fetch_list(const EngineApi& engine, const char* doing, Call call) {
    std::uint32_t size = 0;
    check(engine, call(nullptr, std::uint32_t{0}, &size), doing);
    std::vector<char> text(size, '\0');
    if (size == 0) return {};
    check(engine, call(text.data(), size, &size), doing);
    std::vector<std::string> list;
    for (auto at = text.begin(); at != text.end() && *at != '\0';) {
        const auto end = std::find(at, text.end(), '\0');
        list.emplace_back(at, end);
        at = end == text.end() ? end : end + 1;
    }
    return list;
}

}  // namespace

std::vector<std::string> list_attached(const EngineApi& engine, JET_INSTANCE instance) {
    return fetch_list(engine, "listing the databases", [&](char* buffer, std::uint32_t size, std::uint32_t* actual) {
        return engine.get_attach_info(instance, buffer, size, actual);
    });
}

LogList list_logs(const EngineApi& engine, JET_INSTANCE instance) {
    JET_LOGINFO_A info{};
    info.cbSize = sizeof info;
    LogList list;
    try {
        list.paths =
            fetch_list(engine, "listing the logs", [&](char* buffer, std::uint32_t size, std::uint32_t* actual) {
                return engine.get_log_info(instance, buffer, size, actual, &info);
            });
    } catch (const Error& error) {
        // Also where a backup was interrupted after its logs were deleted, and before the header said so.
        if (error.jet() != JET_errMissingFileToBackup) throw;
        throw Error(error).with_hint("run \"esebackup full\", which begins a new chain");
    }
    list.low = info.ulGenLow;
    list.high = info.ulGenHigh;
    list.base = info.szBaseName;
    if (list.paths.empty() || list.high < list.low || list.paths.size() != std::uint64_t{list.high} - list.low + 1)
        throw Error(ErrorKind::chain, JET_errMissingLogFile, "the engine's list of logs has gaps");
    return list;
}

std::vector<std::uint32_t> list_deletable(const EngineApi& engine, JET_INSTANCE instance, const std::string& base) {
    const auto paths = fetch_list(engine, "listing the logs that are no longer needed",
                                  [&](char* buffer, std::uint32_t size, std::uint32_t* actual) {
                                      return engine.get_truncate_log_info(instance, buffer, size, actual);
                                  });
    std::vector<std::uint32_t> generations;
    for (const std::string& path : paths) {
        const auto slash = path.find_last_of("/\\");
        const auto name = format::parse_log_file_name(base, slash == std::string::npos ? path : path.substr(slash + 1));
        if (name && name->kind == format::LogFileKind::archived) generations.push_back(name->number);
    }
    std::ranges::sort(generations);
    return generations;
}

void truncate_logs(const EngineApi& engine, JET_INSTANCE instance, const archive::DurableReceipt&,
                   std::optional<std::uint32_t> last) {
    check(engine, last ? engine.truncate_log_up_to(instance, *last) : engine.truncate_log(instance),
          "deleting logs that are no longer needed");
}

EngineFile::EngineFile(const EngineApi& engine, JET_INSTANCE instance, const std::string& path)
    : engine_(engine), instance_(instance), path_(path) {
    std::uint32_t low = 0, high = 0;
    check(engine, engine.open_file(instance, path.c_str(), &handle_, &low, &high), "opening the file for the backup",
          path);
    size_ = std::uint64_t{high} << 32 | low;
    open_ = true;
}

EngineFile::~EngineFile() {
    if (open_) engine_.close_file(instance_, handle_);
}

std::size_t EngineFile::read(ByteSpan into, std::uint64_t done, const Watch& watch) {
    std::uint32_t got = 0;
    const JET_ERR result =
        engine_.read_file(instance_, handle_, into.data(), static_cast<std::uint32_t>(into.size()), &got);
    if (result == JET_errBackupAbortByServer) watch.poll();  // who told the engine is better known here
    check(engine_, result, "reading the file for the backup", path_);
    if (got == 0 || got > into.size()) {
        throw Error(ErrorKind::source_damaged, JET_errFileIOBeyondEOF,
                    "only " + std::to_string(done) + " of " + std::to_string(size_) + " bytes could be read")
            .in_file(path_);
    }
    return got;
}

void EngineFile::close() {
    open_ = false;
    check(engine_, engine_.close_file(instance_, handle_), "closing the file of the backup", path_);
}

}  // namespace ese::backup
