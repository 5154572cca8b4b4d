#include "backup/stream_copy.h"

#include <algorithm>
#include <cstdio>

#include "archive/buffer.h"
#include "backup/engine_backup.h"
#include "format/database/page_checksum.h"

namespace ese::backup {

namespace {

constexpr std::size_t read_bytes = std::size_t{1} << 20;
// In front of the pages of a database's stream and behind them: the header twice, the trailer (BACKUP-SEMANTICS 2.4).
constexpr std::uint64_t stream_pages_beside = 3;
constexpr std::ptrdiff_t head_bytes = 32768;  // the greatest header there is

std::string hex(std::uint64_t value) {
    char text[20];
    std::snprintf(text, sizeof text, "0x%016llx", static_cast<unsigned long long>(value));
    return text;
}

// The engine has checked every page; one that is bad comes only if that was asked for (JET_paramAcceptBadPages).
void note_bad_pages(std::uint64_t offset, ByteView bytes, std::uint32_t page_bytes, std::uint64_t stream_bytes,
                    std::vector<archive::PageDamage>& damage) {
    for (std::size_t at = 0; at + page_bytes <= bytes.size(); at += page_bytes) {
        const std::uint64_t index = (offset + at) / page_bytes;
        if (index < 2 || (index + 1) * page_bytes == stream_bytes) continue;
        const PageNumber number(static_cast<std::uint32_t>(index - 1));
        const auto verdict = format::verify_page(bytes.subspan(at, page_bytes), number);
        if (verdict.usable() || verdict.state == format::PageState::uninitialised) continue;
        damage.push_back({number.value(), std::string(format::to_string(verdict.state)), hex(verdict.expected),
                          hex(verdict.found)});
    }
}

}  // namespace

CopiedFile copy_stream(const EngineApi& engine, JET_INSTANCE instance, const StreamFile& what, std::uint32_t page_bytes,
                       archive::Writer& writer, const Watch& watch) {
    EngineFile file(engine, instance, what.path);
    const bool is_database = what.kind == StreamKind::database;
    CopiedFile copied;
    copied.bytes = file.size();
    writer.begin_member(what.member, copied.bytes,
                        is_database ? archive::Writer::starts_frame : archive::Writer::shares_frame);
    // A patch file may have any size, and the engine wants room for whole pages.
    archive::Buffer whole_pages;
    for (std::uint64_t done = 0; done < copied.bytes;) {
        watch.poll();
        const bool in_place = what.kind != StreamKind::patch_file;
        const ByteSpan buffer = in_place ? writer.reserve(std::min<std::uint64_t>(read_bytes, copied.bytes - done))
                                         : whole_pages.first(read_bytes);
        const std::size_t got = file.read(buffer, done, watch);
        const ByteView bytes = ByteView(buffer).first(got);
        if (done == 0)
            copied.head.assign(bytes.begin(), bytes.begin() + std::min<std::ptrdiff_t>(head_bytes, std::ssize(bytes)));
        copied.tail.assign(bytes.end() - std::min<std::ptrdiff_t>(page_bytes, std::ssize(bytes)), bytes.end());
        if (what.may_have_bad_pages) note_bad_pages(done, bytes, page_bytes, copied.bytes, copied.damage);
        if (what.sum != nullptr) what.sum->add(bytes);
        if (in_place) {
            writer.commit(got);
        } else {
            writer.write(bytes);
        }
        done += got;
        watch.advance(what.path, got);
    }
    file.close();
    const std::uint64_t pages = copied.bytes / page_bytes;
    writer.end_member(is_database && pages > stream_pages_beside ? pages - stream_pages_beside : 0);
    return copied;
}

}  // namespace ese::backup
