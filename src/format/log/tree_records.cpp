#include "format/log/tree_records.h"

#include "base/error.h"
#include "esent.h"

namespace ese::format {

namespace {

using Bytes = std::vector<std::uint8_t>;

// A record with its head and these parts one behind the other; their lengths are the caller's to set.
template <class Head>
Bytes with_parts(LogRecordType type, const Head& head, std::initializer_list<ByteView> parts) {
    Bytes tail;
    for (const ByteView part : parts) tail.insert(tail.end(), part.begin(), part.end());
    Bytes record = make_record(type, tail);
    head.write(record);
    return record;
}

void store_length(Bytes& record, std::size_t offset, std::size_t bytes) {
    if (bytes > 0xFFFF)
        throw Error(JET_errRecordTooBig, std::to_string(bytes) + " bytes do not fit into a part of a log record");
    store_u16(record, offset, static_cast<std::uint16_t>(bytes));
}

}  // namespace

std::vector<std::uint8_t> InsertRecord::key() const {
    std::vector<std::uint8_t> whole(prefix.begin(), prefix.end());
    whole.insert(whole.end(), suffix.begin(), suffix.end());
    return whole;
}

InsertRecord InsertRecord::parse(ByteView record) {
    return {NodeHead::parse(record), record_part(record, "prefix"), record_part(record, "suffix"),
            record_part(record, "data")};
}

Bytes InsertRecord::serialise() const {
    Bytes record = with_parts(LogRecordType::insert, head, {prefix, suffix, data});
    store_length(record, 44, suffix.size());
    store_length(record, 46, prefix.size());
    store_length(record, 48, data.size());
    return record;
}

FlagInsertRecord FlagInsertRecord::parse(ByteView record) {
    FlagInsertRecord result{NodeHead::parse(record), record_part(record, "key"), record_part(record, "data"), 0};
    if (record_type(record) == LogRecordType::flag_insert_and_replace_data) result.replace_rceid = load_u32(record, 48);
    return result;
}

Bytes FlagInsertRecord::serialise() const {
    Bytes record = with_parts(head.page.type, head, {key, data});
    store_length(record, 44, key.size());
    store_length(record, 46, data.size());
    if (head.page.type == LogRecordType::flag_insert_and_replace_data) store_u32(record, 48, replace_rceid);
    return record;
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

Bytes ReplaceRecord::serialise() const {
    Bytes record = with_parts(LogRecordType::replace, head, {data});
    store_length(record, 44, data.size());
    store_u16(record, 46, old_bytes);
    store_length(record, 48, data.size());
    return record;
}

ExternalHeaderRecord ExternalHeaderRecord::parse(ByteView record) {
    return {NodeHead::parse(record), record_part(record, "data")};
}

Bytes ExternalHeaderRecord::serialise() const {
    Bytes record = with_parts(LogRecordType::set_external_header, head, {data});
    store_length(record, 44, data.size());
    return record;
}

Bytes head_only_record(const NodeHead& head) { return with_parts(head.page.type, head, {}); }

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

Bytes BookmarkRecord::serialise() const {
    const LogRecordType type = head.page.type;
    Bytes record = with_parts(type, head, {bookmark_key, bookmark_data});
    store_length(record, 44, bookmark_key.size());
    store_length(record, 46, bookmark_data.size());
    if (type == LogRecordType::delta) {
        store_u32(record, 48, static_cast<std::uint32_t>(delta));
        store_u16(record, 52, data_offset);
    } else if (type == LogRecordType::delta64) {
        store_u64(record, 48, static_cast<std::uint64_t>(delta));
        store_u16(record, 56, data_offset);
    } else {
        store_u16(record, 48, static_cast<std::uint16_t>(operation));
        record[50] = head.page.level;
    }
    return record;
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

Bytes TreeRootRecord::serialise() const {
    const LogRecordType type = head.type;
    Bytes record = with_parts(type, head, {});
    store_u32(record, 32, object.value());
    if (type == LogRecordType::create_single_extent_fdp) {
        store_u32(record, 36, parent.value());
        store_u32(record, 40, primary_pages);
        store_u32(record, 44, page_flags);
        return record;
    }
    store_u32(record, 36, owned_root.value());
    store_u32(record, 40, available_root.value());
    store_u32(record, 44, parent.value());
    if (type == LogRecordType::create_multiple_extent_fdp) {
        store_u32(record, 48, primary_pages);
        store_u32(record, 52, page_flags);
        return record;
    }
    store_u32(record, 48, secondary_first.value());
    store_u32(record, 52, primary_pages);
    store_u32(record, 56, secondary_pages);
    store_u32(record, 60, available);
    store_u32(record, 64, page_flags);
    return record;
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
    result.parent_before = load_u64(record, 52);
    result.tree_root = PageNumber(load_u32(record, 60));
    result.object = ObjectId(load_u32(record, 64));
    result.kind = static_cast<SplitKind>(load_u8(record, 68));
    result.operation = static_cast<SplitOperation>(load_u8(record, 69));
    result.operation_line = load_u16(record, 70);
    result.split_line = load_u16(record, 72);
    result.lines = load_u16(record, 74);
    result.new_page_flags = load_u32(record, 76);
    result.page_flags = load_u32(record, 80);
    result.prefix_line = static_cast<std::int32_t>(load_u32(record, 88));
    result.new_prefix_line = static_cast<std::int32_t>(load_u32(record, 92));
    result.parent_key = record_part(record, "keyParent");
    result.old_page_prefix = record_part(record, "prefixSplitOld");
    result.page_prefix = record_part(record, "prefixSplitNew");
    if (record_type(record) == LogRecordType::split2) {
        result.image_flags = load_u32(record, 102);
        result.image = record_part(record, "pageBeforeImage");
    }
    return result;
}

Bytes SplitRecord::serialise() const {
    Bytes record = with_parts(LogRecordType::split2, head, {parent_key, old_page_prefix, page_prefix, image});
    store_u32(record, 32, new_page.value());
    store_u32(record, 36, right.value());
    store_u64(record, 40, right_before);
    store_u32(record, 48, parent.value());
    store_u64(record, 52, parent_before);
    store_u32(record, 60, tree_root.value());
    store_u32(record, 64, object.value());
    record[68] = static_cast<std::uint8_t>(kind);
    record[69] = static_cast<std::uint8_t>(operation);
    store_u16(record, 70, operation_line);
    store_u16(record, 72, split_line);
    store_u16(record, 74, lines);
    store_u32(record, 76, new_page_flags);
    store_u32(record, 80, page_flags);
    store_u32(record, 88, static_cast<std::uint32_t>(prefix_line));
    store_u32(record, 92, static_cast<std::uint32_t>(new_prefix_line));
    store_length(record, 96, old_page_prefix.size());
    store_length(record, 98, page_prefix.size());
    store_length(record, 100, parent_key.size());
    store_u32(record, 102, image_flags);
    store_u32(record, 106, static_cast<std::uint32_t>(image.size()));
    return record;
}

MergeRecord MergeRecord::parse(ByteView record) {
    MergeRecord result;
    result.head = PageHead::parse(record);
    result.right = PageNumber(load_u32(record, 32));
    result.right_before = load_u64(record, 36);
    result.left = PageNumber(load_u32(record, 44));
    result.left_before = load_u64(record, 48);
    result.parent = PageNumber(load_u32(record, 56));
    result.parent_before = load_u64(record, 60);
    result.tree_root = PageNumber(load_u32(record, 68));
    result.object = ObjectId(load_u32(record, 72));
    result.moved_bytes = load_u16(record, 76);
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

Bytes MergeRecord::serialise() const {
    Bytes record = with_parts(LogRecordType::merge2, head, {separator, image});
    store_u32(record, 32, right.value());
    store_u64(record, 36, right_before);
    store_u32(record, 44, left.value());
    store_u64(record, 48, left_before);
    store_u32(record, 56, parent.value());
    store_u64(record, 60, parent_before);
    store_u32(record, 68, tree_root.value());
    store_u32(record, 72, object.value());
    store_u16(record, 76, moved_bytes);
    store_u16(record, 78, moved_bytes);
    store_u16(record, 82, merge_line);
    record[84] = flags;
    record[85] = static_cast<std::uint8_t>(kind);
    store_length(record, 86, separator.size());
    store_u32(record, 88, image_flags);
    store_u32(record, 92, static_cast<std::uint32_t>(image.size()));
    return record;
}

EmptyTreeRecord EmptyTreeRecord::parse(ByteView record) {
    EmptyTreeRecord result{NodeHead::parse(record), {}};
    const ByteView list = record.subspan(list_at);
    for (std::size_t at = 0; at + entry_bytes <= list.size(); at += entry_bytes)
        result.pages.push_back(
            {load_u64(list, at), PageNumber(load_u32(list, at + number_at)), load_u32(list, at + 12)});
    return result;
}

Bytes EmptyTreeRecord::serialise() const {
    Bytes list(pages.size() * entry_bytes);
    for (std::size_t i = 0; i < pages.size(); ++i) {
        const std::size_t at = i * entry_bytes;
        store_u64(list, at, pages[i].dbtime_before);
        store_u32(list, at + number_at, pages[i].number.value());
        store_u32(list, at + 12, pages[i].flags);
    }
    Bytes record = with_parts(LogRecordType::empty_tree, head, {list});
    store_length(record, 44, list.size());
    return record;
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
