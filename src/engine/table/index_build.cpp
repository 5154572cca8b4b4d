#include "engine/table/index_build.h"

#include <algorithm>

#include "engine/btree/tree_writer.h"
#include "engine/table/index_keys.h"

namespace ese::engine {

namespace {

// So much is sorted at a time; a greater index comes about run by run.
constexpr std::size_t most_run_bytes = std::size_t{32} << 20;
constexpr std::uint32_t unversioned = 0;

class IndexBuild {
 public:
    IndexBuild(LiveChanges& changes, const Table& table, const Index& index)
        : changes_(changes), table_(table), index_(index), writer_(changes, index.tree) {}

    void run() {
        const bool large = format::is_large_page(changes_.page_bytes());
        LongValueReader long_values(changes_.cache(), table_);
        TreeCursor records(changes_.cache(), table_.tree);
        for (bool more = records.first(); more; more = records.next()) {
            const RecordValues record(table_, records.data(), large);
            for (std::vector<std::uint8_t>& key : keys_of(index_, record, long_values))
                add(std::move(key), records.key());
            if (bytes_ > most_run_bytes) insert_run();
        }
        insert_run();
    }

 private:
    struct Entry {
        std::vector<std::uint8_t> key, bookmark;
        auto operator<=>(const Entry&) const = default;
    };

    void add(std::vector<std::uint8_t> key, ByteView bookmark) {
        bytes_ += sizeof(Entry) + key.size() + bookmark.size();
        entries_.push_back({std::move(key), {bookmark.begin(), bookmark.end()}});
    }

    void insert_run() {
        std::ranges::sort(entries_);
        for (const Entry& entry : entries_) {
            writer_.insert(entry.key, entry.bookmark, unversioned);
            changes_.cache().trim();
        }
        entries_.clear();
        bytes_ = 0;
    }

    LiveChanges& changes_;
    const Table& table_;
    const Index& index_;
    TreeWriter writer_;
    std::vector<Entry> entries_;
    std::size_t bytes_ = 0;
};

}  // namespace

void build_index(LiveChanges& changes, const Table& table, const Index& index) {
    IndexBuild(changes, table, index).run();
}

}  // namespace ese::engine
