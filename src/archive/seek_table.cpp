#include "archive/seek_table.h"

#include <limits>

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

std::uint64_t SeekTable::compressed_bytes() const {
    std::uint64_t sum = 0;
    for (const SeekEntry& entry : entries) sum += entry.compressed_bytes;
    return sum;
}

std::uint64_t SeekTable::raw_bytes() const {
    std::uint64_t sum = 0;
    for (const SeekEntry& entry : entries) sum += entry.raw_bytes;
    return sum;
}

std::vector<std::uint8_t> SeekTable::to_bytes() const {
    std::vector<std::uint8_t> out(bytes());
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

std::uint64_t SeekTable::bytes_from_footer(ByteView footer) {
    if (footer.size() != footer_bytes || load_u32(footer, 5) != footer_magic ||
        footer[4] != descriptor_with_checksums) {
        throw Error(ErrorKind::incomplete,
                    "the archive does not end with a seek table: it is incomplete, or its end is damaged");
    }
    return header_bytes + footer_bytes + std::uint64_t{entry_bytes} * load_u32(footer, 0);
}

SeekTable SeekTable::parse(ByteView table) {
    if (table.size() < header_bytes + footer_bytes) damaged("it is too short");
    if (bytes_from_footer(table.last(footer_bytes)) != table.size())
        damaged("its number of entries does not fit its size");
    if (load_u32(table, 0) != skippable_magic) damaged("it does not begin as one");
    if (load_u32(table, 4) != table.size() - header_bytes) damaged("it says another size than it has");
    SeekTable result;
    result.entries.resize((table.size() - header_bytes - footer_bytes) / entry_bytes);
    const std::uint8_t* at = table.data() + header_bytes;
    for (SeekEntry& entry : result.entries) {
        entry = {load_le<std::uint32_t>(at), load_le<std::uint32_t>(at + 4), load_le<std::uint32_t>(at + 8)};
        at += entry_bytes;
    }
    return result;
}

}  // namespace ese::archive
