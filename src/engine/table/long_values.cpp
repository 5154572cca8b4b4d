#include "engine/table/long_values.h"

#include <algorithm>

#include "base/error.h"
#include "codec/column_compression.h"
#include "engine/thread_counters.h"
#include "esent.h"

namespace ese::engine {

namespace {

std::string hex(ByteView bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

// What is waited for meanwhile is waited for because of a long value.
class WaitsAreForLongValue {
 public:
    WaitsAreForLongValue() = default;
    ~WaitsAreForLongValue() {
        auto& sum = thread_counters.long_value_waits;
        sum.pages += thread_counters.waits.pages - before_.pages;
        sum.microseconds += thread_counters.waits.microseconds - before_.microseconds;
    }
    WaitsAreForLongValue(const WaitsAreForLongValue&) = delete;
    WaitsAreForLongValue& operator=(const WaitsAreForLongValue&) = delete;

 private:
    ThreadCounters::Waits before_ = thread_counters.waits;
};

[[noreturn]] void corrupted(ByteView key, const std::string& what) {
    throw Error(ErrorKind::damage, JET_errLVCorrupted, "long value " + hex(key) + " " + what);
}

}  // namespace

std::vector<std::uint8_t> long_value_key(ByteView id_in_record) {
    if (id_in_record.size() != 4 && id_in_record.size() != 8)
        corrupted(id_in_record, "has an id of " + std::to_string(id_in_record.size()) + " bytes");
    std::vector<std::uint8_t> key(id_in_record.begin(), id_in_record.end());
    std::ranges::reverse(key);
    return key;
}

std::uint32_t default_chunk_bytes(std::uint32_t page_bytes) {
    // Two chunks of 16 and 32 KiB pages share a page of half the size's format (DATABASE-FORMAT 6.1).
    switch (page_bytes) {
        case 16384: return 4050;
        case 32768: return 8150;
        default: return page_bytes - 82;
    }
}

LongValueRoot LongValueRoot::parse(ByteView data) {
    if (data.size() != 8 && data.size() != 9)
        corrupted({}, "has a first node of " + std::to_string(data.size()) + " bytes");
    return {load_u32(data, 0), load_u32(data, 4), data.size() == 9 && (data[8] & 1) != 0};
}

std::uint32_t LongValueReader::chunk_bytes() const {
    const std::uint32_t bytes = table_->long_value_chunk_max.value_or(default_chunk_bytes(cache_->page_bytes()));
    if (bytes == 0 || bytes > cache_->page_bytes())
        throw Error(ErrorKind::damage, JET_errCatalogCorrupted,
                    "the catalog says that chunks of long values have " + std::to_string(bytes) + " bytes");
    return bytes;
}

TreeCursor& LongValueReader::tree() {
    if (!table_) throw Error(JET_errInternalError, "a long value was asked for where there are none");
    if (!table_->long_values)
        throw Error(ErrorKind::damage, JET_errLVCorrupted,
                    "table " + table_->name + " has a record with a long value, but no long values");
    if (!tree_) tree_.emplace(*cache_, *table_->long_values, view_);
    return *tree_;
}

std::uint32_t LongValueReader::chunk_size(const LongValueRoot& root, std::uint32_t offset) const {
    return std::min(chunk_bytes(), root.bytes - std::min(root.bytes, offset));
}

LongValueRoot LongValueReader::find(ByteView key) {
    if (!tree().seek_exactly(key, {})) corrupted(key, "of table " + table_->name + " is missing");
    const LongValueRoot root = LongValueRoot::parse(tree().data());
    if (root.encrypted)
        throw Error(JET_errFeatureNotAvailable,
                    "long value " + hex(key) + " is encrypted, which this version can't read");
    return root;
}

std::vector<std::uint8_t> LongValueReader::decode_chunk(ByteView key, const LongValueRoot& root, std::uint32_t offset,
                                                        ByteView stored) const {
    const std::size_t expected = chunk_size(root, offset);
    if (stored.size() > expected)
        corrupted(key, "has a chunk of " + std::to_string(stored.size()) + " bytes at " + std::to_string(offset));
    if (stored.size() == expected) return {stored.begin(), stored.end()};
    // Nothing else says that a chunk is compressed.
    std::vector<std::uint8_t> bytes = codec::decompress_value(stored, expected);
    if (bytes.size() != expected) corrupted(key, "has a chunk that is too short at " + std::to_string(offset));
    return bytes;
}

std::vector<std::uint8_t> LongValueReader::chunk(ByteView key, const LongValueRoot& root, std::uint32_t offset) {
    std::vector<std::uint8_t> chunk_key(key.begin(), key.end());
    chunk_key.resize(key.size() + 4);
    store_be(chunk_key.data() + key.size(), offset);
    if (!tree().seek_exactly(chunk_key, {})) corrupted(key, "has no chunk at " + std::to_string(offset));
    return decode_chunk(key, root, offset, tree().data());
}

std::uint32_t LongValueReader::size(ByteView id_in_record) {
    const WaitsAreForLongValue counted;
    return find(long_value_key(id_in_record)).bytes;
}

std::uint64_t LongValueReader::stored_size(ByteView id_in_record) {
    const WaitsAreForLongValue counted;
    const std::vector<std::uint8_t> key = long_value_key(id_in_record);
    (void)find(key);
    std::uint64_t bytes = 0;
    const auto belongs = [&] {
        return tree().key().size() > key.size() && std::ranges::equal(tree().key().first(key.size()), key);
    };
    while (tree().next() && belongs()) bytes += tree().data().size();
    return bytes;
}

void LongValueReader::read(ByteView id_in_record, std::uint32_t offset, ByteSpan into) {
    const WaitsAreForLongValue counted;
    ++thread_counters.long_values_read;
    const std::vector<std::uint8_t> key = long_value_key(id_in_record);
    const LongValueRoot root = find(key);
    if (offset > root.bytes || into.size() > root.bytes - offset) corrupted(key, "is shorter than it was");
    const std::uint32_t step = chunk_bytes();
    for (std::size_t filled = 0; filled < into.size();) {
        const auto at = static_cast<std::uint32_t>(offset + filled);
        const std::vector<std::uint8_t> bytes = chunk(key, root, at - at % step);
        const ByteView rest = ByteView(bytes).subspan(at % step);
        const std::size_t taken = std::min(rest.size(), into.size() - filled);
        store_bytes(into, filled, rest.first(taken));
        filled += taken;
    }
}

}  // namespace ese::engine
