#include "engine/table/record_size.h"

namespace ese::engine {

namespace {

// A long value's first node and the keys of its chunks.
constexpr std::uint64_t root_bytes = 12, chunk_key_bytes = 8;

class Sum {
 public:
    Sum(const Table& table, LongValueReader& long_values) : table_(table), long_values_(long_values) {}

    void add_columns(const auto& values_of) {
        for (const Column& column : table_.columns) {
            const std::vector<ColumnContent> values = values_of(column);
            if (values.empty() || values[0].is_default) continue;
            ++(column.is_tagged() ? size_.tagged : size_.fixed_and_variable);
            size_.more_values += values.size() - 1;
            for (const ColumnContent& value : values) add(value);
        }
    }
    RecordSize end(std::size_t record_bytes, std::size_t key_bytes) {
        size_.overhead = record_bytes + key_bytes - in_record_;
        return size_;
    }

 private:
    void add(const ColumnContent& value) {
        const std::uint32_t bytes = value_size(value, long_values_);
        if (value.is_long_value()) {
            const std::uint64_t chunks = (bytes + std::uint64_t{long_values_.chunk_bytes()} - 1) / long_values_.chunk_bytes();
            ++size_.long_values;
            size_.long_value_data += bytes;
            size_.long_value_data_stored += value.separated ? long_values_.stored_size(value.bytes) : bytes;
            size_.long_value_overhead += root_bytes + chunks * chunk_key_bytes;
            return;
        }
        size_.data += bytes;
        size_.data_stored += value.bytes.size();
        in_record_ += value.bytes.size();
        if (value.compressed) ++size_.compressed;
    }

    const Table& table_;
    LongValueReader& long_values_;
    RecordSize size_;
    std::size_t in_record_ = 0;
};

}  // namespace

RecordSize size_of_record(const Table& table, ByteView record, std::size_t key_bytes, bool large_page,
                          LongValueReader& long_values) {
    const RecordValues values(table, record, large_page);
    Sum sum(table, long_values);
    sum.add_columns([&](const Column& column) { return values.values(column); });
    return sum.end(record.size(), key_bytes);
}

RecordSize size_of_draft(const Table& table, const RecordDraft& draft, std::size_t key_bytes,
                         LongValueReader& long_values) {
    Sum sum(table, long_values);
    sum.add_columns([&](const Column& column) { return draft.values(column); });
    return sum.end(draft.size(), key_bytes);
}

}  // namespace ese::engine
