#include "engine/btree/space_tree.h"

#include "base/error.h"
#include "engine/btree/tree_cursor.h"
#include "engine/btree/tree_writer.h"
#include "esent.h"
#include "format/log/tree_records.h"

namespace ese::engine {

using format::Extent;
using format::ExtentNode;
using format::SplitBuffer;

namespace {

const format::PageView root_page(TreeChanges& changes, const ChangedTree& tree) {
    const CachedPage& page = changes.cache().page(tree.tree.root);
    page.require_sound();
    return page.view();
}

void write_buffer(TreeChanges& changes, const ChangedTree& tree, const SplitBuffer& buffer) {
    const auto bytes = buffer.to_bytes();
    changes.make(format::ExternalHeaderRecord{
        tree.node_head(format::LogRecordType::set_external_header, tree.tree.root, 0), bytes}
                     .serialise());
}

std::vector<std::uint8_t> key_of(PageNumber last) { return ExtentNode{{last, 0}, 0}.key(); }

}  // namespace

void visit_extents(PageCache& cache, const Tree& space_tree, PageNumber from,
                   const std::function<bool(const Extent&)>& wants_more) {
    TreeCursor cursor(cache, space_tree);
    for (bool more = cursor.seek(key_of(from)); more; more = cursor.next()) {
        format::Node node;
        node.suffix = cursor.key();
        node.data = cursor.data();
        const ExtentNode entry = ExtentNode::parse(node);
        if (entry.pool != 0) return;  // they come behind all others
        if (entry.extent.pages != 0 && !wants_more(entry.extent)) return;
    }
}

std::optional<Extent> SpaceTree::first_from(PageNumber page) const {
    std::optional<Extent> found;
    visit(page, [&](const Extent& extent) {
        found = extent;
        return false;
    });
    return found;
}

std::optional<Extent> SpaceTree::first_with(std::uint32_t pages) const {
    std::optional<Extent> found;
    visit({}, [&](const Extent& extent) {
        if (extent.pages >= pages) found = extent;
        return !found;
    });
    return found;
}

std::optional<Extent> SpaceTree::last() const {
    std::optional<Extent> found;
    TreeCursor cursor(changes_.cache(), tree_.tree);
    for (bool more = cursor.last(); more && !found; more = cursor.previous()) {
        format::Node node;
        node.suffix = cursor.key();
        node.data = cursor.data();
        const ExtentNode entry = ExtentNode::parse(node);
        if (entry.pool == 0 && entry.extent.pages != 0) found = entry.extent;
    }
    return found;
}

void SpaceTree::insert(const Extent& extent) {
    const ExtentNode entry{extent, 0};
    TreeWriter writer(changes_, tree_);
    const auto place = writer.find(entry.key(), {});
    if (!place) return writer.insert(entry.key(), entry.data(), 0);
    const format::Node node = place->page->view().node(place->line);
    if (node.is_deleted()) return writer.insert_again(entry.key(), entry.data(), 0, 0);
    if (ExtentNode::parse(node).extent.pages != 0)
        throw Error(ErrorKind::damage, JET_errSPAvailExtCorrupted,
                    "the space tree with root page " + std::to_string(tree_.tree.root.value()) +
                        " has an extent that ends at page " + std::to_string(extent.last.value()) + " already");
    writer.replace(entry.key(), entry.data(), 0);
}

std::vector<PageNumber> SpaceTree::erase(const Extent& extent) {
    return TreeWriter(changes_, tree_).erase_extent(key_of(extent.last));
}

void SpaceTree::resize(const Extent& extent, std::uint32_t pages) {
    TreeWriter(changes_, tree_).replace(key_of(extent.last), ExtentNode{{extent.last, pages}, 0}.data(), 0);
}

std::uint32_t SpaceTree::pages_needed_to_insert() const {
    const TreePath path(changes_.cache(), tree_.tree, TreePath::End::first);
    const format::PageView root = path[0].view();
    const ExtentNode node{{PageNumber(1), 1}, 0};
    // Of a larger tree any leaf may be full.
    if (path.depth() == 1 && root.node_count() < format::max_nodes &&
        root.free_bytes() >= format::stored_node_bytes({}, node.key(), node.data().size()))
        return 0;
    // Every page of a path may have to split, and the root may have to move its nodes down before.
    const auto needed = static_cast<std::uint32_t>(path.depth() + 1);
    const SplitBuffer buffer = SplitBuffer::parse(root.external_header());
    return buffer.extents[0].pages + buffer.extents[1].pages >= needed ? 0 : needed;
}

std::optional<Extent> SpaceTree::fill_buffer(const Extent& extent) {
    SplitBuffer buffer = SplitBuffer::parse(root_page(changes_, tree_).external_header());
    Extent& slot = buffer.extents[0].pages <= buffer.extents[1].pages ? buffer.extents[0] : buffer.extents[1];
    const Extent before = slot;
    slot = extent;
    write_buffer(changes_, tree_, buffer);
    return before.pages == 0 ? std::nullopt : std::optional(before);
}

PageNumber take_split_page(TreeChanges& changes, const ChangedTree& space_tree) {
    SplitBuffer buffer = SplitBuffer::parse(root_page(changes, space_tree).external_header());
    auto& [first, second] = buffer.extents;
    Extent& taken = second.pages == 0 || (first.pages != 0 && first.pages <= second.pages) ? first : second;
    if (taken.pages == 0)
        throw Error(JET_errInternalError, "the space tree with root page " +
                                              std::to_string(space_tree.tree.root.value()) +
                                              " splits, and its buffer has no page left");
    const PageNumber page = taken.first();
    taken = taken.pages == 1 ? Extent{} : Extent{taken.last, taken.pages - 1};
    write_buffer(changes, space_tree, buffer);
    return page;
}

}  // namespace ese::engine
