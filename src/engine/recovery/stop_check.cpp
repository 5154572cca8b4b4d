#include "engine/recovery/stop_check.h"

#include <map>
#include <vector>

#include "base/error.h"
#include "engine/database/database.h"
#include "engine/recovery/attachments.h"
#include "esent.h"

namespace ese::engine {

namespace hf = format::header_field;

namespace {

// The databases that are attached where the logs end.
std::map<std::uint8_t, Attachments::Entry> databases_at_end(const LogSequence& logs) {
    std::optional<Attachments> attachments;
    logs.for_each_record(
        [&](const std::vector<format::AttachInfo>& list, const format::Lgpos&) { attachments.emplace(list); },
        [&](const format::LogRecord& record) { attachments->record(record); });
    return attachments->by_dbid();
}

// Pages may have been written with anything of the generations that the header requires, and what they need to be
// undone may lie anywhere in them.
void check_one(const os::File& file, const Attachments::Entry& database, const LogSequence& logs,
               const format::Lgpos& stop) {
    const auto header = read_database_header(file, JET_errReadVerifyFailure).header;
    if (header.get(hf::database_signature) != database.signature ||
        header.get(hf::log_signature) != logs.last().header.signature)
        return;  // recovery says what that means
    if (header.get(hf::consistent_lgpos) > stop)
        throw Error(ErrorKind::not_possible, JET_errAttachedDatabaseMismatch,
                    "the database is consistent at " + header.get(hf::consistent_lgpos).to_string() +
                        ", and can't be taken back to " + stop.to_string());
    const Generation required = header.get(hf::max_required);
    if (required > logs.last_complete())
        throw Error(ErrorKind::not_possible, JET_errRequiredLogFilesMissing,
                    "the database requires the logs up to the end of generation " + format::to_string(required) +
                        ", and " + stop.to_string() + " lies before that");
}

}  // namespace

void require_reachable(os::FileSystem& files, const LogSequence& logs, const format::Lgpos& stop,
                       const std::function<std::string(const std::string&, const format::Signature&)>& place_of) {
    for (const auto& [dbid, database] : databases_at_end(logs)) {
        const std::string path = place_of(database.path, database.signature);
        const auto info = path.empty() ? std::nullopt : files.info(path);
        if (!info || !info->is_regular) continue;
        try {
            const auto file = files.open(path, os::OpenMode::read_write);
            if (!file->try_lock(true))
                throw Error(ErrorKind::busy, JET_errFileAccessDenied, "another process has the database attached");
            check_one(*file, database, logs, stop);
        } catch (Error& error) {
            error.set_file(path);
            throw;
        }
    }
}

}  // namespace ese::engine
