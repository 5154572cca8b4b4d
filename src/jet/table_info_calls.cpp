// What tables, columns and indexes there are.

#include <algorithm>
#include <concepts>
#include <cstring>
#include <type_traits>

#include "base/error.h"
#include "engine/btree/space.h"
#include "engine/table/row_list.h"
#include "esent.h"
#include "jet/definition_bits.h"
#include "jet/index_id.h"
#include "jet/session_use.h"
#include "jet/text.h"

namespace ese::jet {
namespace {

using engine::Column;
using engine::Index;
using engine::RowList;
using engine::Table;
using Value = RowList::Value;

[[noreturn]] void unknown_level(std::uint32_t level) {
    throw Error(JET_errFeatureNotAvailable,
                "information level " + std::to_string(level) + " is not available in this version");
}

// The caller's structure, which must be as large as ours.
template <class Struct>
Struct& result_as(void* result, std::uint32_t bytes) {
    if (!result) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no place for the result was given");
    if (bytes < sizeof(Struct))
        throw Error(ErrorKind::usage, JET_errBufferTooSmall, "the buffer for the result is too small");
    return *static_cast<Struct*>(result);
}

template <class Char>
Value text_value(const std::string& text) {
    const auto converted = to_api_text<Char>(text);
    const auto* const at = reinterpret_cast<const std::uint8_t*>(converted.data());
    return std::vector<std::uint8_t>(at, at + converted.size() * sizeof(Char));
}

template <std::unsigned_integral T>
Value number_value(T number) {
    std::vector<std::uint8_t> bytes(sizeof number);
    store_le(bytes.data(), number);
    return bytes;
}

Value long_value(std::size_t number) { return number_value(static_cast<std::uint32_t>(number)); }
Value short_value(std::size_t number) { return number_value(static_cast<std::uint16_t>(number)); }

JET_TABLEID open_list(engine::Instance& instance, JET_SESID session, std::shared_ptr<RowList> rows) {
    (void)rows->move_first();
    return instance.sessions().add_cursor(session, 0, std::move(rows));
}

// --- tables

JET_OBJECTINFO object_info(std::uint32_t flags, bool read_only) {
    JET_OBJECTINFO info{};
    info.cbStruct = sizeof info;
    info.objtyp = JET_objtypTable;
    info.grbit = JET_bitTableInfoBookmark | JET_bitTableInfoRollback | (read_only ? 0u : JET_bitTableInfoUpdatable);
    info.flags = flags;
    return info;
}

// The definition as the session's transaction sees it.
std::shared_ptr<const Table> named_table(engine::Instance& instance, JET_SESID session, JET_DBID dbid,
                                         const std::string& name) {
    const auto tables = instance.live_tables(session, dbid);
    const engine::Reading reading(tables->database(), *instance.sessions().transaction(session));
    return tables->find(engine::catalog_of(reading), name);
}

template <class Char>
JET_ERR object_list(engine::Instance& instance, JET_SESID session, JET_DBID dbid, JET_OBJECTLIST& list) {
    const auto rows = std::make_shared<RowList>(cObjectInfoCols);
    {
        const auto tables = instance.live_tables(session, dbid);
        const engine::Reading reading(tables->database(), *instance.sessions().transaction(session));
        engine::for_each_table_row(engine::catalog_of(reading), [&](const format::CatalogRow& row) {
            const JET_OBJECTINFO info = object_info(row.flags, tables->database().is_read_only());
            rows->add({text_value<Char>("Tables"), text_value<Char>(row.name), long_value(info.objtyp), std::nullopt,
                       std::nullopt, long_value(info.grbit), long_value(info.flags), long_value(0), long_value(0)});
        });
    }
    list.cbStruct = sizeof list;
    list.cRecord = static_cast<std::uint32_t>(rows->size());
    JET_COLUMNID id = 0;
    for (JET_COLUMNID JET_OBJECTLIST::*member :
         {&JET_OBJECTLIST::columnidcontainername, &JET_OBJECTLIST::columnidobjectname, &JET_OBJECTLIST::columnidobjtyp,
          &JET_OBJECTLIST::columniddtCreate, &JET_OBJECTLIST::columniddtUpdate, &JET_OBJECTLIST::columnidgrbit,
          &JET_OBJECTLIST::columnidflags, &JET_OBJECTLIST::columnidcRecord, &JET_OBJECTLIST::columnidcPage})
        list.*member = ++id;
    list.tableid = open_list(instance, session, rows);
    return JET_errSuccess;
}

template <class Char>
JET_ERR get_object_info(JET_SESID session, JET_DBID dbid, JET_OBJTYP type, const Char* name, void* result,
                        std::uint32_t bytes, std::uint32_t level) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        if (level == JET_ObjInfoList || level == JET_ObjInfoListNoStats) {
            if (type != JET_objtypNil && type != JET_objtypTable)
                throw Error(ErrorKind::usage, JET_errInvalidParameter, "there are only tables");
            return object_list<Char>(instance, session, dbid, result_as<JET_OBJECTLIST>(result, bytes));
        }
        if (level != JET_ObjInfo && level != JET_ObjInfoNoStats) unknown_level(level);
        result_as<JET_OBJECTINFO>(result, bytes) =
            object_info(named_table(instance, session, dbid, text_from(name))->flags,
                        instance.live_database(session, dbid)->is_read_only());
        return JET_errSuccess;
    });
}

// Its own pages, which are in part those of its indexes and long values.
engine::SpaceOfTree space_of(const engine::Reading& reading, const engine::Tree& tree) {
    return engine::space_of_tree(reading.cache(), tree.root, tree.object);
}

std::uint32_t available_pages_of_all_trees(const engine::Reading& reading, const Table& table) {
    std::uint32_t pages = space_of(reading, table.tree).available_pages;
    for (const Index& index : table.indexes)
        if (!index.is_primary()) pages += space_of(reading, index.tree).available_pages;
    return pages + (table.long_values ? space_of(reading, *table.long_values).available_pages : 0);
}

void put_table_space(engine::TableCursor& cursor, const engine::Transaction& transaction, void* result,
                     std::uint32_t bytes, std::uint32_t level) {
    const auto definition = cursor.table();
    const Table& table = *definition;
    const engine::Reading reading(cursor.database(), transaction);
    const auto long_values = [&] {
        return table.long_values ? space_of(reading, *table.long_values) : engine::SpaceOfTree{};
    };
    switch (level) {
        case JET_TblInfoSpaceOwned:
            result_as<std::uint32_t>(result, bytes) = space_of(reading, table.tree).owned_pages;
            break;
        case JET_TblInfoSpaceAvailable:
            result_as<std::uint32_t>(result, bytes) = available_pages_of_all_trees(reading, table);
            break;
        case JET_TblInfoSpaceOwnedLV: result_as<std::uint32_t>(result, bytes) = long_values().owned_pages; break;
        case JET_TblInfoSpaceAvailableLV:
            result_as<std::uint32_t>(result, bytes) = long_values().available_pages;
            break;
        default: {
            struct Usage {
                std::uint32_t owned, available;
            };
            if (bytes > sizeof(Usage)) unknown_level(level);  // with a list of extents
            const engine::SpaceOfTree space = space_of(reading, table.tree);
            result_as<Usage>(result, bytes) = {space.owned_pages, space.available_pages};
        }
    }
}

template <class Char>
JET_ERR get_table_info(JET_SESID session, JET_TABLEID handle, void* result, std::uint32_t bytes, std::uint32_t level) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        const auto open = instance.sessions().cursor(session, handle);
        auto* const cursor = dynamic_cast<engine::TableCursor*>(open.cursor.get());
        if (!cursor) throw Error(ErrorKind::usage, JET_errIllegalOperation, "a list has no table information");
        const auto definition = cursor->table();
        const Table& table = *definition;
        switch (level) {
            case JET_TblInfo:
                result_as<JET_OBJECTINFO>(result, bytes) = object_info(table.flags, cursor->database().is_read_only());
                break;
            case JET_TblInfoName: put_text(table.name, static_cast<Char*>(result), bytes); break;
            case JET_TblInfoTemplateTableName: put_text(table.template_name, static_cast<Char*>(result), bytes); break;
            case JET_TblInfoDbid: result_as<JET_DBID>(result, bytes) = open.dbid; break;
            case JET_TblInfoSpaceAlloc: {
                struct Space {
                    std::uint32_t pages, density;
                };
                result_as<Space>(result, bytes) = {table.first_pages, table.density};
                break;
            }
            case JET_TblInfoSpaceUsage:
            case JET_TblInfoSpaceOwned:
            case JET_TblInfoSpaceAvailable:
            case JET_TblInfoSpaceOwnedLV:
            case JET_TblInfoSpaceAvailableLV:
                put_table_space(*cursor, *instance.sessions().transaction(session), result, bytes, level);
                break;
            default: unknown_level(level);
        }
        return JET_errSuccess;
    });
}

// --- columns

JET_COLUMNDEF column_definition(const Column& column) {
    JET_COLUMNDEF definition{};
    definition.cbStruct = sizeof definition;
    definition.columnid = column.id().value();
    definition.coltyp = static_cast<JET_COLTYP>(column.type);
    definition.cp = column.code_page;
    definition.cbMax = column.max_bytes;
    definition.grbit = column_bits(column);
    return definition;
}

template <class Base, class Char>
void put_column_base(const Table& table, const Column& column, Base& base) {
    const JET_COLUMNDEF definition = column_definition(column);
    base = {};
    base.cbStruct = sizeof base;
    base.columnid = definition.columnid;
    base.coltyp = definition.coltyp;
    base.cp = definition.cp;
    base.cbMax = definition.cbMax;
    base.grbit = definition.grbit;
    put_text(column.inherited ? table.template_name : table.name, base.szBaseTableName, sizeof base.szBaseTableName);
    put_text(column.name, base.szBaseColumnName, sizeof base.szBaseColumnName);
}

template <class Char>
JET_ERR column_list(engine::Instance& instance, JET_SESID session, const Table& table, bool own_only, bool by_id,
                    JET_COLUMNLIST& list) {
    std::vector<const Column*> columns;
    for (const Column& column : table.columns)
        if (!own_only || !column.inherited) columns.push_back(&column);
    if (!by_id) std::ranges::sort(columns, {}, [](const Column* column) { return engine::folded_name(column->name); });
    const auto rows = std::make_shared<RowList>(cColumnInfoCols);
    for (const Column* column : columns) {
        const JET_COLUMNDEF definition = column_definition(*column);
        rows->add({long_value(column->number), text_value<Char>(column->name), long_value(definition.columnid),
                   long_value(definition.coltyp), short_value(definition.wCountry), short_value(definition.langid),
                   short_value(definition.cp), short_value(definition.wCollate), long_value(definition.cbMax),
                   long_value(definition.grbit), column->default_value,
                   text_value<Char>(column->inherited ? table.template_name : table.name),
                   text_value<Char>(column->name), text_value<Char>(column->name)});
    }
    list.cbStruct = sizeof list;
    list.cRecord = static_cast<std::uint32_t>(rows->size());
    JET_COLUMNID id = 0;
    for (JET_COLUMNID JET_COLUMNLIST::*member :
         {&JET_COLUMNLIST::columnidPresentationOrder, &JET_COLUMNLIST::columnidcolumnname,
          &JET_COLUMNLIST::columnidcolumnid, &JET_COLUMNLIST::columnidcoltyp, &JET_COLUMNLIST::columnidCountry,
          &JET_COLUMNLIST::columnidLangid, &JET_COLUMNLIST::columnidCp, &JET_COLUMNLIST::columnidCollate,
          &JET_COLUMNLIST::columnidcbMax, &JET_COLUMNLIST::columnidgrbit, &JET_COLUMNLIST::columnidDefault,
          &JET_COLUMNLIST::columnidBaseTableName, &JET_COLUMNLIST::columnidBaseColumnName,
          &JET_COLUMNLIST::columnidDefinitionName})
        list.*member = ++id;
    list.tableid = open_list(instance, session, rows);
    return JET_errSuccess;
}

// By name, or by number where `name` points to one.
template <class Char>
const Column& find_column(const Table& table, const Char* name, bool by_id) {
    const Column* found = nullptr;
    if (by_id) {
        if (!name) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no column was given");
        JET_COLUMNID id;
        std::memcpy(&id, name, sizeof id);
        found = table.find_column(engine::ColumnId(id));
    } else {
        found = table.find_column(text_from(name));
    }
    if (!found) throw Error(ErrorKind::usage, JET_errColumnNotFound, "table " + table.name + " has no such column");
    return *found;
}

template <class Char>
JET_ERR column_info(engine::Instance& instance, JET_SESID session, const Table& table, const Char* name, void* result,
                    std::uint32_t bytes, std::uint32_t level) {
    constexpr std::uint32_t option_bits =
        JET_ColInfoGrbitNonDerivedColumnsOnly | JET_ColInfoGrbitMinimalInfo | JET_ColInfoGrbitSortByColumnid;
    const bool own_only = (level & JET_ColInfoGrbitNonDerivedColumnsOnly) != 0;
    const bool by_id = (level & JET_ColInfoGrbitSortByColumnid) != 0;
    using Base = std::conditional_t<sizeof(Char) == 1, JET_COLUMNBASE_A, JET_COLUMNBASE_W>;
    switch (level & ~option_bits) {
        case JET_ColInfo:
        case JET_ColInfoByColid:
            result_as<JET_COLUMNDEF>(result, bytes) =
                column_definition(find_column(table, name, level == JET_ColInfoByColid));
            return JET_errSuccess;
        case JET_ColInfoBase:
        case JET_ColInfoBaseByColid:
            put_column_base<Base, Char>(table, find_column(table, name, level == JET_ColInfoBaseByColid),
                                        result_as<Base>(result, bytes));
            return JET_errSuccess;
        case JET_ColInfoList:
        case JET_ColInfoListSortColumnid:
            return column_list<Char>(instance, session, table, own_only, by_id || level == JET_ColInfoListSortColumnid,
                                     result_as<JET_COLUMNLIST>(result, bytes));
        default: unknown_level(level);
    }
}

// --- indexes

template <class Char>
void add_index(RowList& rows, const Index& index) {
    for (std::size_t i = 0; i < index.columns.size(); ++i) {
        const Column& column = *index.columns[i].column;
        rows.add({text_value<Char>(index.name), long_value(index_bits(index)), long_value(0), long_value(0),
                  long_value(0), long_value(index.columns.size()), long_value(i), long_value(column.id().value()),
                  long_value(static_cast<std::uint32_t>(column.type)), short_value(0), short_value(0),
                  short_value(column.code_page), short_value(0),
                  long_value(index.columns[i].descending ? JET_bitKeyDescending : JET_bitKeyAscending),
                  text_value<Char>(column.name), long_value(index.locale_map_flags)});
    }
}

template <class Char>
JET_ERR index_list(engine::Instance& instance, JET_SESID session, const Table& table, const Index* only,
                   JET_INDEXLIST& list) {
    const auto rows = std::make_shared<RowList>(cIndexInfoCols + 1);  // LCMapFlags was added later
    for (const Index& index : table.indexes)
        if (!only || only == &index) add_index<Char>(*rows, index);
    list.cbStruct = sizeof list;
    list.cRecord = static_cast<std::uint32_t>(rows->size());
    JET_COLUMNID id = 0;
    for (JET_COLUMNID JET_INDEXLIST::*member :
         {&JET_INDEXLIST::columnidindexname, &JET_INDEXLIST::columnidgrbitIndex, &JET_INDEXLIST::columnidcKey,
          &JET_INDEXLIST::columnidcEntry, &JET_INDEXLIST::columnidcPage, &JET_INDEXLIST::columnidcColumn,
          &JET_INDEXLIST::columnidiColumn, &JET_INDEXLIST::columnidcolumnid, &JET_INDEXLIST::columnidcoltyp,
          &JET_INDEXLIST::columnidCountry, &JET_INDEXLIST::columnidLangid, &JET_INDEXLIST::columnidCp,
          &JET_INDEXLIST::columnidCollate, &JET_INDEXLIST::columnidgrbitColumn, &JET_INDEXLIST::columnidcolumnname,
          &JET_INDEXLIST::columnidLCMapFlags})
        list.*member = ++id;
    list.tableid = open_list(instance, session, rows);
    return JET_errSuccess;
}

// No name means the primary index.
template <class Char>
const Index& find_index(const Table& table, const Char* name) {
    const std::string text = text_from(name);
    const Index* found = text.empty() ? table.primary_index() : table.find_index(text);
    if (!found) throw Error(ErrorKind::usage, JET_errIndexNotFound, "table " + table.name + " has no index " + text);
    return *found;
}

template <class Char>
JET_ERR index_info(engine::Instance& instance, JET_SESID session, const Table& table, const Char* name, void* result,
                   std::uint32_t bytes, std::uint32_t level) {
    switch (level) {
        case JET_IdxInfo:
            return index_list<Char>(instance, session, table, &find_index(table, name),
                                    result_as<JET_INDEXLIST>(result, bytes));
        case JET_IdxInfoList:
            return index_list<Char>(instance, session, table, nullptr, result_as<JET_INDEXLIST>(result, bytes));
        case JET_IdxInfoCount:
            result_as<std::uint32_t>(result, bytes) = static_cast<std::uint32_t>(table.indexes.size());
            return JET_errSuccess;
        case JET_IdxInfoSpaceAlloc:
            result_as<std::uint32_t>(result, bytes) = find_index(table, name).density;
            return JET_errSuccess;
        case JET_IdxInfoVarSegMac:
            result_as<std::uint16_t>(result, bytes) = find_index(table, name).var_segment_max;
            return JET_errSuccess;
        case JET_IdxInfoKeyMost:
            result_as<std::uint16_t>(result, bytes) = find_index(table, name).key_most;
            return JET_errSuccess;
        case JET_IdxInfoIndexId:
            result_as<JET_INDEXID>(result, bytes) = id_of_index(table, find_index(table, name));
            return JET_errSuccess;
        case JET_IdxInfoLCID: {
            constexpr std::uint32_t english = 0x409, invariant = 0x7F;
            result_as<std::uint32_t>(result, bytes) = find_index(table, name).locale.empty() ? invariant : english;
            return JET_errSuccess;
        }
        case JET_IdxInfoLocaleName:
            put_text(find_index(table, name).locale, static_cast<Char*>(result), bytes);
            return JET_errSuccess;
        default: unknown_level(level);
    }
}

// --- of an open table, or of one that is named

template <class Work>
JET_ERR of_cursor(JET_SESID session, JET_TABLEID handle, Work work) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        const auto open = instance.sessions().cursor(session, handle);
        auto* const cursor = dynamic_cast<engine::RecordCursor*>(open.cursor.get());
        if (!cursor)
            throw Error(ErrorKind::usage, JET_errIllegalOperation, "a list has no columns or indexes to ask for");
        return work(instance, *cursor->table());
    });
}

template <class Char, class Work>
JET_ERR of_named_table(JET_SESID session, JET_DBID dbid, const Char* table, Work work) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        return work(instance, *named_table(instance, session, dbid, text_from(table)));
    });
}

}  // namespace
}  // namespace ese::jet

using namespace ese::jet;
namespace engine = ese::engine;

extern "C" {

#define FOR_BOTH_FLAVOURS(DEFINE) DEFINE(A, char) DEFINE(W, char16_t)

#define DEFINE_INFO_CALLS(FLAVOUR, CHAR)                                                                            \
    JET_ERR JetGetObjectInfo##FLAVOUR(JET_SESID session, JET_DBID dbid, JET_OBJTYP type, const CHAR* /*container*/, \
                                      const CHAR* name, void* result, std::uint32_t bytes, std::uint32_t level) {   \
        return get_object_info(session, dbid, type, name, result, bytes, level);                                    \
    }                                                                                                               \
    JET_ERR JetGetTableInfo##FLAVOUR(JET_SESID session, JET_TABLEID table, void* result, std::uint32_t bytes,       \
                                     std::uint32_t level) {                                                         \
        return get_table_info<CHAR>(session, table, result, bytes, level);                                          \
    }                                                                                                               \
    JET_ERR JetGetTableColumnInfo##FLAVOUR(JET_SESID session, JET_TABLEID table, const CHAR* name, void* result,    \
                                           std::uint32_t bytes, std::uint32_t level) {                              \
        return of_cursor(session, table, [&](engine::Instance& instance, const engine::Table& of) {                 \
            return column_info(instance, session, of, name, result, bytes, level);                                  \
        });                                                                                                         \
    }                                                                                                               \
    JET_ERR JetGetColumnInfo##FLAVOUR(JET_SESID session, JET_DBID dbid, const CHAR* table, const CHAR* name,        \
                                      void* result, std::uint32_t bytes, std::uint32_t level) {                     \
        return of_named_table(session, dbid, table, [&](engine::Instance& instance, const engine::Table& of) {      \
            return column_info(instance, session, of, name, result, bytes, level);                                  \
        });                                                                                                         \
    }                                                                                                               \
    JET_ERR JetGetTableIndexInfo##FLAVOUR(JET_SESID session, JET_TABLEID table, const CHAR* name, void* result,     \
                                          std::uint32_t bytes, std::uint32_t level) {                               \
        return of_cursor(session, table, [&](engine::Instance& instance, const engine::Table& of) {                 \
            return index_info(instance, session, of, name, result, bytes, level);                                   \
        });                                                                                                         \
    }                                                                                                               \
    JET_ERR JetGetIndexInfo##FLAVOUR(JET_SESID session, JET_DBID dbid, const CHAR* table, const CHAR* name,         \
                                     void* result, std::uint32_t bytes, std::uint32_t level) {                      \
        return of_named_table(session, dbid, table, [&](engine::Instance& instance, const engine::Table& of) {      \
            return index_info(instance, session, of, name, result, bytes, level);                                   \
        });                                                                                                         \
    }

FOR_BOTH_FLAVOURS(DEFINE_INFO_CALLS)

}  // extern "C"
