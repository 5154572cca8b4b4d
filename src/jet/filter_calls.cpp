// Which records a cursor meets: filters, and the records that several index ranges have in common.

#include <algorithm>
#include <set>
#include <span>

#include "base/error.h"
#include "engine/table/row_list.h"
#include "esent.h"
#include "jet/session_use.h"

namespace ese::jet {
namespace {

using engine::CursorFilter;
using engine::Relation;
using engine::TableCursor;

Relation relation_of(JET_RELOP relop) {
    switch (relop) {
        case JET_relopEquals: return Relation::equal;
        case JET_relopPrefixEquals: return Relation::begins_with;
        case JET_relopNotEquals: return Relation::not_equal;
        case JET_relopLessThanOrEqual: return Relation::less_or_equal;
        case JET_relopLessThan: return Relation::less;
        case JET_relopGreaterThanOrEqual: return Relation::greater_or_equal;
        case JET_relopGreaterThan: return Relation::greater;
        case JET_relopBitmaskEqualsZero: return Relation::no_bit_of;
        case JET_relopBitmaskNotEqualsZero: return Relation::some_bit_of;
    }
    throw Error(ErrorKind::usage, JET_errInvalidParameter, "a condition has no JET_relop...");
}

CursorFilter::Condition condition_of(const JET_INDEX_COLUMN& given) {
    const bool zero_length = given.grbit == JET_bitZeroLength;
    if ((given.grbit != 0 && !zero_length) || (given.cb == 0) != (given.pv == nullptr) ||
        (zero_length && given.cb != 0))
        throw Error(ErrorKind::usage, JET_errInvalidParameter, "a condition contradicts itself about its value");
    CursorFilter::Condition condition;
    condition.column = engine::ColumnId(given.columnid);
    condition.relation = relation_of(given.relop);
    const auto* const at = static_cast<const std::uint8_t*>(given.pv);
    if (given.cb != 0 || zero_length) condition.value.emplace(at, at + given.cb);
    return condition;
}

JET_ERR set_filter(TableCursor& cursor, const JET_INDEX_COLUMN* conditions, std::uint32_t count, JET_GRBIT grbit) {
    // The filter that was there goes, whatever comes of the new one.
    cursor.set_filter({});
    require_known_bits(grbit, 0, "JetSetCursorFilter");
    if (count != 0 && !conditions) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no conditions were given");
    if (cursor.is_on_secondary_index())
        throw Error(ErrorKind::usage, JET_errFilteredMoveNotSupported,
                    "records are passed over only in the order of the primary index");
    std::vector<CursorFilter::Condition> all;
    for (const JET_INDEX_COLUMN& given : std::span(conditions, count)) all.push_back(condition_of(given));
    cursor.set_filter(std::move(all));
    return JET_errSuccess;
}

// --- intersections

using Bookmarks = std::set<std::vector<std::uint8_t>>;

// Of the records from the cursor's entry to the end of its range.
Bookmarks bookmarks_from_here(TableCursor& cursor) {
    Bookmarks found;
    do found.insert(cursor.bookmark());
    while (cursor.move_by(1, false));
    return found;
}

bool are_over_one_table(const TableCursor& cursor, const TableCursor& other) {
    return &cursor.database() == &other.database() && cursor.open_table().object() == other.open_table().object();
}

std::vector<TableCursor*> ranges_of(engine::Instance& instance, JET_SESID session,
                                    std::span<const JET_INDEXRANGE> given) {
    const auto refuse = [](const char* reason) { return Error(ErrorKind::usage, JET_errInvalidParameter, reason); };
    std::vector<TableCursor*> cursors;
    std::set<std::string> indexes;
    for (const JET_INDEXRANGE& range : given) {
        if (range.cbStruct != sizeof range) throw refuse("JET_INDEXRANGE has the wrong cbStruct");
        TableCursor& cursor = cursor_as<TableCursor>(*instance.sessions().cursor(session, range.tableid).cursor);
        if (!cursor.is_on_secondary_index()) throw refuse("a cursor is on no secondary index");
        if (range.grbit != JET_bitRecordInIndex)
            throw Error(ErrorKind::usage, JET_errInvalidGrbit, "records are those that are in all ranges");
        if (!cursors.empty() && !are_over_one_table(cursor, *cursors.front()))
            throw refuse("the cursors are not over one table");
        if (!indexes.insert(cursor.index_name()).second) throw refuse("two of the cursors are on the same index");
        cursors.push_back(&cursor);
    }
    return cursors;
}

JET_ERR intersect(engine::Instance& instance, JET_SESID session, std::span<const JET_INDEXRANGE> ranges,
                  JET_RECORDLIST& list) {
    constexpr std::size_t most_ranges = 64;
    if (ranges.empty() || ranges.size() > most_ranges || list.cbStruct != sizeof list)
        throw Error(ErrorKind::usage, JET_errInvalidParameter, "1 to 64 ranges, and a list, are needed");
    const std::vector<TableCursor*> cursors = ranges_of(instance, session, ranges);
    list.tableid = JET_tableidNil;
    Bookmarks common = bookmarks_from_here(*cursors.front());
    for (TableCursor* const cursor : std::span(cursors).subspan(1)) {
        const Bookmarks others = bookmarks_from_here(*cursor);
        std::erase_if(common, [&](const auto& bookmark) { return !others.contains(bookmark); });
    }
    auto rows = std::make_shared<engine::RowList>(1);
    for (const auto& bookmark : common) rows->add({bookmark});
    (void)rows->move_first();
    list.cRecord = static_cast<std::uint32_t>(common.size());
    list.columnidBookmark = 1;
    list.tableid = instance.sessions().add_cursor(session, 0, std::move(rows));
    return JET_errSuccess;
}

}  // namespace
}  // namespace ese::jet

using namespace ese::jet;
using ese::Error;
using ese::ErrorKind;

extern "C" {

JET_ERR JetSetCursorFilter(JET_SESID session, JET_TABLEID table, JET_INDEX_COLUMN* conditions, std::uint32_t count,
                           JET_GRBIT grbit) {
    return with_table(session, table,
                      [&](ese::engine::TableCursor& cursor) { return set_filter(cursor, conditions, count, grbit); });
}

JET_ERR JetIntersectIndexes(JET_SESID session, JET_INDEXRANGE* ranges, std::uint32_t count, JET_RECORDLIST* list,
                            JET_GRBIT grbit) {
    return with_session(session, [&](ese::engine::Instance& instance) -> JET_ERR {
        require_known_bits(grbit, 0, "JetIntersectIndexes");
        if (!list || (count != 0 && !ranges))
            throw Error(ErrorKind::usage, JET_errInvalidParameter, "no ranges, or no place for the list, were given");
        return intersect(instance, session, std::span<const JET_INDEXRANGE>(ranges, count), *list);
    });
}

}  // extern "C"
