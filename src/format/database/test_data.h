#pragma once

// For the tests of this folder: where unpacked sets of real databases are, and what a test needs to read them.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"

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

constexpr const char* no_data = "ESEBACKUP_TEST_DATA is not set: nothing is tested on real databases";

}  // namespace ese::format::test
