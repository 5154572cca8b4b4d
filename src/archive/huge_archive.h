#pragma once

// For tests and benchmarks: the end of an archive that is too large to be made. What lies before it is a hole.

#include "archive/frame.h"
#include "archive/tar.h"
#include "archive/test_archive.h"

namespace ese::archive::test {

struct HugeArchive {
    std::uint64_t hole = 0;  // bytes before the end
    Bytes end;               // manifest.json and COMMIT in a frame, and the seek table
};

// One database in `frames` frames of 8 MiB, and so many logs.
inline HugeArchive huge_archive(std::uint64_t frames, std::uint32_t logs) {
    constexpr std::uint32_t raw = 8 << 20, compressed = 4 << 20, log_bytes = 4096, logs_in_frame = 1000;
    Manifest manifest = sample_manifest(sample_begin());
    const auto add_member = [&](const std::string& path, std::uint64_t size, std::uint64_t frame,
                                std::uint64_t offset) {
        manifest.members.push_back({path, size, DigestKind::xxh3_128, std::string(32, 'a'), frame, offset, 0});
    };
    add_member(begin_name, 1000, 0, tar_block);
    add_member("databases/00/app.edb", frames * raw, 1, tar_block);
    for (std::uint32_t i = 0; i < logs; ++i) {
        const std::string path = "logs/edb" + std::to_string(10'000'000 + i) + ".log";
        add_member(path, log_bytes, frames + 1 + i / logs_in_frame,
                   tar_block + (i % logs_in_frame) * std::uint64_t{log_bytes + tar_block});
        manifest.logs.generations.push_back({1 + i, path, "2024-05-01T12:34:56Z", "2024-05-01T12:34:55Z", i, i + 1});
    }
    manifest.logs.first = 1;
    manifest.logs.last = logs;
    const std::uint64_t listed = frames + 1 + (logs + logs_in_frame - 1) / logs_in_frame;
    const FrameRecord record{raw, compressed, {}, {}};
    manifest.frames_of_list.assign(static_cast<std::size_t>(listed * 116 / raw + 1), record);
    add_member(frames_name, listed * line_bytes(record), listed, tar_block);
    const std::uint64_t count = listed + manifest.frames_of_list.size();
    manifest.frames = {count, count * raw, count * compressed};

    Bytes tar;
    const auto add_text = [&](const std::string& path, const std::string& text) {
        const Bytes header = tar_header(path, text.size(), 0);
        tar.insert(tar.end(), header.begin(), header.end());
        tar.insert(tar.end(), text.begin(), text.end());
        tar.resize(tar.size() + tar_padding(text.size()));
    };
    const std::string text = to_json(manifest);
    add_text(manifest_name, text);
    add_text(commit_name,
             to_line({sha256_hex(bytes_of(text)),
                      manifest.frames.raw_bytes + tar.size() + 2 * tar_block + tar_end_bytes, count + 1, manifest.id}));
    tar.resize(tar.size() + tar_end_bytes);

    HugeArchive huge{manifest.frames.compressed_bytes, Bytes(Compressor::bound(tar.size()))};
    huge.end.resize(Compressor(3).compress(tar, huge.end));
    SeekTable table;
    table.entries.assign(static_cast<std::size_t>(count), {compressed, raw, 0});
    table.entries.push_back({static_cast<std::uint32_t>(huge.end.size()), static_cast<std::uint32_t>(tar.size()),
                             frame_checksum(huge.end)});
    const Bytes table_bytes = table.to_bytes();
    huge.end.insert(huge.end.end(), table_bytes.begin(), table_bytes.end());
    return huge;
}

}  // namespace ese::archive::test
