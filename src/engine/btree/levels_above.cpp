#include "engine/btree/levels_above.h"

namespace ese::engine {

using format::MergeRecord;
using format::PageView;

void LevelsAbove::add(const PathStep& step, std::size_t line, std::uint8_t flags) {
    MergeRecord record;
    record.head = tree_.page_head(format::LogRecordType::merge2, step.number(), line);
    record.tree_root = tree_.root_in_records;
    record.object = tree_.tree.object;
    record.flags = flags;
    records_.push_back(record);
}

bool LevelsAbove::take_out() {
    std::size_t level = path_.depth() - 2, line = slot_;
    for (; path_[level].view().node_count() == 1; line = path_[--level].line) {
        if (level == 0) return false;
        add(path_[level], 0, MergeRecord::flag_empty_page);
        left_pages_.push_back(path_[level].number());
    }
    const PageView view = path_[level].view();
    add(path_[level], line, MergeRecord::flag_delete_node);
    if (line + 1 < view.node_count()) return true;
    // The rightmost page of each level ends with an empty separator. If pages go here, those that become rightmost instead
    // are not on the path.
    if (view.node(line).key_bytes() == 0) return left_pages_.empty();
    separator_ = view.node(line - 1).key();
    return change_separators_above(level);
}

// Up to the one that is not the last of its page.
bool LevelsAbove::change_separators_above(std::size_t level) {
    while (level-- > 0) {
        const PathStep& step = path_[level];
        if (!has_room_for_separator(step, step.line)) return false;
        add(step, step.line, MergeRecord::flag_key_change);
        if (step.line + 1 < step.view().node_count()) break;
    }
    return true;
}

bool LevelsAbove::replace_by_left() {
    if (slot_ == 0) return false;
    add(path_[path_.depth() - 2], slot_, MergeRecord::flag_delete_node | MergeRecord::flag_key_change);
    return true;
}

bool LevelsAbove::move_separator_of_left(ByteView separator) {
    const PathStep& parent = path_[path_.depth() - 2];
    separator_.assign(separator.begin(), separator.end());
    if (slot_ == 0 || !has_room_for_separator(parent, slot_ - 1)) return false;
    add(parent, slot_, MergeRecord::flag_key_change);
    return true;
}

bool LevelsAbove::has_room_for_separator(const PathStep& step, std::size_t line) const {
    const PageView view = step.view();
    const auto bytes_with = [&](ByteView key) {
        return format::stored_node_bytes(view.key_prefix(), key, sizeof(std::uint32_t));
    };
    const std::size_t was = bytes_with(view.node(line).key()), is = bytes_with(separator_);
    return view.free_bytes() + was >= is;
}

std::vector<std::vector<std::uint8_t>> LevelsAbove::records_top_down() const {
    std::vector<std::vector<std::uint8_t>> result;
    for (std::size_t i = records_.size(); i-- > 0;) result.push_back(records_[i].serialise());
    return result;
}

}  // namespace ese::engine
