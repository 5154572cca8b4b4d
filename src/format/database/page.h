#pragma once

// A page that belongs to a tree: header, tags, nodes (DATABASE-FORMAT 3).

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "format/common.h"

namespace ese::format {

namespace page_flag {
constexpr std::uint32_t root = 0x1;
constexpr std::uint32_t leaf = 0x2;
constexpr std::uint32_t parent_of_leaf = 0x4;
constexpr std::uint32_t empty = 0x8;  // taken out of its tree by a merge; links and data are stale
constexpr std::uint32_t repaired = 0x10;
constexpr std::uint32_t space_tree = 0x20;
constexpr std::uint32_t index = 0x40;
constexpr std::uint32_t long_value = 0x80;
constexpr std::uint32_t non_unique_keys = 0x400;
constexpr std::uint32_t new_record_format = 0x800;
constexpr std::uint32_t new_checksum = 0x2000;
constexpr std::uint32_t scrubbed = 0x4000;
constexpr std::uint32_t flush_type_mask = 0x18000;
constexpr std::uint32_t pre_initialised = 0x20000;
constexpr std::uint32_t deleted_tree_root = 0x40000;
}  // namespace page_flag

// "root|leaf|new_record_format", unknown bits in hexadecimal.
std::string page_flags_to_string(std::uint32_t flags);

namespace node_flag {
constexpr std::uint8_t versioned = 1;  // a hint without meaning on disk
constexpr std::uint8_t deleted = 2;
constexpr std::uint8_t compressed = 4;  // the key begins with a part of the page's prefix
}  // namespace node_flag

constexpr bool is_large_page(std::size_t page_bytes) { return page_bytes > 8192; }
constexpr std::size_t page_header_bytes(std::size_t page_bytes) { return is_large_page(page_bytes) ? 80 : 40; }
// The greatest tag 0 or node that a page can hold beside the other tag.
constexpr std::size_t max_node_bytes(std::size_t page_bytes) { return page_bytes - page_header_bytes(page_bytes) - 8; }

// How many leading bytes are the same.
std::size_t common_prefix(ByteView a, ByteView b);
// Of a key on a page with this prefix, how many bytes are not stored.
std::size_t compressible_bytes(ByteView page_prefix, ByteView key);
// Bytes that a node takes, its tag included.
std::size_t stored_node_bytes(ByteView page_prefix, ByteView key, std::size_t data_bytes);
// As many as the count of tags, tag 0 among them, can tell.
constexpr std::size_t max_nodes = 0xFFE;

// The fields of a page header that a writer chooses; the others follow from the contents.
struct PageIdentity {
    PageNumber number;
    std::uint64_t dbtime = 0;
    PageNumber previous;  // leaf level only
    PageNumber next;
    ObjectId object;
    std::uint32_t flags = 0;
};

// One entry of a page. The views point into the page. The key is prefix + suffix.
struct Node {
    std::uint8_t flags = 0;
    ByteView prefix;
    ByteView suffix;
    ByteView data;

    bool is_deleted() const { return (flags & node_flag::deleted) != 0; }
    std::size_t key_bytes() const { return prefix.size() + suffix.size(); }
    std::vector<std::uint8_t> key() const;
    // < 0, 0, > 0 as memcmp of the whole keys, the shorter one first.
    int compare_key(ByteView other) const;
};

// Reads a page of any size. Header fields are read without doubt; tags and nodes are checked each time they are asked
// for, and a bad one throws JET_errPageTagCorrupted or JET_errNodeCorrupted, so walking a page needs no check before.
class PageView {
 public:
    // `page` must have one of the page sizes.
    explicit PageView(ByteView page);

    std::uint64_t dbtime() const { return load_u64(page_, 8); }
    PageNumber previous() const { return PageNumber(load_u32(page_, 16)); }
    PageNumber next() const { return PageNumber(load_u32(page_, 20)); }
    ObjectId object() const { return ObjectId(load_u32(page_, 24)); }
    std::uint16_t free_bytes() const { return load_u16(page_, 28); }
    std::uint16_t uncommitted_free_bytes() const {
        return load_u16(page_, 30);
    }                                                                      // may be left over; never above free_bytes
    std::uint16_t free_offset() const { return load_u16(page_, 32); }      // ibMicFree, relative to the data area
    std::size_t tag_count() const { return load_u16(page_, 34) & 0xFFF; }  // with tag 0
    std::size_t reserved_tags() const { return load_u16(page_, 34) >> 12 & 7; }  // 0 and 1 both mean one
    std::uint32_t flags() const { return load_u32(page_, 36); }
    bool has(std::uint32_t flag) const { return (flags() & flag) != 0; }
    bool is_large() const { return is_large_page(page_.size()); }
    // What a rewritten page keeps. `number` is the caller's: small pages do not know theirs.
    PageIdentity identity(PageNumber number) const;
    ByteView bytes() const { return page_; }

    // Whether the page can be asked for nodes: it belongs to a tree, and was not taken out of it.
    bool is_tree_page() const;

    // Contents of tag 0: the space header of a root, the split buffer of a space tree's root, the key prefix of any
    // other page.
    ByteView external_header() const { return tag(0).bytes; }
    // What keys on the page may begin with without having it stored.
    ByteView key_prefix() const { return has(page_flag::root) ? ByteView() : external_header(); }
    // Nodes are numbered from 0; node i is tag i + 1.
    std::size_t node_count() const { return tag_count() == 0 ? 0 : tag_count() - 1; }
    Node node(std::size_t index) const;
    // Of a page that is no leaf: where the node points to.
    PageNumber child(std::size_t index) const;

    struct Tag {
        std::size_t offset = 0;  // in the data area
        ByteView bytes;
        std::uint8_t flags = 0;  // of the tag word; in large pages the flags are in the node
    };
    Tag tag(std::size_t index) const;

 private:
    ByteView page_;
};

// What is wrong with a page whose checksum is right.
struct PageStructure {
    std::string problem;           // empty: sound. Else the first contradiction, in words
    bool free_bytes_agree = true;  // cbFree is what the tags leave over
    bool sound() const { return problem.empty(); }
};

// Tags inside the data area, no overlap, every node parses, ibMicFree and flags make sense. A page with flag `empty` is
// only checked for its header.
PageStructure check_page_structure(const PageView& page);

// Writes pages. It works in place on a page that it formatted itself or that check_page_structure found sound, and
// keeps cbFree, ibMicFree and itagState right after every call; checksum and dbtime are the caller's. Space lost
// between nodes is gathered when an insert needs it.
class PageWriter {
 public:
    // A page in use, as it is.
    explicit PageWriter(ByteSpan page);
    // Makes `page` an empty page with an empty tag 0. `reserved_tags`: 1 from update-major 270 on, else 0.
    static PageWriter format(ByteSpan page, const PageIdentity& identity, unsigned reserved_tags = 0);

    PageView view() const { return PageView(page_); }

    // Replaces tag 0. On a page that is no root the prefix may only change while the page has no nodes: their keys
    // depend on it.
    [[nodiscard]] bool set_external_header(ByteView contents);

    // Every call throws JET_errPageTagCorrupted for an index that does not exist. Keys and data must not lie in this
    // page. They return false, and change nothing, if the page has not the space. `flags`: versioned and deleted as
    // given; `compressed` is decided here, from the prefix, and on roots never used. Keys order is the caller's
    // business.
    [[nodiscard]] bool insert(std::size_t index, ByteView key, ByteView data, std::uint8_t flags = 0);
    [[nodiscard]] bool append(ByteView key, ByteView data, std::uint8_t flags = 0) {
        return insert(view().node_count(), key, data, flags);
    }
    [[nodiscard]] bool replace_data(std::size_t index, ByteView data);
    void erase(std::size_t index);
    void set_node_flags(std::size_t index, std::uint8_t flags);  // versioned and deleted only

    void set_links(PageNumber previous, PageNumber next);
    void set_flags(std::uint32_t flags) { store_u32(page_, 36, flags); }
    void set_dbtime(std::uint64_t dbtime) { store_u64(page_, 8, dbtime); }

    // Bytes that an insert of this node would take, its tag included.
    std::size_t bytes_needed(ByteView key, ByteView data) const;

 private:
    std::size_t compressible(ByteView key) const;
    void store_tag(std::size_t index, std::size_t offset, std::size_t bytes, std::uint8_t flags);
    bool make_room(std::size_t bytes);
    void compact();
    void set_free(std::size_t free_bytes, std::size_t free_offset);

    ByteSpan page_;
};

}  // namespace ese::format
