#include "archive/tar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "base/error.h"
#include "base/utf.h"

namespace ese::archive {

namespace {

// POSIX.1-1988 header: offset and length of the fields that matter here.
struct Place {
    std::size_t at;
    std::size_t bytes;
};
constexpr Place name_field{0, 100}, mode_field{100, 8}, uid_field{108, 8}, gid_field{116, 8}, size_field{124, 12},
    mtime_field{136, 12}, checksum_field{148, 8}, type_field{156, 1}, link_field{157, 100}, magic_field{257, 8},
    prefix_field{345, 155};
constexpr std::string_view ustar_magic{"ustar\00000", 8};
constexpr std::uint64_t max_octal_size = 077777777777;  // eleven digits: 8 GiB - 1
constexpr std::uint64_t max_size = std::uint64_t{1} << 62;
constexpr std::size_t max_path_bytes = 1024;
constexpr std::size_t max_part_bytes = 255;

[[noreturn]] void damaged(const std::string& reason) {
    throw Error(ErrorKind::damage, "the tar is damaged: " + reason);
}

std::uint64_t checksum_of(ByteView block) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < tar_block; ++i) {
        const bool in_field = i >= checksum_field.at && i < checksum_field.at + checksum_field.bytes;
        sum += in_field ? std::uint64_t{' '} : block[i];
    }
    return sum;
}

void put_text(ByteSpan block, Place place, std::string_view text) {
    std::copy_n(text.begin(), std::min(text.size(), place.bytes),
                block.begin() + static_cast<std::ptrdiff_t>(place.at));
}

void put_octal(ByteSpan block, Place place, std::uint64_t value) {
    std::array<char, 32> text;
    std::snprintf(text.data(), text.size(), "%0*llo", static_cast<int>(place.bytes) - 1,
                  static_cast<unsigned long long>(value));
    put_text(block, place, text.data());
}

// Octal digits, ended by a NUL or a blank.
std::uint64_t get_octal(ByteView block, Place place, const char* what) {
    std::uint64_t value = 0;
    std::size_t i = 0;
    for (; i < place.bytes && block[place.at + i] >= '0' && block[place.at + i] <= '7'; ++i) {
        value = value * 8 + (block[place.at + i] - std::uint64_t{'0'});
    }
    if (i == 0 || i == place.bytes) damaged(std::string("the ") + what + " is not a number");
    for (; i < place.bytes; ++i) {
        if (block[place.at + i] != 0 && block[place.at + i] != ' ')
            damaged(std::string("the ") + what + " is not a number");
    }
    return value;
}

std::string get_text(ByteView block, Place place) {
    const ByteView field = block.subspan(place.at, place.bytes);
    const auto end = std::find(field.begin(), field.end(), std::uint8_t{0});
    return {field.begin(), end};
}

void append_header(std::vector<std::uint8_t>& out, char type, std::string_view name, std::uint64_t size,
                   std::int64_t mtime) {
    out.resize(out.size() + tar_block);
    const ByteSpan block(out.data() + out.size() - tar_block, tar_block);
    put_text(block, {name_field.at, name_field.bytes - 1}, name);
    put_octal(block, mode_field, 0600);
    put_octal(block, uid_field, 0);
    put_octal(block, gid_field, 0);
    put_octal(block, size_field, size);
    put_octal(block, mtime_field, static_cast<std::uint64_t>(std::clamp<std::int64_t>(mtime, 0, max_octal_size)));
    block[type_field.at] = static_cast<std::uint8_t>(type);
    put_text(block, magic_field, ustar_magic);
    put_octal(block, {checksum_field.at, 7}, checksum_of(block));
    block[checksum_field.at + 7] = ' ';
}

// "LENGTH KEY=VALUE\n", where LENGTH counts itself.
std::string pax_record(std::string_view key, std::string_view value) {
    const std::size_t rest = key.size() + value.size() + 3;
    std::size_t length = rest + 1;
    while (length != rest + std::to_string(length).size()) length = rest + std::to_string(length).size();
    return std::to_string(length) + " " + std::string(key) + "=" + std::string(value) + "\n";
}

bool is_plain_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

bool is_safe_member_path(std::string_view path) {
    if (path.empty() || path.size() > max_path_bytes) return false;
    const auto is_odd = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '\\'; };
    if (std::any_of(path.begin(), path.end(), is_odd) || !utf8_to_utf16(path)) return false;
    for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        const std::string_view part = path.substr(begin, end - begin);
        if (part.empty() || part == "." || part == ".." || part.size() > max_part_bytes) return false;
        begin = end + 1;
    }
    return true;
}

std::vector<std::uint8_t> tar_header(const std::string& path, std::uint64_t size, std::int64_t mtime_unix_seconds) {
    if (!is_safe_member_path(path))
        throw Error(ErrorKind::usage, "\"" + path + "\" cannot be the name of a member of an archive");
    std::string records;
    if (path.size() >= name_field.bytes || !is_plain_ascii(path)) records += pax_record("path", path);
    if (size > max_octal_size) records += pax_record("size", std::to_string(size));
    std::string name = path.substr(0, name_field.bytes - 1);
    std::replace_if(
        name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '_');

    std::vector<std::uint8_t> out;
    if (!records.empty()) {
        append_header(out, 'x', "PaxHeaders/" + name, records.size(), mtime_unix_seconds);
        out.insert(out.end(), records.begin(), records.end());
        out.resize(out.size() + tar_padding(records.size()));
    }
    append_header(out, '0', name, size > max_octal_size ? 0 : size, mtime_unix_seconds);
    return out;
}

void TarParser::push(ByteView bytes) {
    while (!bytes.empty()) {
        std::size_t taken = 0;
        switch (state_) {
            case State::header:
            case State::last_zero_block: taken = gather(bytes, tar_block); break;
            case State::pax:
                taken = gather(bytes, static_cast<std::size_t>(pax_bytes_ + tar_padding(pax_bytes_)));
                break;
            case State::data: taken = push_data(bytes); break;
            case State::padding: taken = push_padding(bytes); break;
            case State::end: damaged("there are bytes behind its end");
        }
        bytes = bytes.subspan(taken);
    }
}

// Collects `wanted` bytes and deals with them when they are there.
std::size_t TarParser::gather(ByteView bytes, std::size_t wanted) {
    const std::size_t taken = std::min(bytes.size(), wanted - gathered_.size());
    gathered_.insert(gathered_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
    if (gathered_.size() < wanted) return taken;
    std::vector<std::uint8_t> block;
    block.swap(gathered_);
    if (state_ == State::pax) {
        take_pax(block);
    } else if (state_ == State::last_zero_block) {
        if (!is_all_zero(block)) damaged("its end has one zero block, not two");
        state_ = State::end;
    } else if (!is_all_zero(block)) {
        take_header(block);
    } else {
        if (pax_seen_) damaged("a pax header without a member");
        state_ = State::last_zero_block;
    }
    return taken;
}

void TarParser::take_header(ByteView block) {
    if (get_octal(block, checksum_field, "header checksum") != checksum_of(block))
        damaged("the checksum of a header is wrong");
    if (!std::equal(ustar_magic.begin(), ustar_magic.end(), block.begin() + magic_field.at))
        damaged("a header is not a ustar header");
    const std::uint64_t size = get_octal(block, size_field, "size");
    const std::uint8_t type = block[type_field.at];
    if (type == 'x') {
        if (pax_seen_) damaged("two pax headers for one member");
        if (size == 0 || size > max_member_header_bytes - 3 * tar_block) damaged("a pax header is empty or too long");
        pax_seen_ = true;
        pax_bytes_ = size;
        state_ = State::pax;
        return;
    }
    if (type != '0') damaged("a member is not a regular file");
    if (block[link_field.at] != 0 || block[prefix_field.at] != 0) damaged("a header has a link or a prefix");
    const std::string path = pax_path_ ? *pax_path_ : get_text(block, name_field);
    if (!is_safe_member_path(path)) damaged("the name of a member is not safe");
    left_ = pax_size_.value_or(size);
    padding_ = tar_padding(left_);
    offset_ = 0;
    pax_seen_ = false;
    pax_path_.reset();
    pax_size_.reset();
    state_ = State::data;
    handler_.member(path, left_);
    if (left_ == 0) end_data();
}

void TarParser::take_pax(ByteView records) {
    if (!is_all_zero(records.subspan(static_cast<std::size_t>(pax_bytes_))))
        damaged("the padding of a pax header is not zero");
    std::string_view text(reinterpret_cast<const char*>(records.data()), static_cast<std::size_t>(pax_bytes_));
    while (!text.empty()) {
        std::size_t length = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
        const auto digits = static_cast<std::size_t>(end - text.data());
        if (error != std::errc() || length > text.size() || length < digits + 4 || text[digits] != ' ' ||
            text[length - 1] != '\n') {
            damaged("a pax header is not readable");
        }
        const std::string_view record = text.substr(digits + 1, length - digits - 2);
        const std::size_t equals = record.find('=');
        if (equals == std::string_view::npos) damaged("a pax header is not readable");
        const std::string_view key = record.substr(0, equals), value = record.substr(equals + 1);
        if (key == "path") {
            pax_path_ = value;
        } else if (key == "size") {
            std::uint64_t size = 0;
            const auto [size_end, size_error] = std::from_chars(value.data(), value.data() + value.size(), size);
            if (size_error != std::errc() || size_end != value.data() + value.size() || size > max_size)
                damaged("the size is not a number");
            pax_size_ = size;
        } else if (key == "linkpath" || key.starts_with("GNU.sparse")) {
            damaged("a member is not a regular file");
        }
        text.remove_prefix(length);
    }
    state_ = State::header;
}

std::size_t TarParser::push_data(ByteView bytes) {
    const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), left_));
    handler_.data(offset_, bytes.first(taken));
    offset_ += taken;
    left_ -= taken;
    if (left_ == 0) end_data();
    return taken;
}

void TarParser::end_data() {
    state_ = padding_ > 0 ? State::padding : State::header;
    handler_.member_end();
}

std::size_t TarParser::push_padding(ByteView bytes) {
    const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), padding_));
    if (!is_all_zero(bytes.first(taken))) damaged("the padding behind a member is not zero");
    padding_ -= taken;
    if (padding_ == 0) state_ = State::header;
    return taken;
}

}  // namespace ese::archive
