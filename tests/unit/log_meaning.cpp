#include "unit/log_meaning.h"

#include <algorithm>
#include <filesystem>

#include "format/log/page_image.h"

namespace test {

using namespace ese;
using format::LogRecordType;
using format::UndoneOperation;

namespace {

Meaning::Bytes copy_of(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace

Meaning::Meaning(const std::map<std::uint8_t, std::string>& databases) {
    for (const auto& [dbid, path] : databases) {
        for (const auto& [object, nodes] : test::trees_of(path)) {
            for (const LiveNode& node : nodes) contents_[{dbid, object, node.key, node.data}] = node.data;
            unknown_trees_.emplace(dbid, object);
        }
    }
}

Meaning::Contents Meaning::committed() const {
    Contents contents = contents_;
    for (const auto& [number, session] : sessions_)
        for (auto it = session.changes.rbegin(); it != session.changes.rend(); ++it) revert(contents, *it);
    std::erase_if(contents, [this](const auto& entry) { return unfinished_.contains(entry.first.dbid); });
    return contents;
}

Meaning::Bytes Meaning::sum(Bytes data, std::size_t at, std::int64_t delta) {
    REQUIRE(at + 4 <= data.size());
    store_u32(data, at, load_u32(data, at) + static_cast<std::uint32_t>(delta));
    return data;
}

void Meaning::revert(Contents& contents, const Change& change) {
    if (change.delta != 0) {
        INFO("delta in object " << change.place.object << " rceid " << change.rceid);
        REQUIRE(contents.contains(change.place));
        Bytes& data = contents.at(change.place);
        data = sum(data, change.delta_at, -change.delta);
    } else if (change.before) {
        contents[change.place] = *change.before;
    } else {
        contents.erase(change.place);
    }
}

Meaning::Place Meaning::place_of(const format::NodeHead& head, Bytes key, ByteView data) {
    const bool unique = (head.page.flags & format::PageHead::flag_unique) != 0;
    const std::uint8_t dbid = head.page.dbid;
    const std::uint32_t object = head.object.value();
    if (unknown_trees_.erase({dbid, object}) != 0 && unique) {
        const auto first = contents_.lower_bound({dbid, object, {}, {}});
        const auto last = contents_.lower_bound({dbid, object + 1, {}, {}});
        const std::vector<std::pair<Place, Bytes>> nodes(first, last);
        contents_.erase(first, last);
        for (const auto& [place, content] : nodes) contents_[{dbid, object, place.key, {}}] = content;
    }
    return {dbid, object, std::move(key), unique ? Bytes() : copy_of(data)};
}

void Meaning::change(const format::NodeHead& head, std::uint32_t rceid, const Place& place, std::optional<Bytes> now) {
    const auto found = contents_.find(place);
    if ((head.page.flags & format::PageHead::flag_versioned) != 0)
        sessions_[head.page.session].changes.push_back(
            {rceid, head.page.level, place, found == contents_.end() ? std::nullopt : std::optional(found->second)});
    if (now)
        contents_[place] = std::move(*now);
    else
        contents_.erase(place);
}

void Meaning::apply(const format::LogRecord& record, const NodeAt& node_at) {
    switch (record.type) {
        case LogRecordType::begin0:
        case LogRecordType::begin: {
            const auto begin = format::BeginRecord::parse(record.bytes);
            sessions_[begin.session].level = static_cast<std::uint8_t>(begin.from_level + begin.levels);
            return;
        }
        case LogRecordType::commit0:
        case LogRecordType::commit: {
            const auto commit = format::CommitRecord::parse(record.bytes);
            Session& session = sessions_[commit.session];
            session.level = commit.to_level;
            if (commit.to_level == 0) session.changes.clear();
            for (Change& change : session.changes) change.level = std::min(change.level, commit.to_level);
            return;
        }
        case LogRecordType::rollback: {
            const auto rollback = format::RollbackRecord::parse(record.bytes);
            Session& session = sessions_[rollback.session];
            session.level = static_cast<std::uint8_t>(session.level - rollback.levels);
            std::erase_if(session.changes, [&](const Change& change) { return change.level > session.level; });
            return;
        }
        case LogRecordType::create_db:
            unfinished_.insert(format::CreateDbRecord::parse(record.bytes).dbid);
            return;
        case LogRecordType::create_db_finish: unfinished_.erase(load_u8(record.bytes, 3)); return;
        default: break;
    }
    if (format::effect_of(record.type) == format::LogRecordEffect::pages &&
        format::record_layout(record.bytes).head == format::LogRecordHead::node)
        apply_node(record, node_at);
}

void Meaning::apply_node(const format::LogRecord& record, const NodeAt& node_at) {
    const auto head = format::NodeHead::parse(record.bytes);
    if ((head.page.flags & format::PageHead::flag_space) != 0) return;
    switch (record.type) {
        case LogRecordType::insert: {
            const auto insert = format::InsertRecord::parse(record.bytes);
            return change(head, head.rceid, place_of(head, insert.key(), insert.data), copy_of(insert.data));
        }
        case LogRecordType::flag_insert:
        case LogRecordType::flag_insert_and_replace_data: {
            const auto insert = format::FlagInsertRecord::parse(record.bytes);
            const Place place = place_of(head, copy_of(insert.key), insert.data);
            change(head, head.rceid, place, copy_of(node_at(head.page).data));
            if (record.type == LogRecordType::flag_insert_and_replace_data)
                change(head, insert.replace_rceid, place, copy_of(insert.data));
            return;
        }
        case LogRecordType::flag_delete:
        case LogRecordType::delete_node: {
            const auto node = node_at(head.page);
            INFO("delete in object " << head.object.value() << " at " << record.position.to_string());
            if (record.type == LogRecordType::flag_delete)
                REQUIRE(contents_.contains(place_of(head, node.key(), node.data)));
            return change(head, head.rceid, place_of(head, node.key(), node.data), std::nullopt);
        }
        case LogRecordType::replace:
        case LogRecordType::replace_d: {
            const auto replace = format::ReplaceRecord::parse(record.bytes);
            const auto node = node_at(head.page);
            // What is flagged as deleted is cut short before its page is merged.
            if (node.is_deleted()) return;
            const Place place = place_of(head, node.key(), {});
            INFO("replace in object " << place.object << " at " << record.position.to_string());
            REQUIRE(contents_.contains(place));
            const Bytes before = contents_.at(place);
            return change(head, head.rceid, place,
                          replace.is_difference ? format::apply_data_difference(before, replace.data, replace.wide)
                                                : copy_of(replace.data));
        }
        case LogRecordType::delta: {
            const auto delta = format::BookmarkRecord::parse(record.bytes);
            const Place place = place_of(head, copy_of(delta.bookmark_key), delta.bookmark_data);
            INFO("delta in object " << place.object << " at " << record.position.to_string());
            REQUIRE(contents_.contains(place));
            contents_.at(place) = sum(contents_.at(place), delta.data_offset, delta.delta);
            if ((head.page.flags & format::PageHead::flag_versioned) != 0)
                sessions_[head.page.session].changes.push_back(
                    {head.rceid, head.page.level, place, std::nullopt, delta.delta, delta.data_offset});
            return;
        }
        case LogRecordType::undo: {
            auto& changes = sessions_[head.page.session].changes;
            const auto found = std::ranges::find(changes, head.rceid, &Change::rceid);
            REQUIRE(found != changes.end());
            revert(contents_, *found);
            changes.erase(found);
            return;
        }
        default: return;
    }
}

std::map<std::uint32_t, std::vector<LiveNode>> trees_of(const Meaning::Contents& contents, std::uint8_t dbid) {
    std::map<std::uint32_t, std::vector<LiveNode>> trees;
    for (const auto& [place, data] : contents)
        if (place.dbid == dbid) trees[place.object].push_back({place.key, data});
    return trees;
}

void check_trees(const Meaning::Contents& contents, std::uint8_t dbid, const std::string& path) {
    std::map<std::uint32_t, std::vector<LiveNode>> found;
    if (std::filesystem::exists(path)) found = trees_of(path);
    std::erase_if(found, [](const auto& tree) { return tree.second.empty(); });
    const auto wanted = trees_of(contents, dbid);
    CHECK(found.size() == wanted.size());
    for (const auto& [object, nodes] : wanted) {
        INFO("object " << object);
        CHECK((found.contains(object) && found.at(object) == nodes));
    }
}

}  // namespace test
