#include "engine/table/compact.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "engine/btree/space.h"
#include "engine/btree/tree_writer.h"
#include "engine/table/catalog_editor.h"
#include "engine/table/catalog_rows.h"
#include "engine/txn/nested_level.h"
#include "esent.h"

namespace ese::engine {

using format::CatalogRow;
using format::CatalogType;
namespace page_flag = format::page_flag;

namespace {

constexpr std::size_t nodes_at_a_time = 512;
constexpr std::uint32_t unversioned = 0;
constexpr std::uint32_t first_with_long_ids = 60;  // update-major; DATABASE-FORMAT 1

class Compaction {
 public:
    Compaction(LiveTables& source, LiveTables& copy, Transaction& transaction)
        : source_(source.database()), copy_(copy.database()), transaction_(transaction) {}

    // Template tables first: those that are derived from them refer to them by name.
    std::vector<ObjectId> tables() {
        std::vector<ObjectId> templates, others;
        const Reading reading(source_, transaction_);
        for_each_table_row(catalog_of(reading), [&](const CatalogRow& row) {
            if ((row.flags & format::table_flag::system) != 0) return;
            const bool is_template = (row.flags & format::table_flag::template_table) != 0;
            (is_template ? templates : others).push_back(row.table);
        });
        templates.insert(templates.end(), others.begin(), others.end());
        return templates;
    }

    void copy_table(ObjectId object) {
        std::shared_ptr<const Table> table;
        std::vector<CatalogRow> rows;
        {
            const Reading reading(source_, transaction_);
            table = read_table(catalog_of(reading), object);
            for_each_row(catalog_of(reading), object, [&](CatalogRow row) { rows.push_back(std::move(row)); });
        }
        const std::vector<std::pair<Tree, Tree>> trees = make(*table, rows);
        for (const auto& [from, to] : trees) copy_nodes(from, to);
    }

 private:
    // The rows with new trees, and which tree is copied to which.
    std::vector<std::pair<Tree, Tree>> make(const Table& table, std::vector<CatalogRow>& rows) {
        std::vector<std::pair<Tree, Tree>> trees;
        NestedLevel level(copy_, transaction_);
        {
            Writing writing(copy_, transaction_);
            LiveChanges& changes = writing.changes();
            const auto add = [&](const Tree& from, PageNumber parent, std::uint32_t pages, std::uint32_t flags) {
                Tree to{PageNumber(), changes.new_object(), from.unique_keys};
                to.root = create_tree(changes, {parent, to.object, std::max(pages, 1u), flags, to.unique_keys});
                trees.emplace_back(from, to);
                return to;
            };
            const Tree records = add(table.tree, format::system_tree::root_page, table.first_pages, 0);
            CatalogEditor editor(changes);
            for (CatalogRow& row : rows) {
                Tree tree = records;
                if (row.type == CatalogType::index && (row.flags & format::index_flag::primary) == 0) {
                    const bool unique = (row.flags & format::index_flag::unique) != 0;
                    tree = add({row.root_page(), ObjectId(row.id), unique}, records.root, 1, page_flag::index);
                } else if (row.type == CatalogType::long_value) {
                    tree = add({row.root_page(), ObjectId(row.id)}, records.root, 1, page_flag::long_value);
                }
                row.table = records.object;
                forget_moves(row);
                if (row.type != CatalogType::column) {
                    row.id = tree.object.value();
                    row.type_or_page = tree.root.value();
                }
                editor.insert(row);
            }
            for (const Index& index : table.indexes) CatalogEditor::count_locale(changes, index, 1);
        }
        level.commit();
        return trees;
    }

    // Newer databases say when a root was moved.
    static void forget_moves(CatalogRow& row) {
        row.root_moved_time.reset();
        row.fixed_columns = row.variable_columns = 0;
        row.fixed_bytes.clear();
    }

    // A transaction for some of them at a time: memory and the latch are needed for those only.
    void copy_nodes(const Tree& from, const Tree& to) {
        const SnapshotView view(source_.core().versions, transaction_, source_.dbid());
        TreeCursor nodes(source_.cache(), from, &view);
        bool begun = false;
        for (bool more = true; more;) {
            NestedLevel level(copy_, transaction_);
            {
                Writing writing(copy_, transaction_);
                if (!begun) more = nodes.first();
                begun = true;
                TreeWriter writer(writing.changes(), to);
                for (std::size_t count = 0; more && count < nodes_at_a_time; ++count, more = nodes.next())
                    writer.insert(nodes.key(), nodes.data(), unversioned);
            }
            level.commit();
            source_.keep_to_budget();
        }
    }

    LiveDatabase& source_;
    LiveDatabase& copy_;
    Transaction& transaction_;
};

}  // namespace

void compact(LiveTables& source, LiveTables& copy, Transaction& transaction,
             const std::function<void(std::uint32_t done, std::uint32_t all)>& copied) {
    if (source.database().file().header().version().update_major >= first_with_long_ids)
        throw Error(JET_errFeatureNotAvailable,
                    "databases of this version may have long values that a new database must not have")
            .in_file(source.database().file().path());
    Compaction compaction(source, copy, transaction);
    const std::vector<ObjectId> tables = compaction.tables();
    const auto all = static_cast<std::uint32_t>(tables.size());
    for (std::uint32_t done = 0; done < all; ++done) {
        compaction.copy_table(tables[done]);
        copied(done + 1, all);
    }
}

}  // namespace ese::engine
