#include "engine/btree/node_change.h"

#include <algorithm>

#include "base/error.h"
#include "esent.h"
#include "format/log/page_image.h"

namespace ese::engine {

using format::LogRecordType;
using format::NodeHead;
using format::PageHead;
using format::UndoneOperation;
namespace node_flag = format::node_flag;

namespace {

std::vector<std::uint8_t> copy_of(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

// A change as a version knows it, without what only its own kind has.
Version version_of(const NodeHead& head, std::uint32_t rceid, UndoneOperation operation) {
    Version version;
    version.rceid = rceid;
    version.level = head.page.level;
    version.dbid = head.page.dbid;
    version.tree_root = head.tree_root;
    version.object = head.object;
    version.unique = (head.page.flags & PageHead::flag_unique) != 0;
    version.operation = operation;
    return version;
}

bool is_versioned(const NodeHead& head) { return (head.page.flags & PageHead::flag_versioned) != 0; }

void require_bytes(std::size_t found, std::size_t expected) {
    if (found != expected)
        throw Error(ErrorKind::damage, JET_errDatabaseCorrupted,
                    "a node has " + std::to_string(found) + " bytes of data, and the log says it has " +
                        std::to_string(expected));
}

std::vector<std::uint8_t> sum(ByteView data, std::size_t offset, std::int64_t delta, bool is_long) {
    const std::size_t bytes = is_long ? 8 : 4;
    if (offset > data.size() || data.size() - offset < bytes)
        throw Error(ErrorKind::damage, JET_errDatabaseCorrupted, "a node has no number where the log adds to one");
    auto result = copy_of(data);
    const ByteSpan span(result);
    if (is_long) {
        store_u64(span, offset, load_u64(data, offset) + static_cast<std::uint64_t>(delta));
    } else {
        store_u32(span, offset, load_u32(data, offset) + static_cast<std::uint32_t>(delta));
    }
    return result;
}

// The change of one page: found if the page needs it, and marked with the dbtime of the record when it is done.
class PageChange {
 public:
    PageChange(const ChangeTarget& target, const PageHead& head)
        : target_(target),
          head_(head),
          page_(target.pages.page_to_change(head.page, head.dbtime_before, head.dbtime, target.position)) {}

    explicit operator bool() const { return page_ != nullptr; }
    format::PageView view() const { return page_->view(); }
    format::Node node() const { return page_->view().node(head_.line); }
    PageNumber number() const { return head_.page; }

    format::PageWriter writer() { return format::PageWriter(page_->change(target_.position)); }
    void require_room(bool done) { engine::require_room(done, view(), head_.page); }
    void replace_data(ByteView data) {
        auto page = writer();
        require_room(page.replace_data(head_.line, data));
    }
    void set_flag(std::uint8_t flag, bool on) {
        const std::uint8_t flags = node().flags;
        writer().set_node_flags(head_.line, static_cast<std::uint8_t>(on ? flags | flag : flags & ~flag));
    }
    void done() { writer().set_dbtime(head_.dbtime); }

 private:
    const ChangeTarget& target_;
    const PageHead& head_;
    CachedPage* page_;
};

// Fills in what only the page knows of a change that it is about to get: the bookmark, and the data before.
void learn_from_page(Version& version, const format::Node& node) {
    version.complete = true;
    version.only_in_memory = true;
    version.key = node.key();
    if (!version.unique) version.data = copy_of(node.data);
    if (version.operation == UndoneOperation::replace) version.before_image = copy_of(node.data);
}

void apply_insert(const ChangeTarget& target, ByteView bytes) {
    const auto record = format::InsertRecord::parse(bytes);
    const auto key = record.key();
    if (PageChange change(target, record.head.page); change) {
        auto writer = change.writer();
        change.require_room(writer.insert(record.head.page.line, key, record.data));
        change.done();
    }
    if (!is_versioned(record.head)) return;
    Version version = version_of(record.head, record.head.rceid, UndoneOperation::insert);
    version.complete = true;
    version.key = key;
    if (!version.unique) version.data = copy_of(record.data);
    target.versions.add(record.head.page.session, std::move(version));
}

// Two changes in one record: the node is there again, and it may have other data.
void add_flag_insert_versions(const ChangeTarget& target, const format::FlagInsertRecord& record,
                              std::optional<format::Node> node) {
    if (!is_versioned(record.head)) return;
    Version insert = version_of(record.head, record.head.rceid, UndoneOperation::insert);
    insert.complete = true;
    insert.key = copy_of(record.key);
    if (!insert.unique) insert.data = copy_of(record.data);
    target.versions.add(record.head.page.session, std::move(insert));
    if (record.replace_rceid == 0) return;
    Version replace = version_of(record.head, record.replace_rceid, UndoneOperation::replace);
    if (node) learn_from_page(replace, *node);
    replace.new_bytes = record.data.size();
    target.versions.add(record.head.page.session, std::move(replace));
}

void apply_flag_insert(const ChangeTarget& target, ByteView bytes) {
    const auto record = format::FlagInsertRecord::parse(bytes);
    PageChange change(target, record.head.page);
    add_flag_insert_versions(target, record, change ? std::optional(change.node()) : std::nullopt);
    if (!change) return;
    change.set_flag(node_flag::deleted, false);
    if (format::record_type(bytes) == LogRecordType::flag_insert_and_replace_data) change.replace_data(record.data);
    change.done();
}

void apply_replace(const ChangeTarget& target, ByteView bytes) {
    const auto record = format::ReplaceRecord::parse(bytes);
    Version version = version_of(record.head, record.head.rceid, UndoneOperation::replace);
    if (PageChange change(target, record.head.page); change) {
        const format::Node node = change.node();
        require_bytes(node.data.size(), record.old_bytes);
        learn_from_page(version, node);
        const auto data = record.is_difference ? format::apply_data_difference(node.data, record.data, record.wide)
                                               : copy_of(record.data);
        require_bytes(data.size(), record.new_bytes);
        version.new_bytes = data.size();
        change.replace_data(data);
        change.done();
    }
    if (is_versioned(record.head)) target.versions.add(record.head.page.session, std::move(version));
}

void apply_flag_delete(const ChangeTarget& target, ByteView bytes) {
    const NodeHead head = NodeHead::parse(bytes);
    Version version = version_of(head, head.rceid, UndoneOperation::flag_delete);
    if (PageChange change(target, head.page); change) {
        learn_from_page(version, change.node());
        change.set_flag(node_flag::deleted, true);
        change.done();
    }
    if (is_versioned(head)) target.versions.add(head.page.session, std::move(version));
}

void apply_delete(const ChangeTarget& target, ByteView bytes) {
    const NodeHead head = NodeHead::parse(bytes);
    if (PageChange change(target, head.page); change) {
        (void)change.node();
        change.writer().erase(head.page.line);
        change.done();
    }
}

void apply_delta(const ChangeTarget& target, ByteView bytes) {
    const auto record = format::BookmarkRecord::parse(bytes);
    if (PageChange change(target, record.head.page); change) {
        change.replace_data(sum(change.node().data, record.data_offset, record.delta,
                                record.operation == UndoneOperation::delta64));
        change.done();
    }
    if (!is_versioned(record.head)) return;
    Version version = version_of(record.head, record.head.rceid, record.operation);
    version.complete = true;
    version.key = copy_of(record.bookmark_key);
    version.data = copy_of(record.bookmark_data);
    version.delta = record.delta;
    version.data_offset = record.data_offset;
    target.versions.add(record.head.page.session, std::move(version));
}

void apply_set_external_header(const ChangeTarget& target, ByteView bytes) {
    const NodeHead head = NodeHead::parse(bytes);
    if (PageChange change(target, head.page); change) {
        auto writer = change.writer();
        change.require_room(writer.set_external_header(format::record_part(bytes, "data")));
        change.done();
    }
}

// Old contents of deleted nodes, or of a page that nobody uses, are wiped out (LOG-FORMAT 4.3, Scrub). What stands there
// instead means nothing.
void apply_scrub(const ChangeTarget& target, ByteView bytes) {
    const NodeHead head = NodeHead::parse(bytes);
    PageChange change(target, head.page);
    if (!change) return;
    constexpr std::uint64_t flag_unused_page = 1;
    auto writer = change.writer();
    if ((format::record_field(bytes, "fFlags").value_or(0) & flag_unused_page) != 0) {
        while (writer.view().node_count() > 0) writer.erase(writer.view().node_count() - 1);
    } else {
        const ByteView operations = format::record_part(bytes, "data");
        const auto count = static_cast<std::size_t>(format::record_field(bytes, "cscrubOper").value_or(0));
        if (count > operations.size() || count > writer.view().node_count())
            throw Error(ErrorKind::damage, JET_errLogFileCorrupt, "more nodes are scrubbed than the page has");
        for (std::size_t line = 0; line < count; ++line) {
            if (operations[line] == 0) continue;
            const std::vector<std::uint8_t> wiped(writer.view().node(line).data.size());
            change.require_room(writer.replace_data(line, wiped));
        }
    }
    change.done();
}

void apply_undo(const ChangeTarget& target, ByteView bytes) {
    const auto record = format::BookmarkRecord::parse(bytes);
    const auto version = target.versions.take(record.head.page.session, record.head.rceid);
    if (PageChange change(target, record.head.page); change) {
        // Without a version nothing is undone: then the change never got as far as a page (LOG-FORMAT 7.5).
        if (version && version->complete) {
            auto writer = change.writer();
            take_back(writer, change.number(), record.head.page.line, *version);
        }
        change.done();
    }
}

}  // namespace

void take_back(format::PageWriter& writer, PageNumber number, std::size_t line, const Version& version) {
    const format::Node node = writer.view().node(line);
    switch (version.operation) {
        case UndoneOperation::insert:
            writer.set_node_flags(line, static_cast<std::uint8_t>(node.flags | node_flag::deleted));
            return;
        case UndoneOperation::flag_delete:
            writer.set_node_flags(line, static_cast<std::uint8_t>(node.flags & ~node_flag::deleted));
            return;
        case UndoneOperation::replace:
            require_room(writer.replace_data(line, version.before_image), writer.view(), number);
            return;
        case UndoneOperation::delta:
        case UndoneOperation::delta64: {
            const auto data =
                sum(node.data, version.data_offset, -version.delta, version.operation == UndoneOperation::delta64);
            require_room(writer.replace_data(line, data), writer.view(), number);
            return;
        }
    }
    throw Error(ErrorKind::damage, JET_errLogFileCorrupt,
                "an operation of the unknown kind " + std::to_string(static_cast<unsigned>(version.operation)) +
                    " can't be undone");
}

void apply_node_record(const ChangeTarget& target, ByteView record) {
    switch (format::record_type(record)) {
        case LogRecordType::insert: return apply_insert(target, record);
        case LogRecordType::flag_insert:
        case LogRecordType::flag_insert_and_replace_data: return apply_flag_insert(target, record);
        case LogRecordType::flag_delete: return apply_flag_delete(target, record);
        case LogRecordType::replace:
        case LogRecordType::replace_d: return apply_replace(target, record);
        case LogRecordType::delete_node: return apply_delete(target, record);
        case LogRecordType::delta:
        case LogRecordType::delta64: return apply_delta(target, record);
        case LogRecordType::set_external_header: return apply_set_external_header(target, record);
        case LogRecordType::undo: return apply_undo(target, record);
        case LogRecordType::scrub: return apply_scrub(target, record);
        default: break;
    }
    throw Error(JET_errFeatureNotAvailable, "records of this type can't be replayed by this version");
}

void apply_passenger(const ChangeTarget& target, ByteView bytes, std::vector<OwnedNode>& nodes) {
    const NodeHead head = NodeHead::parse(bytes);
    const std::size_t line = head.page.line;
    const bool inserts = format::record_type(bytes) == LogRecordType::insert;
    if (line > nodes.size() || (line == nodes.size() && !inserts))
        throw Error(ErrorKind::damage, JET_errLogFileCorrupt,
                    "a split changes node " + std::to_string(line) + " of a page that has " +
                        std::to_string(nodes.size()));
    const auto at = nodes.begin() + static_cast<std::ptrdiff_t>(line);
    switch (format::record_type(bytes)) {
        case LogRecordType::insert: {
            const auto record = format::InsertRecord::parse(bytes);
            nodes.insert(at, OwnedNode{record.key(), copy_of(record.data), 0});
            return keep_passenger_version(target, bytes);
        }
        case LogRecordType::flag_insert_and_replace_data: {
            const auto record = format::FlagInsertRecord::parse(bytes);
            const format::Node node{0, {}, at->key, at->data};
            add_flag_insert_versions(target, record, node);
            at->flags = static_cast<std::uint8_t>(at->flags & ~node_flag::deleted);
            at->data = copy_of(record.data);
            return;
        }
        case LogRecordType::replace: {
            const auto record = format::ReplaceRecord::parse(bytes);
            if (is_versioned(head)) {
                Version version = version_of(head, head.rceid, UndoneOperation::replace);
                learn_from_page(version, format::Node{0, {}, at->key, at->data});
                version.new_bytes = record.data.size();
                target.versions.add(head.page.session, std::move(version));
            }
            at->data = copy_of(record.data);
            return;
        }
        default: break;
    }
    throw Error(ErrorKind::damage, JET_errLogFileCorrupt,
                "a split goes with a record of type " +
                    std::string(format::record_name(format::record_type(bytes))));
}

void keep_passenger_version(const ChangeTarget& target, ByteView bytes) {
    const NodeHead head = NodeHead::parse(bytes);
    if (format::record_type(bytes) == LogRecordType::flag_insert_and_replace_data)
        return add_flag_insert_versions(target, format::FlagInsertRecord::parse(bytes), std::nullopt);
    if (!is_versioned(head)) return;
    Version version = version_of(head, head.rceid, UndoneOperation::replace);
    if (format::record_type(bytes) == LogRecordType::insert) {
        const auto record = format::InsertRecord::parse(bytes);
        version.operation = UndoneOperation::insert;
        version.complete = true;
        version.key = record.key();
        if (!version.unique) version.data = copy_of(record.data);
    }
    target.versions.add(head.page.session, std::move(version));
}

}  // namespace ese::engine
