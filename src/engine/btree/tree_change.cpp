#include "engine/btree/tree_change.h"

#include <algorithm>

#include "base/error.h"
#include "engine/btree/line_search.h"
#include "engine/btree/merge.h"
#include "engine/btree/split.h"
#include "engine/btree/page_move.h"
#include "esent.h"
#include "format/database/space.h"
#include "format/log/page_image.h"

namespace ese::engine {

using format::ExtentNode;
using format::LogRecordType;
using format::MergeKind;
using format::MergeRecord;
using format::PageHead;
using format::SpaceHeader;
using format::SplitKind;
using format::SplitOperation;
using format::SplitRecord;
using format::TreeRootRecord;
namespace page_flag = format::page_flag;

namespace {

using Bytes = std::vector<std::uint8_t>;

void stamp(ByteSpan page, std::uint64_t dbtime) { format::PageWriter(page).set_dbtime(dbtime); }

// A page that the operation makes, if it has not been made already.
ByteSpan page_to_create(const ChangeTarget& target, PageNumber number, std::uint64_t dbtime) {
    CachedPage* page = target.pages.page_to_create(number, dbtime, target.position);
    return page == nullptr ? ByteSpan() : page->create(target.position);
}

ByteSpan page_to_change(const ChangeTarget& target, PageNumber number, std::uint64_t before, std::uint64_t dbtime) {
    CachedPage* page = target.pages.page_to_change(number, before, dbtime, target.position);
    return page == nullptr ? ByteSpan() : page->change(target.position);
}

void write_root(const ChangeTarget& target, ByteSpan page, PageNumber number, const TreeRootRecord& record,
                ByteView external_header) {
    const format::PageIdentity identity{number,        record.head.dbtime, {}, {},
                                        record.object, record.page_flags | page_flag::root | page_flag::leaf};
    write_nodes(page, identity, external_header, {}, target.pages.reserved_tags());
}

void write_space_root(const ChangeTarget& target, PageNumber number, const TreeRootRecord& record,
                      std::vector<ExtentNode> extents) {
    const ByteSpan page = page_to_create(target, number, record.head.dbtime);
    if (page.empty()) return;
    const format::PageIdentity identity{
        number,        record.head.dbtime, {}, {},
        record.object, record.page_flags | page_flag::root | page_flag::leaf | page_flag::space_tree};
    std::erase_if(extents, [](const ExtentNode& node) { return node.extent.pages == 0; });
    std::ranges::sort(extents, {}, [](const ExtentNode& node) { return node.extent.last; });
    std::vector<OwnedNode> nodes;
    for (const ExtentNode& extent : extents) nodes.push_back({extent.key(), extent.data(), 0});
    write_nodes(page, identity, format::SplitBuffer().to_bytes(), nodes, target.pages.reserved_tags());
}

ExtentNode extent_from(PageNumber first, std::uint32_t pages) {
    return {{PageNumber(first.value() + pages - 1), pages}, 0};
}

bool has_unique_keys(const PageHead& head) { return (head.flags & PageHead::flag_unique) != 0; }

void create_single_extent(const ChangeTarget& target, const TreeRootRecord& record) {
    const ByteSpan page = page_to_create(target, record.head.page, record.head.dbtime);
    if (page.empty()) return;
    const auto header = SpaceHeader::single(record.primary_pages, record.parent, !has_unique_keys(record.head));
    write_root(target, page, record.head.page, record, header.to_bytes());
}

void create_multiple_extent(const ChangeTarget& target, const TreeRootRecord& record) {
    const PageNumber root = record.head.page;
    if (const ByteSpan page = page_to_create(target, root, record.head.dbtime); !page.empty()) {
        SpaceHeader header;
        header.pages = record.primary_pages;
        header.parent = record.parent;
        header.multiple_extent = true;
        header.non_unique = !has_unique_keys(record.head);
        header.owned_root = record.owned_root;
        write_root(target, page, root, record, header.to_bytes());
    }
    constexpr std::uint32_t roots = 3;  // of the tree itself and its two space trees
    const ExtentNode owned = extent_from(root, record.primary_pages);
    ExtentNode available = owned;
    available.extent.pages -= std::min(roots, record.primary_pages);
    write_space_root(target, record.owned_root, record, {owned});
    write_space_root(target, record.available_root, record, {available});
}

// Runs of pages that the bitmap of the single extent had as free, and what lies behind the pages that it can name.
std::vector<ExtentNode> freed_extents(const TreeRootRecord& record) {
    SpaceHeader before;
    before.pages = record.primary_pages;
    before.available = record.available;
    std::vector<ExtentNode> runs;
    for (const PageNumber page : before.available_pages(record.head.page)) {
        if (!runs.empty() && runs.back().extent.last.next() == page) {
            runs.back().extent = {page, runs.back().extent.pages + 1};
        } else {
            runs.push_back(extent_from(page, 1));
        }
    }
    return runs;
}

void convert_to_multiple_extent(const ChangeTarget& target, const TreeRootRecord& record) {
    const PageHead& head = record.head;
    if (const ByteSpan page = page_to_change(target, head.page, head.dbtime_before, head.dbtime); !page.empty()) {
        SpaceHeader header = SpaceHeader::parse(format::PageView(page).external_header());
        header.pages = record.primary_pages;
        header.multiple_extent = true;
        header.available = 0;
        header.owned_root = record.owned_root;
        format::PageWriter writer(page);
        require_room(writer.set_external_header(header.to_bytes()), writer.view(), head.page);
        stamp(page, head.dbtime);
    }
    constexpr std::uint32_t roots = 2;
    const ExtentNode secondary = extent_from(record.secondary_first, record.secondary_pages);
    write_space_root(target, record.owned_root, record,
                     {extent_from(head.page, record.primary_pages), secondary});
    std::vector<ExtentNode> available = freed_extents(record);
    available.push_back(secondary);
    available.back().extent.pages -= std::min(roots, record.secondary_pages);
    write_space_root(target, record.available_root, record, std::move(available));
}

void new_page(const ChangeTarget& target, ByteView bytes) {
    const auto record = format::NewPageRecord::parse(bytes);
    const ByteSpan page = page_to_create(target, record.page, record.dbtime);
    if (page.empty()) return;
    format::PageWriter::format(page, {record.page, record.dbtime, {}, {}, record.object, page_flag::pre_initialised},
                               target.pages.reserved_tags());
}

void empty_tree(const ChangeTarget& target, ByteView bytes) {
    const auto record = format::EmptyTreeRecord::parse(bytes);
    const format::NodeHead& head = record.head;
    for (const auto& emptied : record.pages) {
        const ByteSpan page = page_to_change(target, emptied.number, emptied.dbtime_before, head.page.dbtime);
        if (page.empty()) continue;
        make_empty_page(page, emptied.number);
        stamp(page, head.page.dbtime);
    }
    const ByteSpan root = page_to_change(target, head.page.page, head.page.dbtime_before, head.page.dbtime);
    if (root.empty()) return;
    const format::PageView view(root);
    auto identity = view.identity(head.page.page);
    identity.flags = (identity.flags & ~page_flag::parent_of_leaf) | page_flag::leaf;
    const ByteView header = view.external_header();
    write_nodes(root, identity, Bytes(header.begin(), header.end()), {}, static_cast<unsigned>(view.reserved_tags()));
    stamp(root, head.page.dbtime);
}

void set_link(ByteSpan page, std::optional<PageNumber> previous, std::optional<PageNumber> next) {
    const format::PageView view(page);
    format::PageWriter(page).set_links(previous.value_or(view.previous()), next.value_or(view.next()));
}

// --- splits

// The page that splits, as it was before: itself, or, where it has the split already, the image that the record has.
Bytes page_before(const CachedPage* page, const PageHead& head, ByteView image, std::uint32_t image_flags,
                  std::uint32_t page_bytes) {
    if (page != nullptr) {
        const ByteView bytes = page->view().bytes();
        return {bytes.begin(), bytes.end()};
    }
    if (image.empty())
        throw Error(ErrorKind::damage, JET_errDatabaseBufferDependenciesCorrupted,
                    "page " + std::to_string(head.page.value()) +
                        " is newer than the page that gets its nodes, and the log has no image of it");
    return format::unpack_page_image(image, image_flags, page_bytes);
}

class SplitChange {
 public:
    SplitChange(const ChangeTarget& target, const std::vector<ByteView>& records) : target_(target) {
        for (const ByteView record : records) {
            if (format::record_type(record) == LogRecordType::split2) {
                levels_.push_back(SplitRecord::parse(record));
            } else if (passenger_.empty()) {
                passenger_ = record;
            } else {
                throw Error(JET_errFeatureNotAvailable, "a split goes with more than one record");
            }
        }
    }

    // From the root to the leaf; a level is told by the next one which page has split there.
    void run() {
        for (std::size_t i = 0; i < levels_.size(); ++i) {
            const bool is_leaf = i + 1 == levels_.size();
            const SplitRecord* below = is_leaf ? nullptr : &levels_[i + 1];
            if (levels_[i].splits()) {
                split(levels_[i], below);
            } else {
                pass_on(levels_[i], below);
            }
        }
        if (levels_.empty() || (!levels_.back().splits() && !passenger_.empty()))
            throw Error(ErrorKind::damage, JET_errLogFileCorrupt, "a split has no page that splits");
    }

 private:
    // A parent changes only if the page below did split, and not vertically: then its root stayed where it was.
    static bool has_news(const SplitRecord* below) {
        return below != nullptr && below->splits() && below->kind != SplitKind::vertical;
    }

    void apply_news(std::vector<OwnedNode>& nodes, const SplitRecord& level, const SplitRecord* below) {
        if (below == nullptr) {
            if (!passenger_.empty()) apply_passenger(target_, passenger_, nodes);
        } else if (has_news(below)) {
            insert_separator(nodes, level.operation_line, below->head.page, below->parent_key, below->new_page);
        }
    }

    void pass_on(const SplitRecord& level, const SplitRecord* below) {
        const PageHead& head = level.head;
        CachedPage* page =
            target_.pages.page_to_change(head.page, head.dbtime_before, head.dbtime, target_.position);
        if (page == nullptr) return;
        const ByteSpan bytes = page->change(target_.position);
        if (has_news(below)) {
            insert_separator(bytes, head.page, level.operation_line, below->head.page, below->parent_key,
                             below->new_page);
        }
        stamp(bytes, head.dbtime);
    }

    void split(const SplitRecord& level, const SplitRecord* below) {
        const PageHead& head = level.head;
        TreePages& pages = target_.pages;
        CachedPage* page = pages.page_to_change(head.page, head.dbtime_before, head.dbtime, target_.position);
        CachedPage* created = pages.page_to_create(level.new_page, head.dbtime, target_.position);
        if (page == nullptr && created == nullptr) {
            if (below == nullptr && !passenger_.empty()) keep_passenger_version(target_, passenger_);
        } else {
            // Nodes that stay where they are need not be looked at.
            const bool stays_whole = is_insert_behind_all(level) &&
                                     (page == nullptr ? level.image.empty() : keeps_prefix(page->view(), level));
            auto nodes = stays_whole
                             ? std::vector<OwnedNode>(level.split_line)
                             : nodes_of(format::PageView(before_ = page_before(page, head, level.image,
                                                                               level.image_flags,
                                                                               pages.page_bytes())));
            apply_news(nodes, level, below);
            if (stays_whole && (nodes.size() != level.split_line + 1u || nodes.back().data.empty()))
                throw Error(ErrorKind::damage, JET_errLogFileCorrupt,
                            "page " + std::to_string(head.page.value()) + " was to be split behind its last node, and " +
                                "nothing comes there");
            if (page != nullptr) {
                const ByteSpan bytes = page->change(target_.position);
                if (stays_whole)
                    keep_whole(bytes, level);
                else
                    keep_split_part(bytes, level, nodes);
                stamp(bytes, head.dbtime);
            }
            if (created != nullptr) {
                const ByteSpan bytes = created->create(target_.position);
                fill_new_page(bytes, level, nodes, pages.reserved_tags());
                stamp(bytes, head.dbtime);
            }
        }
        link_right_sibling(level);
    }

    // The new page gets only what is being inserted, so the nodes before it need not be known.
    static bool is_insert_behind_all(const SplitRecord& level) {
        return level.kind == SplitKind::append ||
               (level.kind == SplitKind::right && level.operation == SplitOperation::insert &&
                level.operation_line == level.split_line && level.split_line + 1 == level.lines);
    }

    static bool keeps_prefix(const format::PageView& page, const SplitRecord& level) {
        return page.has(page_flag::leaf) &&
               (level.kind == SplitKind::append || compare_bytes(page.external_header(), level.page_prefix) == 0);
    }

    void link_right_sibling(const SplitRecord& level) {
        if (level.right == PageNumber()) return;
        const ByteSpan page = page_to_change(target_, level.right, level.right_before, level.head.dbtime);
        if (page.empty()) return;
        set_link(page, level.new_page, std::nullopt);
        stamp(page, level.head.dbtime);
    }

    const ChangeTarget& target_;
    std::vector<SplitRecord> levels_;
    ByteView passenger_;
    Bytes before_;
};

// --- merges

class MergeChange {
 public:
    MergeChange(const ChangeTarget& target, const std::vector<ByteView>& records) : target_(target) {
        for (const ByteView record : records) levels_.push_back(MergeRecord::parse(record));
    }

    void run() {
        const MergeRecord& leaf = levels_.back();
        require_known(leaf.kind);
        for (std::size_t i = 0; i + 1 < levels_.size(); ++i) {
            const PageHead& head = levels_[i].head;
            const ByteSpan page = page_to_change(target_, head.page, head.dbtime_before, head.dbtime);
            if (page.empty()) continue;
            change_parent(page, levels_[i], leaf);
            stamp(page, head.dbtime);
        }
        merge_leaf(leaf);
    }

 private:
    // The others are no merges, and have records of their own: EmptyTree, PageMove.
    static void require_known(MergeKind kind) {
        switch (kind) {
            case MergeKind::empty_page:
            case MergeKind::full_right:
            case MergeKind::full_left:
            case MergeKind::partial_left:
            case MergeKind::partial_right: return;
            default: break;
        }
        throw Error(JET_errFeatureNotAvailable, "merges of kind " + std::to_string(static_cast<unsigned>(kind)) +
                                                    " can't be replayed by this version");
    }

    static bool takes_page_out(MergeKind kind) {
        return kind == MergeKind::empty_page || kind == MergeKind::full_right || kind == MergeKind::full_left;
    }

    void merge_leaf(const MergeRecord& merge) {
        const PageHead& head = merge.head;
        TreePages& pages = target_.pages;
        CachedPage* source = pages.page_to_change(head.page, head.dbtime_before, head.dbtime, target_.position);
        CachedPage* left = sibling(merge.left, merge.left_before, head.dbtime);
        CachedPage* right = sibling(merge.right, merge.right_before, head.dbtime);
        const bool to_left = merge.kind == MergeKind::full_left || merge.kind == MergeKind::partial_left;
        CachedPage* taker = merge.kind == MergeKind::empty_page ? nullptr : to_left ? left : right;
        if (taker != nullptr) {
            const Bytes before = page_before(source, head, merge.image, merge.image_flags, pages.page_bytes());
            take_in(taker->change(target_.position), taker->number(),
                    nodes_to_move(format::PageView(before), merge), !to_left);
        }
        if (source != nullptr) {
            const ByteSpan page = source->change(target_.position);
            if (!takes_page_out(merge.kind)) {
                drop_moved(page, merge);
            } else if ((merge.flags & MergeRecord::flag_empty_page) != 0) {
                make_empty_page(page, head.page);
            }
            stamp(page, head.dbtime);
        }
        finish_sibling(left, merge, std::nullopt, merge.right);
        finish_sibling(right, merge, merge.left, std::nullopt);
    }

    CachedPage* sibling(PageNumber number, std::uint64_t before, std::uint64_t dbtime) {
        if (number == PageNumber()) return nullptr;
        return target_.pages.page_to_change(number, before, dbtime, target_.position);
    }

    void finish_sibling(CachedPage* page, const MergeRecord& merge, std::optional<PageNumber> previous,
                        std::optional<PageNumber> next) {
        if (page == nullptr) return;
        const ByteSpan bytes = page->change(target_.position);
        if (takes_page_out(merge.kind)) set_link(bytes, previous, next);
        stamp(bytes, merge.head.dbtime);
    }

    const ChangeTarget& target_;
    std::vector<MergeRecord> levels_;
};

}  // namespace

void apply_tree_record(const ChangeTarget& target, ByteView record) {
    switch (format::record_type(record)) {
        case LogRecordType::create_single_extent_fdp:
        case LogRecordType::create_multiple_extent_fdp:
        case LogRecordType::convert_fdp2: {
            const auto root = TreeRootRecord::parse(record);
            target.pages.note_object(root.object);
            if (format::record_type(record) == LogRecordType::convert_fdp2)
                return convert_to_multiple_extent(target, root);
            return root.owned_root == PageNumber() ? create_single_extent(target, root)
                                                   : create_multiple_extent(target, root);
        }
        case LogRecordType::new_page: return new_page(target, record);
        case LogRecordType::empty_tree: return empty_tree(target, record);
        case LogRecordType::page_move: return apply_page_move(target, record);
        default: break;
    }
    throw Error(JET_errFeatureNotAvailable, "records of this type can't be replayed by this version");
}

void apply_macro(const ChangeTarget& target, const std::vector<ByteView>& records) {
    const auto is_of = [&](LogRecordType type) {
        return [type](ByteView record) { return format::record_type(record) == type; };
    };
    if (std::ranges::any_of(records, is_of(LogRecordType::split2))) return SplitChange(target, records).run();
    if (!records.empty() && std::ranges::all_of(records, is_of(LogRecordType::merge2)))
        return MergeChange(target, records).run();
    if (std::ranges::any_of(records, is_of(LogRecordType::root_page_move))) return apply_root_move(target, records);
    std::string types;
    for (const ByteView record : records)
        types += (types.empty() ? "" : ", ") + std::string(format::record_name(format::record_type(record)));
    throw Error(JET_errFeatureNotAvailable, "a change of these records can't be replayed by this version: " + types);
}

}  // namespace ese::engine
