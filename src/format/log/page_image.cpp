#include "format/log/page_image.h"

#include <algorithm>

#include "base/error.h"
#include "codec/column_compression.h"
#include "esent.h"
#include "format/database/page.h"

namespace ese::format {

namespace {

constexpr std::size_t tag_bytes = 4;
constexpr std::size_t free_bytes_at = 28;

[[noreturn]] void corrupt(const std::string& reason) { throw Error(ErrorKind::damage, JET_errLogFileCorrupt, reason); }

// As values are compressed, by XPRESS or LZ4.
std::vector<std::uint8_t> decompress(ByteView image, std::uint32_t page_bytes) {
    try {
        return codec::decompress_value(image, page_bytes);
    } catch (const Error& error) {
        if (error.jet() == JET_errDecompressionFailed)
            corrupt("a page image can't be decompressed: " + error.message());
        throw Error(error.kind(), error.jet(), "a page image can't be decompressed: " + error.message());
    }
}

// The tags go back to the end of the page, and the gap counts as free again.
std::vector<std::uint8_t> rehydrate(ByteView image, std::uint32_t page_bytes) {
    const std::size_t header = page_header_bytes(page_bytes);
    if (image.size() < header || image.size() > page_bytes) corrupt("a page image has an impossible size");
    const std::size_t gap = page_bytes - image.size();
    const std::size_t tags = (load_u16(image, 34) & 0xFFF) * tag_bytes;
    if (tags > image.size() - header) corrupt("the tags of a page image would lie in its header");
    std::vector<std::uint8_t> page(page_bytes);
    std::ranges::copy(image.first(image.size() - tags), page.begin());
    std::ranges::copy(image.last(tags), page.end() - static_cast<std::ptrdiff_t>(tags));
    store_u16(page, free_bytes_at, static_cast<std::uint16_t>(load_u16(page, free_bytes_at) + gap));
    return page;
}

// Reads one difference after the other: where, what length, and which bytes.
class Differences {
 public:
    struct Edit {
        std::size_t offset;    // into the old data
        std::size_t replaced;  // bytes of the old data that are left out
        ByteView bytes;
    };

    Differences(ByteView bytes, bool wide) : rest_(bytes), wide_(wide) {}
    bool done() const { return rest_.empty(); }

    Edit next() {
        const std::uint16_t word = take_u16();
        const std::uint8_t flags = wide_ ? take_u8() : static_cast<std::uint8_t>(word >> 8);
        Edit edit{};
        edit.offset = wide_ ? word : word & 0x1FFF;
        // The same bits mean the same in both heads: 0x20 same length, 0x40 insert, 0x80 lengths of two bytes.
        const auto take_length = [&]() -> std::size_t { return (flags & 0x80) != 0 ? take_u16() : take_u8(); };
        const std::size_t length = take_length();
        edit.replaced = (flags & 0x20) != 0 ? length : (flags & 0x40) != 0 ? 0 : take_length();
        require(length);
        edit.bytes = rest_.first(length);
        rest_ = rest_.subspan(length);
        return edit;
    }

 private:
    void require(std::size_t bytes) const {
        if (rest_.size() < bytes) corrupt("the differences of replaced data end early");
    }
    std::uint8_t take_u8() {
        require(1);
        const std::uint8_t value = rest_[0];
        rest_ = rest_.subspan(1);
        return value;
    }
    std::uint16_t take_u16() {
        require(2);
        const std::uint16_t value = load_u16(rest_, 0);
        rest_ = rest_.subspan(2);
        return value;
    }

    ByteView rest_;
    bool wide_;
};

}  // namespace

std::vector<std::uint8_t> unpack_page_image(ByteView image, std::uint32_t flags, std::uint32_t page_bytes) {
    std::vector<std::uint8_t> page = (flags & page_image_flag::compressed) != 0
                                         ? decompress(image, page_bytes)
                                         : std::vector<std::uint8_t>(image.begin(), image.end());
    if ((flags & page_image_flag::dehydrated) != 0) page = rehydrate(page, page_bytes);
    if (page.size() != page_bytes) corrupt("a page image has " + std::to_string(page.size()) + " bytes");
    const PageStructure structure = check_page_structure(PageView(page));
    if (!structure.sound()) corrupt("a page image is no page: " + structure.problem);
    return page;
}

std::vector<std::uint8_t> apply_data_difference(ByteView old_data, ByteView difference, bool wide) {
    std::vector<std::uint8_t> data;
    std::size_t taken = 0;  // of the old data
    const auto copy_up_to = [&](std::size_t end) {
        data.insert(data.end(), old_data.begin() + static_cast<std::ptrdiff_t>(taken),
                    old_data.begin() + static_cast<std::ptrdiff_t>(end));
        taken = end;
    };
    for (Differences edits(difference, wide); !edits.done();) {
        const auto edit = edits.next();
        if (edit.offset < taken || edit.offset > old_data.size() || edit.replaced > old_data.size() - edit.offset)
            corrupt("a difference of replaced data lies at " + std::to_string(edit.offset) + " of " +
                    std::to_string(old_data.size()) + " bytes");
        copy_up_to(edit.offset);
        data.insert(data.end(), edit.bytes.begin(), edit.bytes.end());
        taken += edit.replaced;
    }
    copy_up_to(old_data.size());
    return data;
}

}  // namespace ese::format
