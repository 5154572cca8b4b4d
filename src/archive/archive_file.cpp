// Reading an archive from a file: by its seek table and its manifest.

#include <algorithm>
#include <string_view>

#include "archive/decoding.h"
#include "archive/end_of_archive.h"
#include "archive/reader.h"
#include "archive/tar.h"

namespace ese::archive {

namespace {

[[noreturn]] void damaged(const std::string& reason) { throw Error(ErrorKind::damage, reason); }

std::vector<std::uint8_t> read_part(const os::File& file, std::uint64_t offset, std::uint64_t bytes) {
    std::vector<std::uint8_t> part(static_cast<std::size_t>(bytes));
    file.read_exactly_at(offset, part);
    return part;
}

bool begins_with_manifest(ByteView raw) {
    const std::string_view name(manifest_name, std::char_traits<char>::length(manifest_name) + 1);  // with its NUL
    return raw.size() >= tar_block && std::equal(name.begin(), name.end(), raw.begin());
}

// Where frames lie in the file and in the tar, and members in the tar.
struct Layout {
    std::vector<std::uint64_t> in_file;
    std::vector<std::uint64_t> in_tar;  // one more than frames: the end
    std::vector<std::uint64_t> data;    // of each member: its first byte

    Layout(const Manifest& manifest, const SeekTable& table) {
        std::uint64_t file_offset = 0, tar_offset = 0;
        for (const SeekEntry& entry : table.entries) {
            in_file.push_back(file_offset);
            in_tar.push_back(tar_offset);
            file_offset += entry.compressed_bytes;
            tar_offset += entry.raw_bytes;
        }
        in_tar.push_back(tar_offset);
        for (const MemberRecord& member : manifest.members) {
            data.push_back(in_tar[static_cast<std::size_t>(member.frame)] + member.offset_in_frame);
        }
    }
};

class FileReading : public FrameSupply, private TarParser::Handler {
 public:
    FileReading(const os::File& file, const Manifest& manifest, const SeekTable& table, Consumer& consumer,
                const ReadOptions& options)
        : file_(file),
          manifest_(manifest),
          table_(table),
          consumer_(consumer),
          options_(options),
          layout_(manifest, table) {}

    VerifyReport run();
    bool next(DecodedFrame& frame) override;
    void decode(DecodedFrame& frame, Decompressor& decompressor) override;

 private:
    void member(const std::string& path, std::uint64_t size) override;
    void data(std::uint64_t offset, ByteView bytes) override;
    void member_end() override;

    void ask_wishes();
    void take(DecodedFrame& frame);
    bool find_place(std::size_t frame);
    void lose(std::size_t frame, const std::string& reason);
    void settle(std::size_t member, bool intact);
    std::uint64_t end_of(std::size_t member) const { return layout_.data[member] + manifest_.members[member].size; }
    std::uint64_t padded_end_of(std::size_t member) const {
        return end_of(member) + tar_padding(manifest_.members[member].size);
    }
    // The first member that has something, be it its header, at or behind this place in the tar.
    std::size_t first_member_behind(std::uint64_t place) const {
        std::size_t i = static_cast<std::size_t>(std::upper_bound(layout_.data.begin(), layout_.data.end(), place) -
                                                 layout_.data.begin());
        while (i > 0 && padded_end_of(i - 1) > place) --i;
        return i;
    }
    bool matters(std::size_t member) const {
        return !options_.only_wished || wishes_[member] != Consumer::Wish::nothing;
    }

    const os::File& file_;
    const Manifest& manifest_;
    const SeekTable& table_;
    Consumer& consumer_;
    const ReadOptions& options_;
    const Layout layout_;
    std::vector<MemberInfo> infos_;
    std::vector<Consumer::Wish> wishes_;
    std::vector<std::size_t> frames_to_read_;
    std::size_t next_to_read_ = 0;

    // Of the thread that walks through the tar.
    VerifyReport report_;
    TarParser parser_{*this};
    bool lost_ = false;  // the parser does not know where it is
    std::size_t next_frame_ = 0;
    std::size_t next_member_ = 0;
    std::size_t current_ = 0;    // the member whose data comes
    bool whole_ = false;         // it has come from its first byte on
    std::vector<bool> damaged_;  // members in which a frame is damaged
    std::vector<bool> settled_;
    Digest digest_{DigestKind::xxh3_128};
    ByteView frame_raw_;
    bool in_consumer_ = false;  // an exception is the consumer's, not the parser's
};

void FileReading::ask_wishes() {
    std::vector<bool> wanted(manifest_.frames.size(), !options_.only_wished);
    for (std::size_t i = 0; i < manifest_.members.size(); ++i) {
        const MemberRecord& member = manifest_.members[i];
        infos_.push_back({i, member.path, member.size});
        wishes_.push_back(consumer_.wish(infos_[i]));
        if (!options_.only_wished || wishes_[i] == Consumer::Wish::nothing) continue;
        for (std::size_t frame = static_cast<std::size_t>(member.frame);
             frame < wanted.size() && (layout_.in_tar[frame] < end_of(i) || frame == member.frame); ++frame) {
            wanted[frame] = true;
        }
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i]) frames_to_read_.push_back(i);
    }
}

VerifyReport FileReading::run() {
    report_.complete = true;
    report_.manifest = manifest_;
    report_.members = manifest_.members.size();
    damaged_.resize(manifest_.members.size());
    settled_.resize(manifest_.members.size());
    consumer_.started(manifest_);
    ask_wishes();
    // Behind a SHA-256, zstd's checksum over the raw bytes would find nothing more.
    const bool zstd_checksums = !options_.frame_sha256;
    decode_frames(*this, options_.threads, zstd_checksums, [this](DecodedFrame& frame) {
        take(frame);
        return true;
    });
    if (!options_.only_wished && !lost_ && (next_member_ != manifest_.members.size() || !parser_.between_members())) {
        report_.findings.push_back({ErrorKind::damage, {}, 0, "the tar has not all members that manifest.json names"});
    }
    for (std::size_t i = 0; i < settled_.size(); ++i) {
        if (!settled_[i] && matters(i)) settle(i, false);
    }
    return std::move(report_);
}

bool FileReading::next(DecodedFrame& frame) {
    if (next_to_read_ == frames_to_read_.size()) return false;
    frame.index = frames_to_read_[next_to_read_++];
    return true;
}

void FileReading::decode(DecodedFrame& frame, Decompressor& decompressor) {
    const auto index = static_cast<std::size_t>(frame.index);
    frame.compressed_bytes = table_.entries[index].compressed_bytes;
    frame.raw_bytes = table_.entries[index].raw_bytes;
    file_.read_exactly_at(layout_.in_file[index], frame.compressed_memory.first(frame.compressed_bytes));
    if (options_.frame_sha256 && sha256_hex(frame.compressed()) != manifest_.frames[index].sha256) {
        frame.problem = "the SHA-256 of the compressed frame is not what manifest.json says";
        return;
    }
    decode_frame(frame, decompressor);
    if (!frame.problem.empty()) return;
    const std::uint64_t begin = layout_.in_tar[index], end = layout_.in_tar[index + 1];
    for (std::size_t i = first_member_behind(begin); i < infos_.size() && layout_.data[i] < end; ++i) {
        const std::uint64_t from = std::max(begin, layout_.data[i]), to = std::min(end, end_of(i));
        if (wishes_[i] != Consumer::Wish::any_order || from >= to) continue;
        consumer_.chunk(
            infos_[i], from - layout_.data[i],
            frame.raw().subspan(static_cast<std::size_t>(from - begin), static_cast<std::size_t>(to - from)));
    }
}

void FileReading::take(DecodedFrame& frame) {
    const auto index = static_cast<std::size_t>(frame.index);
    ++report_.frames;
    report_.compressed_bytes += frame.compressed_bytes;
    if (index != next_frame_) lost_ = true;
    next_frame_ = index + 1;
    if (!frame.problem.empty()) return lose(index, frame.problem);
    report_.raw_bytes += frame.raw_bytes;
    if (frame_checksum(frame.compressed()) != table_.entries[index].checksum) {
        report_.findings.push_back({ErrorKind::damage,
                                    {},
                                    layout_.in_file.back(),
                                    "the seek table has a wrong checksum for frame " + std::to_string(index)});
    }
    if (lost_ && !find_place(index)) return lose(index, "a member's header begins in a frame that cannot be read");
    lost_ = false;
    frame_raw_ = frame.raw();
    try {
        parser_.push(frame_raw_);
    } catch (const Error& error) {
        if (in_consumer_ || error.kind() != ErrorKind::damage) throw;
        lose(index, error.message());
    }
}

// Sets the parser on the first byte of a frame whose predecessor has not been parsed.
bool FileReading::find_place(std::size_t frame) {
    const std::uint64_t place = layout_.in_tar[frame];
    const std::size_t i = first_member_behind(place);
    const bool inside = i < infos_.size() && layout_.data[i] <= place;
    const std::uint64_t header_begin = i == 0 ? 0 : padded_end_of(i - 1);
    if (!inside && place != header_begin) return false;
    next_member_ = inside ? i + 1 : i;
    current_ = i;
    whole_ = inside && place == layout_.data[i];
    if (whole_) digest_ = Digest(manifest_.members[i].digest_kind);
    if (!inside) {
        parser_.resume(0, 0, 0);
    } else if (place < end_of(i)) {
        parser_.resume(place - layout_.data[i], end_of(i) - place, padded_end_of(i) - end_of(i));
    } else {
        parser_.resume(0, 0, padded_end_of(i) - place);
    }
    return true;
}

// The frame's bytes are not to be had or make no sense: all members with bytes in it are damaged.
void FileReading::lose(std::size_t frame, const std::string& reason) {
    lost_ = true;
    const std::uint64_t begin = layout_.in_tar[frame], end = layout_.in_tar[frame + 1];
    const std::size_t findings_before = report_.findings.size();
    for (std::size_t i = first_member_behind(begin); i < infos_.size(); ++i) {
        if ((i == 0 ? 0 : padded_end_of(i - 1)) >= end) break;
        damaged_[i] = true;
        if (!matters(i)) continue;
        const std::uint64_t offset = begin > layout_.data[i] ? begin - layout_.data[i] : 0;
        report_.findings.push_back(
            {ErrorKind::damage, infos_[i].path, offset, "frame " + std::to_string(frame) + ": " + reason});
    }
    if (report_.findings.size() == findings_before && !options_.only_wished) {
        report_.findings.push_back(
            {ErrorKind::damage, {}, layout_.in_file[frame], "frame " + std::to_string(frame) + ": " + reason});
    }
}

void FileReading::member(const std::string& path, std::uint64_t size) {
    if (next_member_ == infos_.size()) damaged("the tar has a member that manifest.json does not name");
    const MemberInfo& info = infos_[next_member_];
    if (path != info.path || size != info.size) damaged("the tar has another member here than manifest.json");
    current_ = next_member_++;
    whole_ = true;
    digest_ = Digest(manifest_.members[current_].digest_kind);
}

void FileReading::data(std::uint64_t offset, ByteView bytes) {
    const MemberRecord& record = manifest_.members[current_];
    if (offset == 0 && (record.frame + 1 != next_frame_ ||
                        static_cast<std::uint64_t>(bytes.data() - frame_raw_.data()) != record.offset_in_frame)) {
        damaged("the member is not where manifest.json says");
    }
    if (!matters(current_)) return;
    if (whole_) digest_.update(bytes);
    if (wishes_[current_] != Consumer::Wish::in_order) return;
    in_consumer_ = true;
    consumer_.chunk(infos_[current_], offset, bytes);
    in_consumer_ = false;
}

void FileReading::member_end() {
    if (!matters(current_) || settled_[current_]) return;
    bool intact = whole_ && !damaged_[current_];
    if (intact && digest_.hex() != manifest_.members[current_].digest) {
        intact = false;
        report_.findings.push_back(
            {ErrorKind::damage, infos_[current_].path, 0, "its digest is not what manifest.json says"});
    }
    settle(current_, intact);
}

void FileReading::settle(std::size_t member, bool intact) {
    settled_[member] = true;
    if (intact) ++report_.members_intact;
    in_consumer_ = true;
    consumer_.finished(infos_[member], intact);
    in_consumer_ = false;
}

}  // namespace

Archive::Archive(const os::File& file) : file_(file), file_bytes_(file.size()) {
    try {
        read_end();
    } catch (Error& error) {
        error.set_file(file.path());
        throw;
    }
}

void Archive::read_end() {
    const auto incomplete = [](const char* why) {
        return Error(ErrorKind::incomplete, std::string("the archive is incomplete: ") + why);
    };
    if (file_bytes_ < SeekTable::footer_bytes) throw incomplete("it is too short to have an end");
    const std::uint64_t table_bytes =
        SeekTable::bytes_from_footer(read_part(file_, file_bytes_ - SeekTable::footer_bytes, SeekTable::footer_bytes));
    if (table_bytes > file_bytes_) damaged("the seek table is larger than the archive");
    table_ = SeekTable::parse(read_part(file_, file_bytes_ - table_bytes, table_bytes));
    if (table_.compressed_bytes() != file_bytes_ - table_bytes)
        damaged("the archive has another size than its seek table says");

    for (const SeekEntry& entry : table_.entries) {
        if (entry.raw_bytes > max_frame_raw_bytes || entry.compressed_bytes > Compressor::bound(max_frame_raw_bytes)) {
            damaged("the seek table has a frame that is too large");
        }
    }

    // The manifest begins the last frame, or, if it is large, one of those before it.
    std::size_t first = table_.entries.size();
    std::uint64_t offset = file_bytes_ - table_bytes;
    std::uint64_t raw_bytes = 0;
    std::vector<DecodedFrame> frames;
    Decompressor decompressor(true);
    do {
        if (first == 0 || raw_bytes > max_manifest_bytes + max_frame_raw_bytes) throw incomplete("it has no manifest");
        const SeekEntry& entry = table_.entries[--first];
        offset -= entry.compressed_bytes;
        raw_bytes += entry.raw_bytes;
        DecodedFrame& frame = frames.emplace_back();
        frame.compressed_bytes = entry.compressed_bytes;
        frame.raw_bytes = entry.raw_bytes;
        file_.read_exactly_at(offset, frame.compressed_memory.first(frame.compressed_bytes));
        decode_frame(frame, decompressor);
        if (!frame.problem.empty()) damaged("frame " + std::to_string(first) + ": " + frame.problem);
        if (frame_checksum(frame.compressed()) != entry.checksum) damaged("the seek table has a wrong checksum");
    } while (!begins_with_manifest(frames.back().raw()));

    EndCollector end;
    TarParser parser(end);
    for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) parser.push(frame->raw());
    if (!parser.at_end() || !end.has_commit()) throw incomplete("it has no COMMIT");
    manifest_ = end.check(table_);
    commit_ = end.commit();
    if (manifest_.frames.size() != first) damaged("manifest.json does not begin the frame that it should");
}

VerifyReport Archive::read(Consumer& consumer, const ReadOptions& options) const {
    return FileReading(file_, manifest_, table_, consumer, options).run();
}

}  // namespace ese::archive
