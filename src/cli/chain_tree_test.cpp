#include "cli/chain_tree.h"

#include <catch2/catch.hpp>

namespace ese::cli {

namespace {

std::string drawn(const std::vector<ChainNode>& nodes) {
    std::string text;
    for (const TreeLine& line : draw_tree(nodes)) text += line.branch + std::to_string(line.node) + "\n";
    return text;
}

}  // namespace

TEST_CASE("a chain of increments is one line below its full backup, however long it is") {
    CHECK(drawn({}).empty());
    CHECK(drawn({{{}, true}}) == "0\n");
    CHECK(drawn({{{}, true}, {0, true}, {1, true}, {2, true}}) ==
          "0\n"
          "|- 1\n"
          "|- 2\n"
          "`- 3\n");
}

TEST_CASE("what no increment goes on from hangs below what it continues") {
    // A full backup with a differential one, two increments with one differential each, and a second full backup.
    CHECK(drawn({{{}, true}, {0, false}, {0, true}, {2, false}, {2, true}, {4, false}, {{}, true}}) ==
          "0\n"
          "|- 1\n"
          "|- 2\n"
          "|  `- 3\n"
          "`- 4\n"
          "   `- 5\n"
          "6\n");
    CHECK(drawn({{{}, true}, {0, false}, {0, false}}) ==
          "0\n"
          "|- 1\n"
          "`- 2\n");
}

TEST_CASE("a second branch is drawn with all that continues it") {
    CHECK(drawn({{{}, true}, {0, true}, {1, true}, {1, true}, {3, true}, {4, false}, {2, true}}) ==
          "0\n"
          "|- 1\n"
          "|  `- 3\n"
          "|     `- 4\n"
          "|        `- 5\n"
          "|- 2\n"
          "`- 6\n");
}

}  // namespace ese::cli
