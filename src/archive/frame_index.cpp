#include "archive/frame_index.h"

#include "archive/decoding.h"
#include "base/error.h"

namespace ese::archive {

namespace {

[[noreturn]] void damaged(const std::string& reason) { throw Error(ErrorKind::damage, reason); }

std::vector<SeekEntry> read_table(const os::File& file) {
    const std::uint64_t file_bytes = file.size();
    std::vector<std::uint8_t> bytes(SeekTable::footer_bytes);
    if (file_bytes < bytes.size()) damaged("the archive has become shorter");
    file.read_exactly_at(file_bytes - bytes.size(), bytes);
    const std::uint64_t table_bytes = SeekTable::bytes_of(SeekTable::entries_from_footer(bytes));
    if (table_bytes > file_bytes) damaged("the seek table is larger than the archive");
    bytes.resize(static_cast<std::size_t>(table_bytes));
    file.read_exactly_at(file_bytes - table_bytes, bytes);
    return SeekTable::parse(bytes).entries;
}

}  // namespace

FrameIndex::FrameIndex(const os::File& file, const Manifest& manifest, bool with_sha256)
    : entries(read_table(file)), layout(manifest, entries) {
    xxh3_of.reserve(static_cast<std::size_t>(manifest.frames.count));
    if (with_sha256) sha256_of.reserve(static_cast<std::size_t>(manifest.frames.count));
    read_list(file, manifest, with_sha256);
    for (const FrameRecord& record : manifest.frames_of_list) add(record, with_sha256);
}

void FrameIndex::add(const FrameRecord& record, bool with_sha256) {
    const std::size_t index = xxh3_of.size();
    if (record.raw_bytes != entries[index].raw_bytes || record.compressed_bytes != entries[index].compressed_bytes)
        damaged("frame " + std::to_string(index) + " has another size in the seek table than in frames.txt");
    xxh3_of.push_back(record.xxh3_128);
    if (with_sha256) sha256_of.push_back(record.sha256);
}

void FrameIndex::read_list(const os::File& file, const Manifest& manifest, bool with_sha256) {
    const auto first = static_cast<std::size_t>(manifest.frames_listed());
    FrameListParser parser([&](std::uint64_t index, const FrameRecord& record) {
        if (index >= first) damaged("frames.txt lists frames that are not there");
        add(record, with_sha256);
    });
    Decompressor decompressor(false);
    DecodedFrame frame;
    for (std::size_t i = 0; i < manifest.frames_of_list.size(); ++i) {
        frame.compressed_bytes = entries[first + i].compressed_bytes;
        frame.raw_bytes = entries[first + i].raw_bytes;
        file.read_exactly_at(layout.file_offset(first + i), frame.compressed());
        if (xxh3_128(frame.compressed()) != manifest.frames_of_list[i].xxh3_128)
            damaged("frames.txt is not the one that manifest.json describes");
        decode_frame(frame, decompressor);
        if (!frame.problem.empty()) damaged("frame " + std::to_string(first + i) + ": " + frame.problem);
        const std::uint64_t begin = layout.begin_of(first + i);
        for (const Layout::Piece& piece : layout.pieces_of(first + i)) {
            if (piece.kind != Layout::Piece::data) continue;
            parser.push(frame.raw.subspan(static_cast<std::size_t>(piece.begin - begin),
                                          static_cast<std::size_t>(piece.end - piece.begin)));
        }
    }
    if (parser.finish() != first) damaged("frames.txt does not list all frames");
}

}  // namespace ese::archive
