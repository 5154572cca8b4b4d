#include "format/database/page.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdio>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "esent.h"

namespace ese::format {

namespace {

constexpr std::size_t previous_at = 16;
constexpr std::size_t next_at = 20;
constexpr std::size_t object_at = 24;
constexpr std::size_t free_bytes_at = 28;
constexpr std::size_t free_offset_at = 32;
constexpr std::size_t tag_state_at = 34;
constexpr std::size_t large_number_at = 64;

constexpr std::size_t tag_bytes = 4;
constexpr std::uint16_t key_size_mask = 0x1FFF;
constexpr unsigned node_flags_shift = 13;
constexpr std::size_t min_compressed_prefix = 3;  // a shorter one would not pay for the word that holds its length

constexpr std::uint16_t tag_mask(std::size_t page_bytes) { return is_large_page(page_bytes) ? 0x7FFF : 0x1FFF; }
constexpr std::size_t tag_at(std::size_t page_bytes, std::size_t index) { return page_bytes - tag_bytes * (index + 1); }

[[noreturn]] void bad_tag(std::size_t index, const std::string& what) {
    throw Error(JET_errPageTagCorrupted, "tag " + std::to_string(index) + " " + what);
}

[[noreturn]] void bad_node(std::size_t index, const std::string& what) {
    throw Error(JET_errNodeCorrupted, "node " + std::to_string(index) + " " + what);
}

constexpr std::array<std::pair<std::uint32_t, const char*>, 15> flag_names{{
    {page_flag::root, "root"},
    {page_flag::leaf, "leaf"},
    {page_flag::parent_of_leaf, "parent_of_leaf"},
    {page_flag::empty, "empty"},
    {page_flag::repaired, "repaired"},
    {page_flag::space_tree, "space_tree"},
    {page_flag::index, "index"},
    {page_flag::long_value, "long_value"},
    {page_flag::non_unique_keys, "non_unique_keys"},
    {page_flag::new_record_format, "new_record_format"},
    {page_flag::new_checksum, "new_checksum"},
    {page_flag::scrubbed, "scrubbed"},
    {page_flag::flush_type_mask, "flush_type"},
    {page_flag::pre_initialised, "pre_initialised"},
    {page_flag::deleted_tree_root, "deleted_tree_root"},
}};

}  // namespace

std::size_t common_prefix(ByteView a, ByteView b) {
    return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

std::size_t compressible_bytes(ByteView page_prefix, ByteView key) {
    const std::size_t common = common_prefix(page_prefix, key);
    return common >= min_compressed_prefix ? common : 0;
}

std::size_t stored_node_bytes(ByteView page_prefix, ByteView key, std::size_t data_bytes) {
    const std::size_t prefix = compressible_bytes(page_prefix, key);
    return tag_bytes + (prefix > 0 ? 4 : 2) + key.size() - prefix + data_bytes;
}

std::string page_flags_to_string(std::uint32_t flags) {
    std::string text;
    const auto add = [&](const std::string& name) { text += (text.empty() ? "" : "|") + name; };
    for (const auto& [flag, name] : flag_names) {
        if ((flags & flag) == 0) continue;
        if (flag == page_flag::flush_type_mask) {
            add(name + std::to_string((flags & flag) >> 15));
        } else {
            add(name);
        }
        flags &= ~flag;
    }
    if (flags != 0) {
        char rest[16];
        std::snprintf(rest, sizeof rest, "0x%X", flags);
        add(rest);
    }
    return text;
}

std::vector<std::uint8_t> Node::key() const {
    std::vector<std::uint8_t> whole(prefix.begin(), prefix.end());
    whole.insert(whole.end(), suffix.begin(), suffix.end());
    return whole;
}

int Node::compare_key(ByteView other) const {
    const auto compare = [](ByteView a, ByteView b) {
        return a.empty() || b.empty() ? 0 : std::memcmp(a.data(), b.data(), std::min(a.size(), b.size()));
    };
    if (const int order = compare(prefix, other); order != 0) return order;
    if (other.size() <= prefix.size()) return key_bytes() > other.size() ? 1 : 0;
    const ByteView rest = other.subspan(prefix.size());
    if (const int order = compare(suffix, rest); order != 0) return order;
    return suffix.size() < rest.size() ? -1 : suffix.size() > rest.size() ? 1 : 0;
}

PageView::PageView(ByteView page) : page_(page) { assert(is_page_size(static_cast<std::uint32_t>(page.size()))); }

PageIdentity PageView::identity(PageNumber number) const {
    return {number, dbtime(), previous(), next(), object(), flags()};
}

bool PageView::is_tree_page() const {
    return tag_count() > 0 && !has(page_flag::empty) && !has(page_flag::pre_initialised);
}

PageView::Tag PageView::tag(std::size_t index) const {
    const std::size_t header = page_header_bytes(page_.size());
    const std::size_t tags = tag_count();
    if (tags * tag_bytes > page_.size() - header) bad_tag(tags, "would lie in the page header");
    if (index >= tags) bad_tag(index, "does not exist; the page has " + std::to_string(tags));
    const std::size_t at = tag_at(page_.size(), index);
    const std::uint16_t mask = tag_mask(page_.size());
    const std::size_t bytes = load_u16(page_, at) & mask;
    const std::uint16_t offset_word = load_u16(page_, at + 2);
    const std::size_t offset = offset_word & mask;
    if (offset + bytes > page_.size() - header - tags * tag_bytes) {
        bad_tag(index, "covers " + std::to_string(bytes) + " bytes at " + std::to_string(offset) +
                           ", which is not inside the data area");
    }
    const auto flags = static_cast<std::uint8_t>(is_large() ? 0 : offset_word >> node_flags_shift);
    return {offset, page_.subspan(header + offset, bytes), flags};
}

Node PageView::node(std::size_t index) const {
    const Tag whole = tag(index + 1);
    ByteView rest = whole.bytes;
    const auto take_word = [&] {
        if (rest.size() < 2) bad_node(index, "ends inside its header");
        const std::uint16_t word = load_u16(rest, 0);
        rest = rest.subspan(2);
        return word;
    };
    Node node;
    std::uint16_t word = take_word();
    node.flags = is_large() ? static_cast<std::uint8_t>(word >> node_flags_shift) : whole.flags;
    if ((node.flags & node_flag::compressed) != 0) {
        const std::size_t prefix_bytes = word & key_size_mask;
        if (has(page_flag::root)) bad_node(index, "has a compressed key on a root page, which has no prefix");
        const ByteView prefix = external_header();
        if (prefix_bytes > prefix.size()) {
            bad_node(index,
                     "uses " + std::to_string(prefix_bytes) + " bytes of a prefix of " + std::to_string(prefix.size()));
        }
        node.prefix = prefix.first(prefix_bytes);
        word = take_word();
    }
    const std::size_t suffix_bytes = word & key_size_mask;
    if (suffix_bytes > rest.size()) bad_node(index, "has a key that is longer than the node");
    node.suffix = rest.first(suffix_bytes);
    node.data = rest.subspan(suffix_bytes);
    return node;
}

PageNumber PageView::child(std::size_t index) const {
    const Node entry = node(index);
    if (entry.data.size() != 4) bad_node(index, "of an internal page holds no page number");
    return PageNumber(load_u32(entry.data, 0));
}

namespace {

std::string check_flags(const PageView& page) {
    const auto both = [&](std::uint32_t a, std::uint32_t b) { return page.has(a) && page.has(b); };
    if (both(page_flag::leaf, page_flag::parent_of_leaf) || both(page_flag::long_value, page_flag::index) ||
        both(page_flag::empty, page_flag::pre_initialised)) {
        return "flags contradict each other: " + page_flags_to_string(page.flags());
    }
    return {};
}

// Both the contents of every tag and how they lie beside each other.
std::string check_tags(const PageView& page) {
    std::vector<std::pair<std::size_t, std::size_t>> regions;
    for (std::size_t i = 0; i < page.tag_count(); ++i) {
        const PageView::Tag tag = page.tag(i);
        if (!tag.bytes.empty()) regions.emplace_back(tag.offset, tag.offset + tag.bytes.size());
        if (i == 0) continue;
        const Node node = page.node(i - 1);
        if (node.data.empty()) return "node " + std::to_string(i - 1) + " has no data";
        if (!page.has(page_flag::leaf)) (void)page.child(i - 1);
    }
    std::ranges::sort(regions);
    for (std::size_t i = 1; i < regions.size(); ++i) {
        if (regions[i].first < regions[i - 1].second) {
            return "two nodes share the bytes at " + std::to_string(regions[i].first);
        }
    }
    const std::size_t end = regions.empty() ? 0 : regions.back().second;
    if (page.free_offset() < end) return "the free space begins inside a node";
    return {};
}

}  // namespace

PageStructure check_page_structure(const PageView& page) {
    PageStructure result;
    result.problem = check_flags(page);
    if (!result.sound() || page.has(page_flag::pre_initialised)) return result;
    const std::size_t area = page.bytes().size() - page_header_bytes(page.bytes().size());
    if (page.tag_count() == 0) {
        result.problem = "the page has no tag 0";
    } else if (page.free_offset() + tag_bytes * page.tag_count() > area || page.free_bytes() > area ||
               page.uncommitted_free_bytes() > page.free_bytes()) {
        result.problem = "the free space is larger than the page";
    } else if (!page.has(page_flag::empty)) {
        try {
            result.problem = check_tags(page);
        } catch (const Error& error) {
            result.problem = error.message();
        }
    }
    if (!result.sound()) return result;
    std::size_t used = tag_bytes * page.tag_count();
    for (std::size_t i = 0; i < page.tag_count() && !page.has(page_flag::empty); ++i) used += page.tag(i).bytes.size();
    result.free_bytes_agree = used + page.free_bytes() == area;
    return result;
}

PageWriter::PageWriter(ByteSpan page) : page_(page) { assert(is_page_size(static_cast<std::uint32_t>(page.size()))); }

PageWriter PageWriter::format(ByteSpan page, const PageIdentity& identity, unsigned reserved_tags) {
    std::ranges::fill(page, std::uint8_t{0});
    PageWriter writer(page);
    writer.set_dbtime(identity.dbtime);
    writer.set_links(identity.previous, identity.next);
    store_u32(page, object_at, identity.object.value());
    writer.set_flags(identity.flags | page_flag::new_record_format | page_flag::new_checksum);
    store_u16(page, tag_state_at, static_cast<std::uint16_t>(1 | (reserved_tags & 7) << 12));
    if (is_large_page(page.size())) store_u32(page, large_number_at, identity.number.value());
    writer.set_free(page.size() - page_header_bytes(page.size()) - tag_bytes, 0);
    return writer;
}

void PageWriter::set_links(PageNumber previous, PageNumber next) {
    store_u32(page_, previous_at, previous.value());
    store_u32(page_, next_at, next.value());
}

void PageWriter::set_free(std::size_t free_bytes, std::size_t free_offset) {
    store_u16(page_, free_bytes_at, static_cast<std::uint16_t>(free_bytes));
    store_u16(page_, free_offset_at, static_cast<std::uint16_t>(free_offset));
    const std::uint16_t uncommitted = std::min(view().uncommitted_free_bytes(), static_cast<std::uint16_t>(free_bytes));
    store_u16(page_, free_bytes_at + 2, uncommitted);
}

void PageWriter::store_tag(std::size_t index, std::size_t offset, std::size_t bytes, std::uint8_t flags) {
    const std::size_t at = tag_at(page_.size(), index);
    const unsigned flag_bits = is_large_page(page_.size()) ? 0 : unsigned{flags} << node_flags_shift;
    store_u16(page_, at, static_cast<std::uint16_t>(bytes));
    store_u16(page_, at + 2, static_cast<std::uint16_t>(offset | flag_bits));
}

std::size_t PageWriter::compressible(ByteView key) const {
    return compressible_bytes(view().key_prefix(), key);
}

std::size_t PageWriter::bytes_needed(ByteView key, ByteView data) const {
    return stored_node_bytes(view().key_prefix(), key, data.size());
}

void PageWriter::compact() {
    const PageView page = view();
    const std::size_t header = page_header_bytes(page_.size());
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < page.tag_count(); ++i) order.push_back(i);
    std::ranges::sort(order, {}, [&](std::size_t i) { return page.tag(i).offset; });
    std::size_t end = 0;
    for (const std::size_t i : order) {
        const PageView::Tag tag = page.tag(i);
        std::memmove(page_.data() + header + end, tag.bytes.data(), tag.bytes.size());
        store_tag(i, end, tag.bytes.size(), tag.flags);
        end += tag.bytes.size();
    }
    store_u16(page_, free_offset_at, static_cast<std::uint16_t>(end));
}

// Whether `bytes` fit behind the last node, after gathering the free space if that is what it takes.
bool PageWriter::make_room(std::size_t bytes) {
    if (view().free_bytes() < bytes) return false;
    const std::size_t header = page_header_bytes(page_.size());
    const auto contiguous = [&] {
        return page_.size() - header - tag_bytes * view().tag_count() - view().free_offset();
    };
    if (contiguous() < bytes) compact();
    return contiguous() >= bytes;
}

bool PageWriter::set_external_header(ByteView contents) {
    const PageView page = view();
    const PageView::Tag old = page.tag(0);
    const std::size_t header = page_header_bytes(page_.size());
    if (page.free_bytes() + old.bytes.size() < contents.size()) return false;
    const std::size_t free_bytes = page.free_bytes() + old.bytes.size() - contents.size();
    if (contents.size() <= old.bytes.size()) {
        store_bytes(page_, header + old.offset, contents);
        store_tag(0, old.offset, contents.size(), 0);
        set_free(free_bytes, page.free_offset());
        return true;
    }
    store_tag(0, 0, 0, 0);
    set_free(page.free_bytes() + old.bytes.size(), page.free_offset());
    if (!make_room(contents.size())) bad_tag(0, "cannot grow: the free space of the page is not where it should be");
    const std::size_t offset = view().free_offset();
    store_bytes(page_, header + offset, contents);
    store_tag(0, offset, contents.size(), 0);
    set_free(free_bytes, offset + contents.size());
    return true;
}

bool PageWriter::insert(std::size_t index, ByteView key, ByteView data, std::uint8_t flags) {
    const std::size_t tags = view().tag_count();
    if (index + 1 > tags) bad_tag(index + 1, "cannot be inserted; the page has " + std::to_string(tags));
    assert(key.size() <= key_size_mask);
    const std::size_t needed = bytes_needed(key, data);
    if (view().node_count() >= max_nodes || !make_room(needed)) return false;

    const std::size_t prefix = compressible(key);
    const auto stored_flags = static_cast<std::uint8_t>((flags & (node_flag::versioned | node_flag::deleted)) |
                                                        (prefix > 0 ? node_flag::compressed : 0));
    const std::size_t offset = view().free_offset();
    std::size_t at = page_header_bytes(page_.size()) + offset;
    const std::size_t first_word = at;
    if (prefix > 0) {
        store_u16(page_, at, static_cast<std::uint16_t>(prefix));
        at += 2;
    }
    store_u16(page_, at, static_cast<std::uint16_t>(key.size() - prefix));
    at += 2;
    store_bytes(page_, at, key.subspan(prefix));
    store_bytes(page_, at + key.size() - prefix, data);
    if (is_large_page(page_.size())) {
        store_u16(page_, first_word,
                  static_cast<std::uint16_t>(load_u16(page_, first_word) | unsigned{stored_flags} << node_flags_shift));
    }

    // Tags grow downwards, so those behind the new one move down by one.
    const std::size_t last = tag_at(page_.size(), tags - 1);
    std::memmove(page_.data() + last - tag_bytes, page_.data() + last, (tags - 1 - index) * tag_bytes);
    store_u16(page_, tag_state_at, static_cast<std::uint16_t>(load_u16(page_, tag_state_at) + 1));
    store_tag(index + 1, offset, needed - tag_bytes, stored_flags);
    set_free(view().free_bytes() - needed, offset + needed - tag_bytes);
    return true;
}

bool PageWriter::replace_data(std::size_t index, ByteView data) {
    const PageView page = view();
    const PageView::Tag old = page.tag(index + 1);
    const std::size_t head = old.bytes.size() - page.node(index).data.size();
    const std::size_t size = head + data.size();
    const std::size_t header = page_header_bytes(page_.size());
    if (page.free_bytes() + old.bytes.size() < size) return false;
    const std::size_t free_bytes = page.free_bytes() + old.bytes.size() - size;
    std::size_t offset = old.offset;
    std::size_t free_offset = page.free_offset();
    if (size > old.bytes.size()) {
        const std::vector<std::uint8_t> key(old.bytes.begin(), old.bytes.begin() + static_cast<std::ptrdiff_t>(head));
        store_tag(index + 1, 0, 0, old.flags);
        set_free(page.free_bytes() + old.bytes.size(), free_offset);
        if (!make_room(size)) bad_tag(index + 1, "cannot grow: the free space of the page is not where it should be");
        offset = view().free_offset();
        free_offset = offset + size;
        store_bytes(page_, header + offset, key);
    }
    store_bytes(page_, header + offset + head, data);
    store_tag(index + 1, offset, size, old.flags);
    set_free(free_bytes, free_offset);
    return true;
}

void PageWriter::erase(std::size_t index) {
    const PageView page = view();
    const PageView::Tag old = page.tag(index + 1);
    const std::size_t tags = page.tag_count();
    const std::size_t last = tag_at(page_.size(), tags - 1);
    std::memmove(page_.data() + last + tag_bytes, page_.data() + last, (tags - 2 - index) * tag_bytes);
    store_u32(page_, last, 0);
    store_u16(page_, tag_state_at, static_cast<std::uint16_t>(load_u16(page_, tag_state_at) - 1));
    const bool was_last = old.offset + old.bytes.size() == page.free_offset();
    set_free(page.free_bytes() + old.bytes.size() + tag_bytes, was_last ? old.offset : page.free_offset());
}

void PageWriter::set_node_flags(std::size_t index, std::uint8_t flags) {
    const PageView page = view();
    const PageView::Tag tag = page.tag(index + 1);
    const auto kept = static_cast<std::uint8_t>((page.node(index).flags & node_flag::compressed) |
                                                (flags & (node_flag::versioned | node_flag::deleted)));
    store_tag(index + 1, tag.offset, tag.bytes.size(), kept);
    if (!page.is_large()) return;
    const std::size_t at = page_header_bytes(page_.size()) + tag.offset;
    store_u16(page_, at,
              static_cast<std::uint16_t>((load_u16(page_, at) & key_size_mask) | unsigned{kept} << node_flags_shift));
}

}  // namespace ese::format
