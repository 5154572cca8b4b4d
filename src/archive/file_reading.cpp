// Reading an archive from a file: the manifest and the seek table say what every frame must hold, so each is checked by
// itself, on whichever thread.

#include <algorithm>

#include "archive/decoding.h"
#include "archive/frame_index.h"
#include "archive/reader.h"
#include "archive/tar.h"

namespace ese::archive {

namespace {

// Of a member that goes on in other frames, the consumer gets pieces that fit into a core's own cache.
constexpr std::uint64_t chunk_bytes = 256 * 1024;

// One member's header and nothing else.
struct OneHeader : TarParser::Handler {
    void member(const std::string& name, std::uint64_t bytes) override {
        ++members;
        path = name;
        size = bytes;
    }
    void data(std::uint64_t, ByteView) override { ++members; }
    void member_end() override {}

    std::string path;
    std::uint64_t size = 0;
    int members = 0;
};

std::string problem_of_header(ByteView bytes, const MemberInfo& member) {
    OneHeader header;
    TarParser parser(header);
    try {
        parser.push(bytes);
    } catch (const Error& error) {
        return error.message();
    }
    const bool same = header.members == 1 && header.path == member.path && header.size == member.size;
    return same ? "" : "the tar has another member here than manifest.json";
}

class FileReading : public FrameSupply {
 public:
    FileReading(const os::File& file, const Manifest& manifest, const FrameIndex& index, Consumer& consumer,
                const ReadOptions& options)
        : file_(file),
          manifest_(manifest),
          index_(index),
          layout_(index.layout),
          consumer_(consumer),
          options_(options) {}

    VerifyReport run();
    bool next(DecodedFrame& frame) override;
    void decode(DecodedFrame& frame, Decompressor& decompressor) override;

 private:
    // How far the bytes of a frame have been looked at.
    struct Looking {
        std::vector<Layout::Piece> pieces;
        std::size_t next = 0;
        std::uint64_t handed_out = 0;  // until there, in the tar
    };

    void ask_wishes();
    std::string problem_of_digests(DecodedFrame& frame) const;
    void look_at(DecodedFrame& frame, Looking& looking);
    std::string problem_of(const Layout::Piece& piece, const DecodedFrame& frame) const;
    void hand_out(std::size_t member, std::uint64_t begin, std::uint64_t end, const DecodedFrame& frame);
    ByteView bytes_of(const DecodedFrame& frame, std::uint64_t begin, std::uint64_t end) const;

    void take(DecodedFrame& frame);
    void compare_members(const DecodedFrame& frame);
    void lose(std::size_t frame, const std::string& reason);
    void settle(std::size_t member);
    bool matters(std::size_t member) const { return !options_.only_wished || wishes_[member]; }

    const os::File& file_;
    const Manifest& manifest_;
    const FrameIndex& index_;
    const Layout& layout_;
    Consumer& consumer_;
    const ReadOptions& options_;
    std::vector<MemberInfo> infos_;
    std::vector<bool> wishes_;
    std::vector<std::size_t> frames_to_read_;
    std::size_t next_to_read_ = 0;

    // Of the thread that gets the frames in order.
    VerifyReport report_;
    std::vector<bool> damaged_;  // members
    std::size_t next_to_settle_ = 0;
    Digest digest_{DigestKind::xxh3_128};
};

VerifyReport FileReading::run() {
    report_.complete = true;
    report_.manifest = manifest_;
    report_.members = manifest_.members.size();
    damaged_.resize(manifest_.members.size());
    consumer_.started(manifest_);
    ask_wishes();
    // Behind the digest of the compressed bytes zstd's checksum of the raw ones would find nothing more.
    decode_frames(*this, options_.threads, false, [this](DecodedFrame& frame) {
        take(frame);
        return true;
    });
    return std::move(report_);
}

void FileReading::ask_wishes() {
    std::vector<bool> wanted(static_cast<std::size_t>(manifest_.frames.count), !options_.only_wished);
    for (std::size_t i = 0; i < manifest_.members.size(); ++i) {
        const MemberRecord& member = manifest_.members[i];
        infos_.push_back({i, member.path, member.size});
        wishes_.push_back(consumer_.wish(infos_[i]));
        if (!options_.only_wished || !wishes_[i]) continue;
        for (auto frame = static_cast<std::size_t>(member.frame);
             frame < wanted.size() && layout_.begin_of(frame) < layout_.place_of(i).end; ++frame) {
            wanted[frame] = true;
        }
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i]) frames_to_read_.push_back(i);
    }
}

bool FileReading::next(DecodedFrame& frame) {
    if (next_to_read_ == frames_to_read_.size()) return false;
    frame.index = frames_to_read_[next_to_read_++];
    return true;
}

void FileReading::decode(DecodedFrame& frame, Decompressor& decompressor) {
    const auto index = static_cast<std::size_t>(frame.index);
    frame.compressed_bytes = index_.entries[index].compressed_bytes;
    frame.raw_bytes = index_.entries[index].raw_bytes;
    try {
        file_.read_exactly_at(layout_.file_offset(index), frame.compressed());
        frame.problem = problem_of_digests(frame);
    } catch (const Error& error) {
        // Of an encrypted archive a part that was changed is damage; that the file cannot be read is none.
        if (error.kind() != ErrorKind::damage && error.kind() != ErrorKind::incomplete) throw;
        frame.problem = error.message();
    }
    if (!frame.problem.empty()) return;
    Looking looking{layout_.pieces_of(index)};
    decode_frame(frame, decompressor, [&] { look_at(frame, looking); });
}

std::string FileReading::problem_of_digests(DecodedFrame& frame) const {
    const auto index = static_cast<std::size_t>(frame.index);
    const ByteView compressed = frame.compressed();
    if (xxh3_128(compressed) != index_.xxh3_of[index]) return "its XXH3-128 is not what frames.txt says";
    if (options_.every_digest && sha256(compressed) != index_.sha256_of[index])
        return "its SHA-256 is not what frames.txt says";
    if (frame_checksum(compressed) != index_.entries[index].checksum) return "the seek table has another checksum";
    return {};
}

ByteView FileReading::bytes_of(const DecodedFrame& frame, std::uint64_t begin, std::uint64_t end) const {
    const std::uint64_t frame_begin = layout_.begin_of(static_cast<std::size_t>(frame.index));
    return frame.raw.subspan(static_cast<std::size_t>(begin - frame_begin), static_cast<std::size_t>(end - begin));
}

void FileReading::hand_out(std::size_t member, std::uint64_t begin, std::uint64_t end, const DecodedFrame& frame) {
    if (begin < end && wishes_[member])
        consumer_.chunk(infos_[member], begin - layout_.place_of(member).data, bytes_of(frame, begin, end));
}

// Goes through the pieces that have come out whole since the last time, and through what has come of one that is a part
// of a larger member.
void FileReading::look_at(DecodedFrame& frame, Looking& looking) {
    const std::uint64_t come = layout_.begin_of(static_cast<std::size_t>(frame.index)) + frame.raw.size();
    for (; looking.next < looking.pieces.size(); ++looking.next) {
        const Layout::Piece& piece = looking.pieces[looking.next];
        const Layout::Place& place = layout_.place_of(piece.member);
        std::uint64_t begin = std::max(looking.handed_out, piece.begin);
        if (piece.kind == Layout::Piece::data && (piece.begin != place.data || piece.end != place.padding)) {
            for (; begin + chunk_bytes <= std::min(come, piece.end); begin += chunk_bytes)
                hand_out(piece.member, begin, begin + chunk_bytes, frame);
            looking.handed_out = begin;
        }
        if (come < piece.end) return;
        if (piece.kind == Layout::Piece::data)
            hand_out(piece.member, begin, piece.end, frame);
        else
            frame.problem = problem_of(piece, frame);
        if (!frame.problem.empty()) return;
    }
}

std::string FileReading::problem_of(const Layout::Piece& piece, const DecodedFrame& frame) const {
    const ByteView bytes = bytes_of(frame, piece.begin, piece.end);
    if (piece.kind == Layout::Piece::header) return problem_of_header(bytes, infos_[piece.member]);
    return is_all_zero(bytes) ? "" : "the padding behind a member is not zero";
}

void FileReading::take(DecodedFrame& frame) {
    const auto index = static_cast<std::size_t>(frame.index);
    ++report_.frames;
    report_.compressed_bytes += frame.compressed_bytes;
    if (frame.problem.empty()) {
        report_.raw_bytes += frame.raw_bytes;
        compare_members(frame);
    } else {
        lose(index, frame.problem);
    }
    for (; next_to_settle_ < infos_.size() && layout_.place_of(next_to_settle_).end <= layout_.end_of(index);
         ++next_to_settle_) {
        if (matters(next_to_settle_)) settle(next_to_settle_);
    }
}

// Nothing else looks at the bytes of a member that nobody wishes for. backup.json is always compared: it shows that the
// manifest is of this backup.
void FileReading::compare_members(const DecodedFrame& frame) {
    for (const Layout::Piece& piece : layout_.pieces_of(static_cast<std::size_t>(frame.index))) {
        const MemberRecord& member = manifest_.members[piece.member];
        const Layout::Place& place = layout_.place_of(piece.member);
        if (piece.kind != Layout::Piece::data || damaged_[piece.member] || !matters(piece.member)) continue;
        if (!options_.every_digest && wishes_[piece.member] && piece.member != 0) continue;
        if (piece.begin == place.data) digest_ = Digest(member.digest_kind);
        digest_.update(bytes_of(frame, piece.begin, piece.end));
        if (piece.end != place.padding || digest_.hex() == member.digest) continue;
        damaged_[piece.member] = true;
        report_.findings.push_back({ErrorKind::damage, member.path, 0, "its digest is not what manifest.json says"});
    }
}

// The frame's bytes are not to be had or make no sense: all members with bytes in it are damaged.
void FileReading::lose(std::size_t frame, const std::string& reason) {
    std::size_t last_told = infos_.size();
    for (const Layout::Piece& piece : layout_.pieces_of(frame)) {
        damaged_[piece.member] = true;
        if (piece.member == last_told || !matters(piece.member)) continue;
        last_told = piece.member;
        const std::uint64_t data = layout_.place_of(piece.member).data;
        report_.findings.push_back({ErrorKind::damage, infos_[piece.member].path,
                                    piece.begin > data ? piece.begin - data : 0,
                                    "frame " + std::to_string(frame) + ": " + reason});
    }
}

void FileReading::settle(std::size_t member) {
    if (!damaged_[member]) ++report_.members_intact;
    consumer_.finished(infos_[member], !damaged_[member]);
}

}  // namespace

VerifyReport Archive::read(Consumer& consumer, const ReadOptions& options) const {
    const FrameIndex index(file_, manifest_, options.every_digest);
    return FileReading(file_, manifest_, index, consumer, options).run();
}

VerifyReport verify_file(const os::File& file, Consumer& consumer, const ReadOptions& options) {
    std::optional<Archive> archive;
    std::optional<FrameIndex> index;
    Finding reason;
    try {
        archive.emplace(file);
        index.emplace(file, archive->manifest(), options.every_digest);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::damage && error.kind() != ErrorKind::incomplete) throw;
        reason = {error.kind(), {}, file.size(), error.message()};
    }
    ReadOptions all = options;
    all.only_wished = false;
    if (index) return FileReading(file, archive->manifest(), *index, consumer, all).run();
    FileSource source(file);
    VerifyReport report = read_stream(source, consumer, all);
    report.complete = false;
    if (report.findings.empty()) report.findings.push_back(reason);
    return report;
}

}  // namespace ese::archive
