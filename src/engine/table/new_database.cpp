#include "engine/table/new_database.h"

#include "base/error.h"
#include "engine/btree/space.h"
#include "engine/btree/tree_writer.h"
#include "engine/table/catalog_editor.h"
#include "engine/table/catalog_rows.h"
#include "engine/table/definition.h"
#include "engine/txn/nested_level.h"
#include "engine/txn/tree_editor.h"
#include "esent.h"

namespace ese::engine {

using format::CatalogRow;
using format::CatalogType;
using format::ColumnType;
namespace column_flag = format::column_flag;
namespace index_flag = format::index_flag;
namespace system_tree_at = format::system_tree;
namespace table_flag = format::table_flag;

namespace {

constexpr std::uint32_t first_pages = 30;  // up to the second system table
constexpr std::uint32_t catalog_pages = 20, shadow_pages = 5, catalog_index_pages = 3;
constexpr std::uint32_t catalog_density = 80;

struct OwnColumn {
    std::uint32_t number;
    const char* name;
    ColumnType type;
    std::uint32_t bytes;
    bool not_null = false;
};

// In the order in which the original engine makes them.
constexpr OwnColumn catalog_columns[] = {
    {1, "ObjidTable", ColumnType::long_int, 4, true},
    {2, "Type", ColumnType::short_int, 2, true},
    {3, "Id", ColumnType::long_int, 4, true},
    {128, "Name", ColumnType::text, 255, true},
    {4, "ColtypOrPgnoFDP", ColumnType::long_int, 4, true},
    {5, "SpaceUsage", ColumnType::long_int, 4, true},
    {6, "Flags", ColumnType::long_int, 4, true},
    {7, "PagesOrLocale", ColumnType::long_int, 4, true},
    {129, "Stats", ColumnType::binary, 255},
    {8, "RootFlag", ColumnType::bit, 1},
    {130, "TemplateTable", ColumnType::text, 255},
    {9, "RecordOffset", ColumnType::short_int, 2},
    {131, "DefaultValue", ColumnType::binary, 255},
    {132, "KeyFldIDs", ColumnType::binary, 255},
    {133, "VarSegMac", ColumnType::binary, 255},
    {134, "ConditionalColumns", ColumnType::binary, 255},
    {10, "LCMapFlags", ColumnType::long_int, 4},
    {11, "KeyMost", ColumnType::unsigned_short, 2},
    {135, "TupleLimits", ColumnType::binary, 255},
    {136, "Version", ColumnType::binary, 255},
    {137, "SortID", ColumnType::binary, 255},
    {256, "CallbackData", ColumnType::long_binary, 0},
    {257, "CallbackDependencies", ColumnType::long_binary, 0},
    {258, "SeparateLV", ColumnType::long_binary, 0},
    {259, "SpaceHints", ColumnType::long_binary, 0},
    {260, "SpaceDeferredLVHints", ColumnType::long_binary, 0},
    {261, "LocaleName", ColumnType::long_binary, 0},
    {12, "LVChunkMax", ColumnType::long_int, 4},
    {13, "PgnoFDPLastSetTime", ColumnType::date_time, 8},
};

CatalogRow own_table_row(const char* name, const Tree& tree, std::uint32_t pages) {
    Table table;
    table.name = name;
    table.tree = tree;
    table.flags = table_flag::system | table_flag::fixed_ddl;
    table.density = catalog_density;
    table.first_pages = pages;
    return table_row(table);
}

// The engine knows where these columns lie; all rows say the first place, and a code page.
CatalogRow own_column_row(const OwnColumn& own, ObjectId table) {
    constexpr std::uint16_t code_page = 1252;
    Column column;
    column.name = own.name;
    column.number = static_cast<std::uint16_t>(own.number);
    column.type = own.type;
    column.max_bytes = own.bytes;
    column.flags = own.not_null ? column_flag::not_null : 0u;
    column.code_page = code_page;
    column.record_offset = format::RecordView::header_bytes;
    return column_row(table, column);
}

CatalogRow own_index_row(const char* name, const Tree& tree, std::uint32_t flags, std::vector<std::uint16_t> numbers) {
    std::vector<Column> columns(numbers.size());
    Index index;
    index.name = name;
    index.tree = tree;
    index.flags = flags | index_flag::unique | index_flag::extended_columns;
    index.density = catalog_density;
    index.locale_map_flags = 0x30401;
    index.locale = "en-US";
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        columns[i].number = numbers[i];
        index.columns.push_back({&columns[i], false});
    }
    return index_row(tree.object, index);
}

class NewDatabase {
 public:
    NewDatabase(LiveTables& tables, Transaction& transaction)
        : tables_(tables), database_(tables.database()), transaction_(transaction) {}

    void make_catalog(std::uint32_t pages) {
        in_level([&](LiveChanges& changes) {
            changes.grow_file(PageNumber(pages));
            create_system_tree(changes, pages);
        });
        NestedLevel whole(database_, transaction_);
        change([&](LiveChanges& changes) { make_catalog_trees(changes); });
        for (const auto& row : catalog_rows()) insert(row);
        whole.commit();
    }

    void make_objids() {
        ObjectId objids;
        {
            NestedLevel whole(database_, transaction_);
            in_level([&](LiveChanges& changes) { objids = make_objids_table(changes); });
            whole.commit();
        }
        // What was made before it was there.
        list({own_table_row("MSysObjects", catalog_tree, catalog_pages), name_index_row(), root_objects_index_row()});
        list({own_table_row("MSysObjectsShadow", shadow_catalog_tree, shadow_pages)});
        CatalogRow own;
        own.table = objids;
        own.id = objids.value();
        list({own});
    }

    void make_locales() {
        NestedLevel whole(database_, transaction_);
        in_level([&](LiveChanges& changes) { make_locales_table(changes); });
        constexpr std::uint8_t of_schema = 1, of_engine = 2;
        for (const char* name : {".Schema\\External\\Major", ".Schema\\External\\Minor", ".Schema\\External\\Update",
                                 ".Schema\\Internal\\Major", ".Schema\\Internal\\Minor", ".Schema\\Internal\\Update"})
            insert_locale({of_schema, std::string_view(name).ends_with("Major") ? 1 : 0, name});
        insert_locale({of_engine, 1, "MSysLocalesConsistent"});
        whole.commit();
    }

 private:
    template <class Work>
    void change(Work work) {
        Writing writing(database_, transaction_);
        work(writing.changes());
    }

    template <class Work>
    void in_level(Work work) {
        NestedLevel level(database_, transaction_);
        change(work);
        level.commit();
    }

    void make_catalog_trees(LiveChanges& changes) {
        const auto make = [&](const Tree& tree, PageNumber parent, std::uint32_t pages, std::uint32_t flags) {
            NewTree wanted{parent, tree.object, pages, flags};
            wanted.multiple_extent = true;
            if (create_tree(changes, wanted) != tree.root)
                throw Error(JET_errInternalError, "a tree of the catalog has not got its fixed place");
        };
        make(catalog_tree, system_tree_at::root_page, catalog_pages, 0);
        // Behind the pages of the catalog.
        make(shadow_catalog_tree, system_tree_at::root_page, shadow_pages, 0);
        make(catalog_name_index, catalog_tree.root, catalog_index_pages, format::page_flag::index);
        make(catalog_root_objects_index, catalog_tree.root, catalog_index_pages, format::page_flag::index);
    }

    static CatalogRow name_index_row() {
        CatalogRow row = own_index_row("Name", catalog_name_index, index_flag::no_null_segment, {1, 2, 128});
        row.table = catalog_tree.object;
        return row;
    }
    static CatalogRow root_objects_index_row() {
        CatalogRow row =
            own_index_row("RootObjects", catalog_root_objects_index, index_flag::allow_some_null, {8, 128});
        row.table = catalog_tree.object;
        return row;
    }

    static std::vector<CatalogRow> catalog_rows() {
        std::vector<CatalogRow> rows;
        const auto add_table = [&](const CatalogRow& table) {
            rows.push_back(table);
            for (const OwnColumn& column : catalog_columns) rows.push_back(own_column_row(column, table.table));
        };
        const auto primary = [](const Tree& tree) {
            return own_index_row("Id", tree, index_flag::primary | index_flag::no_null_segment, {1, 2, 3});
        };
        add_table(own_table_row("MSysObjects", catalog_tree, catalog_pages));
        add_table(own_table_row("MSysObjectsShadow", shadow_catalog_tree, shadow_pages));
        rows.push_back(primary(catalog_tree));
        rows.push_back(primary(shadow_catalog_tree));
        rows.push_back(name_index_row());
        rows.push_back(root_objects_index_row());
        return rows;
    }

    void insert(const CatalogRow& row) {
        in_level([&](LiveChanges& changes) { CatalogEditor(changes).insert_unlisted(row); });
    }

    void list(const std::vector<CatalogRow>& rows) {
        NestedLevel whole(database_, transaction_);
        for (const CatalogRow& row : rows)
            in_level([&](LiveChanges& changes) { CatalogEditor(changes).list_in_objids(row); });
        whole.commit();
    }

    void add_column(LiveChanges& changes, ObjectId table, const ColumnRequest& request) {
        (void)engine::add_column(changes, tables_, *read_table({changes.cache(), nullptr}, table), request);
    }

    ObjectId make_objids_table(LiveChanges& changes) {
        constexpr std::uint32_t density = 100;
        const ObjectId table =
            create_table(changes, tables_,
                         {.name = "MSysObjids",
                          .density = density,
                          .flags = table_flag::system | table_flag::fixed_ddl | table_flag::dynamic_system});
        for (const auto& [name, type] : {std::pair{"objid", ColumnType::long_int},
                                         {"objidTable", ColumnType::long_int},
                                         {"type", ColumnType::short_int}})
            add_column(changes, table, {.name = name, .type = static_cast<std::uint32_t>(type), .tagged = true});
        IndexRequest index;
        index.name = "primary";
        index.columns = {{"objid", false}};
        index.flags = index_flag::primary;
        index.density = density;
        create_index(changes, tables_, *read_table({changes.cache(), nullptr}, table), index);
        return table;
    }

    void make_locales_table(LiveChanges& changes) {
        constexpr std::uint32_t density = 92;
        const ObjectId table = create_table(
            changes, tables_,
            {.name = "MSysLocales", .density = density, .flags = table_flag::system | table_flag::dynamic_system});
        add_column(changes, table, {.name = "Key", .type = static_cast<std::uint32_t>(ColumnType::binary)});
        add_column(changes, table,
                   {.name = "Type",
                    .type = static_cast<std::uint32_t>(ColumnType::unsigned_byte),
                    .flags = column_flag::not_null});
        add_column(changes, table,
                   {.name = "iValue",
                    .type = static_cast<std::uint32_t>(ColumnType::long_int),
                    .flags = column_flag::escrow,
                    .default_value = std::vector<std::uint8_t>(4)});
        IndexRequest index;
        index.name = "KeyPrimary";
        index.columns = {{"Key", false}};
        index.flags = index_flag::primary | index_flag::disallow_truncation;
        index.density = density;
        create_index(changes, tables_, *read_table({changes.cache(), nullptr}, table), index);
    }

    void insert_locale(const LocaleRow& row) {
        in_level([&](LiveChanges& changes) {
            const auto locales = system_tree(catalog_of(changes), "MSysLocales");
            TreeEditor(changes, locales.value())
                .insert(row.key(), row.record(format::is_large_page(changes.page_bytes())));
        });
    }

    LiveTables& tables_;
    LiveDatabase& database_;
    Transaction& transaction_;
};

}  // namespace

std::uint32_t pages_of_new_database(std::uint32_t growth_pages) {
    constexpr std::uint32_t header_pages = 2;
    return (first_pages + header_pages) / growth_pages * growth_pages + growth_pages - header_pages;
}

void fill_new_database(LiveTables& tables, Transaction& transaction, std::uint32_t pages) {
    NewDatabase database(tables, transaction);
    database.make_catalog(pages);
    database.make_objids();
    database.make_locales();
}

}  // namespace ese::engine
