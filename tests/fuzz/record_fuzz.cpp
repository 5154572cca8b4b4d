// A table row, and the same bytes as a row of the catalog.

#include <cstdlib>
#include <vector>

#include "base/error.h"
#include "format/database/catalog.h"
#include "format/database/record.h"

using namespace ese;
using namespace ese::format;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

// Adds up the bytes, so that the sanitizer sees every one of them read.
std::size_t sum(ByteView bytes) {
    std::size_t total = 0;
    for (const std::uint8_t byte : bytes) total += byte;
    return total;
}

std::size_t walk(const RecordView& record) {
    std::size_t total = sum(record.fixed_area());
    for (std::uint16_t id = 1; id <= record.last_fixed(); ++id) total += sum(record.fixed(id, 4u + id, 8).bytes);
    for (std::uint16_t id = 127; id < 260; ++id) total += sum(record.variable(id).bytes);
    for (const TaggedColumn& column : record.tagged()) {
        require(record.find_tagged(column.id, column.derived) != nullptr);
        try {
            for (const TaggedValue& value : tagged_values(column)) total += sum(value.bytes);
        } catch (const Error&) {
        }
    }
    return total;
}

void walk_catalog_row(ByteView bytes, bool large) {
    const CatalogRow row = CatalogRow::parse(bytes, large);
    (void)row.key();
    (void)row.locale_name();
    (void)column_width(row.column_type());
    const auto written = row.to_record(large);
    const CatalogRow again = CatalogRow::parse(written, large);
    require(again.to_record(large) == written);
    (void)row.segments();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const bool large = (data[0] & 1) != 0;
    const std::vector<std::uint8_t> record(data + 1, data + size);
    try {
        (void)walk(RecordView(record, large));
    } catch (const Error&) {
    }
    try {
        walk_catalog_row(record, large);
    } catch (const Error&) {
    }
    return 0;
}
