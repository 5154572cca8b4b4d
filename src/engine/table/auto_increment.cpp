#include "engine/table/auto_increment.h"

#include <algorithm>

#include "base/error.h"
#include "engine/btree/changed_tree.h"
#include "engine/table/record_values.h"
#include "esent.h"
#include "format/database/space.h"
#include "format/log/tree_records.h"

namespace ese::engine {

namespace {

constexpr std::uint32_t most_reserved = 1000;

format::SpaceHeader root_header(PageCache& cache, const Table& table) {
    CachedPage& root = cache.page(table.tree.root);
    root.require_sound();
    return format::SpaceHeader::parse(root.view().external_header());
}

std::uint64_t number_in(ByteView bytes) {
    return bytes.size() == 8 ? load_u64(bytes, 0) : bytes.size() == 4 ? load_u32(bytes, 0) : 0;
}

std::uint64_t greatest_value(PageCache& cache, const Table& table, const Column& wanted) {
    const auto leads = [&](const Index& index) {
        return index.columns[0].column == &wanted && !index.columns[0].descending && index.conditions.empty();
    };
    const auto value_of = [&](ByteView record) -> std::uint64_t {
        const RecordValues values(table, record, format::is_large_page(cache.page_bytes()));
        const auto contents = values.values(wanted);
        return contents.empty() ? 0 : number_in(contents[0].bytes);
    };
    TreeCursor records(cache, table.tree);
    if (const auto index = std::ranges::find_if(table.indexes, leads); index != table.indexes.end()) {
        TreeCursor entries(cache, index->tree);
        if (!entries.last()) return 0;
        if (index->is_primary()) return value_of(entries.data());
        if (records.seek_exactly(entries.data(), {})) return value_of(records.data());
    }
    std::uint64_t greatest = 0;
    for (bool more = records.first(); more; more = records.next()) greatest = std::max(greatest, value_of(records.data()));
    return greatest;
}

}  // namespace

std::uint64_t next_auto_increment(PageCache& cache, TableCounters& counters, const Table& table, const Column& column) {
    std::uint64_t& next = counters.next_auto_increment;
    if (next == 0) {
        const auto kept = root_header(cache, table).auto_increment;
        next = (kept ? *kept : greatest_value(cache, table, column)) + 1;
        // Where nothing is kept, nothing has to be reserved.
        counters.reserved_auto_increment = kept.value_or(UINT64_MAX);
    }
    const std::uint64_t most = column.width() == 8 ? INT64_MAX : INT32_MAX;
    if (next > most)
        throw Error(JET_errOutOfAutoincrementValues, "table " + table.name + " has given all its numbers");
    return next > counters.reserved_auto_increment ? 0 : next++;
}

void reserve_auto_increments(LiveChanges& changes, TableCounters& counters, const Table& table) {
    format::SpaceHeader header = root_header(changes.cache(), table);
    if (counters.next_auto_increment <= counters.reserved_auto_increment) return;  // another session was first
    counters.auto_increment_step = std::min(2 * counters.auto_increment_step, most_reserved);
    header.auto_increment = header.auto_increment.value_or(0) + counters.auto_increment_step;
    const auto bytes = header.to_bytes();
    changes.make(format::ExternalHeaderRecord{
        ChangedTree(table.tree).node_head(format::LogRecordType::set_external_header, table.tree.root, 0), bytes}
                     .serialise());
    counters.reserved_auto_increment = *header.auto_increment;
}

}  // namespace ese::engine
