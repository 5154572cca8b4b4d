#pragma once

// The tar in an archive: POSIX ustar headers, with a pax extended header where a size or a name needs it. Regular
// files only.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace ese::archive {

constexpr std::size_t tar_block = 512;
constexpr std::size_t tar_end_bytes = 2 * tar_block;        // two zero blocks end a tar
constexpr std::size_t max_member_header_bytes = 64 * 1024;  // pax header included

constexpr std::uint64_t tar_padding(std::uint64_t size) { return (tar_block - size % tar_block) % tar_block; }

// A path that may be a member's: relative, UTF-8, without empty, "." or ".." parts, control characters,
// backslashes; at most 1024 bytes, 255 a part.
bool is_safe_member_path(std::string_view path);

// The header blocks of a member: uid and gid 0, mode 0600. Throws ErrorKind::usage for an unsafe path.
std::vector<std::uint8_t> tar_header(const std::string& path, std::uint64_t size, std::int64_t mtime_unix_seconds);

// Takes a tar apart as its bytes arrive. Throws ErrorKind::damage where it is not what tar_header() writes:
// checksum, magic, any type but a regular file, odd numbers, unsafe paths, padding that is not zero, bytes other
// than zero behind the end.
class TarParser {
 public:
    struct Handler {
        virtual ~Handler() = default;
        virtual void member(const std::string& path, std::uint64_t size) = 0;
        virtual void data(std::uint64_t offset, ByteView bytes) = 0;
        virtual void member_end() = 0;
    };

    explicit TarParser(Handler& handler) : handler_(handler) {}

    void push(ByteView bytes);
    // Both zero blocks have been seen.
    bool at_end() const { return state_ == State::end; }

 private:
    enum class State { header, pax, data, padding, last_zero_block, end };

    void take_header(ByteView block);
    void take_pax(ByteView records);
    void end_data();
    std::size_t push_data(ByteView bytes);
    std::size_t push_padding(ByteView bytes);
    std::size_t gather(ByteView bytes, std::size_t wanted);

    Handler& handler_;
    State state_ = State::header;
    std::vector<std::uint8_t> gathered_;  // a header block or the records of a pax header, as far as they have come
    std::uint64_t pax_bytes_ = 0;
    bool pax_seen_ = false;  // the next header belongs to a pax header
    std::optional<std::string> pax_path_;
    std::optional<std::uint64_t> pax_size_;
    std::uint64_t offset_ = 0;   // in the member's data
    std::uint64_t left_ = 0;     // data still to come
    std::uint64_t padding_ = 0;  // padding still to come
};

}  // namespace ese::archive
