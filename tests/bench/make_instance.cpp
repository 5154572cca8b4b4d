// Makes a large database for benchmarks out of a real one: its pages again and again, each with its own number and
// checksum and a few bytes changed.
//
//   make_instance REAL-DATABASE TARGET-DATABASE MIB KIND [MORE-REAL-DATABASES…]
//
// KIND: compressible (pages as they are), mixed (four of ten pages are random bytes), incompressible (all of them are),
// sparse (a hole, whose pages were never used).
// A TARGET-DATABASE of another name than the real one's becomes another database, with a signature of its own.

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "base/ids.h"
#include "format/database/database_header.h"
#include "format/database/page.h"
#include "format/database/page_checksum.h"
#include "format/database/space.h"

using namespace ese;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// Pages in use of all databases that have this page size.
std::vector<Bytes> used_pages(const std::vector<std::string>& paths, std::uint32_t page_bytes) {
    std::vector<Bytes> pages;
    for (const auto& path : paths) {
        const Bytes file = read_file(path);
        const auto picked = format::pick_header(file);
        if (!picked || picked->header.page_bytes() != page_bytes) continue;
        for (std::size_t at = 2 * page_bytes; at + page_bytes <= file.size(); at += page_bytes) {
            const ByteView page(file.data() + at, page_bytes);
            if (!is_all_zero(page)) pages.emplace_back(page.begin(), page.end());
        }
    }
    return pages;
}

// The database's own space tree has to own the new pages, or they would be no part of it.
void own_pages_up_to(Bytes& file, std::uint32_t page_bytes, PageNumber last) {
    const PageNumber owned_root(2);
    const ByteSpan page(file.data() + page_offset(owned_root, page_bytes), page_bytes);
    format::PageWriter writer(page);
    while (writer.view().node_count() > 0) writer.erase(0);
    const format::ExtentNode node{{last, last.value()}, 0};
    if (!writer.append(node.key(), node.data())) throw std::runtime_error("no room in the space tree");
    format::stamp_page_checksum(page, owned_root);
}

// An instance does not attach one database twice, by whatever name.
void give_signature(Bytes& file, std::uint32_t page_bytes, std::uint32_t random) {
    namespace field = format::header_field;
    format::DatabaseHeader header = format::pick_header(file)->header;
    format::Signature signature = header.get(field::database_signature);
    signature.random = random;
    header.set(field::database_signature, signature);
    const ByteView page = header.stamped();
    for (const std::size_t copy : {std::size_t{0}, std::size_t{page_bytes}})
        std::copy(page.begin(), page.end(), file.begin() + static_cast<std::ptrdiff_t>(copy));
}

std::string name_of(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

}  // namespace

int main(int argc, char* argv[]) {
    if (argc < 5)
        return std::fprintf(stderr,
                            "usage: make_instance REAL TARGET MIB compressible|mixed|incompressible|sparse [MORE…]\n"),
               2;
    Bytes start = read_file(argv[1]);
    const auto picked = format::pick_header(start);
    if (!picked) return std::fprintf(stderr, "%s is no database\n", argv[1]), 1;
    const std::uint32_t page_bytes = picked->header.page_bytes();
    std::vector<std::string> sources{argv[1]};
    sources.insert(sources.end(), argv + 5, argv + argc);
    const auto pages = used_pages(sources, page_bytes);
    const std::uint64_t bytes = std::stoull(argv[3]) << 20;
    const std::string kind = argv[4];
    const unsigned random_of_ten = kind == "incompressible" ? 10 : kind == "mixed" ? 4 : 0;
    own_pages_up_to(start, page_bytes, PageNumber(static_cast<std::uint32_t>(bytes / page_bytes - 2)));

    if (name_of(argv[1]) != name_of(argv[2]))
        give_signature(start, page_bytes, static_cast<std::uint32_t>(std::hash<std::string>()(argv[2])));

    std::ofstream out(argv[2], std::ios::binary);
    out.write(reinterpret_cast<const char*>(start.data()), static_cast<std::streamsize>(start.size()));
    if (kind == "sparse") {
        out.close();
        std::filesystem::resize_file(argv[2], bytes);
        return 0;
    }
    std::mt19937_64 random(1);
    for (std::uint64_t at = start.size(); at < bytes; at += page_bytes) {
        Bytes page = pages[random() % pages.size()];
        const std::size_t head = format::page_header_bytes(page_bytes);
        if (random() % 10 < random_of_ten)
            for (std::size_t i = head; i + 8 <= page_bytes; i += 8) store_le(page.data() + i, std::uint64_t{random()});
        else
            for (int change = 0; change < 25; ++change)
                store_le(page.data() + head + random() % (page_bytes - head - 8), std::uint64_t{random()});
        format::stamp_page_checksum(page, PageNumber(static_cast<std::uint32_t>(at / page_bytes - 1)));
        out.write(reinterpret_cast<const char*>(page.data()), page_bytes);
    }
    return out.flush() ? 0 : 1;
}
