#include "engine/table/long_value_writer.h"

#include <algorithm>

#include "base/error.h"
#include "codec/column_compression.h"
#include "esent.h"

namespace ese::engine {

namespace {

using Bytes = LongValueWriter::Bytes;

constexpr std::uint16_t references_offset = 0;
// Ids of 8 bytes have this bit in front (DATABASE-FORMAT 6.1).
constexpr std::uint8_t wide_id_mark = 0x80;
constexpr std::uint64_t first_wide_id = 0x8000000080000001, last_id = 0x7FFFFFFF;
constexpr std::size_t id_bytes = 4, wide_id_bytes = 8;

Bytes chunk_key(ByteView key, std::uint32_t offset) {
    Bytes whole(key.begin(), key.end());
    whole.resize(key.size() + 4);
    store_be(whole.data() + key.size(), offset);
    return whole;
}

Bytes root_data(std::uint32_t references, std::size_t bytes) {
    Bytes data(8);
    store_u32(data, 0, references);
    store_u32(data, 4, static_cast<std::uint32_t>(bytes));
    return data;
}

Bytes id_from(ByteView key) { return {key.rbegin(), key.rend()}; }

bool is_wide(const std::optional<Bytes>& greatest_key) {
    return greatest_key && greatest_key->size() >= wide_id_bytes && ((*greatest_key)[0] & wide_id_mark) != 0;
}

}  // namespace

bool has_wide_ids(PageCache& cache, const Tree& tree) { return is_wide(greatest_key(cache, tree)); }

LongValueWriter::LongValueWriter(LiveChanges& changes, TableCounters& counters, const Table& table)
    : changes_(changes),
      counters_(counters),
      table_(table),
      tree_(changes, table.long_values.value()),
      chunk_bytes_(LongValueReader(changes.cache(), table).chunk_bytes()) {}

LongValueRoot LongValueWriter::root(ByteView key) {
    const auto data = tree_.read(key);
    if (!data)
        throw Error(ErrorKind::damage, JET_errLVCorrupted,
                    "table " + table_.name + " has a record with a long value that does not exist");
    return LongValueRoot::parse(*data);
}

// Ids are not given twice while the instance runs, whatever is rolled back or goes.
Bytes LongValueWriter::next_key() {
    if (counters_.last_long_value == 0) {
        const auto greatest = greatest_key(changes_.cache(), table_.long_values.value());
        if (is_wide(greatest))
            counters_.last_long_value = load_be<std::uint64_t>(greatest->data());
        else if (greatest && greatest->size() >= id_bytes)
            counters_.last_long_value = load_be<std::uint32_t>(greatest->data());
    }
    const std::uint64_t id = ++counters_.last_long_value;
    const bool wide = id >= first_wide_id;
    if (!wide && id > last_id)
        throw Error(JET_errOutOfLongValueIDs, "table " + table_.name + " has had as many long values as it can have");
    Bytes key(wide ? wide_id_bytes : id_bytes);
    if (wide)
        store_be(key.data(), id);
    else
        store_be(key.data(), static_cast<std::uint32_t>(id));
    return key;
}

Bytes LongValueWriter::stored_chunk(ByteView content, std::uint32_t offset, bool compress) const {
    const ByteView chunk = content.subspan(offset, std::min<std::size_t>(chunk_bytes_, content.size() - offset));
    if (compress)
        if (auto compressed = codec::compress_value(chunk)) return std::move(*compressed);
    return {chunk.begin(), chunk.end()};
}

// `old`: what there is of the value already.
void LongValueWriter::write_chunks(ByteView key, const LongValueRoot& old, ByteView content, bool compress) {
    const std::size_t bytes = std::max<std::size_t>(old.bytes, content.size());
    for (std::size_t at = 0; at < bytes; at += chunk_bytes_) {
        const auto offset = static_cast<std::uint32_t>(at);
        const Bytes node_key = chunk_key(key, offset);
        if (at >= content.size()) {
            tree_.remove(node_key, {});
            continue;
        }
        const Bytes stored = stored_chunk(content, offset, compress);
        if (at >= old.bytes)
            tree_.insert(node_key, stored);
        else if (tree_.read(node_key) != stored)
            tree_.replace(node_key, stored);
    }
}

Bytes LongValueWriter::create(ByteView content, bool compress) {
    const Bytes key = next_key();
    tree_.insert(key, root_data(1, content.size()));
    write_chunks(key, {}, content, compress);
    return id_from(key);
}

void LongValueWriter::share(ByteView id) { (void)tree_.add(long_value_key(id), references_offset, 1, false); }

void LongValueWriter::release(ByteView id) {
    const Bytes key = long_value_key(id);
    const LongValueRoot old = root(key);
    if (old.references == 1 && remove_root(key)) {
        for (std::size_t at = 0; at < old.bytes; at += chunk_bytes_)
            tree_.remove(chunk_key(key, static_cast<std::uint32_t>(at)), {});
    } else {
        (void)tree_.add(key, references_offset, -1, false);
    }
}

// False if others have begun to refer to it, or to do so no more.
bool LongValueWriter::remove_root(ByteView key) {
    try {
        tree_.remove(key, {});
        return true;
    } catch (const Error& error) {
        if (error.jet() != JET_errWriteConflict) throw;
        return false;
    }
}

Bytes LongValueWriter::change(ByteView id, ByteView content, bool compress) {
    const Bytes key = long_value_key(id);
    const LongValueRoot old = root(key);
    if (old.references != 1) {
        release(id);
        return create(content, compress);
    }
    // Even where its size stays: so nobody else can begin to share it meanwhile.
    tree_.replace(key, root_data(1, content.size()));
    write_chunks(key, old, content, compress);
    return {id.begin(), id.end()};
}

}  // namespace ese::engine
