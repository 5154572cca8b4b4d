// Opening an archive that is a file: its end tells what it holds.

#include <algorithm>
#include <string_view>

#include "archive/decoding.h"
#include "archive/end_of_archive.h"
#include "archive/reader.h"
#include "archive/seek_table.h"
#include "archive/tar.h"

namespace ese::archive {

namespace {

// manifest.json and COMMIT lie in the last frame, or, if they are large, in the last ones: however small frames are,
// in so many.
constexpr std::uint32_t most_end_frames = 4096;

[[noreturn]] void damaged(const std::string& reason) { throw Error(ErrorKind::damage, reason); }
[[noreturn]] void incomplete(const std::string& why) {
    throw Error(ErrorKind::incomplete, "the archive is incomplete: " + why);
}

std::vector<std::uint8_t> read_part(const os::File& file, std::uint64_t offset, std::uint64_t bytes) {
    std::vector<std::uint8_t> part(static_cast<std::size_t>(bytes));
    file.read_exactly_at(offset, part);
    return part;
}

bool begins_with_manifest(ByteView raw) {
    const std::string_view name(manifest_name, std::char_traits<char>::length(manifest_name) + 1);  // with its NUL
    return raw.size() >= tar_block && std::equal(name.begin(), name.end(), raw.begin());
}

// The last frames, from the one that manifest.json starts.
struct End {
    std::vector<DecodedFrame> frames;  // the last one first
    FrameSums sums;

    // `entries`: the last ones of the seek table; the frames end at `file_offset`.
    End(const os::File& file, const std::vector<SeekEntry>& entries, std::uint64_t file_offset) {
        Decompressor decompressor(true);
        auto entry = entries.rbegin();
        do {
            if (entry == entries.rend() || sums.raw_bytes > max_manifest_bytes + max_frame_raw_bytes)
                incomplete("it has no manifest");
            sums.add(entry->raw_bytes, entry->compressed_bytes);
            if (sums.compressed_bytes > file_offset) damaged("the archive is shorter than its seek table says");
            DecodedFrame& frame = frames.emplace_back();
            frame.compressed_bytes = entry->compressed_bytes;
            frame.raw_bytes = entry->raw_bytes;
            file.read_exactly_at(file_offset - sums.compressed_bytes, frame.compressed());
            if (frame_checksum(frame.compressed()) != entry->checksum) damaged("the seek table has a wrong checksum");
            decode_frame(frame, decompressor);
            if (!frame.problem.empty()) damaged("the frame at the archive's end: " + frame.problem);
            ++entry;
        } while (!begins_with_manifest(frames.back().raw));
    }
};

}  // namespace

Archive::Archive(const os::File& file) : file_(file), file_bytes_(file.size()) {
    try {
        read_end();
    } catch (Error& error) {
        error.set_file(file.path());
        throw;
    }
}

// Of the seek table no more than its end, so that it takes no longer for a large archive.
void Archive::read_end() {
    if (file_bytes_ < SeekTable::footer_bytes) incomplete("it is too short to have an end");
    const std::uint64_t entries_end = file_bytes_ - SeekTable::footer_bytes;
    const std::uint32_t count = SeekTable::entries_from_footer(read_part(file_, entries_end, SeekTable::footer_bytes));
    const std::uint64_t table_bytes = SeekTable::bytes_of(count);
    if (table_bytes > file_bytes_) damaged("the seek table is larger than the archive");
    const std::uint64_t frames_end = file_bytes_ - table_bytes;
    SeekTable::check_header(read_part(file_, frames_end, SeekTable::header_bytes), count);
    const std::uint64_t known_bytes = std::min(count, most_end_frames) * std::uint64_t{SeekTable::entry_bytes};
    const auto entries = SeekTable::parse_entries(read_part(file_, entries_end - known_bytes, known_bytes));

    End end(file_, entries, frames_end);
    EndCollector collector;
    TarParser parser(collector);
    for (auto frame = end.frames.rbegin(); frame != end.frames.rend(); ++frame) parser.push(frame->raw);
    if (!parser.at_end() || !collector.has_commit()) incomplete("it has no COMMIT");
    manifest_ = collector.manifest(end.sums);
    commit_ = collector.commit();
    if (manifest_.frames.count + end.sums.count != count)
        damaged("manifest.json does not begin the frame that it should");
    if (manifest_.frames.compressed_bytes != frames_end - end.sums.compressed_bytes)
        damaged("the archive is not as long as manifest.json says");
}

}  // namespace ese::archive
