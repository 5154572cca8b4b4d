// Archives from the front and from the end. Random bytes hardly ever get through zstd's checksum, so three inputs of
// four are the tar itself, which is put into good frames with a good seek table first. Frames are cut between blocks of
// the tar, as in the middle of a page nothing but their refusal is to be seen.

#include "archive/frame.h"
#include "archive/tar.h"
#include "archive/test_archive.h"

using namespace ese;
using namespace ese::archive;

namespace {

test::Bytes in_frames(ByteView tar, std::size_t frames) {
    test::Bytes archive;
    SeekTable table;
    Compressor compressor(1);
    for (std::size_t i = 0; i < frames; ++i) {
        const auto cut = [&](std::size_t at) {
            return at == frames ? tar.size() : tar.size() * at / frames / tar_block * tar_block;
        };
        const std::size_t begin = cut(i), end = cut(i + 1);
        const ByteView raw = tar.subspan(begin, end - begin);
        test::Bytes frame(Compressor::bound(raw.size()));
        frame.resize(compressor.compress(raw, frame));
        table.entries.push_back(
            {static_cast<std::uint32_t>(frame.size()), static_cast<std::uint32_t>(raw.size()), frame_checksum(frame)});
        archive.insert(archive.end(), frame.begin(), frame.end());
    }
    const auto tail = table.to_bytes();
    archive.insert(archive.end(), tail.begin(), tail.end());
    return archive;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView input(data + 1, size - 1);
    const std::size_t frames = data[0] % 4;
    const test::Bytes archive = frames == 0 ? test::Bytes(input.begin(), input.end()) : in_frames(input, frames);
    for (const bool every_digest : {false, true}) {
        for (const bool pipe : {false, true}) {
            Consumer nothing;
            try {
                test::MemorySource source(archive, 4096);
                if (pipe) read_stream(source, nothing, {1, false, every_digest});
                if (!pipe) verify_file(test::MemoryFile(archive), nothing, {1, false, every_digest});
            } catch (const Error&) {
            }
        }
    }
    return 0;
}
