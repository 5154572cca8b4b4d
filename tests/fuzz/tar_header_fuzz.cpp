// A tar, whole and in pieces: the same is seen either way. Header checksums are made good, or nothing would get past
// them.

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "archive/tar.h"
#include "base/error.h"

using namespace ese;
using namespace ese::archive;

namespace {

struct Seen : TarParser::Handler {
    void member(const std::string& path, std::uint64_t size) override {
        if (!is_safe_member_path(path)) std::abort();
        log += path + " " + std::to_string(size) + "\n";
    }
    void data(std::uint64_t offset, ByteView bytes) override {
        if (offset != bytes_in_member) std::abort();
        bytes_in_member += bytes.size();
        log.append(bytes.begin(), bytes.end());
    }
    void member_end() override { bytes_in_member = 0; }

    std::string log;
    std::uint64_t bytes_in_member = 0;
};

std::string parse(ByteView tar, std::size_t step) {
    Seen seen;
    TarParser parser(seen);
    try {
        for (std::size_t at = 0; at < tar.size(); at += step)
            parser.push(tar.subspan(at, std::min(step, tar.size() - at)));
        seen.log += parser.at_end() ? "end" : "inside";
    } catch (const Error& error) {
        seen.log += error.what();
    }
    return seen.log;
}

void mend_checksum(ByteSpan block) {
    unsigned sum = 8 * ' ';
    for (std::size_t i = 0; i < block.size(); ++i) sum += i >= 148 && i < 156 ? 0u : block[i];
    std::snprintf(reinterpret_cast<char*>(block.data()) + 148, 8, "%06o", sum);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::vector<std::uint8_t> tar(data, data + size);
    for (std::size_t at = 0; at + tar_block <= tar.size(); at += tar_block) {
        if (tar[at + 257] == 'u') mend_checksum(ByteSpan(tar).subspan(at, tar_block));
    }
    if (parse(tar, std::max<std::size_t>(1, tar.size())) != parse(tar, 100)) std::abort();
    return 0;
}
