#include "archive/frame_list.h"

#include <algorithm>
#include <charconv>

#include "archive/frame.h"
#include "base/error.h"

namespace ese::archive {

namespace {

constexpr std::size_t longest_line = 128;  // two numbers of ten digits, 32 and 64 hexadecimal ones, blanks, line end

[[noreturn]] void damaged(std::uint64_t line, const std::string& reason) {
    throw Error(ErrorKind::damage, "frames.txt, line " + std::to_string(line + 1) + ": " + reason);
}

std::size_t digits(std::uint32_t number) { return std::to_string(number).size(); }

// The text up to the next blank, which is taken away, too.
std::string_view word(std::string_view& line) {
    const std::size_t length = std::min(line.find(' '), line.size());
    const std::string_view result = line.substr(0, length);
    line.remove_prefix(std::min(length + 1, line.size()));
    return result;
}

bool to_number(std::string_view text, std::uint32_t& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && !text.starts_with('0');
}

}  // namespace

std::string to_line(const FrameRecord& record) {
    return std::to_string(record.raw_bytes) + " " + std::to_string(record.compressed_bytes) + " " +
           to_hex(record.xxh3_128) + " " + to_hex(record.sha256) + "\n";
}

std::size_t line_bytes(const FrameRecord& record) {
    return digits(record.raw_bytes) + digits(record.compressed_bytes) + 2 * record.xxh3_128.size() +
           2 * record.sha256.size() + 4;
}

void FrameListParser::push(ByteView text) {
    std::string_view rest(reinterpret_cast<const char*>(text.data()), text.size());
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        const std::string_view part = rest.substr(0, end);
        if (begun_.size() + part.size() > longest_line) damaged(lines_, "it is too long");
        if (end == std::string_view::npos) {
            begun_ += part;
            return;
        }
        if (begun_.empty()) {
            take(part);
        } else {
            take(begun_ += part);
            begun_.clear();
        }
        rest.remove_prefix(end + 1);
    }
}

std::uint64_t FrameListParser::finish() const {
    if (!begun_.empty()) damaged(lines_, "it does not end");
    return lines_;
}

void FrameListParser::take(std::string_view line) {
    FrameRecord record;
    std::string_view rest = line;
    const bool good = to_number(word(rest), record.raw_bytes) && to_number(word(rest), record.compressed_bytes) &&
                      from_hex(word(rest), record.xxh3_128) && from_hex(rest, record.sha256);
    if (!good) damaged(lines_, "it is not two numbers, an XXH3-128 and a SHA-256");
    if (record.raw_bytes > max_frame_raw_bytes) damaged(lines_, "a frame cannot be so large");
    found_(lines_++, record);
}

}  // namespace ese::archive
