#include "engine/table/defragmentation.h"

#include <algorithm>

#include "base/error.h"
#include "engine/txn/nested_level.h"
#include "esent.h"

namespace ese::engine {

namespace {

constexpr std::uint32_t pages_at_a_time = 16;

std::vector<Tree> trees_of(const Table& table) {
    std::vector<Tree> trees{table.tree};
    if (table.long_values) trees.push_back(*table.long_values);
    for (const Index& index : table.indexes)
        if (!index.is_primary()) trees.push_back(index.tree);
    return trees;
}

}  // namespace

void Defragmentation::begin(Transaction& transaction) {
    const Reading reading(tables_->database(), transaction);
    const CatalogView now{reading.cache(), nullptr};
    std::vector<ObjectId> objects;
    if (!request_.table.empty())
        objects.push_back(tables_->find(now, request_.table)->tree.object);
    else
        for_each_table_row(now, [&](const format::CatalogRow& row) {
            if ((row.flags & format::table_flag::system) == 0) objects.push_back(row.table);
        });
    for (const ObjectId object : objects)
        for (const Tree& tree : trees_of(*read_table(now, object))) parts_.push_back({object, tree});
}

void Defragmentation::look_at_some(Transaction& transaction) {
    NestedLevel level(tables_->database(), transaction);
    {
        Writing writing(tables_->database(), transaction);
        const Part& part = parts_.back();
        // The pages of one that went meanwhile may be anybody's.
        const auto table = read_table({writing.cache(), nullptr}, part.table);
        const auto trees = table ? trees_of(*table) : std::vector<Tree>();
        std::optional<std::vector<std::uint8_t>> next;
        if (std::ranges::find(trees, part.tree) != trees.end())
            next = merge_pass(writing.changes(), part.tree, from_, pages_at_a_time, request_.merging);
        if (!next) parts_.pop_back();
        from_ = std::move(next).value_or(std::vector<std::uint8_t>());
    }
    level.commit();
}

bool Defragmentation::step(Transaction& transaction) {
    if (!std::exchange(begun_, true))
        begin(transaction);
    else if (!parts_.empty())
        look_at_some(transaction);
    const bool time_is_over = request_.until && std::chrono::steady_clock::now() > *request_.until;
    if (!parts_.empty() && !time_is_over) return true;
    if (request_.done) std::exchange(request_.done, {})();
    return false;
}

}  // namespace ese::engine
