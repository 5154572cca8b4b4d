#pragma once

// A tree that changes, and how log records name it (LOG-FORMAT 4.1).

#include "engine/btree/node_view.h"
#include "format/log/log_record_types.h"

namespace ese::engine {

struct ChangedTree {
    Tree tree;
    // What records call the tree: of a space tree, that whose space it is.
    PageNumber root_in_records;
    std::uint8_t record_flags = 0;  // unique, space

    explicit ChangedTree(const Tree& plain)
        : tree(plain),
          root_in_records(plain.root),
          record_flags(plain.unique_keys ? format::PageHead::flag_unique : std::uint8_t{0}) {}

    // The space tree with the root page `root` of the tree `owner`. Its own keys are unique, but its records say what
    // those of its owner say.
    static ChangedTree space(PageNumber root, const Tree& owner) {
        ChangedTree changed(owner);
        changed.tree = {root, owner.object, true, true};
        changed.record_flags = static_cast<std::uint8_t>(changed.record_flags | format::PageHead::flag_space);
        return changed;
    }

    format::PageHead page_head(format::LogRecordType type, PageNumber page, std::size_t line) const {
        format::PageHead head;
        head.type = type;
        head.page = page;
        head.line = static_cast<std::uint16_t>(line);
        head.flags = record_flags;
        return head;
    }
    format::NodeHead node_head(format::LogRecordType type, PageNumber page, std::size_t line,
                               std::uint32_t rceid = 0) const {
        format::NodeHead head;
        head.page = page_head(type, page, line);
        if (rceid != 0) head.page.flags = static_cast<std::uint8_t>(head.page.flags | format::PageHead::flag_versioned);
        head.rceid = rceid;
        head.tree_root = root_in_records;
        head.object = tree.object;
        return head;
    }
};

}  // namespace ese::engine
