#include "engine/btree/space.h"

#include "base/error.h"
#include "engine/btree/tree_space.h"
#include "esent.h"
#include "format/database/catalog.h"
#include "format/log/tree_records.h"

namespace ese::engine {

using format::Extent;
using format::LogRecordType;
using format::PageHead;
namespace flag = format::page_flag;

namespace {

constexpr std::uint32_t most_pages_of_bitmap = 33;  // 32 bits and the root
constexpr std::uint32_t roots = 3;                  // of a tree and its two space trees

TreeChanges::Record root_record(const NewTree& tree, PageNumber root, bool multiple_extent) {
    format::TreeRootRecord record;
    record.head.type =
        multiple_extent ? LogRecordType::create_multiple_extent_fdp : LogRecordType::create_single_extent_fdp;
    record.head.page = root;
    record.head.flags = tree.unique_keys ? PageHead::flag_unique : std::uint8_t{0};
    record.object = tree.object;
    record.parent = tree.parent;
    record.primary_pages = tree.pages;
    record.page_flags = tree.page_flags | (tree.unique_keys ? 0 : flag::non_unique_keys);
    if (multiple_extent) {
        record.owned_root = root.next();
        record.available_root = record.owned_root.next();
    }
    return record.serialise();
}

}  // namespace

PageNumber create_tree(TreeChanges& changes, const NewTree& tree) {
    const bool multiple_extent = tree.multiple_extent || tree.pages > most_pages_of_bitmap;
    if (tree.pages < (multiple_extent ? roots : 1))
        throw Error(JET_errInvalidParameter,
                    "a new tree can't have as few as " + std::to_string(tree.pages) + " pages");
    const Extent extent = TreeSpace(changes, tree.parent).take_extent(tree.pages, tree.pages);
    changes.make(root_record(tree, extent.first(), multiple_extent));
    return extent.first();
}

void create_system_tree(TreeChanges& changes, std::uint32_t pages) {
    NewTree tree;
    tree.object = format::system_tree::root_object;
    tree.pages = pages;
    changes.make(root_record(tree, format::system_tree::root_page, true));
}

void free_tree(TreeChanges& changes, PageNumber root) {
    const TreeSpace space(changes, root);
    const PageNumber parent = space.header().parent;
    if (parent == PageNumber()) throw Error(JET_errInvalidParameter, "the system root can't be given back");
    const std::vector<Extent> extents = space.owned_extents();
    TreeSpace taker(changes, parent);
    for (const Extent& extent : extents) taker.give_back(extent);
}

PageNumber allocate_page(TreeChanges& changes, PageNumber tree_root, PageNumber neighbour) {
    return TreeSpace(changes, tree_root).take_page(neighbour);
}

void free_page(TreeChanges& changes, PageNumber tree_root, PageNumber page) {
    TreeSpace(changes, tree_root).give_back({page, 1});
}

SpaceOfTree space_of_tree(PageCache& cache, PageNumber root, ObjectId object) {
    const CachedPage& page = cache.page(root);
    page.require_sound();
    const auto header = format::SpaceHeader::parse(page.view().external_header());
    if (!header.multiple_extent) return {header.pages, static_cast<std::uint32_t>(header.available_pages(root).size())};
    const auto count = [&](PageNumber space_root) {
        std::uint32_t pages = 0;
        visit_extents(cache, {space_root, object, true, true}, {}, [&](const Extent& extent) {
            pages += extent.pages;
            return true;
        });
        return pages;
    };
    return {count(header.owned_root), count(header.available_root())};
}

SpaceOfTree database_space(PageCache& cache) {
    return space_of_tree(cache, format::system_tree::root_page, format::system_tree::root_object);
}

void grow_database(TreeChanges& changes, std::uint32_t pages) {
    TreeSpace(changes, format::system_tree::root_page).grow(pages);
}

}  // namespace ese::engine
