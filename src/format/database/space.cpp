#include "format/database/space.h"

#include <cassert>

#include "base/error.h"
#include "esent.h"

namespace ese::format {

namespace {

constexpr std::uint32_t flag_multiple_extent = 1;
constexpr std::uint32_t flag_non_unique = 2;
constexpr std::uint32_t flag_v2 = 4;
constexpr std::uint32_t known_flags = flag_multiple_extent | flag_non_unique | flag_v2;

constexpr std::uint8_t field_space_header = 1;
constexpr std::uint8_t field_auto_increment = 2;
constexpr std::uint8_t known_fields = field_space_header | field_auto_increment;

constexpr std::uint32_t bitmap_pages = 32;
constexpr std::uint8_t pool_bit = 0x80;

[[noreturn]] void bad_space(const std::string& what) { throw Error(JET_errSPOwnExtCorrupted, what); }

std::vector<std::uint8_t> fixed_part(const SpaceHeader& header) {
    std::vector<std::uint8_t> bytes(SpaceHeader::size);
    store_u32(bytes, 0, header.pages);
    store_u32(bytes, 4, header.parent.value());
    store_u32(bytes, 8,
              header.other_flags | (header.multiple_extent ? flag_multiple_extent : 0) |
                  (header.non_unique ? flag_non_unique : 0) | (header.v2 ? flag_v2 : 0));
    store_u32(bytes, 12, header.multiple_extent ? header.owned_root.value() : header.available);
    return bytes;
}

}  // namespace

SpaceHeader SpaceHeader::parse(ByteView tag0) {
    SpaceHeader header;
    if (tag0.size() > size) {
        header.root_fields = true;
        const std::uint8_t fields = tag0[0];
        tag0 = tag0.subspan(1);
        if ((fields & field_space_header) == 0) bad_space("the root page has no space header among its root fields");
        ByteView rest = tag0.subspan(size);
        if ((fields & field_auto_increment) != 0) {
            if (rest.size() < 8) bad_space("the root page ends inside its auto-increment field");
            header.auto_increment = load_u64(rest, 0);
            rest = rest.subspan(8);
        }
        header.unknown_field_bits = static_cast<std::uint8_t>(fields & ~known_fields);
        header.unknown_fields.assign(rest.begin(), rest.end());
    } else if (tag0.size() < size) {
        bad_space("the root page has a space header of " + std::to_string(tag0.size()) + " bytes");
    }
    header.pages = load_u32(tag0, 0);
    header.parent = PageNumber(load_u32(tag0, 4));
    const std::uint32_t flags = load_u32(tag0, 8);
    header.multiple_extent = (flags & flag_multiple_extent) != 0;
    header.non_unique = (flags & flag_non_unique) != 0;
    header.v2 = (flags & flag_v2) != 0;
    header.other_flags = flags & ~known_flags;
    if (header.multiple_extent) {
        header.owned_root = PageNumber(load_u32(tag0, 12));
    } else {
        header.available = load_u32(tag0, 12);
    }
    return header;
}

std::vector<std::uint8_t> SpaceHeader::to_bytes() const {
    std::vector<std::uint8_t> bytes = fixed_part(*this);
    if (!root_fields && !auto_increment && unknown_field_bits == 0) return bytes;
    const unsigned fields = field_space_header | (auto_increment ? field_auto_increment : 0u) | unknown_field_bits;
    bytes.insert(bytes.begin(), static_cast<std::uint8_t>(fields));
    if (auto_increment) {
        bytes.resize(bytes.size() + 8);
        store_u64(bytes, bytes.size() - 8, *auto_increment);
    }
    bytes.insert(bytes.end(), unknown_fields.begin(), unknown_fields.end());
    return bytes;
}

SpaceHeader SpaceHeader::single(std::uint32_t pages, PageNumber parent, bool non_unique) {
    assert(pages >= 1 && pages <= bitmap_pages + 1);
    SpaceHeader header;
    header.pages = pages;
    header.parent = parent;
    header.non_unique = non_unique;
    header.available = static_cast<std::uint32_t>((std::uint64_t{1} << (pages - 1)) - 1);
    return header;
}

std::vector<PageNumber> SpaceHeader::available_pages(PageNumber root) const {
    std::vector<PageNumber> free;
    if (multiple_extent || pages == 0) return free;
    for (std::uint32_t k = 0; k < bitmap_pages; ++k) {
        if ((available >> k & 1) != 0) free.push_back(PageNumber(root.value() + 1 + k));
    }
    // What the bitmap cannot name is free. A primary extent is a few dozen pages; more than 64 Ki would be a damaged
    // header.
    if (pages > 0x10000) bad_space("a single extent of " + std::to_string(pages) + " pages");
    for (std::uint32_t k = bitmap_pages + 1; k < pages; ++k) free.push_back(PageNumber(root.value() + k));
    return free;
}

SplitBuffer SplitBuffer::parse(ByteView tag0) {
    SplitBuffer buffer;
    if (tag0.empty()) return buffer;
    if (tag0.size() != size)
        bad_space("the root of a space tree has a split buffer of " + std::to_string(tag0.size()) + " bytes");
    for (std::size_t i = 0; i < buffer.extents.size(); ++i) {
        buffer.extents[i] = {PageNumber(load_u32(tag0, 8 * i)), load_u32(tag0, 8 * i + 4)};
    }
    return buffer;
}

std::vector<std::uint8_t> SplitBuffer::to_bytes() const {
    std::vector<std::uint8_t> bytes(size);
    for (std::size_t i = 0; i < extents.size(); ++i) {
        store_u32(bytes, 8 * i, extents[i].last.value());
        store_u32(bytes, 8 * i + 4, extents[i].pages);
    }
    return bytes;
}

ExtentNode ExtentNode::parse(const Node& node) {
    const std::vector<std::uint8_t> key = node.key();
    if ((key.size() != 4 && key.size() != 5) || (key.size() == 5 && (key[0] & pool_bit) == 0) ||
        node.data.size() != 4) {
        bad_space("a node of a space tree has a key of " + std::to_string(key.size()) + " bytes and data of " +
                  std::to_string(node.data.size()));
    }
    ExtentNode entry;
    if (key.size() == 5) entry.pool = static_cast<std::uint8_t>(key[0] & ~pool_bit);
    entry.extent = {PageNumber(load_be<std::uint32_t>(key.data() + key.size() - 4)), load_u32(node.data, 0)};
    if (entry.extent.pages > entry.extent.last.value()) {
        bad_space("an extent of " + std::to_string(entry.extent.pages) + " pages cannot end at page " +
                  std::to_string(entry.extent.last.value()));
    }
    return entry;
}

std::vector<std::uint8_t> ExtentNode::key() const {
    std::vector<std::uint8_t> bytes(pool == 0 ? 4 : 5);
    bytes[0] = static_cast<std::uint8_t>(pool_bit | pool);
    store_be(bytes.data() + bytes.size() - 4, extent.last.value());
    return bytes;
}

std::vector<std::uint8_t> ExtentNode::data() const {
    std::vector<std::uint8_t> bytes(4);
    store_u32(bytes, 0, extent.pages);
    return bytes;
}

}  // namespace ese::format
