// Making, changing and deleting tables, columns and indexes.

#include <algorithm>

#include "engine/table/definition.h"
#include "engine/table/index_build.h"
#include "jet/definition_arguments.h"
#include "jet/session_use.h"

namespace ese::jet {
namespace {

using engine::LiveChanges;
using engine::LiveTables;
using engine::OpenTable;
using engine::Table;

// Everything that `work()` does in the session's transaction happens, or nothing.
template <class Work>
auto in_transaction(engine::Instance& instance, JET_SESID session, Work work) {
    instance.begin_transaction(session, false);
    try {
        auto result = work();
        constexpr bool durable = true;
        instance.commit_transaction(session, durable);
        return result;
    } catch (...) {
        instance.roll_back(session, false);
        throw;
    }
}

// The same in one go: `work(changes, tables)`.
template <class Work>
auto in_transaction(engine::Instance& instance, JET_SESID session, JET_DBID dbid, Work work) {
    const auto tables = instance.live_tables(session, dbid);
    const auto transaction = instance.sessions().transaction(session);
    return in_transaction(instance, session, [&] {
        engine::Writing writing(tables->database(), *transaction);
        return work(writing.changes(), *tables);
    });
}

// The table of a cursor, if it was opened to be changed.
OpenTable& changeable_table(const engine::Sessions::OpenCursor& open) {
    const auto* const cursor = dynamic_cast<const engine::TableCursor*>(open.cursor.get());
    if (!cursor)
        throw Error(ErrorKind::usage, JET_errIllegalOperation, "this is not possible with the cursor of a list");
    OpenTable& opened = cursor->open_table();
    if (!opened.use().writes)
        throw Error(ErrorKind::usage, JET_errPermissionDenied, "the table was opened for reading only");
    return opened;
}

// The same with the newest definition of a cursor's table, which may be changed.
template <class Work>
JET_ERR change_table(JET_SESID session, JET_TABLEID handle, Work work) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        const auto open = instance.sessions().cursor(session, handle);
        OpenTable& opened = changeable_table(open);
        return in_transaction(instance, session, open.dbid, [&](LiveChanges& changes, LiveTables& tables) -> JET_ERR {
            const auto table = opened.newest(changes);
            engine::require_changeable(*table, opened.use());
            return work(changes, tables, *table);
        });
    });
}

template <class Work>
JET_ERR change_database(JET_SESID session, JET_DBID dbid, Work work) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        return in_transaction(instance, session, dbid, [&](LiveChanges& changes, LiveTables& tables) -> JET_ERR {
            work(changes, tables);
            return JET_errSuccess;
        });
    });
}

// --- tables

JET_TABLEID open_created(engine::Instance& instance, JET_SESID session, JET_DBID dbid, ObjectId object) {
    auto cursor = engine::TableCursor::open(instance.live_tables(session, dbid),
                                            instance.sessions().transaction(session), object, engine::TableUse{});
    return instance.sessions().add_cursor(session, dbid, std::move(cursor));
}

template <class Char>
JET_ERR create_table(JET_SESID session, JET_DBID dbid, const Char* name, std::uint32_t pages, std::uint32_t density,
                     JET_TABLEID* table) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        if (!table) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no place for the cursor was given");
        *table = JET_tableidNil;
        engine::TableRequest request;
        request.name = text_from(name);
        request.pages = pages;
        request.density = density;
        const ObjectId object = in_transaction(instance, session, dbid, [&](LiveChanges& changes, LiveTables& tables) {
            return engine::create_table(changes, tables, request);
        });
        *table = open_created(instance, session, dbid, object);
        return JET_errSuccess;
    });
}

// What can't be made says so in its own structure, too, unless that is not to be written.
template <class Part, class Work>
void noting_error(Part& part, bool may_write, Work work) {
    try {
        work();
        if (may_write) part.err = JET_errSuccess;
    } catch (const Error& error) {
        if (may_write) part.err = error.jet();
        throw;
    }
}

template <class Create>
bool may_write(const Create& given) {
    return (given.grbit & JET_bitTableCreateImmutableStructure) == 0;
}

template <class Create>
void add_parts(LiveChanges& changes, LiveTables& tables, ObjectId object, Create& given) {
    const auto table = [&] { return engine::read_table({changes.cache(), nullptr}, object); };
    const bool writable = may_write(given);
    for (auto& column : std::span(given.rgcolumncreate, given.cColumns)) {
        noting_error(column, writable, [&] {
            require_size(column.cbStruct, sizeof column, "JET_COLUMNCREATE");
            const auto request = column_request(text_from(column.szColumnName), column.coltyp, column.cbMax,
                                                column.grbit, column.cp, column.pvDefault, column.cbDefault);
            const auto defined = engine::add_column(changes, tables, *table(), request);
            if (writable) column.columnid = defined.column.id().value();
        });
        if (writable) ++given.cCreated;
    }
    for (auto& index : std::span(given.rgindexcreate, given.cIndexes)) {
        const bool index_writable = writable && (index.grbit & JET_bitIndexImmutableStructure) == 0;
        noting_error(index, index_writable, [&] {
            engine::create_index(changes, tables, *table(), index_request(index, changes.page_bytes()));
        });
        if (writable) ++given.cCreated;
    }
}

template <class Create>
JET_ERR create_table_with_parts(JET_SESID session, JET_DBID dbid, Create* given) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        if (!given) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no JET_TABLECREATE was given");
        require_size(given->cbStruct, sizeof *given, "JET_TABLECREATE");
        if ((given->cColumns != 0 && !given->rgcolumncreate) || (given->cIndexes != 0 && !given->rgindexcreate))
            throw Error(ErrorKind::usage, JET_errInvalidParameter, "columns or indexes are counted but not given");
        const bool writable = may_write(*given);
        if (writable) {
            given->tableid = JET_tableidNil;
            given->cCreated = 0;
        }
        const ObjectId object = in_transaction(instance, session, dbid, [&](LiveChanges& changes, LiveTables& tables) {
            const ObjectId created = engine::create_table(changes, tables, table_request(*given, changes.page_bytes()));
            if (writable) given->cCreated = 1;
            add_parts(changes, tables, created, *given);
            return created;
        });
        if (writable) given->tableid = open_created(instance, session, dbid, object);
        return JET_errSuccess;
    });
}

// --- columns

template <class Char>
JET_ERR add_column(JET_SESID session, JET_TABLEID table, const Char* name, const JET_COLUMNDEF* given,
                   const void* default_value, std::uint32_t default_bytes, JET_COLUMNID* id) {
    return change_table(session, table, [&](LiveChanges& changes, LiveTables& tables, const Table& of) -> JET_ERR {
        if (!given) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no JET_COLUMNDEF was given");
        require_size(given->cbStruct, sizeof *given, "JET_COLUMNDEF");
        const auto request = column_request(text_from(name), given->coltyp, given->cbMax, given->grbit, given->cp,
                                            default_value, default_bytes);
        const engine::DefinedColumn defined = engine::add_column(changes, tables, of, request);
        if (id) *id = defined.column.id().value();
        return defined.max_was_cut ? JET_wrnColumnMaxTruncated : JET_errSuccess;
    });
}

template <class Char>
JET_ERR delete_column(JET_SESID session, JET_TABLEID table, const Char* name, JET_GRBIT grbit) {
    return change_table(session, table, [&](LiveChanges& changes, LiveTables& tables, const Table& of) -> JET_ERR {
        require_known_bits(grbit, JET_bitDeleteColumnIgnoreTemplateColumns, "JetDeleteColumn2");
        engine::delete_column(changes, tables, of, text_from(name), grbit != 0);
        return JET_errSuccess;
    });
}

template <class Char>
JET_ERR rename_column(JET_SESID session, JET_TABLEID table, const Char* name, const Char* new_name, JET_GRBIT grbit) {
    return change_table(session, table, [&](LiveChanges& changes, LiveTables& tables, const Table& of) -> JET_ERR {
        require_known_bits(grbit, 0, "JetRenameColumn");
        if (changes.transaction().level() > 1)
            throw Error(ErrorKind::usage, JET_errInTransaction, "a column can't be renamed in a transaction");
        engine::rename_column(changes, tables, of, text_from(name), text_from(new_name));
        return JET_errSuccess;
    });
}

template <class Char>
JET_ERR set_default(JET_SESID session, JET_DBID dbid, const Char* table, const Char* column, const void* value,
                    std::uint32_t bytes, JET_GRBIT grbit) {
    return change_database(session, dbid, [&](LiveChanges& changes, LiveTables& tables) {
        require_known_bits(grbit, 0, "JetSetColumnDefaultValue");
        if (!value || bytes == 0) throw Error(ErrorKind::usage, JET_errNullInvalid, "no default was given");
        const auto found = tables.find(engine::catalog_of(changes), text_from(table));
        tables.require_unused(found->tree.object, found->name);
        engine::require_changeable(*found, engine::TableUse{});
        const auto* const at = static_cast<const std::uint8_t*>(value);
        engine::set_column_default(changes, tables, *found, text_from(column), {at, at + bytes});
    });
}

// --- indexes

// In steps, so that other sessions get in between.
void create_and_build(LiveTables& tables, engine::Transaction& transaction, OpenTable& opened,
                      const engine::IndexRequest& request) {
    std::optional<engine::IndexBuild> build;
    {
        engine::Writing writing(tables.database(), transaction);
        const auto table = opened.newest(writing.changes());
        engine::require_changeable(*table, opened.use());
        engine::create_index(writing.changes(), tables, *table, request);
        const auto with_index = opened.newest(writing.changes());
        if (!with_index->find_index(request.name)->is_primary()) build.emplace(with_index, request.name);
    }
    for (bool more = build.has_value(); more;) {
        engine::Writing writing(tables.database(), transaction);
        more = build->step(writing.changes());
    }
}

// `request_of(number, page_bytes)` says which; `note(number, error)` is told what became of it.
template <class RequestOf, class Note>
JET_ERR create_indexes(JET_SESID session, JET_TABLEID handle, std::uint32_t count, RequestOf request_of, Note note) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        const auto open = instance.sessions().cursor(session, handle);
        OpenTable& opened = changeable_table(open);
        LiveTables& tables = opened.tables();
        const auto transaction = instance.sessions().transaction(session);
        return in_transaction(instance, session, [&] {
            for (std::uint32_t i = 0; i < count; ++i) {
                try {
                    create_and_build(tables, *transaction, opened, request_of(i, tables.database().page_bytes()));
                    note(i, JET_errSuccess);
                } catch (const Error& error) {
                    note(i, error.jet());
                    throw;
                }
            }
            return JET_errSuccess;
        });
    });
}

template <class Char>
JET_ERR create_index(JET_SESID session, JET_TABLEID table, const Char* name, JET_GRBIT grbit, const Char* key,
                     std::uint32_t key_bytes, std::uint32_t density) {
    const auto request = [&](std::uint32_t, std::uint32_t) {
        constexpr JET_GRBIT need_a_structure = JET_bitIndexUnicode | JET_bitIndexTupleLimits | JET_bitIndexKeyMost;
        if (grbit & need_a_structure)
            throw Error(ErrorKind::usage, JET_errInvalidGrbit, "this needs a JET_INDEXCREATE (JetCreateIndex2)");
        engine::IndexRequest asked;
        asked.name = text_from(name);
        asked.density = density;
        add_key(asked, key, key_bytes);
        add_index_bits(asked, grbit);
        return asked;
    };
    return create_indexes(session, table, 1, request, [](std::uint32_t, JET_ERR) {});
}

template <class Create>
JET_ERR create_indexes(JET_SESID session, JET_TABLEID table, Create* given, std::uint32_t count) {
    const bool any = given && count != 0;
    const auto request = [&](std::uint32_t i, std::uint32_t page_bytes) {
        if (!any) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no index was given");
        return index_request(given[i], page_bytes);
    };
    const auto note = [&](std::uint32_t i, JET_ERR error) {
        if (any && (given[i].grbit & JET_bitIndexImmutableStructure) == 0) given[i].err = error;
    };
    return create_indexes(session, table, any ? count : 1, request, note);
}

template <class Char>
JET_ERR delete_index(JET_SESID session, JET_TABLEID table, const Char* name) {
    return change_table(session, table, [&](LiveChanges& changes, LiveTables& tables, const Table& of) -> JET_ERR {
        engine::delete_index(changes, tables, of, text_from(name));
        return JET_errSuccess;
    });
}

template <class Char>
JET_ERR delete_table(JET_SESID session, JET_DBID dbid, const Char* name) {
    return change_database(session, dbid, [&](LiveChanges& changes, LiveTables& tables) {
        engine::delete_table(changes, tables, text_from(name));
    });
}

template <class Char>
JET_ERR rename_table(JET_SESID session, JET_DBID dbid, const Char* name, const Char* new_name) {
    return change_database(session, dbid, [&](LiveChanges& changes, LiveTables& tables) {
        engine::rename_table(changes, tables, text_from(name), text_from(new_name));
    });
}

}  // namespace
}  // namespace ese::jet

using namespace ese::jet;

extern "C" {

#define DEFINITION_CALLS(FLAVOUR, CHAR)                                                                                \
    JET_ERR JetCreateTable##FLAVOUR(JET_SESID session, JET_DBID dbid, const CHAR* name, std::uint32_t pages,           \
                                    std::uint32_t density, JET_TABLEID* table) {                                       \
        return create_table(session, dbid, name, pages, density, table);                                               \
    }                                                                                                                  \
    JET_ERR JetCreateTableColumnIndex##FLAVOUR(JET_SESID session, JET_DBID dbid, JET_TABLECREATE_##FLAVOUR* given) {   \
        return create_table_with_parts(session, dbid, given);                                                          \
    }                                                                                                                  \
    JET_ERR JetCreateTableColumnIndex2##FLAVOUR(JET_SESID session, JET_DBID dbid, JET_TABLECREATE2_##FLAVOUR* given) { \
        return create_table_with_parts(session, dbid, given);                                                          \
    }                                                                                                                  \
    JET_ERR JetCreateTableColumnIndex3##FLAVOUR(JET_SESID session, JET_DBID dbid, JET_TABLECREATE3_##FLAVOUR* given) { \
        return create_table_with_parts(session, dbid, given);                                                          \
    }                                                                                                                  \
    JET_ERR JetCreateTableColumnIndex4##FLAVOUR(JET_SESID session, JET_DBID dbid, JET_TABLECREATE4_##FLAVOUR* given) { \
        return create_table_with_parts(session, dbid, given);                                                          \
    }                                                                                                                  \
    JET_ERR JetDeleteTable##FLAVOUR(JET_SESID session, JET_DBID dbid, const CHAR* name) {                              \
        return delete_table(session, dbid, name);                                                                      \
    }                                                                                                                  \
    JET_ERR JetRenameTable##FLAVOUR(JET_SESID session, JET_DBID dbid, const CHAR* name, const CHAR* new_name) {        \
        return rename_table(session, dbid, name, new_name);                                                            \
    }                                                                                                                  \
    JET_ERR JetAddColumn##FLAVOUR(JET_SESID session, JET_TABLEID table, const CHAR* name, const JET_COLUMNDEF* given,  \
                                  const void* default_value, std::uint32_t default_bytes, JET_COLUMNID* id) {          \
        return add_column(session, table, name, given, default_value, default_bytes, id);                              \
    }                                                                                                                  \
    JET_ERR JetDeleteColumn##FLAVOUR(JET_SESID session, JET_TABLEID table, const CHAR* name) {                         \
        return delete_column(session, table, name, 0);                                                                 \
    }                                                                                                                  \
    JET_ERR JetDeleteColumn2##FLAVOUR(JET_SESID session, JET_TABLEID table, const CHAR* name, const JET_GRBIT grbit) { \
        return delete_column(session, table, name, grbit);                                                             \
    }                                                                                                                  \
    JET_ERR JetRenameColumn##FLAVOUR(JET_SESID session, JET_TABLEID table, const CHAR* name, const CHAR* new_name,     \
                                     JET_GRBIT grbit) {                                                                \
        return rename_column(session, table, name, new_name, grbit);                                                   \
    }                                                                                                                  \
    JET_ERR JetSetColumnDefaultValue##FLAVOUR(JET_SESID session, JET_DBID dbid, const CHAR* table, const CHAR* column, \
                                              const void* value, const std::uint32_t bytes, const JET_GRBIT grbit) {   \
        return set_default(session, dbid, table, column, value, bytes, grbit);                                         \
    }                                                                                                                  \
    JET_ERR JetCreateIndex##FLAVOUR(JET_SESID session, JET_TABLEID table, const CHAR* name, JET_GRBIT grbit,           \
                                    const CHAR* key, std::uint32_t key_bytes, std::uint32_t density) {                 \
        return create_index(session, table, name, grbit, key, key_bytes, density);                                     \
    }                                                                                                                  \
    JET_ERR JetCreateIndex2##FLAVOUR(JET_SESID session, JET_TABLEID table, JET_INDEXCREATE_##FLAVOUR* given,           \
                                     std::uint32_t count) {                                                            \
        return create_indexes(session, table, given, count);                                                           \
    }                                                                                                                  \
    JET_ERR JetCreateIndex3##FLAVOUR(JET_SESID session, JET_TABLEID table, JET_INDEXCREATE2_##FLAVOUR* given,          \
                                     std::uint32_t count) {                                                            \
        return create_indexes(session, table, given, count);                                                           \
    }                                                                                                                  \
    JET_ERR JetCreateIndex4##FLAVOUR(JET_SESID session, JET_TABLEID table, JET_INDEXCREATE3_##FLAVOUR* given,          \
                                     std::uint32_t count) {                                                            \
        return create_indexes(session, table, given, count);                                                           \
    }                                                                                                                  \
    JET_ERR JetDeleteIndex##FLAVOUR(JET_SESID session, JET_TABLEID table, const CHAR* name) {                          \
        return delete_index(session, table, name);                                                                     \
    }

DEFINITION_CALLS(A, char)
DEFINITION_CALLS(W, char16_t)

}  // extern "C"
