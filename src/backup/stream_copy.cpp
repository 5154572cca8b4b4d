#include "backup/stream_copy.h"

#include <algorithm>

#include "backup/jet_error.h"

namespace ese::backup {

namespace {

constexpr std::size_t read_bytes = std::size_t{1} << 20;
// In front of the pages of a database's stream and behind them: the header twice, the trailer (BACKUP-SEMANTICS 2.4).
constexpr std::uint64_t stream_pages_beside = 3;
constexpr std::ptrdiff_t head_bytes = 32768;  // the greatest header there is

// An open handle, closed whatever happens: a handle that stays open forbids the next file.
class OpenFile {
 public:
    OpenFile(const EngineApi& engine, JET_INSTANCE instance, const std::string& path)
        : engine_(engine), instance_(instance), path_(path) {
        JET_HANDLE handle = 0;
        check(engine.open_file(instance, path.c_str(), &handle, &low_, &high_), "opening the file for the backup",
              path);
        handle_ = handle;
        open_ = true;
    }
    ~OpenFile() {
        if (open_) engine_.close_file(instance_, handle_);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    std::uint64_t size() const { return std::uint64_t{high_} << 32 | low_; }

    std::size_t read(ByteSpan into) {
        decltype(low_) got = 0;
        check(engine_.read_file(instance_, handle_, into.data(), static_cast<decltype(low_)>(into.size()), &got),
              "reading the file for the backup", path_);
        return got;
    }

    void close() {
        open_ = false;
        check(engine_.close_file(instance_, handle_), "closing the file of the backup", path_);
    }

 private:
    const EngineApi& engine_;
    JET_INSTANCE instance_;
    const std::string& path_;
    JET_HANDLE handle_ = 0;
    std::uint32_t low_ = 0;
    std::uint32_t high_ = 0;
    bool open_ = false;
};

}  // namespace

CopiedFile copy_stream(const EngineApi& engine, JET_INSTANCE instance, const std::string& path,
                       const std::string& member, std::uint32_t page_bytes, bool is_database, archive::Writer& writer,
                       const Watch& watch) {
    OpenFile file(engine, instance, path);
    CopiedFile copied;
    copied.bytes = file.size();
    writer.begin_member(member, copied.bytes,
                        is_database ? archive::Writer::starts_frame : archive::Writer::shares_frame);
    for (std::uint64_t done = 0; done < copied.bytes;) {
        watch.poll();
        const ByteSpan buffer = writer.reserve(std::min<std::uint64_t>(read_bytes, copied.bytes - done));
        const std::size_t got = file.read(buffer);
        if (got == 0 || got > buffer.size()) {
            throw Error(ErrorKind::source_damaged, JET_errFileIOBeyondEOF,
                        "only " + std::to_string(done) + " of " + std::to_string(copied.bytes) + " bytes could be read")
                .in_file(path);
        }
        const ByteView bytes = ByteView(buffer).first(got);
        if (done == 0)
            copied.head.assign(bytes.begin(), bytes.begin() + std::min<std::ptrdiff_t>(head_bytes, std::ssize(bytes)));
        copied.tail.assign(bytes.end() - std::min<std::ptrdiff_t>(page_bytes, std::ssize(bytes)), bytes.end());
        writer.commit(got);
        done += got;
        watch.progress(path, done, copied.bytes);
    }
    file.close();
    const std::uint64_t pages = copied.bytes / page_bytes;
    writer.end_member(is_database && pages > stream_pages_beside ? pages - stream_pages_beside : 0);
    return copied;
}

}  // namespace ese::backup
