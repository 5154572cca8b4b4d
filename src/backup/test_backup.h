#pragma once

// For tests: a database, logs and archives of them that are sound in themselves, and do not need the engine.

#include <array>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "archive/test_archive.h"
#include "backup/manifest_facts.h"
#include "format/database/database_header.h"
#include "format/database/page_checksum.h"
#include "format/database/trailer.h"
#include "format/log/log_header.h"
#include "format/log/log_segment.h"

namespace ese::backup::test {

constexpr std::uint32_t page_bytes = 8192;
using Bytes = archive::test::Bytes;

inline format::Signature signature(std::uint32_t random) {
    format::Signature made;
    made.random = random;
    made.created = format::LogTime::from_unix_ms(1700000000000);
    return made;
}

inline void append(Bytes& to, ByteView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

// Pages with a checksum, of random content.
inline Bytes database_stream(Generation low, Generation high, std::uint32_t pages = 20) {
    namespace field = format::header_field;
    const format::BackupInfo mark{{high, 1, 0}, format::LogTime::from_unix_ms(1700000001000), low, Generation()};
    format::DatabaseHeader header(page_bytes);
    header.set(field::database_signature, signature(1));
    header.set(field::log_signature, signature(2));
    header.set(field::state, format::DatabaseState::dirty_shutdown);
    header.set(field::min_required, low);
    header.set(field::max_required, high);
    header.set(field::full_current, mark);
    format::Trailer trailer;
    trailer.backup = mark;
    trailer.backup.high = high;
    trailer.database_signature = signature(1);
    trailer.log_signature = signature(2);
    Bytes stream;
    append(stream, header.stamped());
    append(stream, header.stamped());
    std::mt19937 random(1);
    for (std::uint32_t number = 1; number <= pages; ++number) {
        Bytes page(page_bytes);
        for (auto& byte : page) byte = static_cast<std::uint8_t>(random());
        format::stamp_page_checksum(page, PageNumber(number));
        append(stream, page);
    }
    append(stream, trailer.to_page(page_bytes));
    return stream;
}

inline format::LogHeader log_header(std::uint32_t generation) {
    format::LogHeader header;
    header.generation = Generation(generation);
    header.sectors = 16;
    header.page_bytes = page_bytes;
    header.version.update = 5;
    header.version.update_minor = 16;
    header.created = format::LogTime::from_unix_ms(1700000000000 + generation * 1000LL);
    if (generation > 1)
        header.previous_created = format::LogTime::from_unix_ms(1700000000000 + (generation - 1) * 1000LL);
    header.signature = signature(2);
    return header;
}

inline Bytes log_file(const format::LogHeader& header) {
    Bytes file;
    append(file, format::serialise_log_header(header));
    file.resize(16 * format::log_sector_bytes);
    return file;
}

struct Content {
    std::string member = "databases/00/data.edb";
    Bytes database = database_stream(Generation(2), Generation(3));
    std::vector<std::pair<std::string, format::LogHeader>> logs{{"logs/edb00002.log", log_header(2)},
                                                                {"logs/edb00003.log", log_header(3)}};
    archive::RequiredLogs required = {2, 3, 3};
    std::string database_signature_in_manifest = signature(1).to_string();
    std::vector<archive::PageDamage> damage;      // that the manifest tells of
    std::uint64_t last_checksum_in_manifest = 0;  // accumulated: of a log without segments
};

inline Bytes make_archive(const Content& content) {
    const std::string& member = content.member;
    archive::BeginRecord begin;
    const std::array<std::uint8_t, 10> random{};
    begin.id = archive::make_backup_id(1700000000000, random);
    begin.started = archive::rfc3339(1700000000000);
    begin.instance = {
        "/srv/app", "/srv/app", "/srv/app", "edb", page_bytes, 16 * format::log_sector_bytes, signature(2).to_string()};
    begin.databases.push_back({member, "/srv/app/data.edb", 0});
    archive::Manifest manifest;
    static_cast<archive::BackupIdentity&>(manifest) = begin;
    archive::MemorySink sink;
    archive::Writer writer(sink, begin, {});
    writer.begin_member(member, content.database.size(), archive::Writer::starts_frame);
    writer.write(content.database);
    const std::uint64_t pages = content.database.size() / page_bytes - 3;
    writer.end_member(pages);
    archive::DatabaseRecord record;
    record.member = member;
    record.original_path = "/srv/app/data.edb";
    record.signature = content.database_signature_in_manifest;
    record.page_bytes = page_bytes;
    record.pages = pages;
    record.damage = content.damage;
    record.required = content.required;
    manifest.databases.push_back(record);
    for (const auto& [name, header] : content.logs) {
        const Bytes file = log_file(header);
        writer.begin_member(name, file.size(), archive::Writer::shares_frame);
        writer.write(file);
        writer.end_member();
        manifest.logs.generations.push_back(generation_record(header, name, 0));
    }
    if (!content.logs.empty())
        manifest.logs.generations.back().accumulated_checksum = content.last_checksum_in_manifest;
    manifest.logs.signature = signature(2).to_string();
    if (!content.logs.empty()) {
        manifest.logs.first = content.logs.front().second.generation.value();
        manifest.logs.last = content.logs.back().second.generation.value();
    }
    manifest.consistent_through = {manifest.logs.last, begin.started};
    manifest.finished = begin.started;
    writer.finish(manifest);
    return sink.bytes();
}

}  // namespace ese::backup::test
