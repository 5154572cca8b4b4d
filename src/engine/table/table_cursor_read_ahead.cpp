// What TableCursor has read before it is needed.

#include "engine/btree/line_search.h"
#include "engine/table/table_cursor_work.h"
#include "esent.h"

namespace ese::engine {

namespace {

// All nodes of a long value, or the first.
KeyRange nodes_of(ByteView id_in_record, bool first_only) {
    KeyRange range;
    range.first = range.last = long_value_key(id_in_record);
    if (!first_only) range.last.insert(range.last.end(), 4, 0xFF);
    return range;
}

}  // namespace

TableCursor::Bytes TableCursor::key_of(const std::vector<std::optional<ByteView>>& values, KeyEnd end) {
    return in_table([&](const Reading&) {
        if (!index_)
            throw Error(ErrorKind::usage, JET_errNoCurrentIndex, "table " + table_->name + " has no index to seek in");
        SearchKey key;
        for (std::size_t i = 0; i < values.size(); ++i)
            key.add(*index_, values[i], i == 0, i + 1 == values.size() ? end : KeyEnd::open);
        return key.made();
    });
}

std::size_t TableCursor::read_ahead(const ReadingAhead& wanted) {
    return in_table([&](const Reading& reading) {
        if (!wanted.long_columns.empty() && secondary_)
            throw Error(ErrorKind::usage, JET_errInvalidPreread,
                        "long values are read ahead in the order of the primary index only");
        for (const ColumnId id : wanted.long_columns)
            if (!column(id).is_tagged() || !column(id).is_long())
                throw Error(ErrorKind::usage, JET_errMustBeSeparateLongValue,
                            "column " + column(id).name + " has no long values");
        std::size_t begun = 0;
        {
            ReadAhead pages(reading.cache(), wanted.forward);
            for (; begun < wanted.ranges.size() && !pages.is_full(); ++begun)
                pages.leaves(entries().tree(), wanted.ranges[begun]);
        }
        if (!wanted.long_columns.empty()) read_long_values_ahead(wanted, begun, reading.cache());
        return begun;
    });
}

void TableCursor::read_long_values_ahead(const ReadingAhead& wanted, std::size_t ranges, PageCache& cache) {
    if (!table_->long_values) return;
    ReadAhead pages(cache, true);
    TreeCursor records(cache, table_->tree, &view_);
    for (const KeyRange& range : std::span(wanted.ranges).first(ranges)) {
        const ByteView lowest = wanted.forward ? range.first : range.last;
        const ByteView highest = wanted.forward ? range.last : range.first;
        for (bool there = records.seek(lowest); there && !pages.is_full() && compare_bytes(records.key(), highest) <= 0;
             there = records.next()) {
            const RecordValues record(*table_, records.data(), is_large_page());
            for (const ColumnId id : wanted.long_columns)
                for (const ColumnContent& value : record.values(column(id)))
                    if (value.separated)
                        pages.leaves(*table_->long_values, nodes_of(value.bytes, wanted.first_page_only));
        }
    }
}

}  // namespace ese::engine
