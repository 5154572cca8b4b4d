#include "engine/table/index_build.h"

#include <algorithm>

#include "engine/btree/tree_writer.h"
#include "engine/table/index_keys.h"

namespace ese::engine {

namespace {

// So much is sorted at a time; a greater index comes about run by run.
constexpr std::size_t most_run_bytes = std::size_t{32} << 20;
constexpr std::size_t records_at_a_time = 256, entries_at_a_time = 256;
constexpr std::uint32_t unversioned = 0;

}  // namespace

IndexBuild::IndexBuild(std::shared_ptr<const Table> table, std::string_view index)
    : table_(std::move(table)), index_(*table_->find_index(index)) {}

bool IndexBuild::step(LiveChanges& changes) {
    if (!inserted_)
        collect(changes);
    else
        insert(changes);
    return has_more_records_ || inserted_;
}

void IndexBuild::collect(LiveChanges& changes) {
    const bool large = format::is_large_page(changes.page_bytes());
    LongValueReader long_values(changes.cache(), *table_);
    if (!records_) {
        records_.emplace(changes.cache(), table_->tree);
        has_more_records_ = records_->first();
    }
    for (std::size_t count = 0; has_more_records_ && count < records_at_a_time; ++count) {
        const RecordValues record(*table_, records_->data(), large);
        require_no_null(index_, record);
        for (std::vector<std::uint8_t>& key : keys_of(index_, record, long_values)) {
            run_bytes_ += sizeof(Entry) + key.size() + records_->key().size();
            run_.push_back({std::move(key), {records_->key().begin(), records_->key().end()}});
        }
        has_more_records_ = records_->next();
    }
    if (has_more_records_ && run_bytes_ < most_run_bytes) return;
    std::ranges::sort(run_);
    inserted_ = 0;
}

void IndexBuild::insert(LiveChanges& changes) {
    TreeWriter writer(changes, index_.tree);
    const std::size_t end = std::min(*inserted_ + entries_at_a_time, run_.size());
    for (; *inserted_ < end; ++*inserted_) writer.insert(run_[*inserted_].key, run_[*inserted_].bookmark, unversioned);
    if (end < run_.size()) return;
    run_.clear();
    run_bytes_ = 0;
    inserted_.reset();
}

}  // namespace ese::engine
