#pragma once

// The pages of a tree: that they form one, and that their entries are in order (DATABASE-FORMAT 3.4).

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/btree/tree_cursor.h"
#include "engine/check/findings.h"

namespace ese::engine {

// Which tree each page of the database was found in, and what of the pages the header has to agree with.
class PageOwners {
 public:
    // False if the page is another tree's, or was met before.
    bool claim(PageNumber page, ObjectId object);

    void saw_dbtime(std::uint64_t dbtime) { highest_dbtime_ = std::max(highest_dbtime_, dbtime); }
    std::uint64_t highest_dbtime() const { return highest_dbtime_; }
    std::uint64_t pages() const { return owners_.size(); }

 private:
    std::map<std::uint32_t, ObjectId> owners_;
    std::uint64_t highest_dbtime_ = 0;
};

struct TreeFacts {
    std::vector<PageNumber> pages;          // in the order of their visit: root first
    std::vector<std::uint8_t> root_header;  // tag 0 of the root
    std::uint64_t entries = 0;              // that are not deleted
    bool sound = true;
};

// Visits every page once, whatever they say, and tells everything that is wrong.
TreeFacts check_tree(PageCache& cache, const Tree& tree, PageOwners& owners, Findings& findings);

}  // namespace ese::engine
