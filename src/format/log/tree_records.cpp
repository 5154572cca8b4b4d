#include "format/log/tree_records.h"

namespace ese::format {

std::vector<std::uint8_t> InsertRecord::key() const {
    std::vector<std::uint8_t> whole(prefix.begin(), prefix.end());
    whole.insert(whole.end(), suffix.begin(), suffix.end());
    return whole;
}

InsertRecord InsertRecord::parse(ByteView record) {
    return {NodeHead::parse(record), record_part(record, "prefix"), record_part(record, "suffix"),
            record_part(record, "data")};
}

FlagInsertRecord FlagInsertRecord::parse(ByteView record) {
    FlagInsertRecord result{NodeHead::parse(record), record_part(record, "key"), record_part(record, "data"), 0};
    if (record_type(record) == LogRecordType::flag_insert_and_replace_data) result.replace_rceid = load_u32(record, 48);
    return result;
}

ReplaceRecord ReplaceRecord::parse(ByteView record) {
    ReplaceRecord result;
    result.head = NodeHead::parse(record);
    result.is_difference = record_type(record) == LogRecordType::replace_d;
    result.wide = (load_u16(record, 44) & 0x8000) != 0;
    result.old_bytes = load_u16(record, 46);
    result.new_bytes = load_u16(record, 48);
    result.data = record_part(record, "data");
    return result;
}

BookmarkRecord BookmarkRecord::parse(ByteView record) {
    BookmarkRecord result;
    result.head = NodeHead::parse(record);
    result.bookmark_key = record_part(record, "bookmarkKey");
    result.bookmark_data = record_part(record, "bookmarkData");
    switch (record_type(record)) {
        case LogRecordType::delta:
            result.operation = UndoneOperation::delta;
            result.delta = static_cast<std::int32_t>(load_u32(record, 48));
            result.data_offset = load_u16(record, 52);
            break;
        case LogRecordType::delta64:
            result.operation = UndoneOperation::delta64;
            result.delta = static_cast<std::int64_t>(load_u64(record, 48));
            result.data_offset = load_u16(record, 56);
            break;
        case LogRecordType::undo_info: result.before_image = record_part(record, "data"); [[fallthrough]];
        default: result.operation = static_cast<UndoneOperation>(load_u16(record, 48)); break;
    }
    return result;
}

TreeRootRecord TreeRootRecord::parse(ByteView record) {
    TreeRootRecord result;
    result.head = PageHead::parse(record);
    result.object = ObjectId(load_u32(record, 32));
    if (record_type(record) == LogRecordType::create_single_extent_fdp) {
        result.parent = PageNumber(load_u32(record, 36));
        result.primary_pages = load_u32(record, 40);
        result.page_flags = load_u32(record, 44);
        return result;
    }
    result.owned_root = PageNumber(load_u32(record, 36));
    result.available_root = PageNumber(load_u32(record, 40));
    result.parent = PageNumber(load_u32(record, 44));
    if (record_type(record) == LogRecordType::create_multiple_extent_fdp) {
        result.primary_pages = load_u32(record, 48);
        result.page_flags = load_u32(record, 52);
        return result;
    }
    result.secondary_first = PageNumber(load_u32(record, 48));
    result.primary_pages = load_u32(record, 52);
    result.secondary_pages = load_u32(record, 56);
    result.available = load_u32(record, 60);
    result.page_flags = load_u32(record, 64);
    return result;
}

NewPageRecord NewPageRecord::parse(ByteView record) {
    return {load_u16(record, 1), load_u8(record, 3), PageNumber(load_u32(record, 4)), ObjectId(load_u32(record, 8)),
            load_u64(record, 12)};
}

SplitRecord SplitRecord::parse(ByteView record) {
    SplitRecord result;
    result.head = PageHead::parse(record);
    result.new_page = PageNumber(load_u32(record, 32));
    result.right = PageNumber(load_u32(record, 36));
    result.right_before = load_u64(record, 40);
    result.parent = PageNumber(load_u32(record, 48));
    result.object = ObjectId(load_u32(record, 64));
    result.kind = static_cast<SplitKind>(load_u8(record, 68));
    result.operation = static_cast<SplitOperation>(load_u8(record, 69));
    result.operation_line = load_u16(record, 70);
    result.split_line = load_u16(record, 72);
    result.lines = load_u16(record, 74);
    result.new_page_flags = load_u32(record, 76);
    result.page_flags = load_u32(record, 80);
    result.new_prefix_line = static_cast<std::int32_t>(load_u32(record, 92));
    result.parent_key = record_part(record, "keyParent");
    result.page_prefix = record_part(record, "prefixSplitNew");
    if (record_type(record) == LogRecordType::split2) {
        result.image_flags = load_u32(record, 102);
        result.image = record_part(record, "pageBeforeImage");
    }
    return result;
}

MergeRecord MergeRecord::parse(ByteView record) {
    MergeRecord result;
    result.head = PageHead::parse(record);
    result.right = PageNumber(load_u32(record, 32));
    result.right_before = load_u64(record, 36);
    result.left = PageNumber(load_u32(record, 44));
    result.left_before = load_u64(record, 48);
    result.parent = PageNumber(load_u32(record, 56));
    result.object = ObjectId(load_u32(record, 72));
    result.merge_line = load_u16(record, 82);
    result.flags = load_u8(record, 84);
    result.kind = static_cast<MergeKind>(load_u8(record, 85));
    result.separator = record_part(record, "keyParentSep");
    if (record_type(record) == LogRecordType::merge2) {
        result.image_flags = load_u32(record, 88);
        result.image = record_part(record, "pageBeforeImage");
    }
    return result;
}

std::vector<EmptiedPage> emptied_pages(ByteView record) {
    constexpr std::size_t entry_bytes = 16;
    std::vector<EmptiedPage> pages;
    const ByteView list = record.subspan(46);
    for (std::size_t at = 0; at + entry_bytes <= list.size(); at += entry_bytes)
        pages.push_back({load_u64(list, at), PageNumber(load_u32(list, at + 8)), load_u32(list, at + 12)});
    return pages;
}

PageMoveRecord PageMoveRecord::parse(ByteView record) {
    PageMoveRecord result;
    result.head = PageHead::parse(record);
    result.destination = PageNumber(load_u32(record, 32));
    result.left = PageNumber(load_u32(record, 36));
    result.right = PageNumber(load_u32(record, 40));
    result.parent = PageNumber(load_u32(record, 44));
    result.left_before = load_u64(record, 48);
    result.right_before = load_u64(record, 56);
    result.parent_before = load_u64(record, 64);
    result.object = ObjectId(load_u32(record, 76));
    result.parent_line = static_cast<std::int32_t>(load_u32(record, 80));
    result.move_flags = load_u32(record, 84);
    result.page_head = record_part(record, "pageHeader");
    result.page_tail = record_part(record, "pageTrailer");
    return result;
}

}  // namespace ese::format
