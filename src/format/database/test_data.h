#pragma once

// For the tests of this folder: where unpacked sets of real databases are, and what a test needs to read them.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "format/database/database_header.h"
#include "format/database/page.h"

namespace ese::format::test {

using Bytes = std::vector<std::uint8_t>;

inline Bytes read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(in), {});
}

// Files with one of these extensions below the directory that ESEBACKUP_TEST_DATA names, in name order; none if it is
// not set.
inline std::vector<std::filesystem::path> data_files(std::initializer_list<std::string_view> extensions) {
    std::vector<std::filesystem::path> files;
    const char* root = std::getenv("ESEBACKUP_TEST_DATA");
    if (root == nullptr) return files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        const std::string extension = entry.path().extension().string();
        if (entry.is_regular_file() && std::ranges::find(extensions, extension) != extensions.end()) {
            files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    return files;
}

inline std::vector<std::filesystem::path> databases() { return data_files({".edb", ".mdb", ".dat"}); }

// A whole database in memory.
struct Database {
    std::string name;
    Bytes file;
    DatabaseHeader header;

    explicit Database(const std::filesystem::path& path)
        : name(path.string()), file(read_file(path)), header(pick_header(file).value().header) {}

    // Page numbers run from 1 to page_count(). The trailer of a backup stream is no page.
    std::uint32_t page_count() const {
        const std::size_t others = header.is_raw_backup() ? 3 : 2;
        return static_cast<std::uint32_t>(file.size() / header.page_bytes() - others);
    }
    ByteView page(PageNumber number) const {
        return ByteView(file).subspan(page_offset(number, header.page_bytes()), header.page_bytes());
    }
    bool large() const { return is_large_page(header.page_bytes()); }
};

// The leaves of a tree in order, found from the root.
inline void collect_leaves(const Database& db, PageNumber number, std::vector<PageNumber>& leaves, int depth = 0) {
    const PageView page(db.page(number));
    if (depth > 10) throw std::runtime_error("a tree too deep");
    if (page.has(page_flag::leaf)) {
        leaves.push_back(number);
        return;
    }
    for (std::size_t i = 0; i < page.node_count(); ++i) collect_leaves(db, page.child(i), leaves, depth + 1);
}

template <class Visit>
void for_each_node(const Database& db, PageNumber root, Visit visit) {
    std::vector<PageNumber> leaves;
    collect_leaves(db, root, leaves);
    for (const PageNumber leaf : leaves) {
        const PageView page(db.page(leaf));
        for (std::size_t i = 0; i < page.node_count(); ++i) visit(page.node(i));
    }
}

constexpr const char* no_data = "ESEBACKUP_TEST_DATA is not set: nothing is tested on real databases";

}  // namespace ese::format::test
