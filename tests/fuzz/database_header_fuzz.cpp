// The first bytes of a database file: choice of the copy, all fields, attach checks; and the other pages with a
// header's checksum.

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "base/error.h"
#include "format/database/database_header.h"
#include "format/database/flush_map_header.h"
#include "format/database/trailer.h"

using namespace ese;
using namespace ese::format;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

void walk(DatabaseHeader header) {
    const std::vector<std::uint8_t> before(header.bytes().begin(), header.bytes().end());
    const auto rewrite = [&](const auto&... field) { (header.set(field, header.get(field)), ...); };
    std::apply(rewrite, header_field::all);
    const ByteView after = header.stamped();
    require(std::equal(after.begin(), after.end(), before.begin(), before.end()));
    (void)to_string(header.state());
    (void)header.version().to_string();
    try {
        check_attachable(header, {});
    } catch (const Error& error) {
        require(!error.message().empty());
    }
    header.become_clean();
    require(DatabaseHeader::parse(header.stamped()) == header);
}

void walk_trailer(ByteView page) {
    const auto trailer = Trailer::parse(page);
    if (!trailer) return;
    require(Trailer::parse(trailer->to_page(static_cast<std::uint32_t>(page.size()))) == trailer);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView input(data, size);
    if (auto picked = pick_header(input)) walk(picked->header);
    walk_trailer(input);
    (void)FlushMapHeader::parse(input);

    // A random checksum is almost never right: try again with the right one, and with a page size that is one.
    std::vector<std::uint8_t> page(input.begin(), input.end());
    page.resize(8192);
    stamp_header_checksum(page);
    walk_trailer(page);
    (void)FlushMapHeader::parse(page);
    store_u32(page, header_field::magic.offset, header_magic);
    store_u32(page, header_field::page_bytes.offset, 8192);
    stamp_header_checksum(page);
    const auto picked = pick_header(page);
    require(picked.has_value());
    walk(picked->header);
    return 0;
}
