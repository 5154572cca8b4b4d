#include "engine/table/definition.h"

#include <algorithm>
#include <functional>

#include "base/error.h"
#include "engine/btree/space.h"
#include "engine/table/catalog_editor.h"
#include "engine/table/catalog_rows.h"
#include "esent.h"

namespace ese::engine {

using format::CatalogRow;
using format::CatalogType;
namespace index_flag = format::index_flag;
namespace page_flag = format::page_flag;
namespace table_flag = format::table_flag;

namespace {

// The tree is part of another one and gets its pages from there; a rollback gives them back.
Tree make_tree(LiveChanges& changes, PageNumber parent, std::uint32_t pages, std::uint32_t page_flags,
               bool unique_keys) {
    Tree tree;
    tree.object = changes.new_object();
    tree.unique_keys = unique_keys;
    tree.root = create_tree(changes, {parent, tree.object, pages, page_flags, unique_keys});
    return tree;
}

void free_if_rolled_back(LiveChanges& changes, const Tree& tree) {
    changes.when_rolled_back([root = tree.root](TreeChanges& later) { free_tree(later, root); });
}

void require_nobody_changes(const LiveChanges& changes, const Tree& tree, std::int32_t jet, const std::string& what) {
    if (changes.versions().has_open_changes(changes.database().dbid(), tree.object, &changes.transaction()))
        throw Error(ErrorKind::busy, jet, what + " is being changed by another transaction");
}

void begin_change(LiveChanges& changes, LiveTables& tables, ObjectId table) {
    CatalogEditor(changes).lock(table);
    tables.definition_changes(table);
}

Table checked_table(const LiveChanges& changes, const LiveTables& tables, const TableRequest& request) {
    require_object_name(request.name);
    const CatalogView now{changes.database().cache(), nullptr};
    if (find_table(now, request.name))
        throw Error(ErrorKind::usage, JET_errTableDuplicate, "there is a table " + request.name + " already");
    Table table;
    table.name = request.name;
    table.density = checked_density(request.density);
    table.first_pages = request.pages <= 1 ? 0 : request.pages;
    table.flags = request.flags;
    if (request.template_name.empty()) return table;
    const auto base = tables.find(catalog_of(changes), request.template_name);
    if (!base->has(table_flag::template_table))
        throw Error(ErrorKind::usage, JET_errDDLNotInheritable, "table " + base->name + " is no template table");
    table.template_name = base->name;
    table.flags |= table_flag::derived | (base->flags & table_flag::no_derived_fixed);
    return table;
}

void insert_index(LiveChanges& changes, const Table& table, Index& index, std::uint32_t pages) {
    if (index.is_primary()) {
        index.tree = table.tree;
    } else {
        const bool unique = index.has(index_flag::unique);
        const std::uint32_t flags = page_flag::index | (unique ? 0u : page_flag::non_unique_keys);
        index.tree = make_tree(changes, table.tree.root, pages, flags, unique);
    }
    if (index.has(index_flag::localised_text)) {
        CatalogEditor::count_locale(changes, index, 1);
        changes.when_rolled_back([index](TreeChanges& later) { CatalogEditor::count_locale(later, index, -1); });
    }
    CatalogEditor(changes).insert(index_row(table.tree.object, index));
    if (!index.is_primary()) free_if_rolled_back(changes, index.tree);
}

void inherit_indexes(LiveChanges& changes, LiveTables& tables, ObjectId object, const Table& base) {
    const auto derived = read_table({changes.database().cache(), nullptr}, object);
    for (const Index& of_template : base.indexes) {
        Index index = inherited_index(*derived, of_template, changes.page_bytes());
        insert_index(changes, *derived, index, 1);
    }
    if (!base.indexes.empty()) tables.definition_changes(object);
}

const Column& own_column(const Table& table, const std::string& name) {
    const Column* const column = table.find_column(name);
    if (!column) throw Error(ErrorKind::usage, JET_errColumnNotFound, "table " + table.name + " has no column " + name);
    if (column->inherited)
        throw Error(ErrorKind::usage, JET_errFixedInheritedDDL,
                    "column " + name + " belongs to the template table of " + table.name);
    return *column;
}

bool is_used(const Index& index, const Column& column) {
    const auto uses = [&](const auto& part) { return part.column == &column; };
    return std::ranges::any_of(index.columns, uses) || std::ranges::any_of(index.conditions, uses);
}

// All trees of a table, the table's own last.
std::vector<PageNumber> roots_of(const Table& table) {
    std::vector<PageNumber> roots;
    for (const Index& index : table.indexes)
        if (!index.is_primary()) roots.push_back(index.tree.root);
    if (table.long_values) roots.push_back(table.long_values->root);
    roots.push_back(table.tree.root);
    return roots;
}

void require_empty(LiveChanges& changes, const Table& table) {
    TreeCursor records(changes.cache(), table.tree);
    if (records.first())
        throw Error(ErrorKind::usage, JET_errTableNotEmpty,
                    "table " + table.name + " has records already, so it can't get a primary index");
}

// Changes the row of a column; what it does not change stays as the catalog has it.
void change_column(LiveChanges& changes, LiveTables& tables, const Table& table, const Column& column,
                   const std::function<void(CatalogRow&)>& change) {
    begin_change(changes, tables, table.tree.object);
    CatalogEditor editor(changes);
    const CatalogRow old = editor.row(column_row(table.tree.object, column));
    CatalogRow row = old;
    change(row);
    editor.replace(old, row);
}

}  // namespace

void require_changeable(const Table& table, const TableUse& use) {
    if (table.has(table_flag::system))
        throw Error(ErrorKind::usage, JET_errPermissionDenied, "table " + table.name + " belongs to the engine");
    if (table.has(table_flag::fixed_ddl) && !(use.permits_ddl && use.deny_read))
        throw Error(ErrorKind::usage, JET_errFixedDDL, "the definition of table " + table.name + " is fixed");
}

// --- tables

ObjectId create_table(LiveChanges& changes, LiveTables& tables, const TableRequest& request) {
    Table table = checked_table(changes, tables, request);
    table.tree = make_tree(changes, format::system_tree::root_page, std::max(request.pages, 1u), 0, true);
    CatalogRow row = table_row(table);
    const auto add = [&](std::uint16_t column, std::vector<std::uint8_t> bytes) {
        row.tagged.push_back({column, false, false, true, format::tagged_flag::long_type, std::move(bytes)});
    };
    if (request.most_inline_bytes != 0) {
        std::vector<std::uint8_t> bytes(sizeof request.most_inline_bytes);
        store_le(bytes.data(), request.most_inline_bytes);
        add(format::catalog_column::separate_long_value, std::move(bytes));
    }
    if (request.space_hints) add(format::catalog_column::space_hints, *request.space_hints);
    if (request.long_value_space_hints)
        add(format::catalog_column::deferred_long_value_hints, *request.long_value_space_hints);
    CatalogEditor(changes).insert(row);
    free_if_rolled_back(changes, table.tree);
    tables.definition_changes(table.tree.object);
    if (table.has(table_flag::derived))
        inherit_indexes(changes, tables, table.tree.object, *tables.find(catalog_of(changes), table.template_name));
    return table.tree.object;
}

void delete_table(LiveChanges& changes, LiveTables& tables, const std::string& name) {
    const auto seen = tables.find(catalog_of(changes), name);
    if (seen->has(table_flag::system))
        throw Error(ErrorKind::usage, JET_errCannotDeleteSystemTable, "table " + name + " belongs to the engine");
    if (seen->has(table_flag::template_table))
        throw Error(ErrorKind::usage, JET_errCannotDeleteTemplateTable, "table " + name + " is a template for others");
    const ObjectId object = seen->tree.object;
    tables.require_unused(object, name);
    begin_change(changes, tables, object);
    const auto table = read_table({changes.database().cache(), nullptr}, object);
    require_nobody_changes(changes, table->tree, JET_errTableInUse, "table " + name);
    std::vector<CatalogRow> rows;
    for_each_row(catalog_of(changes), object, [&](CatalogRow row) { rows.push_back(std::move(row)); });
    CatalogEditor editor(changes);
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) editor.remove(*row);
    changes.when_gone([table](TreeChanges& later) {
        for (const Index& index : table->indexes) CatalogEditor::count_locale(later, index, -1);
        for (const PageNumber root : roots_of(*table)) free_tree(later, root);
    });
}

void rename_table(LiveChanges& changes, LiveTables& tables, const std::string& name, const std::string& new_name) {
    require_object_name(new_name);
    const auto table = tables.find(catalog_of(changes), name);
    if (table->has(table_flag::system) || table->has(table_flag::template_table))
        throw Error(ErrorKind::usage, JET_errInvalidOperation,
                    "table " + name + " is one of the engine, or a template for others, and keeps its name");
    const auto other = find_table({changes.database().cache(), nullptr}, new_name);
    if (other && *other != table->tree.object)
        throw Error(ErrorKind::usage, JET_errTableDuplicate, "there is a table " + new_name + " already");
    tables.require_unused(table->tree.object, name);
    begin_change(changes, tables, table->tree.object);
    CatalogEditor editor(changes);
    const CatalogRow old = editor.row(table_row(*table));
    CatalogRow row = old;
    row.name = new_name;
    editor.replace(old, row);
}

// --- columns

DefinedColumn add_column(LiveChanges& changes, LiveTables& tables, const Table& table, const ColumnRequest& request) {
    DefinedColumn defined = define_column(table, request, changes.page_bytes());
    begin_change(changes, tables, table.tree.object);
    CatalogEditor(changes).insert(column_row(table.tree.object, defined.column));
    return defined;
}

// Records still have its values, and its number is not given again: the row stays, without a type.
void delete_column(LiveChanges& changes, LiveTables& tables, const Table& table, const std::string& name,
                   bool own_only) {
    const Column* const found = table.find_column(name);
    if (own_only && found && found->inherited)
        throw Error(ErrorKind::usage, JET_errColumnNotFound,
                    "table " + table.name + " has no column " + name + " of its own");
    const Column& column = own_column(table, name);
    for (const Index& index : table.indexes)
        if (is_used(index, column))
            throw Error(ErrorKind::usage, JET_errColumnInUse, "index " + index.name + " is over column " + name);
    change_column(changes, tables, table, column, [&](CatalogRow& row) {
        row.name = "JetStub_" + std::to_string(table.tree.object.value()) + "_" + std::to_string(column.number);
        row.type_or_page = 0;
    });
}

void rename_column(LiveChanges& changes, LiveTables& tables, const Table& table, const std::string& name,
                   const std::string& new_name) {
    require_object_name(new_name);
    const Column& column = own_column(table, name);
    const Column* const other = table.find_column(new_name);
    if (other && other != &column)
        throw Error(ErrorKind::usage, JET_errColumnDuplicate, "table " + table.name + " has a column " + new_name);
    change_column(changes, tables, table, column, [&](CatalogRow& row) { row.name = new_name; });
}

void set_column_default(LiveChanges& changes, LiveTables& tables, const Table& table, const std::string& name,
                        std::vector<std::uint8_t> value) {
    const Column& column = own_column(table, name);
    change_column(changes, tables, table, column, [&](CatalogRow& row) {
        row.default_value = checked_default(column, std::move(value));
        row.flags |= format::column_flag::has_default;
    });
}

// --- indexes

void create_index(LiveChanges& changes, LiveTables& tables, const Table& table, const IndexRequest& request) {
    Index index = define_index(table, request, changes.page_bytes());
    begin_change(changes, tables, table.tree.object);
    require_nobody_changes(changes, table.tree, JET_errWriteConflict, "table " + table.name);
    if (index.is_primary()) require_empty(changes, table);
    insert_index(changes, table, index, std::max(request.first_pages, 1u));
}

void delete_index(LiveChanges& changes, LiveTables& tables, const Table& table, const std::string& name) {
    const Index* const index = table.find_index(name);
    if (!index) throw Error(ErrorKind::usage, JET_errIndexNotFound, "table " + table.name + " has no index " + name);
    if (index->is_primary())
        throw Error(ErrorKind::usage, JET_errIndexMustStay, "the records are kept in the order of index " + name);
    if (index->has(index_flag::derived))
        throw Error(ErrorKind::usage, JET_errFixedInheritedDDL,
                    "index " + name + " belongs to the template table of " + table.name);
    tables.require_unused_index(table.tree.object, index->tree.object, name);
    begin_change(changes, tables, table.tree.object);
    require_nobody_changes(changes, index->tree, JET_errIndexInUse, "index " + name);
    CatalogEditor editor(changes);
    editor.remove(editor.row(index_row(table.tree.object, *index)));
    changes.when_gone([index = *index](TreeChanges& later) {
        CatalogEditor::count_locale(later, index, -1);
        free_tree(later, index.tree.root);
    });
}

// --- long values

Tree create_long_value_tree(LiveChanges& changes, LiveTables& tables, const Table& table) {
    const Tree tree = make_tree(changes, table.tree.root, 1, page_flag::long_value, true);
    const CatalogRow row = long_value_row(table.tree.object, tree);
    tables.definition_changes(table.tree.object);
    // Others would have to wait for this transaction; but where the definition is being changed, it goes back with it.
    if (!tables.is_changing(table.tree.object)) {
        CatalogEditor(changes).insert_for_all(row);
        return tree;
    }
    CatalogEditor(changes).insert(row);
    free_if_rolled_back(changes, tree);
    CatalogEditor(changes).lock(table.tree.object);
    return tree;
}

}  // namespace ese::engine
