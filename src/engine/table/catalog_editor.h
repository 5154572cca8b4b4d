#pragma once

// Changes of the catalog: each row stands in the catalog and its shadow, in the catalog's two indexes, and what is a
// tree in MSysObjids (DATABASE-FORMAT 4.1, 5).

#include <functional>
#include <string>

#include "engine/table/schema.h"
#include "engine/txn/live_changes.h"

namespace ese::engine {

class CatalogEditor {
 public:
    explicit CatalogEditor(LiveChanges& changes) : changes_(changes) {}

    // JET_errKeyDuplicate, JET_errWriteConflict.
    void insert(const format::CatalogRow& row);
    // The rows have the same key; the name may be another.
    void replace(const format::CatalogRow& old, const format::CatalogRow& now);
    void remove(const format::CatalogRow& row);
    // Nobody else may change the table's definition until the transaction ends. JET_errWriteConflict where somebody
    // has, or does.
    void lock(ObjectId table);

    // The row with this key as the transaction sees it. JET_errCatalogCorrupted.
    format::CatalogRow row(const format::CatalogRow& like) const;

    // For a new tree of long values, which everybody may use at once: no rollback takes it back.
    void insert_for_all(const format::CatalogRow& row);
    // One more index, or one less, with keys made by these sort tables (MSysLocales). At once; no rollback takes it
    // back.
    static void count_locale(TreeChanges& changes, const Index& index, std::int32_t delta);

    // Only the first rows of a new database are not told again in MSysObjids.
    void insert_unlisted(const format::CatalogRow& row);
    void list_in_objids(const format::CatalogRow& row);

 private:
    bool is_large() const { return format::is_large_page(changes_.page_bytes()); }

    LiveChanges& changes_;
};

// The tree of a system table that may be missing in old databases.
std::optional<Tree> system_tree(const CatalogView& view, std::string_view name);

// A row of MSysLocales and its key.
struct LocaleRow {
    std::uint8_t type = 0;
    std::int32_t value = 0;
    std::string name;
    std::vector<std::uint8_t> key() const;
    std::vector<std::uint8_t> record(bool large_page) const;
};
std::string locale_name_of(const Index& index);

}  // namespace ese::engine
