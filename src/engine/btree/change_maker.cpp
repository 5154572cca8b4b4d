#include "engine/btree/change_maker.h"

#include <algorithm>
#include <optional>

#include "format/log/tree_records.h"

namespace ese::engine {

using format::LogRecordType;
using format::PageHead;

namespace {

// Where a record has the number of a further page that it changes, and that page's dbtime before.
struct FurtherPage {
    std::size_t number_at, before_at;
};
constexpr FurtherPage split_pages[] = {{36, 40}, {48, 52}};           // right sibling, parent
constexpr FurtherPage merge_pages[] = {{32, 36}, {44, 48}, {56, 60}};  // right and left sibling, parent

bool makes_its_page(LogRecordType type) {
    return type == LogRecordType::create_single_extent_fdp || type == LogRecordType::create_multiple_extent_fdp;
}

bool is_about_several_pages(LogRecordType type) {
    return makes_its_page(type) || type == LogRecordType::convert_fdp2 || type == LogRecordType::empty_tree;
}

}  // namespace

std::uint64_t ChangeMaker::dbtime_of(PageNumber page) const {
    if (page == PageNumber()) return format::dbtime_nil;
    const CachedPage& cached = cache.page(page);
    cached.require_sound();
    return cached.view().dbtime();
}

void ChangeMaker::complete(ByteSpan record, std::uint64_t dbtime) const {
    PageHead head = PageHead::parse(record);
    head.session = session;
    head.dbid = dbid;
    head.trx = trx;
    head.level = level;
    head.dbtime = dbtime;
    head.dbtime_before = makes_its_page(head.type) ? format::dbtime_nil : dbtime_of(head.page);
    head.write(record);
    const auto complete_further = [&](const FurtherPage& page) {
        store_u64(record, page.before_at, dbtime_of(PageNumber(load_u32(record, page.number_at))));
    };
    if (head.type == LogRecordType::split2) std::ranges::for_each(split_pages, complete_further);
    if (head.type == LogRecordType::merge2) std::ranges::for_each(merge_pages, complete_further);
    using Emptied = format::EmptyTreeRecord;
    if (head.type == LogRecordType::empty_tree)
        for (std::size_t at = Emptied::list_at; at < record.size(); at += Emptied::entry_bytes)
            complete_further({at + Emptied::number_at, at});
    constexpr std::size_t undone_level_at = 50;  // an Undo record has it twice
    if (head.type == LogRecordType::undo) record[undone_level_at] = level;
}

void ChangeMaker::make(std::vector<std::uint8_t> record) const {
    complete(record, next_dbtime());
    const ChangeTarget target{pages, versions, append(record)};
    if (is_about_several_pages(format::record_type(record)))
        apply_tree_record(target, record);
    else
        apply_node_record(target, record);
}

void ChangeMaker::make_together(std::vector<std::vector<std::uint8_t>> records) const {
    const std::uint64_t dbtime = next_dbtime();
    std::vector<ByteView> views;
    for (auto& record : records) {
        complete(record, dbtime);
        const LogRecordType type = format::record_type(record);
        constexpr std::size_t before_at = 16;
        // A passenger: the page that it names is the one that splits, whose record has what was before.
        if (type != LogRecordType::split2 && type != LogRecordType::merge2)
            store_u64(ByteSpan(record), before_at, format::dbtime_nil);
        views.emplace_back(record);
    }
    append(format::MacroRecord{LogRecordType::macro_begin, session, dbtime}.serialise());
    for (const ByteView record : views) append(record);
    const format::Lgpos end = append(format::MacroRecord{LogRecordType::macro_commit, session, dbtime}.serialise());
    apply_macro({pages, versions, end}, views);
}

}  // namespace ese::engine
