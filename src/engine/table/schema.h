#pragma once

// Looking up one table in the catalog, as a reader sees it (DATABASE-FORMAT 5).

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/table/catalog.h"

namespace ese::engine {

// Whose eyes the catalog is read with; no view: what its pages have now.
struct CatalogView {
    PageCache& cache;
    const NodeView* view = nullptr;
};

constexpr Tree catalog_tree{format::system_tree::catalog_page, format::system_tree::catalog_object};
constexpr Tree catalog_name_index{format::system_tree::catalog_name_index_page, ObjectId(4)};
constexpr Tree catalog_root_objects_index{format::system_tree::catalog_root_objects_index_page, ObjectId(5)};
constexpr Tree shadow_catalog_tree{format::system_tree::shadow_catalog_page,
                                   format::system_tree::shadow_catalog_object};

// Nothing if there is no such table.
std::optional<ObjectId> find_table(const CatalogView& view, std::string_view name);
// Null if there is no such table. Throws JET_errCatalogCorrupted.
std::shared_ptr<const Table> read_table(const CatalogView& view, ObjectId object);
// The rows of one table in the order of their keys.
void for_each_row(const CatalogView& view, ObjectId table, const std::function<void(format::CatalogRow)>& visit);
// The rows of all tables in the order of their names.
void for_each_table_row(const CatalogView& view, const std::function<void(const format::CatalogRow&)>& visit);

}  // namespace ese::engine
