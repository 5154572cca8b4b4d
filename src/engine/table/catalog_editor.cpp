#include "engine/table/catalog_editor.h"

#include "base/error.h"
#include "engine/btree/tree_writer.h"
#include "engine/table/catalog_rows.h"
#include "engine/txn/tree_editor.h"
#include "esent.h"
#include "format/database/index_key.h"

namespace ese::engine {

using format::CatalogRow;
using format::CatalogType;

namespace {

using Bytes = std::vector<std::uint8_t>;
constexpr std::uint8_t counted_locale = 2;  // type of row in MSysLocales

Bytes objids_key(std::uint32_t object) {
    std::uint8_t number[4];
    store_le(number, object);
    format::KeyBuilder key(sizeof number + 1);
    key.add({.type = format::ColumnType::long_int}, ByteView(number));
    return key.key();
}

Bytes objids_record(const CatalogRow& row, bool large_page) {
    std::uint8_t object[4], table[4], type[2];
    store_le(object, row.id);
    store_le(table, row.table.value());
    store_le(type, static_cast<std::uint16_t>(row.type));
    format::RecordBuilder record;
    std::uint16_t column = format::first_tagged_column;
    for (const ByteView value : {ByteView(object), ByteView(table), ByteView(type)})
        record.add_tagged({.id = column++, .has_flags = large_page, .bytes = value});
    return record.build(large_page);
}

Bytes with_nul_in_utf16(std::string_view text) {
    Bytes bytes;
    for (const char c : text) bytes.insert(bytes.end(), {static_cast<std::uint8_t>(c), 0});
    bytes.insert(bytes.end(), {0, 0});
    return bytes;
}

std::string guid_text(ByteView guid) {
    constexpr int order[] = {3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15};
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const int at : order) {
        if (at < 0) {
            text += '-';
            continue;
        }
        const std::uint8_t byte = guid[static_cast<std::size_t>(at)];
        text += {digits[byte >> 4], digits[byte & 0xF]};
    }
    return text;
}

// As the name of a locale has it: without leading zeros.
std::string hex(std::uint32_t number) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string text;
    for (int shift = 28; shift >= 0; shift -= 4)
        if (number >> shift != 0 || shift == 0) text += digits[number >> shift & 0xF];
    return text;
}

}  // namespace

std::optional<Tree> system_tree(const CatalogView& view, std::string_view name) {
    const auto object = find_table(view, name);
    if (!object) return std::nullopt;
    return read_table(view, *object)->tree;
}

// --- rows

void CatalogEditor::insert_unlisted(const CatalogRow& row) {
    const Bytes key = row.key(), record = row.to_record(is_large());
    TreeEditor(changes_, catalog_tree).insert(key, record);
    if (row.type == CatalogType::table)
        TreeEditor(changes_, catalog_root_objects_index).insert(root_objects_key(row.name), key);
    TreeEditor(changes_, catalog_name_index).insert(catalog_name_key(row), key);
    TreeEditor(changes_, shadow_catalog_tree).insert(key, record);
}

void CatalogEditor::list_in_objids(const CatalogRow& row) {
    if (const auto objids = system_tree({changes_.cache(), &changes_.view()}, "MSysObjids"))
        TreeEditor(changes_, *objids).insert(objids_key(row.id), objids_record(row, is_large()));
}

void CatalogEditor::insert(const CatalogRow& row) {
    insert_unlisted(row);
    // MSysObjids itself is told when it is complete.
    const auto objids = system_tree({changes_.cache(), nullptr}, "MSysObjids");
    if (has_row_in_objids(row) && objids && objids->object != row.table) list_in_objids(row);
}

void CatalogEditor::insert_for_all(const CatalogRow& row) {
    const Bytes key = row.key(), record = row.to_record(is_large());
    constexpr std::uint32_t unversioned = 0;
    TreeWriter(changes_, catalog_tree).insert(key, record, unversioned);
    TreeWriter(changes_, catalog_name_index).insert(catalog_name_key(row), key, unversioned);
    TreeWriter(changes_, shadow_catalog_tree).insert(key, record, unversioned);
    if (const auto objids = system_tree({changes_.cache(), nullptr}, "MSysObjids"))
        TreeWriter(changes_, *objids).insert(objids_key(row.id), objids_record(row, is_large()), unversioned);
}

void CatalogEditor::replace(const CatalogRow& old, const CatalogRow& now) {
    const Bytes key = old.key(), record = now.to_record(is_large());
    TreeEditor(changes_, catalog_tree).replace(key, record);
    if (now.type == CatalogType::table && root_objects_key(old.name) != root_objects_key(now.name)) {
        TreeEditor index(changes_, catalog_root_objects_index);
        index.remove(root_objects_key(old.name));
        index.insert(root_objects_key(now.name), key);
    }
    if (catalog_name_key(old) != catalog_name_key(now)) {
        TreeEditor index(changes_, catalog_name_index);
        index.remove(catalog_name_key(old));
        index.insert(catalog_name_key(now), key);
    }
    TreeEditor(changes_, shadow_catalog_tree).replace(key, record);
}

void CatalogEditor::remove(const CatalogRow& row) {
    const Bytes key = row.key();
    TreeEditor(changes_, catalog_tree).remove(key);
    if (row.type == CatalogType::table)
        TreeEditor(changes_, catalog_root_objects_index).remove(root_objects_key(row.name));
    TreeEditor(changes_, catalog_name_index).remove(catalog_name_key(row));
    TreeEditor(changes_, shadow_catalog_tree).remove(key);
    if (!has_row_in_objids(row)) return;
    if (const auto objids = system_tree({changes_.cache(), &changes_.view()}, "MSysObjids"))
        TreeEditor(changes_, *objids).remove(objids_key(row.id));
}

void CatalogEditor::lock(ObjectId table) { TreeEditor(changes_, catalog_tree).lock(table_row_key(table)); }

CatalogRow CatalogEditor::row(const CatalogRow& like) const {
    const auto record = TreeEditor(changes_, catalog_tree).read(like.key());
    if (!record)
        throw Error(ErrorKind::damage, JET_errCatalogCorrupted,
                    "the catalog is damaged: it has no row for " + like.name);
    return CatalogRow::parse(*record, is_large());
}

// --- sort tables

Bytes LocaleRow::key() const {
    constexpr std::size_t most_key_bytes = 255;
    format::KeyBuilder builder(most_key_bytes);
    builder.add({.type = format::ColumnType::binary}, ByteView(with_nul_in_utf16(name)));
    return builder.key();
}

Bytes LocaleRow::record(bool large_page) const {
    std::uint8_t number[4];
    store_le(number, static_cast<std::uint32_t>(value));
    format::RecordBuilder record;
    record.add_fixed(ByteView(&type, 1));
    record.add_fixed(number);
    record.add_variable(with_nul_in_utf16(name));
    return record.build(large_page);
}

std::string locale_name_of(const Index& index) {
    return "LocaleName=" + index.locale + ",SortID=" + guid_text(index.sort_id.value()) +
           ",Ver=" + hex(load_u32(index.sort_version.value(), 0)) + hex(load_u32(index.sort_version.value(), 4));
}

void CatalogEditor::count_locale(TreeChanges& changes, const Index& index, std::int32_t delta) {
    // Old databases do not say which.
    const bool says_which =
        index.sort_version && index.sort_version->size() == 8 && index.sort_id && index.sort_id->size() == 16;
    if (!index.has(format::index_flag::localised_text) || !says_which) return;
    const auto locales = system_tree({changes.cache(), nullptr}, "MSysLocales");
    if (!locales) return;
    constexpr std::uint32_t unversioned = 0;
    constexpr std::size_t value_offset = format::RecordView::header_bytes + 1;  // behind the type
    LocaleRow row{counted_locale, delta, locale_name_of(index)};
    const bool large = format::is_large_page(changes.page_bytes());
    TreeWriter writer(changes, *locales);
    TreeCursor found(changes.cache(), *locales);
    if (!found.seek_exactly(row.key(), {})) {
        if (delta > 0) writer.insert(row.key(), row.record(large), unversioned);
        return;
    }
    const format::RecordView record(found.data(), large);
    const auto value = record.fixed(2, value_offset, 4);
    if (value.has_value()) row.value += static_cast<std::int32_t>(load_u32(value.bytes, 0));
    writer.replace(row.key(), row.record(large), unversioned);
}

}  // namespace ese::engine
