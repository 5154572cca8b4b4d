#include "archive/seek_table.h"

#include <string>

#include "archive/frame.h"
#include "base/error.h"

namespace ese::archive {

namespace {

constexpr std::uint32_t skippable_magic = 0x184D2A5E;
constexpr std::uint32_t footer_magic = 0x8F92EAB1;
constexpr std::uint8_t descriptor_with_checksums = 0x80;

[[noreturn]] void damaged(const std::string& reason) {
    throw Error(ErrorKind::damage, "the seek table at the archive's end is damaged: " + reason);
}

}  // namespace

std::uint64_t SeekTable::bytes_of(std::uint64_t entries) {
    return header_bytes + footer_bytes + std::uint64_t{entry_bytes} * entries;
}

std::vector<std::uint8_t> SeekTable::to_bytes() const {
    if (entries.size() > max_entries)
        throw Error(ErrorKind::not_possible,
                    "an archive cannot have more than " + std::to_string(max_entries) + " frames");
    std::vector<std::uint8_t> out(bytes_of(entries.size()));
    store_le(out.data(), skippable_magic);
    store_le(out.data() + 4, static_cast<std::uint32_t>(out.size() - header_bytes));
    std::uint8_t* at = out.data() + header_bytes;
    for (const SeekEntry& entry : entries) {
        store_le(at, entry.compressed_bytes);
        store_le(at + 4, entry.raw_bytes);
        store_le(at + 8, entry.checksum);
        at += entry_bytes;
    }
    store_le(at, static_cast<std::uint32_t>(entries.size()));
    at[4] = descriptor_with_checksums;
    store_le(at + 5, footer_magic);
    return out;
}

std::uint32_t SeekTable::entries_from_footer(ByteView footer) {
    if (footer.size() != footer_bytes || load_u32(footer, 5) != footer_magic ||
        footer[4] != descriptor_with_checksums) {
        throw Error(ErrorKind::incomplete,
                    "the archive does not end with a seek table: it is incomplete, or its end is damaged");
    }
    const std::uint32_t entries = load_u32(footer, 0);
    if (entries > max_entries) damaged("it has more entries than there can be");
    return entries;
}

void SeekTable::check_header(ByteView header, std::uint32_t entries) {
    if (load_u32(header, 0) != skippable_magic) damaged("it does not begin as one");
    if (load_u32(header, 4) != bytes_of(entries) - header_bytes) damaged("it says another size than it has");
}

std::vector<SeekEntry> SeekTable::parse_entries(ByteView bytes) {
    std::vector<SeekEntry> entries(bytes.size() / entry_bytes);
    const std::uint8_t* at = bytes.data();
    for (SeekEntry& entry : entries) {
        entry = {load_le<std::uint32_t>(at), load_le<std::uint32_t>(at + 4), load_le<std::uint32_t>(at + 8)};
        if (entry.raw_bytes > max_frame_raw_bytes || entry.compressed_bytes > max_frame_compressed_bytes)
            damaged("it has a frame that is too large");
        at += entry_bytes;
    }
    return entries;
}

SeekTable SeekTable::parse(ByteView table) {
    if (table.size() < header_bytes + footer_bytes) damaged("it is too short");
    const std::uint32_t count = entries_from_footer(table.last(footer_bytes));
    if (bytes_of(count) != table.size()) damaged("its number of entries does not fit its size");
    check_header(table, count);
    SeekTable result;
    result.entries = parse_entries(table.subspan(header_bytes, table.size() - header_bytes - footer_bytes));
    return result;
}

}  // namespace ese::archive
