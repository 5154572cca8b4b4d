// Reading an archive front to back: from a pipe, or from a file whose end is not there.

#include <algorithm>
#include <array>
#include <cstring>

#include "archive/decoding.h"
#include "archive/end_of_archive.h"
#include "archive/layout.h"
#include "archive/reader.h"
#include "archive/seek_table.h"
#include "archive/tar.h"

namespace ese::archive {

namespace {

constexpr std::uint32_t skippable_magic = 0x184D2A5E;

// Small reads out of large ones.
class BufferedSource {
 public:
    explicit BufferedSource(ByteSource& source) : source_(source) {}

    // How many bytes it got: fewer than asked only at the end.
    std::size_t read(ByteSpan into) {
        std::size_t got = 0;
        while (got < into.size()) {
            if (begin_ == end_) {
                begin_ = 0;
                end_ = source_.read(buffer_.first(buffer_bytes));
                if (end_ == 0) break;
            }
            const std::size_t part = std::min(into.size() - got, end_ - begin_);
            std::memcpy(into.data() + got, buffer_.data() + begin_, part);
            begin_ += part;
            got += part;
        }
        offset_ += got;
        return got;
    }
    std::uint64_t offset() const { return offset_; }

 private:
    static constexpr std::size_t buffer_bytes = 256 * 1024;
    ByteSource& source_;
    Buffer buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::uint64_t offset_ = 0;
};

class StreamReading : public FrameSupply, private TarParser::Handler {
 public:
    StreamReading(ByteSource& source, Consumer& consumer, const ReadOptions& options)
        : source_(source), consumer_(consumer), options_(options) {}

    VerifyReport run();
    bool next(DecodedFrame& frame) override;
    void decode(DecodedFrame& frame, Decompressor& decompressor) override;

 private:
    struct Member {
        MemberInfo info;
        bool wish = false;
        std::uint64_t frame = 0;
        std::uint64_t offset_in_frame = 0;
        std::string digest;
        std::string problem;  // why it is not intact
    };

    void member(const std::string& path, std::uint64_t size) override;
    void data(std::uint64_t offset, ByteView bytes) override;
    void member_end() override;
    void compare(std::uint64_t frame, const FrameRecord& listed);
    bool is_as(const FrameRecord& listed, const FrameRecord& seen) const;

    bool read_next(DecodedFrame& frame);
    bool read_frame(DecodedFrame& frame, ByteView magic);
    bool stop(ErrorKind kind, const std::string& reason);
    bool read_table(ByteView magic);
    bool take(DecodedFrame& frame);
    void begin();
    void compare_with_manifest();
    void compare_frames(const Manifest& manifest, const Layout& layout);
    // Nothing else looks at the bytes of a member that nobody wishes for; backup.json shows that the manifest is of
    // this backup.
    bool wants_digest(const Member& member) const {
        return options_.every_digest || !member.wish || member.info.path == begin_name;
    }
    std::string problem_of(const Member& seen, const MemberRecord& named) const;
    void finish_members();
    template <class Call>
    void in_consumer(Call call);

    BufferedSource source_;
    Consumer& consumer_;
    const ReadOptions& options_;

    // Of next(): what was read, and why there is no more.
    SeekTable seen_;
    std::uint64_t frame_begin_ = 0;
    std::optional<Finding> end_problem_;
    bool table_read_ = false;

    // Of the thread that walks through the tar.
    VerifyReport report_;
    TarParser parser_{*this};
    EndCollector end_;
    std::vector<Member> members_;
    std::vector<FrameRecord> frames_;  // as they came
    std::vector<std::uint64_t> frames_listed_otherwise_;
    FrameListParser frame_list_{[this](std::uint64_t index, const FrameRecord& record) { compare(index, record); }};
    std::vector<std::uint8_t> begin_text_;
    std::optional<BeginRecord> begin_;
    Digest digest_{DigestKind::xxh3_128};
    std::uint64_t frame_index_ = 0;
    FrameSums before_manifest_;
    ByteView frame_raw_;
    bool in_consumer_ = false;
};

VerifyReport StreamReading::run() {
    decode_frames(*this, options_.threads, true, [this](DecodedFrame& frame) { return take(frame); });
    if (report_.findings.empty() && end_problem_) report_.findings.push_back(*end_problem_);
    report_.compressed_bytes = source_.offset();
    const bool has_end = end_.has_commit() && parser_.at_end();
    if (report_.findings.empty() && !has_end) {
        report_.findings.push_back({ErrorKind::incomplete, {}, source_.offset(), "the archive has no COMMIT"});
    }
    if (has_end) compare_with_manifest();
    report_.complete = has_end && table_read_ && report_.manifest.has_value();
    finish_members();
    return std::move(report_);
}

bool StreamReading::stop(ErrorKind kind, const std::string& reason) {
    end_problem_ = Finding{kind, {}, kind == ErrorKind::incomplete ? source_.offset() : frame_begin_, reason};
    return false;
}

bool StreamReading::next(DecodedFrame& frame) {
    try {
        return read_next(frame);
    } catch (const Error& error) {
        // What an encrypted archive's own checks find; the source's other failures are not the archive's.
        if (error.kind() != ErrorKind::damage && error.kind() != ErrorKind::incomplete) throw;
        return stop(error.kind(), error.message());
    }
}

bool StreamReading::read_next(DecodedFrame& frame) {
    frame_begin_ = source_.offset();
    std::array<std::uint8_t, 4> magic;
    const std::size_t got = source_.read(magic);
    if (got == 0) return stop(ErrorKind::incomplete, "the archive ends without its seek table");
    if (got < magic.size()) return stop(ErrorKind::incomplete, "the archive ends in the middle of a frame");
    const std::uint32_t value = load_u32(magic, 0);
    if (value == skippable_magic) return read_table(magic);
    if (value != zstd_magic) {
        return stop(ErrorKind::damage, seen_.entries.empty() ? "this is not an archive of esebackup"
                                                             : "there is no frame where one should begin");
    }
    return read_frame(frame, magic);
}

bool StreamReading::read_frame(DecodedFrame& frame, ByteView magic) {
    FrameBounds bounds;
    std::array<std::uint8_t, 32> head;  // longer than any frame header and a block header
    std::copy(magic.begin(), magic.end(), head.begin());
    ByteSpan memory(head);
    std::size_t have = magic.size();
    while (true) {
        const std::size_t needed = bounds.needed(memory.first(have));
        if (needed <= have) break;
        if (bounds.header_seen() && memory.data() == head.data()) {
            memory = frame.compressed_memory.first(bounds.max_bytes());
            std::memcpy(memory.data(), head.data(), have);
        }
        const std::size_t got = source_.read(memory.subspan(have, needed - have));
        if (got < needed - have) return stop(ErrorKind::incomplete, "the archive ends in the middle of a frame");
        have = needed;
    }
    if (memory.data() == head.data()) std::memcpy(frame.compressed_memory.first(have).data(), head.data(), have);
    frame.index = seen_.entries.size();
    frame.compressed_bytes = have;
    frame.raw_bytes = bounds.raw_bytes();
    seen_.entries.push_back({static_cast<std::uint32_t>(have), bounds.raw_bytes(), frame_checksum(frame.compressed())});
    return true;
}

// Nothing follows but the seek table, and it must be the one that these frames make.
bool StreamReading::read_table(ByteView magic) {
    const std::vector<std::uint8_t> expected = seen_.to_bytes();
    std::vector<std::uint8_t> table(expected.size());
    std::copy(magic.begin(), magic.end(), table.begin());
    const std::size_t got = magic.size() + source_.read(ByteSpan(table).subspan(magic.size()));
    const bool agrees = std::equal(table.begin(), table.begin() + static_cast<std::ptrdiff_t>(got), expected.begin());
    if (!agrees) return stop(ErrorKind::damage, "the seek table does not describe the frames before it");
    if (got < table.size()) return stop(ErrorKind::incomplete, "the archive ends in the middle of its seek table");
    std::array<std::uint8_t, 1> more;
    if (source_.read(more) != 0) return stop(ErrorKind::damage, "there are bytes behind the archive's end");
    table_read_ = true;
    return false;
}

void StreamReading::decode(DecodedFrame& frame, Decompressor& decompressor) {
    frame.record.raw_bytes = static_cast<std::uint32_t>(frame.raw_bytes);
    frame.record.compressed_bytes = static_cast<std::uint32_t>(frame.compressed_bytes);
    frame.record.xxh3_128 = xxh3_128(frame.compressed());
    if (options_.every_digest) frame.record.sha256 = sha256(frame.compressed());
    decode_frame(frame, decompressor);
}

bool StreamReading::take(DecodedFrame& frame) {
    ++report_.frames;
    const auto give_up = [&](const std::string& reason) {
        const std::string& member =
            members_.empty() || end_.in_manifest_or_later() ? std::string() : members_.back().info.path;
        report_.findings.push_back(
            {ErrorKind::damage, member, 0,
             "frame " + std::to_string(frame.index) + ": " + reason + "; what follows was not read"});
        return false;
    };
    if (!frame.problem.empty()) return give_up(frame.problem);
    report_.raw_bytes += frame.raw_bytes;
    frames_.push_back(frame.record);
    frame_index_ = frame.index;
    frame_raw_ = frame.raw;
    try {
        parser_.push(frame_raw_);
    } catch (const Error& error) {
        if (in_consumer_ || error.kind() != ErrorKind::damage) throw;
        return give_up(error.message());
    }
    return true;
}

template <class Call>
void StreamReading::in_consumer(Call call) {
    in_consumer_ = true;
    call();
    in_consumer_ = false;
}

void StreamReading::member(const std::string& path, std::uint64_t size) {
    if (path == manifest_name) {
        for (std::size_t i = 0; i < frame_index_; ++i)
            before_manifest_.add(frames_[i].raw_bytes, frames_[i].compressed_bytes);
    }
    if (members_.empty() != (path == begin_name))
        throw Error(ErrorKind::damage, "backup.json must be the first member, and only that");
    if (path == manifest_name || end_.in_manifest_or_later()) return end_.member(path, size);
    if (members_.size() == max_members) throw Error(ErrorKind::damage, "there are more members than possible");
    if (members_.empty() && size > max_begin_record_bytes) throw Error(ErrorKind::damage, "backup.json is too large");
    Member& member = members_.emplace_back();
    member.info = {members_.size() - 1, path, size};
    member.frame = frame_index_;
    if (!begin_) return;  // backup.json itself: asked when it has been read
    digest_ = Digest(begin_->member_digest);
    in_consumer([&] { member.wish = consumer_.wish(member.info); });
}

void StreamReading::data(std::uint64_t offset, ByteView bytes) {
    if (end_.in_manifest_or_later()) return end_.data(offset, bytes);
    Member& member = members_.back();
    if (offset == 0) {
        member.frame = frame_index_;
        member.offset_in_frame = static_cast<std::uint64_t>(bytes.data() - frame_raw_.data());
    }
    if (!begin_) {
        begin_text_.insert(begin_text_.end(), bytes.begin(), bytes.end());
        return;
    }
    if (member.info.path == frames_name) frame_list_.push(bytes);
    if (offset % member_cut_bytes != 0) throw Error(ErrorKind::damage, "a frame begins in the middle of a page");
    if (wants_digest(member)) digest_.update(bytes);
    if (member.wish) in_consumer([&] { consumer_.chunk(member.info, offset, bytes); });
}

void StreamReading::member_end() {
    if (end_.in_manifest_or_later()) return end_.member_end();
    if (!begin_) begin();
    if (wants_digest(members_.back())) members_.back().digest = digest_.hex();
}

void StreamReading::begin() {
    begin_ = parse_begin_record(begin_text_);
    Member& member = members_.front();
    digest_ = Digest(begin_->member_digest);
    digest_.update(begin_text_);
    in_consumer([&] {
        consumer_.started(*begin_);
        member.wish = consumer_.wish(member.info);
        if (member.wish) consumer_.chunk(member.info, 0, begin_text_);
    });
    begin_text_ = {};
}

void StreamReading::compare(std::uint64_t frame, const FrameRecord& listed) {
    if (frame >= frames_.size()) throw Error(ErrorKind::damage, "frames.txt lists frames that have not come");
    if (!is_as(listed, frames_[static_cast<std::size_t>(frame)])) frames_listed_otherwise_.push_back(frame);
}

bool StreamReading::is_as(const FrameRecord& listed, const FrameRecord& seen) const {
    return listed.raw_bytes == seen.raw_bytes && listed.compressed_bytes == seen.compressed_bytes &&
           listed.xxh3_128 == seen.xxh3_128 && (!options_.every_digest || listed.sha256 == seen.sha256);
}

void StreamReading::compare_with_manifest() {
    try {
        FrameSums end;
        for (std::size_t i = static_cast<std::size_t>(before_manifest_.count); i < frames_.size(); ++i)
            end.add(frames_[i].raw_bytes, frames_[i].compressed_bytes);
        Manifest manifest = end_.manifest(end);
        if (manifest.frames != before_manifest_)
            throw Error(ErrorKind::damage, "manifest.json does not begin the frame that it should");
        if (manifest.id != begin_->id)
            throw Error(ErrorKind::damage, "backup.json and manifest.json are of different backups");
        if (manifest.members.size() != members_.size())
            throw Error(ErrorKind::damage, "the tar has other members than manifest.json names");
        const Layout layout(manifest, seen_.entries);
        for (std::size_t i = 0; i < members_.size(); ++i)
            members_[i].problem = problem_of(members_[i], manifest.members[i]);
        compare_frames(manifest, layout);
        report_.members = manifest.members.size();
        report_.manifest = std::move(manifest);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::damage) throw;
        report_.findings.push_back({ErrorKind::damage, {}, 0, error.message()});
    }
    for (const Member& member : members_) {
        if (!member.problem.empty())
            report_.findings.push_back({ErrorKind::damage, member.info.path, 0, member.problem});
    }
}

std::string StreamReading::problem_of(const Member& seen, const MemberRecord& named) const {
    if (named.path != seen.info.path || named.size != seen.info.size)
        return "manifest.json has another member in its place";
    if (seen.info.size > 0 && (named.frame != seen.frame || named.offset_in_frame != seen.offset_in_frame))
        return "it is not where manifest.json says";
    if (!seen.digest.empty() && named.digest != seen.digest) return "its digest is not what manifest.json says";
    return {};
}

// What frames.txt says was compared as it came; whether it is true is shown by the manifest's digests of its frames.
void StreamReading::compare_frames(const Manifest& manifest, const Layout& layout) {
    const std::uint64_t listed = manifest.frames_listed();
    if (frame_list_.finish() != listed) throw Error(ErrorKind::damage, "frames.txt does not list all frames");
    for (std::size_t i = 0; i < manifest.frames_of_list.size(); ++i) {
        if (!is_as(manifest.frames_of_list[i], frames_[static_cast<std::size_t>(listed) + i]))
            throw Error(ErrorKind::damage, "frames.txt is not the one that manifest.json describes");
    }
    for (const std::uint64_t frame : frames_listed_otherwise_) {
        for (const Layout::Piece& piece : layout.pieces_of(static_cast<std::size_t>(frame)))
            members_[piece.member].problem = "frame " + std::to_string(frame) + " is not the one in frames.txt";
    }
}

void StreamReading::finish_members() {
    for (const Member& member : members_) {
        const bool intact = report_.manifest.has_value() && member.problem.empty();
        if (intact) ++report_.members_intact;
        consumer_.finished(member.info, intact);
    }
}

}  // namespace

std::size_t FileSource::read(ByteSpan into) {
    const std::size_t got = file_.read_at(offset_, into);
    offset_ += got;
    return got;
}

void VerifyReport::throw_if_bad() const {
    if (good()) return;
    if (findings.empty()) throw Error(ErrorKind::incomplete, "the archive is incomplete");
    const auto damage =
        std::find_if(findings.begin(), findings.end(), [](const Finding& f) { return f.kind == ErrorKind::damage; });
    const Finding& worst = damage != findings.end() ? *damage : findings.front();
    std::string message = worst.kind == ErrorKind::damage ? "the archive is damaged: " : "the archive is incomplete: ";
    if (!worst.member.empty()) message += worst.member + ", at byte " + std::to_string(worst.offset) + ": ";
    message += worst.reason;
    if (findings.size() > 1) message += " (and " + std::to_string(findings.size() - 1) + " more)";
    throw Error(worst.kind, message);
}

DurableReceipt VerifyReport::receipt(const std::string& where) const {
    throw_if_bad();
    return DurableReceipt(where);
}

VerifyReport read_stream(ByteSource& source, Consumer& consumer, const ReadOptions& options) {
    return StreamReading(source, consumer, options).run();
}

}  // namespace ese::archive
