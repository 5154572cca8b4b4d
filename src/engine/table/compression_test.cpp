// What the original engine compressed, and how, is what we would have done with the same values.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "codec/column_compression.h"
#include "engine/table/quiet_database.h"
#include "engine/table/record_values.h"
#include "engine/table/test_database.h"
#include "format/database/page.h"

using namespace ese;
using namespace ese::engine;

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr unsigned xpress_scheme = 3;

struct Tally {
    int seven_bit = 0, xpress = 0, plain = 0, differing = 0;

    // `value` was stored as `stored`, compressed or as it is.
    void compare(ByteView value, ByteView stored, bool compressed, std::size_t least_bytes) {
        const auto ours = codec::compress_value(value, least_bytes);
        if (!compressed) {
            ++plain;
            if (ours) ++differing;
        } else if (stored[0] >> 3 == xpress_scheme) {
            ++xpress;
            if (!ours || (*ours)[0] != stored[0] ||
                codec::decompress_value(*ours, value.size()) != Bytes(value.begin(), value.end()))
                ++differing;
        } else {
            ++seven_bit;
            if (!ours || *ours != Bytes(stored.begin(), stored.end())) ++differing;
        }
    }
};

// The values within records.
void compare_records(const QuietDatabase& database, const Table& table, std::size_t id_bytes, Tally& tally) {
    TreeCursor records(database.cache(), table.tree);
    for (bool more = records.first(); more; more = records.next()) {
        const RecordValues row(table, records.data(), format::is_large_page(database.cache().page_bytes()));
        for (const Column& column : table.columns) {
            if (!column.has(format::column_flag::compressed)) continue;
            const auto values = row.values(column);
            if (values.size() != 1 || values[0].separated || values[0].is_default) continue;
            const ByteView stored = values[0].bytes;
            const Bytes value =
                values[0].compressed ? codec::decompress_value(stored, 65535) : Bytes(stored.begin(), stored.end());
            tally.compare(value, stored, values[0].compressed, id_bytes);
        }
        (void)database.cache().evict();
    }
}

// The chunks of long values. Which column has one, and whether that is to be compressed, is not looked up: a plain
// chunk says nothing.
void compare_chunks(const QuietDatabase& database, const Table& table, std::size_t id_bytes, Tally& tally) {
    if (!table.long_values) return;
    const LongValueReader reader(database.cache(), table);
    LongValueRoot root;
    TreeCursor nodes(database.cache(), *table.long_values);
    for (bool more = nodes.first(); more; more = nodes.next()) {
        if (nodes.key().size() == id_bytes) {
            root = LongValueRoot::parse(nodes.data());
            continue;
        }
        const auto offset = load_be<std::uint32_t>(nodes.key().data() + id_bytes);
        const ByteView stored = nodes.data();
        if (stored.size() < reader.chunk_size(root, offset))
            tally.compare(reader.decode_chunk(nodes.key(), root, offset, stored), stored, true, 0);
        (void)database.cache().evict();
    }
}

}  // namespace

TEST_CASE("Values are compressed as the original engine did it") {
    const char* const data = std::getenv("ESEBACKUP_TEST_DATA");
    Tally tally;
    int sets = 0;
    for (const auto& [set, page_bytes, id_bytes] : {std::tuple{"clean-4k", 4096u, 4u},
                                                    {"clean-8k", 8192u, 4u},
                                                    {"clean-16k", 16384u, 4u},
                                                    {"clean-32k", 32768u, 4u},
                                                    {"clean-8k-efv9600", 8192u, 8u},
                                                    {"dirty-8k", 8192u, 4u},
                                                    {"dirty-32k", 32768u, 4u}}) {
        const std::filesystem::path path = std::filesystem::path(data ? data : "") / set / "recovered/data.edb";
        if (!data || !std::filesystem::exists(path)) continue;
        ++sets;
        const test::TestDatabase opened(path.string(), page_bytes);
        const QuietDatabase database(*opened.live);
        for (const auto& [name, table] : database.catalog().tables()) {
            compare_records(database, *table, id_bytes, tally);
            compare_chunks(database, *table, id_bytes, tally);
        }
    }
    if (tally.plain == 0) {
        WARN("no data");
        return;
    }
    INFO(tally.seven_bit << " in seven bits, " << tally.xpress << " by XPRESS, " << tally.plain << " plain");
    CHECK(tally.differing == 0);
    CHECK(tally.seven_bit > (sets > 1 ? 10 : 0));  // one set alone, as in the repository, has fewer
    CHECK(tally.xpress > (sets > 1 ? 100 : 50));
}
