#pragma once

// Joining pages that are not full, a few at a time, while others work (JetDefragment).

#include <chrono>
#include <functional>
#include <optional>

#include "engine/btree/tree_merge.h"
#include "engine/table/live_tables.h"

namespace ese::engine {

struct DefragmentationRequest {
    std::string table;  // empty: all of them
    Merging merging = Merging::also_in_part;
    std::optional<std::chrono::steady_clock::time_point> until;
    std::function<void()> done;  // told once, when it is through or its time is over
};

class Defragmentation {
 public:
    Defragmentation(std::shared_ptr<LiveTables> tables, DefragmentationRequest request)
        : tables_(std::move(tables)), request_(std::move(request)) {}

    // Looks at some pages, in a transaction of its own. False when everything has been looked at.
    bool step(Transaction& transaction);

 private:
    void begin(Transaction& transaction);
    void look_at_some(Transaction& transaction);

    std::shared_ptr<LiveTables> tables_;
    DefragmentationRequest request_;
    struct Part {
        ObjectId table;
        Tree tree;
    };
    bool begun_ = false;
    std::vector<Part> parts_;         // still to be done; the last one is under way
    std::vector<std::uint8_t> from_;  // where in it
};

}  // namespace ese::engine
