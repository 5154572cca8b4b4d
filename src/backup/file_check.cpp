#include "backup/file_check.h"

#include <algorithm>
#include <exception>
#include <thread>

#include "archive/buffer.h"
#include "base/error.h"
#include "esent.h"
#include "format/database/database_header.h"
#include "format/log/checkpoint.h"

namespace ese::backup {

namespace {

constexpr std::uint32_t zstd_magic = 0xFD2FB528;
constexpr std::uint64_t piece_bytes = std::uint64_t{4} << 20;

std::vector<std::uint8_t> read_some(const os::File& file, std::uint64_t offset, std::uint64_t bytes) {
    const std::uint64_t size = file.size();
    std::vector<std::uint8_t> some(offset < size ? static_cast<std::size_t>(std::min(bytes, size - offset)) : 0);
    some.resize(file.read_at(offset, some));
    return some;
}

bool is_log(ByteView start) {
    if (start.size() < format::log_sector_bytes) return false;
    try {
        format::parse_log_header(start.first(format::log_sector_bytes));
        return true;
    } catch (const Error&) {
        return false;
    }
}

bool is_checkpoint(ByteView start) {
    try {
        format::parse_checkpoint(start.first(std::min(start.size(), format::Checkpoint::file_bytes)));
        return true;
    } catch (const Error&) {
        return false;
    }
}

bool has_log_name(const std::string& path) { return path.ends_with(".log") || path.ends_with(".jtx"); }

void check_database(const os::File& file, bool raw, unsigned threads, const Watch& watch, CheckFindings& findings) {
    const auto picked = format::pick_header(read_some(file, 0, format::header_probe_bytes));
    if (!picked)
        throw Error(ErrorKind::damage, JET_errDatabaseCorrupted, "neither copy of the header is sound")
            .in_file(file.path());
    DatabaseCheck check(file.path(), file.size(), picked->header.page_bytes(), raw, findings);
    const std::uint64_t size = file.size() / picked->header.page_bytes() * picked->header.page_bytes();
    std::atomic<std::uint64_t> next{0};
    std::mutex mutex;
    std::exception_ptr failure;
    const auto work = [&] {
        try {
            archive::Buffer buffer;
            for (std::uint64_t at = next.fetch_add(piece_bytes); at < size; at = next.fetch_add(piece_bytes)) {
                watch.poll();
                const ByteSpan piece = buffer.first(static_cast<std::size_t>(std::min(piece_bytes, size - at)));
                file.read_exactly_at(at, piece);
                check.chunk(at, piece);
                watch.advance(file.path(), piece.size());
            }
        } catch (...) {
            const std::lock_guard hold(mutex);
            failure = std::current_exception();
            next = size;
        }
    };
    {
        std::vector<std::jthread> helpers;
        for (unsigned i = 1; i < threads; ++i) helpers.emplace_back(work);
        work();
    }
    if (failure) std::rethrow_exception(failure);
    check.finish();
}

}  // namespace

std::string_view to_string(FileKind kind) {
    switch (kind) {
        case FileKind::archive: return "archive";
        case FileKind::database: return "database";
        case FileKind::raw_database: return "database out of a backup";
        case FileKind::log: return "log";
        case FileKind::checkpoint: return "checkpoint";
        case FileKind::unknown: break;
    }
    return "unknown";
}

FileKind kind_of_file(const os::File& file) {
    const auto start = read_some(file, 0, format::header_probe_bytes);
    if (start.size() >= 4 && load_u32(start, 0) == zstd_magic) return FileKind::archive;
    if (is_log(start)) return FileKind::log;
    if (const auto picked = format::pick_header(start)) {
        const auto type = picked->header.get(format::header_field::file_type);
        if (type == format::FileType::database || type == format::FileType::unknown ||
            type == format::FileType::temporary_database) {
            return picked->header.is_raw_backup() ? FileKind::raw_database : FileKind::database;
        }
    }
    if (is_checkpoint(start)) return FileKind::checkpoint;
    // A damaged log is still meant as one.
    if (has_log_name(file.path()) && start.size() >= format::log_sector_bytes) return FileKind::log;
    if (file.path().ends_with(".edb") && start.size() >= 2 * format::log_sector_bytes) return FileKind::database;
    return FileKind::unknown;
}

void check_file(const os::File& file, FileKind kind, unsigned threads, const Watch& watch, CheckFindings& findings) {
    switch (kind) {
        case FileKind::database: return check_database(file, false, threads, watch, findings);
        case FileKind::raw_database: return check_database(file, true, threads, watch, findings);
        case FileKind::log: {
            // Longer than any log can be is damage too, and is not read.
            const auto bytes = read_some(file, 0, std::uint64_t{65536} * format::log_sector_bytes);
            check_log(file.path(), bytes, findings);
            return;
        }
        case FileKind::checkpoint: {
            const auto bytes = read_some(file, 0, format::Checkpoint::file_bytes);
            for (std::size_t at = 0; at < format::Checkpoint::file_bytes; at += format::Checkpoint::copy_bytes) {
                const bool there = at + format::Checkpoint::copy_bytes <= bytes.size();
                if (there && format::header_checksum_ok(ByteView(bytes).subspan(at, format::Checkpoint::copy_bytes)))
                    continue;
                findings.damage.add({file.path(), std::nullopt, at,
                                     at == 0 ? "the first copy is not sound" : "the second copy is not sound"});
            }
            return;
        }
        default: throw Error(ErrorKind::usage, "this is no archive, database, log or checkpoint").in_file(file.path());
    }
}

}  // namespace ese::backup
