#include "engine/check/long_value_check.h"

#include <algorithm>

#include "engine/btree/line_search.h"

namespace ese::engine {

namespace {

using Bytes = std::vector<std::uint8_t>;

// The first node of a long value that is being deleted in parts has this (DATABASE-FORMAT 6.1).
constexpr std::uint32_t partly_deleted = 0xFFFFFFFF;

std::string name(ByteView key) {
    std::string text = "long value ";
    constexpr char digits[] = "0123456789abcdef";
    for (const std::uint8_t byte : key) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

// The key of a value's first node has 4 bytes, or 8 with the top bit set; that of a chunk four more.
std::size_t id_bytes(ByteView key) { return !key.empty() && (key[0] & 0x80) != 0 ? 8 : 4; }

class LongValueCheck {
 public:
    LongValueCheck(PageCache& cache, const Table& table, std::vector<Bytes>& references, Findings& findings)
        : cache_(cache), reader_(cache, table), references_(references), findings_(findings) {}

    void run(const Tree& tree) {
        std::ranges::sort(references_);
        TreeCursor nodes(cache_, tree);
        for (bool more = nodes.first(); more; more = nodes.next()) {
            findings_.poll();
            const std::size_t id = id_bytes(nodes.key());
            if (nodes.key().size() == id)
                enter_value(nodes);
            else if (nodes.key().size() == id + 4)
                visit_chunk(nodes);
            else
                damage("the tree of long values has a key of " + std::to_string(nodes.key().size()) + " bytes");
            cache_.trim();
        }
        leave_value();
        require_referenced_up_to(references_.size());
    }

 private:
    void damage(std::string what) { findings_.damage(JET_errLVCorrupted, {}, std::move(what)); }

    void enter_value(const TreeCursor& nodes) {
        leave_value();
        key_.assign(nodes.key().begin(), nodes.key().end());
        root_ = LongValueRoot::parse(nodes.data());
        next_offset_ = 0;
        in_value_ = true;
        const auto same = std::equal_range(references_.begin(), references_.end(), key_);
        require_referenced_up_to(static_cast<std::size_t>(same.first - references_.begin()));
        visited_references_ = static_cast<std::size_t>(same.second - references_.begin());
        const auto referenced = static_cast<std::size_t>(same.second - same.first);
        if (root_.references == partly_deleted && referenced == 0) return;
        if (root_.references != referenced)
            damage(name(key_) + " counts " + std::to_string(root_.references) + " references, but records have " +
                   std::to_string(referenced));
    }

    void visit_chunk(const TreeCursor& nodes) {
        const ByteView key = nodes.key();
        const ByteView id = key.first(key.size() - 4);
        const auto offset = load_be<std::uint32_t>(key.data() + id.size());
        if (!in_value_ || compare_bytes(id, key_) != 0) return damage(name(id) + " has a chunk, but no first node");
        if (root_.references == partly_deleted) return;
        if (offset != next_offset_ || offset >= root_.bytes) {
            damage(name(id) + " has a chunk at " + std::to_string(offset) + " where one at " +
                   std::to_string(next_offset_) + " is expected");
            next_offset_ = offset;
        }
        findings_.guard([&] { (void)reader_.decode_chunk(id, root_, offset, nodes.data()); });
        next_offset_ += reader_.chunk_size(root_, offset);
    }

    void leave_value() {
        if (in_value_ && root_.references != partly_deleted && next_offset_ != root_.bytes)
            damage(name(key_) + " has " + std::to_string(next_offset_) + " bytes, not " + std::to_string(root_.bytes));
        in_value_ = false;
    }

    // References are in order, as the nodes are: those that were passed over have no value.
    void require_referenced_up_to(std::size_t end) {
        for (; visited_references_ < end; ++visited_references_)
            damage("a record has " + name(references_[visited_references_]) + ", which does not exist");
    }

    PageCache& cache_;
    LongValueReader reader_;
    std::vector<Bytes>& references_;
    Findings& findings_;
    Bytes key_;
    LongValueRoot root_;
    std::uint32_t next_offset_ = 0;
    bool in_value_ = false;
    std::size_t visited_references_ = 0;
};

}  // namespace

void check_long_values(PageCache& cache, const Table& table, std::vector<Bytes>& references, Findings& findings) {
    if (table.long_values)
        LongValueCheck(cache, table, references, findings).run(*table.long_values);
    else if (!references.empty())
        findings.damage(JET_errLVCorrupted, {}, "its records have long values, but the table has none");
}

}  // namespace ese::engine
