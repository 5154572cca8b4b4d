// How fast page checksums are verified by one core: every method that this processor can run, and verify_page as the
// engine calls it.

#include <chrono>
#include <cstdio>
#include <random>
#include <vector>

#include "format/database/page_checksum.h"

using namespace ese;

namespace {

template <class Work>
double gigabytes_per_second(std::size_t bytes, Work work) {
    using clock = std::chrono::steady_clock;
    double best = 0;
    for (int round = 0; round < 7; ++round) {
        const auto start = clock::now();
        work();
        const std::chrono::duration<double> took = clock::now() - start;
        best = std::max(best, static_cast<double>(bytes) / took.count() / 1e9);
    }
    return best;
}

}  // namespace

int main() {
    std::vector<std::uint8_t> memory(64 << 20);
    std::mt19937_64 random(7);
    for (std::size_t i = 0; i < memory.size(); i += 8) store_le(memory.data() + i, std::uint64_t{random()});
    std::uint64_t sink = 0;
    for (const auto& method : format::checksum_methods()) {
        for (const std::size_t block : {std::size_t{4096}, std::size_t{8192}}) {
            const double speed = gigabytes_per_second(memory.size(), [&] {
                for (std::size_t at = 0; at < memory.size(); at += block)
                    sink += method.compute(ByteView(memory).subspan(at, block), 1, true).value();
            });
            std::printf("block_checksum %-8.*s %5zu bytes  %6.2f GB/s\n", static_cast<int>(method.name.size()),
                        method.name.data(), block, speed);
        }
    }
    for (const std::size_t page : {std::size_t{4096}, std::size_t{8192}, std::size_t{16384}, std::size_t{32768}}) {
        for (std::size_t at = 0; at < memory.size(); at += page)
            format::stamp_page_checksum(ByteSpan(memory).subspan(at, page),
                                        PageNumber(static_cast<std::uint32_t>(at / page + 1)));
        const double speed = gigabytes_per_second(memory.size(), [&] {
            for (std::size_t at = 0; at < memory.size(); at += page)
                sink += format::verify_page(ByteView(memory).subspan(at, page),
                                            PageNumber(static_cast<std::uint32_t>(at / page + 1)))
                            .usable();
        });
        std::printf("verify_page             %5zu bytes  %6.2f GB/s\n", page, speed);
    }
    return sink == 0;
}
