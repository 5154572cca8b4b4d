#include "archive/writer.h"

#include <algorithm>
#include <cstring>

#include "archive/compression.h"
#include "archive/frame.h"
#include "archive/tar.h"
#include "base/error.h"

namespace ese::archive {

namespace {

constexpr std::size_t scratch_bytes = 256 * 1024;  // stays in a core's own cache until it is copied into the frame

std::uint32_t frame_bytes_of(const WriterOptions& options) {
    const std::uint32_t bytes =
        options.frame_bytes != 0 ? options.frame_bytes : std::uint32_t{options.level >= 9 ? 16u : 8u} << 20;
    if (bytes % member_cut_bytes != 0 || bytes + max_member_header_bytes > max_frame_raw_bytes) {
        throw Error(ErrorKind::usage, "the frame size must be a multiple of 64 KiB and less than 64 MiB");
    }
    return bytes;
}

ByteView as_bytes(const std::string& text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

}  // namespace

class Writer::Impl {
 public:
    Impl(ByteSink& sink, const BeginRecord& begin, const WriterOptions& options)
        : options_(options),
          frame_bytes_(frame_bytes_of(options)),
          sink_(sink),
          id_(begin.id),
          compression_(sink, options.level, std::max(1u, options.threads), Buffer::alignment + capacity(),
                       options.stop) {
        BeginRecord record = begin;
        record.member_digest = options.digest;
        const std::string text = to_json(record);
        parse_begin_record(as_bytes(text));  // what cannot be read back must not be written
        write_member(begin_name, text, Writer::shares_frame);
    }

    void begin_member(const std::string& path, std::uint64_t size, Writer::FrameUse use) {
        if (in_member_) throw Error(ErrorKind::usage, "a member was begun inside another one");
        if (members_.size() + 1 >= max_members && path != frames_name)
            throw Error(ErrorKind::not_possible,
                        "an archive holds at most " + std::to_string(max_members) + " files, and there are more");
        const std::vector<std::uint8_t> header = tar_header(path, size, options_.mtime_unix_seconds);
        make_room(header.size(), size, use);
        append(header);
        member_ = {path, size, options_.digest, {}, cut_frames_, frame_->used, 0};
        digest_ = Digest(options_.digest);
        offset_ = 0;
        in_member_ = true;
    }

    ByteSpan reserve(std::size_t wanted) {
        if (!in_member_ || left() == 0 || wanted == 0)
            throw Error(ErrorKind::usage, "nothing more belongs into this member");
        if (offset_ > 0 && offset_ % frame_bytes_ == 0 && !continued_) {
            cut();
            open(0);
            continued_ = true;
        }
        const std::uint64_t until_cut = frame_bytes_ - offset_ % frame_bytes_;
        const auto size = static_cast<std::size_t>(std::min<std::uint64_t>({wanted, until_cut, left()}));
        const std::size_t at = frame_->begin + frame_->used;
        copies_ = at % Buffer::alignment != 0;
        reserved_ = copies_ ? scratch_.first(scratch_bytes).first(std::min(size, scratch_bytes))
                            : ByteSpan(frame_->memory.data() + at, size);
        return reserved_;
    }

    void commit(std::size_t bytes) {
        if (bytes > reserved_.size()) throw Error(ErrorKind::usage, "more was committed than reserved");
        const ByteView filled = reserved_.first(bytes);
        reserved_ = {};
        if (bytes == 0) return;
        digest_.update(filled);
        if (copies_) std::memcpy(frame_->memory.data() + frame_->begin + frame_->used, filled.data(), bytes);
        frame_->used += bytes;
        offset_ += bytes;
        continued_ = false;
    }

    void write(ByteView bytes) {
        while (!bytes.empty()) {
            const ByteSpan into = reserve(bytes.size());
            std::copy_n(bytes.begin(), into.size(), into.begin());
            commit(into.size());
            bytes = bytes.subspan(into.size());
        }
    }

    std::uint64_t left() const { return in_member_ ? member_.size - offset_ : 0; }

    void end_member(std::uint64_t pages_checked) {
        if (!in_member_ || left() != 0) {
            throw Error(ErrorKind::other,
                        "\"" + member_.path + "\" has " + std::to_string(left()) + " bytes less than announced");
        }
        append_zeros(static_cast<std::size_t>(tar_padding(member_.size)));
        member_.digest = digest_.hex();
        member_.pages_checked = pages_checked;
        members_.push_back(std::move(member_));
        in_member_ = false;
    }

    WriteResult finish(Manifest manifest) {
        if (manifest.id != id_) throw Error(ErrorKind::usage, "the manifest has another backup id than backup.json");
        cut();
        compression_.drain();
        const std::vector<FrameRecord> listed = compression_.take_records();
        write_frame_list(listed);
        cut();
        compression_.drain();
        manifest.frames_of_list = compression_.take_records();
        manifest.frames = {};
        for (const FrameRecord& record : listed) manifest.frames.add(record.raw_bytes, record.compressed_bytes);
        for (const FrameRecord& record : manifest.frames_of_list)
            manifest.frames.add(record.raw_bytes, record.compressed_bytes);
        manifest.members = std::move(members_);
        const std::string text = to_json(manifest);
        parse_manifest(as_bytes(text));

        WriteResult result;
        result.manifest_sha256 = sha256_hex(as_bytes(text));
        write_member(manifest_name, text, Writer::starts_frame);
        write_commit(result);
        cut();
        compression_.drain();
        result.raw_bytes = cut_bytes_;
        result.frames = cut_frames_;
        const std::vector<std::uint8_t> table = compression_.table().to_bytes();
        sink_.write(table);
        result.compressed_bytes = compression_.compressed_bytes() + table.size();
        result.receipt = sink_.finish();
        return result;
    }

    std::uint64_t compressed_bytes() const { return compression_.compressed_bytes(); }

 private:
    // Headers come on top of frame_bytes, so that as many logs fit as their size says.
    std::size_t capacity() const { return frame_bytes_ + max_member_header_bytes; }

    void write_member(const std::string& path, const std::string& text, Writer::FrameUse use) {
        begin_member(path, text.size(), use);
        write(as_bytes(text));
        end_member(0);
    }

    // What has been written so far; not in one text, which would be large for a large archive.
    void write_frame_list(const std::vector<FrameRecord>& records) {
        std::uint64_t bytes = 0;
        for (const FrameRecord& record : records) bytes += line_bytes(record);
        begin_member(frames_name, bytes, Writer::starts_frame);
        for (const FrameRecord& record : records) write(as_bytes(to_line(record)));
        end_member(0);
    }

    // COMMIT states how long the tar is with it, so its own length must not depend on that: the numbers are written out
    // first.
    void write_commit(const WriteResult& result) {
        Commit commit{result.manifest_sha256, 0, 0, id_};
        make_room(tar_block, tar_block + tar_end_bytes, Writer::shares_frame);
        commit.frames = cut_frames_ + 1;
        commit.raw_bytes = cut_bytes_ + frame_->used + 2 * tar_block + tar_end_bytes;
        write_member(commit_name, to_line(commit), Writer::shares_frame);
        append_zeros(tar_end_bytes);
    }

    // Cuts the frame if the next member is to start one or would not fit whole.
    void make_room(std::size_t header_bytes, std::uint64_t size, Writer::FrameUse use) {
        const std::uint64_t left_in_frame = frame_ == nullptr ? 0 : capacity() - frame_->used;
        const bool fits = size <= frame_bytes_ && header_bytes + size + tar_padding(size) <= left_in_frame;
        if (frame_ != nullptr && frame_->used > 0 && (use == Writer::starts_frame || !fits)) cut();
        if (frame_ == nullptr) open(header_bytes);
    }

    // A new frame whose bytes behind `header_bytes` are aligned.
    void open(std::size_t header_bytes) {
        frame_ = compression_.take();
        frame_->begin = (Buffer::alignment - header_bytes % Buffer::alignment) % Buffer::alignment;
    }

    void cut() {
        if (frame_ == nullptr) return;
        ++cut_frames_;
        cut_bytes_ += frame_->used;
        compression_.submit(frame_);
        frame_ = nullptr;
    }

    void append(ByteView bytes) {
        std::memcpy(frame_->memory.data() + frame_->begin + frame_->used, bytes.data(), bytes.size());
        frame_->used += bytes.size();
    }

    void append_zeros(std::size_t bytes) {
        std::memset(frame_->memory.data() + frame_->begin + frame_->used, 0, bytes);
        frame_->used += bytes;
    }

    const WriterOptions options_;
    const std::uint32_t frame_bytes_;
    ByteSink& sink_;
    const std::string id_;
    FrameCompression compression_;
    RawFrame* frame_ = nullptr;  // being filled
    std::uint64_t cut_frames_ = 0;
    std::uint64_t cut_bytes_ = 0;
    Buffer scratch_;
    ByteSpan reserved_;
    bool copies_ = false;     // reserved_ is scratch memory
    bool continued_ = false;  // the frame was opened for the member's next bytes, which have not come yet
    bool in_member_ = false;
    MemberRecord member_;
    Digest digest_{DigestKind::xxh3_128};
    std::uint64_t offset_ = 0;  // in the member
    std::vector<MemberRecord> members_;
};

Writer::Writer(ByteSink& sink, const BeginRecord& begin, const WriterOptions& options)
    : impl_(std::make_unique<Impl>(sink, begin, options)) {}
Writer::~Writer() = default;
void Writer::begin_member(const std::string& path, std::uint64_t size, FrameUse use) {
    impl_->begin_member(path, size, use);
}
ByteSpan Writer::reserve(std::size_t wanted) { return impl_->reserve(wanted); }
void Writer::commit(std::size_t bytes) { impl_->commit(bytes); }
void Writer::write(ByteView bytes) { impl_->write(bytes); }
std::uint64_t Writer::left() const { return impl_->left(); }
void Writer::end_member(std::uint64_t pages_checked) { impl_->end_member(pages_checked); }
WriteResult Writer::finish(Manifest manifest) { return impl_->finish(std::move(manifest)); }
std::uint64_t Writer::compressed_bytes() const { return impl_->compressed_bytes(); }

}  // namespace ese::archive
