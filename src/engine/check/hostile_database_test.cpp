// Databases whose pages have sound checksums, but lie: whatever they say, reading them ends, with rows or with an
// error.

#include <catch2/catch.hpp>
#include <fstream>
#include <random>

#include "engine/check/database_check.h"
#include "engine/table/quiet_database.h"
#include "engine/table/table_cursor.h"
#include "engine/table/test_database.h"
#include "format/database/page_checksum.h"
#include "unit/temp_directory.h"

using namespace ese;
using namespace ese::engine;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes read_all(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// A walk that takes more steps than the database has bytes has no end.
class Steps {
 public:
    explicit Steps(std::size_t most) : left_(most) {}
    void count() {
        if (left_-- == 0) FAIL("a walk does not end");
    }

 private:
    std::size_t left_;
};

void walk_record(TableCursor& cursor, Bytes& buffer) {
    (void)cursor.bookmark();
    (void)cursor.key();
    for (const Column& column : cursor.table()->columns)
        for (std::uint32_t number = 1; number < 5; ++number) {
            try {
                if (cursor.retrieve({column.id(), number, 0, false}, buffer).null) break;
            } catch (const Error&) {
                break;
            }
        }
}

// Everything that a cursor can reach, both ways. Returns the number of rows.
std::size_t walk(const test::TestDatabase& database, std::size_t most_steps) {
    std::vector<std::string> names;
    {
        const QuietDatabase quiet(*database.live);
        for (const auto& [name, table] : quiet.catalog().tables()) names.push_back(table->name);
    }
    Steps steps(most_steps);
    Bytes buffer(1 << 16);
    std::size_t rows = 0;
    const auto session = std::make_shared<Transaction>(Transactions::first_session);
    for (const std::string& name : names) {
        const auto cursor = TableCursor::open(database.tables, session, name, {.writes = false});
        std::vector<std::string> orders{""};
        for (const Index& index : cursor->table()->indexes) orders.push_back(index.name);
        for (const std::string& order : orders) {
            try {
                cursor->set_index(order, false, 1);
                for (bool more = cursor->move_first(); more; more = cursor->move_by(1, false)) {
                    steps.count();
                    ++rows;
                    walk_record(*cursor, buffer);
                }
                for (bool more = cursor->move_last(); more; more = cursor->move_by(-1, false)) steps.count();
            } catch (const Error&) {
            }
        }
    }
    return rows;
}

// A few bytes of one page are others, and its checksum is right again.
void falsify(Bytes& file, std::uint32_t page_bytes, std::mt19937_64& random) {
    const auto pages = static_cast<std::uint32_t>(file.size() / page_bytes - 2);
    PageNumber number;
    ByteSpan page;
    do {
        number = PageNumber(static_cast<std::uint32_t>(1 + random() % pages));
        page = ByteSpan(file).subspan(static_cast<std::size_t>(page_offset(number, page_bytes)), page_bytes);
    } while (is_all_zero(page));
    for (std::uint64_t flips = 1 + random() % 4; flips > 0; --flips) {
        // Where structure is: the header, the tags at the end, or anywhere.
        const std::uint64_t where = random() % 4;
        const std::size_t at = where == 0   ? 8 + random() % 32
                               : where == 1 ? page_bytes - 1 - random() % 64
                                            : 8 + random() % (page_bytes - 8);
        page[at] = static_cast<std::uint8_t>(random() % 3 == 0 ? random() : page[at] ^ (1u << random() % 8));
    }
    format::stamp_page_checksum(page, number);
}

void falsify_and_walk(const std::string& set, std::uint32_t page_bytes, int rounds) {
    const TempDirectory temp;
    if (!temp.copy_set(set, "files")) {
        WARN("no data");
        return;
    }
    const auto seed = std::random_device()();
    INFO(set << ", seed " << seed);
    std::mt19937_64 random(seed);
    const std::string path = temp.path("files/data.edb");
    const Bytes original = read_all(path);
    REQUIRE(walk(test::TestDatabase(path, page_bytes), original.size()) > 100);
    int noticed = 0;
    for (int round = 0; round < rounds; ++round) {
        INFO("round " << round);
        Bytes file = original;
        falsify(file, page_bytes, random);
        std::ofstream(path, std::ios::binary)
            .write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
        try {
            const test::TestDatabase database(path, page_bytes);
            // A page that is in no tree any more can be anything.
            if (check_database(*database.live, [](const Finding&) {}, [] {}) != 0) ++noticed;
            (void)walk(database, 20 * original.size());
        } catch (const Error&) {
            ++noticed;
        }
    }
    CHECK(noticed > rounds / 4);
}

}  // namespace

TEST_CASE("A database that lies about its structure never keeps a cursor or a check from ending") {
    falsify_and_walk("clean-4k", 4096, 40);
}

TEST_CASE("The same many times, and with large pages", "[.slow]") {
    falsify_and_walk("clean-4k", 4096, 1500);
    falsify_and_walk("clean-32k", 32768, 500);
}
