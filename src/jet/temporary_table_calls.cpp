// Temporary tables.

#include <algorithm>
#include <span>

#include "base/error.h"
#include "engine/table/temporary_table.h"
#include "esent.h"
#include "jet/definition_arguments.h"
#include "jet/session_use.h"

namespace ese::jet {
namespace {

using engine::TemporaryTable;

struct TemporaryRequest {
    std::span<const JET_COLUMNDEF> columns;
    JET_GRBIT grbit = 0;
    std::string locale = "en-US";
    std::uint32_t map_flags = 0;
    std::uint32_t key_most = 0, var_segment_max = 0;
};

constexpr JET_GRBIT key_bits = JET_bitColumnTTKey | JET_bitColumnTTDescending;

// Which numbers of columns were given counts for the next one.
void append(engine::Table& table, engine::Column column) {
    engine::ColumnNumbers& numbers = table.numbers;
    if (column.is_fixed()) {
        numbers.last_fixed = column.number;
        numbers.fixed_end = static_cast<std::uint16_t>(column.record_offset + column.width());
    } else if (column.is_variable()) {
        numbers.last_variable = column.number;
    } else {
        numbers.last_tagged = column.number;
    }
    table.columns.push_back(std::move(column));
}

engine::IndexRequest key_of(const TemporaryRequest& request) {
    engine::IndexRequest key;
    key.name = "key";
    key.flags = format::index_flag::primary | format::index_flag::unique;
    if (request.grbit & JET_bitTTSortNullsHigh) key.flags |= format::index_flag::nulls_high;
    if (request.grbit & JET_bitTTDotNetGuid) key.flags |= format::index_flag::dotnet_guid;
    key.locale = request.locale;
    key.locale_map_flags = sort_map_flags(request.map_flags);
    if (request.key_most != 0) key.key_most = request.key_most;
    key.var_segment_max = request.var_segment_max;
    return key;
}

std::shared_ptr<const engine::Table> define(const TemporaryRequest& request, std::uint32_t page_bytes,
                                            JET_COLUMNID* ids) {
    auto table = std::make_shared<engine::Table>();
    table->name = "temporary table";
    engine::IndexRequest key = key_of(request);
    for (std::size_t i = 0; i < request.columns.size(); ++i) {
        const JET_COLUMNDEF& column = request.columns[i];
        require_size(column.cbStruct, sizeof column, "JET_COLUMNDEF");
        const std::string name = "column " + std::to_string(i + 1);
        const auto wanted = column_request(name, column.coltyp, column.cbMax, column.grbit & ~JET_GRBIT{key_bits},
                                           column.cp, nullptr, 0);
        auto defined = engine::define_column(*table, wanted, page_bytes).column;
        defined.flags &= ~format::column_flag::compressed;  // nothing is to be gained in memory
        ids[i] = defined.id().value();
        if (column.grbit & key_bits) key.columns.push_back({name, (column.grbit & JET_bitColumnTTDescending) != 0});
        append(*table, std::move(defined));
    }
    std::ranges::sort(table->columns, {}, &engine::Column::id);
    if (!key.columns.empty()) table->indexes.push_back(engine::define_index(*table, key, page_bytes));
    return table;
}

TemporaryTable::Equal equal_rows(JET_GRBIT grbit) {
    if ((grbit & JET_bitTTUnique) == 0) return TemporaryTable::Equal::kept;
    return grbit & JET_bitTTErrorOnDuplicateInsertion ? TemporaryTable::Equal::refused : TemporaryTable::Equal::dropped;
}

JET_ERR open(JET_SESID session, const TemporaryRequest& request, JET_TABLEID* table, JET_COLUMNID* ids) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        constexpr JET_GRBIT known = JET_bitTTIndexed | JET_bitTTUnique | JET_bitTTUpdatable | JET_bitTTScrollable |
                                    JET_bitTTSortNullsHigh | JET_bitTTForceMaterialization | JET_bitTTForwardOnly |
                                    JET_bitTTIntrinsicLVsOnly | JET_bitTTDotNetGuid;
        require_known_bits(request.grbit, known, "a temporary table");
        if (!table || !ids || request.columns.empty())
            throw Error(ErrorKind::usage, JET_errInvalidParameter, "a temporary table lacks an argument");
        *table = JET_tableidNil;
        const auto definition = define(request, instance.parameters().page_bytes(), ids);
        *table = instance.sessions().add_cursor(
            session, 0, std::make_shared<TemporaryTable>(definition, equal_rows(request.grbit)));
        return JET_errSuccess;
    });
}

std::span<const JET_COLUMNDEF> columns_at(const JET_COLUMNDEF* columns, std::uint32_t count) {
    return columns ? std::span(columns, count) : std::span<const JET_COLUMNDEF>();
}

void sort_by(TemporaryRequest& request, const JET_UNICODEINDEX& unicode) {
    request.locale = locale_of(unicode.lcid);
    request.map_flags = unicode.dwMapFlags;
}

void sort_by(TemporaryRequest& request, const JET_UNICODEINDEX2& unicode) {
    if (unicode.szLocaleName) request.locale = text_from(unicode.szLocaleName);
    request.map_flags = unicode.dwMapFlags;
}

// JET_OPENTEMPORARYTABLE and its successor.
template <class Wanted>
JET_ERR open_described(JET_SESID session, Wanted* wanted, const char* structure) {
    return api_call([&] {
        if (!wanted) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no temporary table was described");
        require_size(wanted->cbStruct, sizeof *wanted, structure);
        TemporaryRequest request;
        request.columns = columns_at(wanted->prgcolumndef, wanted->ccolumn);
        request.grbit = wanted->grbit;
        request.key_most = wanted->cbKeyMost;
        request.var_segment_max = wanted->cbVarSegMac;
        if (wanted->pidxunicode) sort_by(request, *wanted->pidxunicode);
        return open(session, request, &wanted->tableid, wanted->prgcolumnid);
    });
}

}  // namespace
}  // namespace ese::jet

using namespace ese::jet;

extern "C" {

JET_ERR JetOpenTempTable(JET_SESID session, const JET_COLUMNDEF* columns, std::uint32_t count, JET_GRBIT grbit,
                         JET_TABLEID* table, JET_COLUMNID* ids) {
    TemporaryRequest request;
    request.columns = columns_at(columns, count);
    request.grbit = grbit;
    return open(session, request, table, ids);
}

JET_ERR JetOpenTempTable2(JET_SESID session, const JET_COLUMNDEF* columns, std::uint32_t count, std::uint32_t language,
                          JET_GRBIT grbit, JET_TABLEID* table, JET_COLUMNID* ids) {
    return api_call([&] {
        TemporaryRequest request;
        request.columns = columns_at(columns, count);
        request.grbit = grbit;
        request.locale = locale_of(language);
        return open(session, request, table, ids);
    });
}

JET_ERR JetOpenTempTable3(JET_SESID session, const JET_COLUMNDEF* columns, std::uint32_t count,
                          JET_UNICODEINDEX* unicode, JET_GRBIT grbit, JET_TABLEID* table, JET_COLUMNID* ids) {
    return api_call([&] {
        TemporaryRequest request;
        request.columns = columns_at(columns, count);
        request.grbit = grbit;
        if (unicode) sort_by(request, *unicode);
        return open(session, request, table, ids);
    });
}

JET_ERR JetOpenTemporaryTable(JET_SESID session, JET_OPENTEMPORARYTABLE* wanted) {
    return open_described(session, wanted, "JET_OPENTEMPORARYTABLE");
}

JET_ERR JetOpenTemporaryTable2(JET_SESID session, JET_OPENTEMPORARYTABLE2* wanted) {
    return open_described(session, wanted, "JET_OPENTEMPORARYTABLE2");
}

}  // extern "C"
