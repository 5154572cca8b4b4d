// The log formats against logs and checkpoints that the original engine wrote: every set below the directory that the
// environment variable ESEBACKUP_TEST_DATA names.

#include <catch2/catch.hpp>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "esent.h"
#include "format/log/checkpoint.h"
#include "format/log/log_file_name.h"
#include "format/log/log_record_types.h"
#include "format/log/log_stream.h"
#include "format/log/segment_packer.h"

using namespace ese;
using namespace ese::format;
namespace fs = std::filesystem;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// The unpacked sets; none where the variable is not set.
std::vector<fs::path> sets() {
    const char* root = std::getenv("ESEBACKUP_TEST_DATA");
    std::vector<fs::path> found;
    if (root != nullptr && fs::is_directory(root)) {
        for (const auto& entry : fs::directory_iterator(root)) {
            if (fs::is_directory(entry.path() / "files")) found.push_back(entry.path());
        }
    }
    if (found.empty()) WARN("skipped: ESEBACKUP_TEST_DATA names no directory with data sets");
    std::ranges::sort(found);
    return found;
}

// The directories of a set that hold logs: `files`, or what is below it.
std::vector<fs::path> log_directories(const fs::path& set) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(set / "files")) {
        if (entry.is_directory()) found.push_back(entry.path());
    }
    if (found.empty()) found.push_back(set / "files");
    return found;
}

struct LogFile {
    fs::path path;
    Bytes bytes;
    LogHeader header;
    SegmentScan scan;

    LogStream stream() const { return {scan, sectors_of(bytes)}; }
};

// All logs of a directory in the order of their generations.
std::vector<LogFile> logs_in(const fs::path& directory) {
    std::vector<LogFile> logs;
    for (const auto& entry : fs::directory_iterator(directory)) {
        const auto name = parse_log_file_name("edb", entry.path().filename().string());
        if (!name || (name->kind != LogFileKind::current && name->kind != LogFileKind::archived)) continue;
        LogFile log{entry.path(), read_file(entry.path()), {}, {}};
        log.header = parse_log_header(ByteView(log.bytes).first(log_sector_bytes));
        if (name->kind == LogFileKind::archived) CHECK(name->generation() == log.header.generation);
        check_log_file_size(log.header, log.bytes.size());
        log.scan = scan_segments(log.header, sectors_of(log.bytes));
        logs.push_back(std::move(log));
    }
    std::ranges::sort(logs, {}, [](const LogFile& log) { return log.header.generation; });
    return logs;
}

// How the original engine's listing abbreviates the names of records.
std::string listed_name(LogRecordType type) {
    using Type = LogRecordType;
    static const std::map<Type, std::string> names = {
        {Type::init2, "Init"},
        {Type::term2, "Term"},
        {Type::shut_down_mark, "ShutDown"},
        {Type::create_db_finish, "CrDBFinsh"},
        {Type::macro_begin, "McroBegin"},
        {Type::macro_commit, "McroComit"},
        {Type::macro_info, "McroInfo"},
        {Type::flag_delete, "FDelete"},
        {Type::flag_insert_and_replace_data, "FInsertRD"},
        {Type::set_external_header, "SetExtHdr"},
        {Type::create_single_extent_fdp, "Create"},
        {Type::create_multiple_extent_fdp, "Create"},
        {Type::convert_fdp2, "Convert"},
    };
    const auto found = names.find(type);
    return found != names.end() ? found->second : std::string(record_name(type));
}

struct ListedRecord {
    Lgpos position;
    std::string name;
};

// ">00000011,0003,00F6 Insert    eac,..."
std::vector<ListedRecord> listed_records(const fs::path& listing) {
    std::vector<ListedRecord> records;
    std::ifstream in(listing);
    for (std::string line; std::getline(in, line);) {
        unsigned generation = 0;
        unsigned sector = 0;
        unsigned offset = 0;
        char name[32] = "";
        if (std::sscanf(line.c_str(), ">%X,%X,%X %31s", &generation, &sector, &offset, name) != 4) continue;
        records.push_back(
            {{Generation(generation), static_cast<std::uint16_t>(sector), static_cast<std::uint16_t>(offset)}, name});
    }
    return records;
}

// The hexadecimal number behind `label` in a text.
std::uint64_t number_behind(const std::string& text, std::string_view label) {
    const std::size_t found = text.find(label);
    if (found == std::string::npos) return 0;
    const std::size_t begin = text.find("0x", found) + 2;
    std::uint64_t number = 0;
    std::from_chars(text.data() + begin, text.data() + text.size(), number, 16);
    return number;
}

void check_chain(const std::vector<LogFile>& logs) {
    for (std::size_t i = 1; i < logs.size(); ++i) {
        CAPTURE(logs[i].path);
        if (logs[i].header.generation != logs[i - 1].header.generation.next()) continue;
        CHECK_NOTHROW(check_successor(link_of(logs[i - 1].header, logs[i - 1].scan.checksum), logs[i].header));
    }
}

bool is_torn(const fs::path& set) { return set.filename().string().starts_with("torn-"); }

// Packs the records of a real log again: what must come out is its segments, byte for byte. Segment times are taken
// over, because a writer's clock is not in the log. A new run begins in a new segment, which the records alone do not
// say.
void check_repacked(const LogFile& log) {
    std::vector<PackedSegment> packed;
    SegmentPacker packer(log.header.generation, log.header.sectors);
    const auto take = [&] {
        for (auto& segment : packer.take_full()) packed.push_back(segment);
        if (const auto partial = packer.partial()) packed.push_back(*partial);
    };
    LogStream stream = log.stream();
    LogRecord record;
    while (stream.next(record)) {
        const bool starts_run = record.type == LogRecordType::init2 || record.type == LogRecordType::recovery_undo2;
        if (starts_run && packer.position().offset != 0) {
            const auto next = static_cast<std::uint16_t>(packer.position().sector + 1);
            take();
            packer = SegmentPacker(log.header.generation, log.header.sectors, next);
        }
        const Lgpos expected = starts_run ? packer.position() : record.position;
        REQUIRE(packer.append(record.bytes, LogTime{}) == expected);
    }
    take();
    CHECK(packed.size() == log.scan.last_good);
    for (PackedSegment& segment : packed) {
        LogSector original;
        read_segment(log.scan, sectors_of(log.bytes), segment.sector, original);
        parse_segment_header(original).started.write(segment.bytes, 16);
        stamp_segment(segment.bytes);
        CAPTURE(log.path, segment.sector);
        CHECK(segment.bytes == original);
    }
}

}  // namespace

TEST_CASE("Every log of the undamaged data sets scans, parses and continues the one before it") {
    for (const fs::path& set : sets()) {
        if (is_torn(set)) continue;
        for (const fs::path& directory : log_directories(set)) {
            const std::vector<LogFile> logs = logs_in(directory);
            CHECK_FALSE(logs.empty());
            check_chain(logs);
            for (const LogFile& log : logs) {
                CAPTURE(log.path);
                REQUIRE_FALSE(log.scan.damage.has_value());
                CHECK(log.scan.corrected.empty());
                CHECK_FALSE(log.scan.last_from_shadow);
                CHECK(serialise_log_header(log.header) ==
                      parse_log_header(ByteView(log.bytes).first(log_sector_bytes)).raw);
                LogStream stream = log.stream();
                LogRecord record;
                std::size_t count = 0;
                while (stream.next(record)) ++count;
                CHECK(count > 0);
                CHECK_FALSE(stream.ends_in_fragment());
            }
        }
    }
}

TEST_CASE("The number of records of each type is what the original engine counted") {
    for (const fs::path& set : sets()) {
        const auto meta = nlohmann::json::parse(std::ifstream(set / "meta.json"));
        if (!meta.contains("log_record_counts")) continue;
        std::map<std::string, std::size_t> counts;
        for (const LogFile& log : logs_in(set / "files")) {
            LogStream stream = log.stream();
            LogRecord record;
            while (stream.next(record)) ++counts[listed_name(record.type)];
        }
        CAPTURE(set);
        CHECK(counts == meta["log_record_counts"].get<std::map<std::string, std::size_t>>());
    }
}

TEST_CASE("Positions and names of records are those of the original engine's listing") {
    for (const fs::path& set : sets()) {
        if (!fs::exists(set / "logdump")) continue;
        for (const LogFile& log : logs_in(set / "files")) {
            CAPTURE(log.path);
            const fs::path listing = set / "logdump" / (log.path.filename().string() + ".txt");
            const std::vector<ListedRecord> listed = listed_records(listing);
            LogStream stream = log.stream();
            LogRecord record;
            std::size_t count = 0;
            for (; stream.next(record); ++count) {
                REQUIRE(count < listed.size());
                REQUIRE(record.position.to_string() == listed[count].position.to_string());
                REQUIRE(listed_name(record.type) == listed[count].name);
            }
            CHECK(count == listed.size());
            const Bytes text_bytes = read_file(listing);
            const std::string text(text_bytes.begin(), text_bytes.end());
            CHECK(number_behind(text, "Accumulated segment checksum") == log.scan.checksum);
            CHECK(number_behind(text, "prev gen accumulated segment checksum") == log.header.previous_checksum);
        }
    }
}

TEST_CASE("Every record of a real log is found again when reading begins at it") {
    for (const fs::path& set : sets()) {
        if (set.filename() != "dirty-8k" && set.filename() != "dirty-4k") continue;
        for (const LogFile& log : logs_in(set / "files")) {
            LogStream all = log.stream();
            LogStream single = log.stream();
            LogRecord record;
            LogRecord again;
            while (all.next(record)) {
                single.seek(record.position);
                REQUIRE(single.next(again));
                REQUIRE(again.position == record.position);
                REQUIRE(again.type == record.type);
                REQUIRE(std::ranges::equal(again.bytes, record.bytes));
            }
        }
    }
}

TEST_CASE("The records of real logs, packed again, make the same segments") {
    for (const fs::path& set : sets()) {
        if (is_torn(set)) continue;
        for (const fs::path& directory : log_directories(set)) {
            for (const LogFile& log : logs_in(directory)) check_repacked(log);
        }
    }
}

TEST_CASE("Database, backup and stream records of real logs are rewritten byte for byte") {
    using Type = LogRecordType;
    std::set<Type> seen;
    for (const fs::path& set : sets()) {
        for (const fs::path& directory : log_directories(set)) {
            for (const LogFile& log : logs_in(directory)) {
                if (log.scan.damage) continue;
                LogStream stream = log.stream();
                LogRecord record;
                while (stream.next(record)) {
                    Bytes written;
                    switch (record.type) {
                        case Type::init2: written = InitRecord::parse(record.bytes).serialise(); break;
                        case Type::term2:
                        case Type::recovery_quit2: written = RunEndRecord::parse(record.bytes).serialise(); break;
                        case Type::recovery_undo2: written = RecoveryUndoRecord::parse(record.bytes).serialise(); break;
                        case Type::create_db: written = CreateDbRecord::parse(record.bytes).serialise(); break;
                        case Type::create_db_finish:
                            written = CreateDbFinishRecord::parse(record.bytes).serialise();
                            break;
                        case Type::attach_db: written = AttachDbRecord::parse(record.bytes).serialise(); break;
                        case Type::detach_db: written = DetachDbRecord::parse(record.bytes).serialise(); break;
                        case Type::set_db_version: written = SetDbVersionRecord::parse(record.bytes).serialise(); break;
                        case Type::backup2: written = BackupRecord::parse(record.bytes).serialise(); break;
                        case Type::trace: written = TraceRecord::parse(record.bytes).serialise(); break;
                        case Type::extend_db: written = ExtendDbRecord::parse(record.bytes).serialise(); break;
                        case Type::begin:
                        case Type::begin0: written = BeginRecord::parse(record.bytes).serialise(); break;
                        case Type::commit:
                        case Type::commit0: written = CommitRecord::parse(record.bytes).serialise(); break;
                        case Type::rollback: written = RollbackRecord::parse(record.bytes).serialise(); break;
                        case Type::macro_begin:
                        case Type::macro_commit: written = MacroRecord::parse(record.bytes).serialise(); break;
                        case Type::shut_down_mark: written = shut_down_mark_record(); break;
                        case Type::nop2: written = filler_record(record.bytes.size()); break;
                        default: continue;
                    }
                    CAPTURE(log.path, record.position.to_string(), describe_record(record.bytes));
                    CHECK(std::ranges::equal(written, record.bytes));
                    seen.insert(record.type);
                }
            }
        }
    }
    if (!seen.empty()) CHECK(seen.size() >= 17);
}

TEST_CASE("Real checkpoints parse, belong to their logs and lie in them") {
    for (const fs::path& set : sets()) {
        for (const fs::path& directory : log_directories(set)) {
            const fs::path path = directory / "edb.chk";
            if (!fs::exists(path)) continue;
            CAPTURE(path);
            const Bytes file = read_file(path);
            REQUIRE(file.size() == Checkpoint::file_bytes);
            const Checkpoint checkpoint = parse_checkpoint(file);
            CHECK(std::ranges::equal(serialise_checkpoint(checkpoint), ByteView(file).first(Checkpoint::copy_bytes)));
            const std::vector<LogFile> logs = logs_in(directory);
            CHECK_NOTHROW(check_checkpoint_signature(checkpoint, logs.back().header.signature));
            const auto meta = nlohmann::json::parse(std::ifstream(set / "meta.json"));
            const bool was_clean = !is_torn(set) && !set.filename().string().starts_with("dirty-");
            CHECK(checkpoint.has_attach_list() == !was_clean);
            if (meta.contains("logs") && meta["logs"].contains("checkpoint")) {
                CHECK(checkpoint.position.to_string() == meta["logs"]["checkpoint"].get<std::string>());
            }
            const auto last = last_record(logs.back().scan, sectors_of(logs.back().bytes));
            REQUIRE(last.has_value());
            CHECK(is_run_end(last->type) == was_clean);
            if (was_clean) CHECK((checkpoint.position == last->position || checkpoint.position == last->written_at));
        }
    }
}

TEST_CASE("Damaged sets are told as their README tells them") {
    for (const fs::path& set : sets()) {
        if (!is_torn(set)) continue;
        CAPTURE(set);
        const std::string name = set.filename().string();
        const std::vector<LogFile> logs = logs_in(set / "files");
        for (const LogFile& log : logs) {
            CAPTURE(log.path);
            const bool is_seven = log.header.generation == Generation(7);
            if (name == "torn-log-mid-corrupt" && is_seven) {
                REQUIRE(log.scan.damage.has_value());
                CHECK(log.scan.damage->sector == 41963 / 4096);
                CHECK_THROWS_AS(log.scan.require_undamaged(JET_errLogFileCorrupt), Error);
                continue;
            }
            REQUIRE_FALSE(log.scan.damage.has_value());
            if (name == "torn-log-onebit" && is_seven) {
                REQUIRE(log.scan.corrected.size() == 1);
                CHECK(log.scan.corrected[0].sector == 41830 / 4096);
                CHECK(log.scan.corrected[0].bit / 8 == 41830 % 4096);
            } else {
                CHECK(log.scan.corrected.empty());
            }
            LogStream stream = log.stream();
            LogRecord record;
            while (stream.next(record)) {
            }
        }
        if (name == "torn-log-zero-last-sector") CHECK(logs.back().scan.last_good == 10);
        if (name == "torn-log-required-missing") {
            CHECK_FALSE(
                std::ranges::any_of(logs, [](const LogFile& log) { return log.header.generation == Generation(7); }));
        }
        if (name == "torn-log-onebit") check_chain(logs);
    }
}
