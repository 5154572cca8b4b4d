#pragma once

// Making a change and its log record in one: completes what only the moment knows of a record, logs it, and applies it
// (btree/tree_changes.h says what its caller has set).

#include <cstdint>
#include <functional>
#include <vector>

#include "engine/btree/tree_change.h"
#include "engine/cache/page_cache.h"

namespace ese::engine {

struct ChangeMaker {
    TreePages& pages;
    PageCache& cache;
    Versions& versions;
    format::SessionNumber session = 0;
    std::uint8_t dbid = 0;
    std::uint32_t trx = 0;
    std::uint8_t level = 0;
    std::function<std::uint64_t()> next_dbtime;
    std::function<format::Lgpos(ByteView record)> append;

    void make(std::vector<std::uint8_t> record) const;
    // One change of several pages: MacroBegin, the records, MacroCommit. The pages need the log up to the last of these.
    void make_together(std::vector<std::vector<std::uint8_t>> records) const;

 private:
    std::uint64_t dbtime_of(PageNumber page) const;
    void complete(ByteSpan record, std::uint64_t dbtime) const;
};

}  // namespace ese::engine
