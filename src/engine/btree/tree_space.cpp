#include "engine/btree/tree_space.h"

#include <algorithm>

#include "base/error.h"
#include "esent.h"
#include "format/log/tree_records.h"

namespace ese::engine {

using format::Extent;
using format::LogRecordType;
using format::SpaceHeader;
namespace flag = format::page_flag;

namespace {

// A tree with fewer pages is a small one: it gets few at a time.
constexpr std::uint32_t small_tree_pages = 16;
constexpr std::uint32_t small_tree_growth = 4;
constexpr std::uint32_t most_growth = 256;
// The roots of the two space trees, and a page for what made the tree ask for more.
constexpr std::uint32_t least_secondary = 3;
constexpr std::uint32_t wanted_secondary = 6;
constexpr int most_generations = 8;

std::string tree_name(const Tree& tree) { return "the tree with root page " + std::to_string(tree.root.value()); }

const format::PageView root_of(TreeChanges& changes, PageNumber root) {
    const CachedPage& page = changes.cache().page(root);
    page.require_sound();
    const format::PageView view = page.view();
    if (!view.is_tree_page() || !view.has(flag::root) || view.has(flag::space_tree))
        throw Error(ErrorKind::damage, JET_errBadParentPageLink,
                    "page " + std::to_string(root.value()) + " was to be the root of a tree, but its flags are " +
                        format::page_flags_to_string(view.flags()));
    return view;
}

Tree tree_at(TreeChanges& changes, PageNumber root) {
    const format::PageView view = root_of(changes, root);
    return {root, view.object(), !SpaceHeader::parse(view.external_header()).non_unique, false};
}

}  // namespace

TreeSpace::TreeSpace(TreeChanges& changes, PageNumber root, int generations)
    : changes_(changes), tree_(tree_at(changes, root)), generations_(generations) {}

// An index of a table of the database, and nothing deeper: a longer chain would be one that never ends.
TreeSpace TreeSpace::parent_of(const SpaceHeader& header) const {
    if (generations_ == most_generations)
        throw Error(ErrorKind::damage, JET_errSPOwnExtCorrupted,
                    tree_name(tree_) + " gets its pages from a parent that gets them from others, without an end");
    return {changes_, header.parent, generations_ + 1};
}

SpaceHeader TreeSpace::header() const {
    return SpaceHeader::parse(root_of(changes_, tree_.root).external_header());
}

void TreeSpace::write_header(const SpaceHeader& header) {
    const auto bytes = header.to_bytes();
    changes_.make(format::ExternalHeaderRecord{
        ChangedTree(tree_).node_head(LogRecordType::set_external_header, tree_.root, 0), bytes}
                      .serialise());
}

SpaceTree TreeSpace::owned(const SpaceHeader& header) const { return {changes_, header.owned_root, tree_}; }
SpaceTree TreeSpace::available(const SpaceHeader& header) const { return {changes_, header.available_root(), tree_}; }

// --- taking

PageNumber TreeSpace::take_page(PageNumber neighbour) {
    const SpaceHeader space = header();
    if (!space.multiple_extent) {
        if (const auto page = take_from_bitmap(1, 1, neighbour)) return page->last;
    } else {
        SpaceTree free = available(space);
        auto extent = free.first_from(neighbour.next());
        if (!extent) extent = free.first_from({});
        if (extent) {
            const PageNumber page = take_front(*extent, 1).last;
            return_unused_pages();
            return page;
        }
    }
    return take_extent(1, 1).last;
}

Extent TreeSpace::take_extent(std::uint32_t least, std::uint32_t wanted) {
    if (!header().multiple_extent) {
        if (const auto run = take_from_bitmap(least, wanted, {})) return *run;
        convert_to_multiple_extent(header());
    }
    auto extent = take_from_tree(least, wanted);
    if (!extent) {
        get_more(wanted);
        extent = take_from_tree(least, wanted);
    }
    if (!extent)
        throw Error(JET_errInternalError, tree_name(tree_) + " got pages, but not as many as it asked for");
    return_unused_pages();
    return *extent;
}

// The shortest run that has enough would be best, but there are no more than 32 pages.
std::optional<Extent> TreeSpace::take_from_bitmap(std::uint32_t least, std::uint32_t wanted, PageNumber neighbour) {
    SpaceHeader space = header();
    std::vector<Extent> runs;
    for (const PageNumber page : space.available_pages(tree_.root)) {
        if (page.value() > tree_.root.value() + 32) break;  // not named by the bitmap
        if (!runs.empty() && runs.back().last.next() == page)
            runs.back() = {page, runs.back().pages + 1};
        else
            runs.push_back({page, 1});
    }
    auto run = std::ranges::find_if(runs, [&](const Extent& each) {
        return each.pages >= wanted && (neighbour == PageNumber() || each.last > neighbour);
    });
    if (run == runs.end()) run = std::ranges::max_element(runs, {}, &Extent::pages);
    if (run == runs.end() || run->pages < least) return std::nullopt;
    const std::uint32_t pages = std::min(wanted, run->pages);
    const PageNumber first = run->first();
    for (std::uint32_t i = 0; i < pages; ++i) space.available &= ~(1u << (first.value() + i - tree_.root.value() - 1));
    write_header(space);
    return Extent{PageNumber(first.value() + pages - 1), pages};
}

std::optional<Extent> TreeSpace::take_from_tree(std::uint32_t least, std::uint32_t wanted) {
    const SpaceTree free = available(header());
    auto extent = free.first_with(wanted);
    if (!extent) extent = free.first_with(least);
    if (!extent) return std::nullopt;
    return take_front(*extent, std::min(wanted, extent->pages));
}

Extent TreeSpace::take_front(const Extent& extent, std::uint32_t pages) {
    if (extent.pages == pages)
        erase_available(extent);
    else
        available(header()).resize(extent, extent.pages - pages);
    return {PageNumber(extent.first().value() + pages - 1), pages};
}

// The tree may lose pages by it, which can't be given back before what is going on is done.
void TreeSpace::erase_available(const Extent& extent) {
    const auto pages = available(header()).erase(extent);
    unused_.insert(unused_.end(), pages.begin(), pages.end());
}

void TreeSpace::return_unused_pages() {
    while (!unused_.empty()) {
        const PageNumber page = unused_.back();
        unused_.pop_back();
        return_to_tree({page, 1});
    }
}

// --- getting more

std::uint32_t TreeSpace::pages_to_ask_for(std::uint32_t least) const {
    const SpaceHeader space = header();
    std::uint32_t owned_pages = 0;
    owned(space).visit({}, [&](const Extent& extent) { return (owned_pages += extent.pages) < small_tree_pages; });
    if (owned_pages < small_tree_pages) return std::max(least, small_tree_growth);
    const std::uint32_t last = space.v2 ? space.pages : space.pages / 4;
    return std::max(least, std::clamp(last + last / 4, small_tree_pages, most_growth));
}

// At least so many pages in one extent, and those that the space trees need to take it in.
void TreeSpace::get_more(std::uint32_t pages) {
    SpaceHeader space = header();
    const std::uint32_t least =
        pages + owned(space).pages_needed_to_insert() + available(space).pages_needed_to_insert();
    if (space.parent == PageNumber()) return grow(least);
    const Extent extent = parent_of(space).take_extent(least, pages_to_ask_for(least));
    space = header();
    space.v2 = true;
    space.pages = extent.pages;
    write_header(space);
    add_extent(extent);
}

void TreeSpace::grow(std::uint32_t pages) {
    const SpaceHeader space = header();
    const auto last_owned = owned(space).last();
    if (!last_owned) throw Error(ErrorKind::damage, JET_errSPOwnExtCorrupted, tree_name(tree_) + " owns no page");
    constexpr std::uint32_t header_pages = 2;
    const std::uint64_t unit = std::max(changes_.growth_pages(), 1u);
    const std::uint64_t before = last_owned->last.value();
    const std::uint64_t units = (before + header_pages + std::max<std::uint64_t>(pages, unit) + unit - 1) / unit;
    const std::uint64_t after = units * unit - header_pages;
    if (after > 0x7FFFFFFF) throw Error(JET_errOutOfDatabaseSpace, "the database has as many pages as one can have");
    const PageNumber last(static_cast<std::uint32_t>(after));
    changes_.grow_file(last);
    add_extent({last, static_cast<std::uint32_t>(after - before)});
    return_unused_pages();
}

// What the space trees need to take it in is taken from its front.
void TreeSpace::add_extent(const Extent& extent) {
    const SpaceHeader space = header();
    SpaceTree owning = owned(space), free = available(space);
    Extent rest = extent;
    std::vector<Extent> displaced;
    for (SpaceTree* tree : {&owning, &free}) {
        const std::uint32_t needed = tree->pages_needed_to_insert();
        if (needed == 0) continue;
        if (needed > rest.pages)
            throw Error(JET_errInternalError, tree_name(tree_) + " got too few pages to split its space trees");
        const Extent front{PageNumber(rest.first().value() + needed - 1), needed};
        rest.pages -= needed;
        if (const auto before = tree->fill_buffer(front)) displaced.push_back(*before);
    }
    owning.insert(extent);
    if (rest.pages != 0) free.insert(rest);
    for (const Extent& each : displaced) return_to_tree(each);
}

void TreeSpace::convert_to_multiple_extent(const SpaceHeader& space) {
    const Extent secondary = parent_of(space).take_extent(least_secondary, wanted_secondary);
    format::TreeRootRecord record;
    record.head = ChangedTree(tree_).page_head(LogRecordType::convert_fdp2, tree_.root, 0);
    record.object = tree_.object;
    record.owned_root = secondary.first();
    record.available_root = secondary.first().next();
    record.parent = space.parent;
    record.secondary_first = secondary.first();
    record.primary_pages = space.pages;
    record.secondary_pages = secondary.pages;
    record.available = space.available;
    constexpr std::uint32_t kept_flags =
        flag::index | flag::long_value | flag::non_unique_keys | flag::new_record_format;
    record.page_flags = root_of(changes_, tree_.root).flags() & kept_flags;
    changes_.make(record.serialise());
}

// --- giving back

void TreeSpace::give_back(Extent extent) {
    if (extent.pages == 0) return;
    if (!header().multiple_extent) return return_to_bitmap(extent);
    return_to_tree(extent);
    return_unused_pages();
}

void TreeSpace::return_to_bitmap(const Extent& extent) {
    SpaceHeader space = header();
    for (std::uint32_t number = extent.first().value(); number <= extent.last.value(); ++number) {
        const std::uint32_t bit = number - tree_.root.value() - 1;
        if (number <= tree_.root.value() || bit >= 32 || bit + 1 >= space.pages || (space.available >> bit & 1) != 0)
            throw Error(ErrorKind::damage, JET_errSPAvailExtCorrupted,
                        "page " + std::to_string(number) + " of " + tree_name(tree_) +
                            " was to become free, but is not one that the tree has in use");
        space.available |= 1u << bit;
    }
    write_header(space);
}

// So that an extent can be inserted into AE. What that takes may come from the extent itself, which is nobody's.
void TreeSpace::prepare_to_insert_available(Extent& extent) {
    SpaceTree free = available(header());
    const std::uint32_t needed = free.pages_needed_to_insert();
    if (needed == 0) return;
    std::optional<Extent> displaced;
    if (extent.pages >= needed) {
        displaced = free.fill_buffer({PageNumber(extent.first().value() + needed - 1), needed});
        extent.pages -= needed;
    } else {
        if (!free.first_with(needed)) get_more(needed);
        const auto source = free.first_with(needed);
        if (source) displaced = free.fill_buffer(take_front(*source, needed));
    }
    if (displaced) return_to_tree(*displaced);
}

// Neighbours in the same extent of OE become one.
void TreeSpace::return_to_tree(Extent extent) {
    prepare_to_insert_available(extent);
    if (extent.pages == 0) return;
    const SpaceHeader space = header();
    SpaceTree free = available(space);
    const auto home = owned(space).first_from(extent.last);
    if (!home || home->first() > extent.first())
        throw Error(ErrorKind::damage, JET_errSPOwnExtCorrupted,
                    tree_name(tree_) + " does not own page " + std::to_string(extent.first().value()) +
                        ", which was to become free in it");
    std::optional<Extent> left;
    if (extent.first() > home->first()) {
        left = free.first_from(extent.first().previous());
        if (left && left->last >= extent.first() && left->first() <= extent.last)
            throw Error(ErrorKind::damage, JET_errSPAvailExtCorrupted,
                        "page " + std::to_string(extent.first().value()) + " of " + tree_name(tree_) +
                            " was to become free, but is free already");
        if (left && left->last.next() != extent.first()) left.reset();
    }
    auto right = free.first_from(extent.last.next());
    if (right && (right->first() != extent.last.next() || right->last > home->last)) right.reset();
    if (left) {
        erase_available(*left);
        extent.pages += left->pages;
    }
    if (right)
        free.resize(*right, right->pages + extent.pages);
    else
        free.insert(extent);
}

// --- looking

std::vector<Extent> TreeSpace::owned_extents() const {
    const SpaceHeader space = header();
    if (!space.multiple_extent)
        return {{PageNumber(tree_.root.value() + std::max(space.pages, 1u) - 1), std::max(space.pages, 1u)}};
    std::vector<Extent> extents;
    owned(space).visit({}, [&](const Extent& extent) {
        extents.push_back(extent);
        return true;
    });
    return extents;
}

}  // namespace ese::engine
