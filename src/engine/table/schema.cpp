#include "engine/table/schema.h"

#include "base/error.h"
#include "engine/table/catalog_rows.h"
#include "esent.h"

namespace ese::engine {

using format::CatalogRow;

namespace {

TreeCursor cursor_over(const CatalogView& view, const Tree& tree) { return {view.cache, tree, view.view}; }

CatalogRow row_at(const CatalogView& view, TreeCursor& cursor) {
    return CatalogRow::parse(cursor.data(), format::is_large_page(view.cache.page_bytes()));
}

CatalogRow row_with_key(const CatalogView& view, ByteView key) {
    TreeCursor rows = cursor_over(view, catalog_tree);
    if (!rows.seek_exactly(key, {}))
        throw Error(ErrorKind::damage, JET_errCatalogCorrupted,
                    "the catalog is damaged: its index of tables names one that it has no row for");
    return row_at(view, rows);
}

std::optional<TableRows> rows_of(const CatalogView& view, ObjectId object) {
    TableRows rows;
    for_each_row(view, object, [&](CatalogRow row) { rows.add(std::move(row)); });
    if (!rows.table) return std::nullopt;
    return rows;
}

}  // namespace

std::optional<ObjectId> find_table(const CatalogView& view, std::string_view name) {
    const auto key = root_objects_key(name);
    TreeCursor index = cursor_over(view, catalog_root_objects_index);
    if (!index.seek_exactly(key, {})) return std::nullopt;
    return row_with_key(view, index.data()).table;
}

void for_each_row(const CatalogView& view, ObjectId table, const std::function<void(CatalogRow)>& visit) {
    const auto prefix = table_rows_prefix(table);
    TreeCursor rows = cursor_over(view, catalog_tree);
    for (bool more = rows.seek(prefix); more && begins_with(rows.key(), prefix); more = rows.next())
        visit(row_at(view, rows));
}

void for_each_table_row(const CatalogView& view, const std::function<void(const CatalogRow&)>& visit) {
    TreeCursor index = cursor_over(view, catalog_root_objects_index);
    for (bool more = index.first(); more; more = index.next()) visit(row_with_key(view, index.data()));
}

std::shared_ptr<const Table> read_table(const CatalogView& view, ObjectId object) {
    auto rows = rows_of(view, object);
    if (!rows) return nullptr;
    if (!rows->is_derived()) return table_from(std::move(*rows), nullptr);
    const auto base_object = find_table(view, rows->template_name());
    const auto base = base_object ? rows_of(view, *base_object) : std::nullopt;
    if (!base)
        throw Error(ErrorKind::damage, JET_errCatalogCorrupted,
                    "the catalog is damaged: table " + rows->table->name + " is derived from " + rows->template_name() +
                        ", which does not exist");
    return table_from(std::move(*rows), &*base);
}

}  // namespace ese::engine
