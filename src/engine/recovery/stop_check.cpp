#include "engine/recovery/stop_check.h"

#include <algorithm>
#include <map>
#include <vector>

#include "base/error.h"
#include "engine/database/database.h"
#include "engine/recovery/attachments.h"
#include "esent.h"
#include "format/database/page.h"
#include "format/database/page_checksum.h"
#include "format/log/log_record_types.h"
#include "format/log/tree_records.h"

namespace ese::engine {

namespace hf = format::header_field;

namespace {

// The highest dbtime that a record gives to a page of its database; 0 where it gives none.
std::uint64_t dbtime_of(const format::LogRecord& record) {
    if (record.type == format::LogRecordType::new_page) return format::NewPageRecord::parse(record.bytes).dbtime;
    if (record.type == format::LogRecordType::root_page_move)
        return format::record_field(record.bytes, "dbtimeAfter").value_or(0);
    const auto head = format::record_layout(record.bytes).head;
    if (head != format::LogRecordHead::page && head != format::LogRecordHead::node) return 0;
    const std::uint64_t dbtime = format::PageHead::parse(record.bytes).dbtime;
    return dbtime < format::dbtime_lowest_sentinel ? dbtime : 0;
}

struct Reached {
    Attachments::Entry database;
    std::uint64_t dbtime = 0;
};

// The databases that are attached where the logs end, and the last change of each.
std::map<std::uint8_t, Reached> databases_at_end(const LogSequence& logs) {
    std::optional<Attachments> attachments;
    std::map<std::uint8_t, std::uint64_t> dbtimes;
    logs.for_each_record(
        [&](const std::vector<format::AttachInfo>& list, const format::Lgpos&) {
            attachments.emplace(list);
            for (const auto& info : list) dbtimes[info.dbid] = info.dbtime;
        },
        [&](const format::LogRecord& record) {
            attachments->record(record);
            if (record.type == format::LogRecordType::attach_db || record.type == format::LogRecordType::create_db)
                dbtimes[format::dbid_of(record.bytes).value_or(0)] = 0;
            if (const std::uint64_t dbtime = dbtime_of(record); dbtime != 0) {
                auto& highest = dbtimes[format::dbid_of(record.bytes).value_or(0)];
                highest = std::max(highest, dbtime);
            }
        });
    std::map<std::uint8_t, Reached> reached;
    for (const auto& [dbid, entry] : attachments->by_dbid()) reached[dbid] = {entry, dbtimes[dbid]};
    return reached;
}

// The first page that holds a change behind `dbtime`, or that can't be asked.
std::optional<PageNumber> page_behind(const os::File& file, std::uint32_t page_bytes, std::uint64_t dbtime) {
    std::vector<std::uint8_t> chunk(std::size_t{1} << 20);
    const std::uint64_t end = file.size() / page_bytes * page_bytes;
    for (std::uint64_t at = 2ull * page_bytes; at < end; at += chunk.size()) {
        const ByteSpan bytes =
            ByteSpan(chunk).first(static_cast<std::size_t>(std::min<std::uint64_t>(chunk.size(), end - at)));
        file.read_exactly_at(at, bytes);
        for (std::size_t offset = 0; offset < bytes.size(); offset += page_bytes) {
            const ByteSpan page = bytes.subspan(offset, page_bytes);
            const PageNumber number(static_cast<std::uint32_t>((at + offset) / page_bytes - 1));
            const auto verdict = format::verify_page(page, number);
            if (verdict.state == format::PageState::uninitialised) continue;
            const std::uint64_t there = format::PageView(page).dbtime();
            if (!verdict.usable() || (there > dbtime && there < format::dbtime_lowest_sentinel)) return number;
        }
    }
    return std::nullopt;
}

void prepare_one(os::File& file, os::Clock& clock, const Reached& reached, const LogSequence& logs,
                 const format::Lgpos& stop) {
    auto header = read_database_header(file, JET_errReadVerifyFailure).header;
    if (header.get(hf::database_signature) != reached.database.signature ||
        header.get(hf::log_signature) != logs.last().header.signature)
        return;  // recovery says what that means
    if (header.get(hf::consistent_lgpos) > stop)
        throw Error(ErrorKind::not_possible, JET_errAttachedDatabaseMismatch,
                    "the database is consistent at " + header.get(hf::consistent_lgpos).to_string() +
                        ", and can't be taken back to " + stop.to_string());
    const Generation required = header.get(hf::max_required);
    if (required <= logs.last_complete()) return;
    const std::uint64_t last_change = std::max(reached.dbtime, header.get(hf::dbtime_dirtied));
    if (const auto page = page_behind(file, header.page_bytes(), last_change))
        throw Error(ErrorKind::not_possible, JET_errRequiredLogFilesMissing,
                    "the database requires the logs up to generation " + format::to_string(required) + ", page " +
                        std::to_string(page->value()) + " has a change from behind " + stop.to_string());
    if (required <= logs.last().header.generation) return;
    header.set(hf::max_required, logs.last().header.generation);
    header.set(hf::max_required_time, {});
    write_database_header(file, clock, header);
}

}  // namespace

void prepare_to_stop(os::FileSystem& files, os::Clock& clock, const LogSequence& logs, const format::Lgpos& stop,
                     const std::function<std::string(const std::string&, const format::Signature&)>& place_of) {
    for (const auto& [dbid, reached] : databases_at_end(logs)) {
        const std::string path = place_of(reached.database.path, reached.database.signature);
        const auto info = path.empty() ? std::nullopt : files.info(path);
        if (!info || !info->is_regular) continue;
        try {
            const auto file = files.open(path, os::OpenMode::read_write);
            if (!file->try_lock(true))
                throw Error(ErrorKind::busy, JET_errFileAccessDenied, "another process has the database attached");
            prepare_one(*file, clock, reached, logs, stop);
        } catch (Error& error) {
            error.set_file(path);
            throw;
        }
    }
}

}  // namespace ese::engine
