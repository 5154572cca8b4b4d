#include "engine/check/space_check.h"

#include <algorithm>

namespace ese::engine {

using format::Extent;
using format::SpaceHeader;

namespace {

std::string tree_name(const Tree& tree) { return "the tree with root page " + std::to_string(tree.root.value()); }

}  // namespace

std::string SpaceCheck::name(const Run& run) {
    std::string text = std::string(run.what) + " " + std::to_string(run.first.value());
    if (run.last != run.first) text += ".." + std::to_string(run.last.value());
    return text;
}

void SpaceCheck::add(const Tree& tree, const TreeFacts& facts, PageNumber parent) {
    const auto [place, is_new] = trees_.try_emplace(tree.root);
    if (!is_new) return findings_.damage(JET_errCatalogCorrupted, tree.root, "two trees have the same root page");
    TreeSpace& space = place->second;
    space.tree = tree;
    space.parent = parent;
    for (const PageNumber page : facts.pages) space.claimed.push_back({page, page, "its page"});
    if (facts.pages.empty()) return;
    findings_.guard([&] { read_space(space, facts); });
}

void SpaceCheck::read_space(TreeSpace& space, const TreeFacts& facts) {
    const SpaceHeader header = SpaceHeader::parse(facts.root_header);
    const PageNumber root = space.tree.root;
    if (header.parent != space.parent)
        findings_.damage(JET_errSPOwnExtCorrupted, root,
                         tree_name(space.tree) + " says that page " + std::to_string(header.parent.value()) +
                             " is the root of its parent, not " + std::to_string(space.parent.value()));
    if (!header.multiple_extent) {
        space.owned.push_back({root, PageNumber(root.value() + std::max(header.pages, 1u) - 1), "extent"});
        for (const PageNumber page : header.available_pages(root)) space.claimed.push_back({page, page, "free page"});
        space.known = facts.sound;
        return;
    }
    space.owned = read_space_tree(space, header.owned_root, "extent");
    const std::vector<Run> available = read_space_tree(space, header.available_root(), "free extent");
    space.claimed.insert(space.claimed.end(), available.begin(), available.end());
    space.known = space.known && facts.sound;
}

// Adds the pages of the space tree itself to what is claimed.
std::vector<SpaceCheck::Run> SpaceCheck::read_space_tree(TreeSpace& space, PageNumber root, const char* what) {
    const Tree tree{root, space.tree.object, true, true};
    const TreeFacts facts = check_tree(cache_, tree, owners_, findings_);
    space.known = facts.sound;
    for (const PageNumber page : facts.pages) space.claimed.push_back({page, page, "its space tree's page"});
    if (!facts.root_header.empty() || facts.sound)
        for (const Extent& extent : format::SplitBuffer::parse(facts.root_header).extents)
            if (extent.pages != 0) space.claimed.push_back({extent.first(), extent.last, "split buffer"});
    std::vector<Run> runs;
    if (!facts.sound) return runs;
    TreeCursor cursor(cache_, tree);
    for (bool more = cursor.first(); more; more = cursor.next()) {
        findings_.poll();
        format::Node node;
        node.suffix = cursor.key();
        node.data = cursor.data();
        const Extent extent = format::ExtentNode::parse(node).extent;
        if (extent.pages > extent.last.value())
            findings_.damage(JET_errSPOwnExtCorrupted, root,
                             "an extent of " + tree_name(space.tree) + " begins nowhere");
        else if (extent.pages != 0)
            runs.push_back({extent.first(), extent.last, what});
    }
    return runs;
}

void SpaceCheck::compare(TreeSpace& space) {
    const auto in_order = [](std::vector<Run>& runs) { std::ranges::sort(runs, {}, &Run::first); };
    in_order(space.owned);
    in_order(space.claimed);
    std::uint64_t lost = 0;
    PageNumber next_lost;  // the first page of the current extent that nobody claimed yet
    auto claim = space.claimed.begin();
    for (const Run& extent : space.owned) {
        if (extent.first < next_lost)
            findings_.damage(JET_errSPOwnExtCorrupted, extent.first,
                             tree_name(space.tree) + " owns pages of its " + name(extent) + " twice");
        next_lost = std::max(next_lost, extent.first);
        for (; claim != space.claimed.end() && claim->first <= extent.last; ++claim) {
            if (claim->first < next_lost || claim->last > extent.last)
                findings_.damage(JET_errSPAvailExtCorrupted, claim->first,
                                 "in " + tree_name(space.tree) + ", " + name(*claim) +
                                     " is in use elsewhere in it, or is not its own");
            else
                lost += claim->first.value() - next_lost.value();
            next_lost = std::max(next_lost, claim->last.next());
        }
        if (next_lost <= extent.last) lost += extent.last.value() - next_lost.value() + 1;
        next_lost = std::max(next_lost, extent.last.next());
    }
    for (; claim != space.claimed.end(); ++claim)
        findings_.damage(JET_errSPOwnExtCorrupted, claim->first,
                         "in " + tree_name(space.tree) + ", " + name(*claim) + " is not its own");
    if (lost != 0)
        findings_.add(
            FindingKind::warning, JET_errSPOwnExtCorrupted, space.tree.root,
            std::to_string(lost) + " pages that " + tree_name(space.tree) + " owns are neither in use nor free");
}

PageNumber SpaceCheck::finish() {
    for (const auto& [root, space] : trees_) {
        const auto parent = trees_.find(space.parent);
        if (parent == trees_.end()) continue;
        for (const Run& run : space.owned) parent->second.claimed.push_back({run.first, run.last, "a child's extent"});
        parent->second.known = parent->second.known && space.known;
    }
    PageNumber last;
    for (auto& [root, space] : trees_) {
        findings_.poll();
        if (space.known) compare(space);
        if (space.parent == PageNumber())
            for (const Run& run : space.owned) last = std::max(last, run.last);
    }
    return last;
}

}  // namespace ese::engine
