#pragma once

// For tests: an archive taken apart, and put together wrongly.

#include <functional>
#include <nlohmann/json.hpp>

#include "archive/end_of_archive.h"
#include "archive/frame.h"
#include "archive/seek_table.h"
#include "archive/tar.h"
#include "archive/test_archive.h"

namespace ese::archive::test {

// The frames as they lie in the file, and the seek table.
struct Parts {
    SeekTable table;
    std::vector<Bytes> frames;

    explicit Parts(const Bytes& bytes) {
        const auto entries = SeekTable::entries_from_footer(ByteView(bytes).last(SeekTable::footer_bytes));
        table = SeekTable::parse(ByteView(bytes).last(static_cast<std::size_t>(SeekTable::bytes_of(entries))));
        auto at = bytes.begin();
        for (const SeekEntry& entry : table.entries) {
            frames.emplace_back(at, at + entry.compressed_bytes);
            at += entry.compressed_bytes;
        }
    }
    Bytes join() const {
        Bytes bytes;
        for (const Bytes& frame : frames) bytes.insert(bytes.end(), frame.begin(), frame.end());
        const auto tail = table.to_bytes();
        bytes.insert(bytes.end(), tail.begin(), tail.end());
        return bytes;
    }
};

// The raw frames up to frames.txt, and the manifest. seal() makes an archive of them in which the frame list, COMMIT
// and the seek table agree with whatever was done, so that only what is meant to be wrong is.
class Forgery {
 public:
    explicit Forgery(const Bytes& archive) {
        const MemoryFile file(archive);
        manifest = Archive(file).manifest();
        Parts parts(archive);
        Decompressor decompressor(true);
        Buffer memory;
        for (std::size_t i = 0; i < manifest.frames_listed(); ++i) {
            decompressor.begin(parts.frames[i], parts.table.entries[i].raw_bytes, memory);
            while (decompressor.step()) continue;
            const ByteView raw = decompressor.raw();
            frames.emplace_back(raw.begin(), raw.end());
        }
    }

    std::vector<Bytes> frames;
    Manifest manifest;
    // Lies in the list of frames: what it says is what is there, and then this is done to it.
    std::function<void(std::vector<FrameRecord>&)> change_list = [](std::vector<FrameRecord>&) {};
    std::string list_text;  // or it is this

    Bytes seal() const { return seal_text(to_json(with_frame_list())); }
    // With a manifest that the writer would not write: `change` gets it, or its text, as it should be.
    Bytes seal(const std::function<std::string(const std::string&)>& change) const {
        return seal_text(change(to_json(with_frame_list())));
    }
    Bytes seal_manifest(const std::function<void(Manifest&)>& change) const {
        Manifest changed = with_frame_list();
        change(changed);
        return seal_text(to_json(changed));
    }
    // Nothing but manifest.json and COMMIT, behind frames that hold nothing.
    Bytes seal_without_members() const {
        const std::vector<Bytes> empty(2);
        Manifest made = with_frame_list();
        made.frames_of_list = {record_of(empty[0])};
        made.frames = {};
        for (const Bytes& raw : empty) made.frames.add(raw.size(), compressed(raw).size());
        for (MemberRecord& member : made.members) member.size = member.frame = member.offset_in_frame = 0;
        made.members.back().frame = 1;
        return join(empty, to_json(made));
    }
    Bytes seal_json(const std::function<void(nlohmann::json&)>& change) const {
        return seal([&](const std::string& text) {
            auto json = nlohmann::json::parse(text);
            change(json);
            return json.dump();
        });
    }

 private:
    static Bytes compressed(const Bytes& raw) {
        Bytes frame(Compressor::bound(raw.size()));
        frame.resize(Compressor(3).compress(raw, frame));
        return frame;
    }

    static FrameRecord record_of(const Bytes& raw) {
        const Bytes frame = compressed(raw);
        return {static_cast<std::uint32_t>(raw.size()), static_cast<std::uint32_t>(frame.size()), xxh3_128(frame),
                sha256(frame)};
    }

    Bytes list_frame() const {
        std::vector<FrameRecord> list;
        for (const Bytes& raw : frames) list.push_back(record_of(raw));
        change_list(list);
        std::string text = list_text;
        for (const FrameRecord& record : list) text += list_text.empty() ? to_line(record) : "";
        Bytes raw;
        append_member(raw, frames_name, text);
        return raw;
    }

    Manifest with_frame_list() const {
        Manifest made = manifest;
        const Bytes list = list_frame();
        const ByteView data = ByteView(list).subspan(tar_block);
        made.members.back().size =
            static_cast<std::uint64_t>(std::find(data.rbegin(), data.rend(), std::uint8_t{'\n'}).base() - data.begin());
        Digest digest(made.members.back().digest_kind);
        digest.update(data.first(static_cast<std::size_t>(made.members.back().size)));
        made.members.back().digest = digest.hex();
        made.members.back().frame = frames.size();
        made.frames = {};
        for (const Bytes& raw : frames) made.frames.add(raw.size(), compressed(raw).size());
        made.frames_of_list = {record_of(list)};
        made.frames.add(list.size(), made.frames_of_list[0].compressed_bytes);
        return made;
    }

    Bytes seal_text(const std::string& manifest_text) const {
        std::vector<Bytes> all = frames;
        all.push_back(list_frame());
        return join(std::move(all), manifest_text);
    }

    Bytes join(std::vector<Bytes> all, const std::string& manifest_text) const {
        std::uint64_t raw_bytes = 0;
        for (const Bytes& raw : all) raw_bytes += raw.size();
        Bytes end;
        append_member(end, manifest_name, manifest_text);
        raw_bytes += end.size() + 2 * tar_block + tar_end_bytes;
        append_member(end, commit_name,
                      to_line({sha256_hex(bytes_of(manifest_text)), raw_bytes, all.size() + 1, manifest.id}));
        end.resize(end.size() + tar_end_bytes);
        all.push_back(end);
        Bytes archive;
        SeekTable table;
        for (const Bytes& raw : all) {
            const Bytes frame = compressed(raw);
            archive.insert(archive.end(), frame.begin(), frame.end());
            table.entries.push_back({static_cast<std::uint32_t>(frame.size()), static_cast<std::uint32_t>(raw.size()),
                                     frame_checksum(frame)});
        }
        const auto tail = table.to_bytes();
        archive.insert(archive.end(), tail.begin(), tail.end());
        return archive;
    }

    static void append_member(Bytes& tar, const std::string& path, const std::string& text) {
        const auto header = tar_header(path, text.size(), 0);
        tar.insert(tar.end(), header.begin(), header.end());
        tar.insert(tar.end(), text.begin(), text.end());
        tar.resize(tar.size() + tar_padding(text.size()));
    }
};

// The header block of a tar at `block`, with something else in a field, and the checksum that fits.
inline void forge_header(ByteSpan block, std::size_t field, const std::string& value, std::size_t field_bytes) {
    constexpr std::size_t checksum_at = 148, checksum_bytes = 8;
    std::fill_n(block.begin() + static_cast<std::ptrdiff_t>(field), field_bytes, std::uint8_t{0});
    std::copy(value.begin(), value.end(), block.begin() + static_cast<std::ptrdiff_t>(field));
    std::fill_n(block.begin() + checksum_at, checksum_bytes, std::uint8_t{' '});
    unsigned sum = 0;
    for (const std::uint8_t byte : block.first(tar_block)) sum += byte;
    char text[checksum_bytes];
    std::snprintf(text, sizeof text, "%06o", sum);
    std::copy_n(text, 7, block.begin() + checksum_at);
}

}  // namespace ese::archive::test
