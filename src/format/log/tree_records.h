#pragma once

// Log records that change pages, as structs (LOG-FORMAT 4.2, 4.5). parse() takes a whole record that has passed
// check_record() and whose type is one of those named; views point into it. serialise() gives the whole record, of the
// type that the head has; only what the engine writes can be written.

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "format/log/log_record_types.h"

namespace ese::format {

// Insert. The key is prefix + suffix.
struct InsertRecord {
    NodeHead head;
    ByteView prefix;
    ByteView suffix;
    ByteView data;
    static InsertRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;
    std::vector<std::uint8_t> key() const;
};

// FlagInsert, FlagInsertAndReplaceData.
struct FlagInsertRecord {
    NodeHead head;
    ByteView key;
    ByteView data;
    std::uint32_t replace_rceid = 0;  // FlagInsertAndReplaceData
    static FlagInsertRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;
};

// Replace, with the whole new data, and ReplaceD, with the differences (page_image.h).
struct ReplaceRecord {
    NodeHead head;
    bool is_difference = false;
    bool wide = false;
    std::uint16_t old_bytes = 0;
    std::uint16_t new_bytes = 0;
    ByteView data;
    static ReplaceRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;  // Replace; `data` has the new data
};

// SetExternalHeader.
struct ExternalHeaderRecord {
    NodeHead head;
    ByteView data;
    static ExternalHeaderRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;
};

// FlagDelete, Delete: nothing but their head.
std::vector<std::uint8_t> head_only_record(const NodeHead& head);

// What an Undo record undoes, and an UndoInfo record holds the past of.
enum class UndoneOperation : std::uint16_t { insert = 1, replace = 2, flag_delete = 3, delta = 4, delta64 = 9 };

// Undo, UndoInfo, Delta and Delta64: all name their node by its bookmark. The data is empty in trees of unique keys.
struct BookmarkRecord {
    NodeHead head;
    ByteView bookmark_key;
    ByteView bookmark_data;
    UndoneOperation operation = UndoneOperation::insert;
    std::int64_t delta = 0;          // Delta, Delta64
    std::uint16_t data_offset = 0;   // Delta, Delta64: of the number, in the node's data
    ByteView before_image;           // UndoInfo of a replace
    static BookmarkRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;  // Undo, Delta, Delta64
};

// CreateSingleExtentFDP, CreateMultipleExtentFDP, ConvertFDP2: a tree's root, and the roots of its space trees.
struct TreeRootRecord {
    PageHead head;
    ObjectId object;
    PageNumber owned_root;      // not of a single extent
    PageNumber available_root;  // not of a single extent
    PageNumber parent;
    std::uint32_t primary_pages = 0;
    PageNumber secondary_first;         // ConvertFDP2
    std::uint32_t secondary_pages = 0;  // ConvertFDP2
    std::uint32_t available = 0;        // ConvertFDP2: the bitmap of free pages that the old header had
    std::uint32_t page_flags = 0;
    static TreeRootRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;
};

struct NewPageRecord {
    SessionNumber session = 0;
    std::uint8_t dbid = 0;
    PageNumber page;
    ObjectId object;
    std::uint64_t dbtime = 0;
    static NewPageRecord parse(ByteView record);
};

enum class SplitKind : std::uint8_t { vertical = 0, right = 1, append = 2 };
enum class SplitOperation : std::uint8_t { none = 0, insert = 1, replace = 2, flag_insert_and_replace_data = 3 };

// Split2: one level of a path. A level that is only on the path has no new page.
struct SplitRecord {
    PageHead head;
    PageNumber new_page;
    PageNumber right;
    std::uint64_t right_before = dbtime_nil;
    PageNumber parent;
    std::uint64_t parent_before = dbtime_nil;
    PageNumber tree_root;
    ObjectId object;
    SplitKind kind = SplitKind::vertical;
    SplitOperation operation = SplitOperation::none;
    std::uint16_t operation_line = 0;
    std::uint16_t split_line = 0;
    std::uint16_t lines = 0;  // of the page before, with what is being inserted
    std::uint32_t new_page_flags = 0;
    std::uint32_t page_flags = 0;
    std::int32_t prefix_line = -1;      // whose key is the prefix of the page that splits; -1: none
    std::int32_t new_prefix_line = -1;  // of the new page's nodes; -1: no prefix
    ByteView parent_key;
    ByteView old_page_prefix;
    ByteView page_prefix;  // the prefix that the split page gets
    std::uint32_t image_flags = 0;
    ByteView image;
    static SplitRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;  // Split2
    bool splits() const { return new_page != PageNumber(); }
};

enum class MergeKind : std::uint8_t {
    none = 0,
    empty_page = 1,
    full_right = 2,
    partial_right = 3,
    empty_tree = 4,
    full_left = 5,
    partial_left = 6,
    page_move = 7,
};

// Merge2: one level of a path. Kind, siblings and separator are the leaf level's.
struct MergeRecord {
    static constexpr std::uint8_t flag_key_change = 1;
    static constexpr std::uint8_t flag_delete_node = 2;
    static constexpr std::uint8_t flag_empty_page = 4;

    PageHead head;
    PageNumber right, left, parent;
    std::uint64_t right_before = dbtime_nil, left_before = dbtime_nil, parent_before = dbtime_nil;
    PageNumber tree_root;
    ObjectId object;
    std::uint16_t moved_bytes = 0;
    std::uint16_t merge_line = 0;
    std::uint8_t flags = 0;
    MergeKind kind = MergeKind::none;
    ByteView separator;
    std::uint32_t image_flags = 0;
    ByteView image;
    static MergeRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;  // Merge2
};

// EmptyTree: the root becomes an empty leaf, and each of the others an empty page.
struct EmptyTreeRecord {
    static constexpr std::size_t list_at = 46, entry_bytes = 16, number_at = 8;  // where the record has the pages
    struct Page {
        std::uint64_t dbtime_before = 0;
        PageNumber number;
        std::uint32_t flags = 0;
    };
    NodeHead head;
    std::vector<Page> pages;
    static EmptyTreeRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;
};

// PageMove: a page gets another number, and all of its contents are in the record.
struct PageMoveRecord {
    PageHead head;
    PageNumber destination, left, right, parent;
    std::uint64_t left_before = 0, right_before = 0, parent_before = 0;
    ObjectId object;
    std::int32_t parent_line = 0;
    std::uint32_t move_flags = 0;  // not zero: the root of a tree
    ByteView page_head;            // of the source page, up to its free space
    ByteView page_tail;            // and behind it
    static PageMoveRecord parse(ByteView record);
};

}  // namespace ese::format
