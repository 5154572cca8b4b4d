// Logs that end anywhere: recovery leaves what the transactions committed up to there have left, and nothing else.

#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "base/error.h"
#include "engine/instance/instance.h"
#include "engine/recovery/log_cut.h"
#include "engine/recovery/log_sequence.h"
#include "engine/recovery/redo.h"
#include "format/log/page_image.h"
#include "format/log/tree_records.h"
#include "unit/database_contents.h"
#include "unit/temp_directory.h"

using namespace ese;
using namespace ese::engine;
using format::LogRecordType;
using format::UndoneOperation;

namespace {

using Bytes = std::vector<std::uint8_t>;
Bytes copy_of(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

// What the log means, without pages: every tree is a map, a transaction is a list of changes that can be taken back.
// Records that name a node by its place only are told its key by the caller.
class Meaning {
 public:
    struct Place {
        std::uint32_t object;
        Bytes key, data;  // the data counts in trees whose keys are not unique
        auto operator<=>(const Place&) const = default;
    };
    using Contents = std::map<Place, Bytes>;

    void apply(const format::LogRecord& record, const std::function<format::Node(const format::PageHead&)>& node_at);

    // The contents if the log ended here.
    Contents committed() const {
        Contents contents = contents_;
        for (const auto& [number, session] : sessions_)
            for (auto it = session.changes.rbegin(); it != session.changes.rend(); ++it) revert(contents, *it);
        return contents;
    }

 private:
    struct Change {
        std::uint32_t rceid;
        std::uint8_t level;
        Place place;
        std::optional<Bytes> before;
        std::int64_t delta = 0;  // not zero: added, so that others may have added something since
        std::size_t delta_at = 0;
    };
    struct Session {
        std::uint8_t level = 0;
        std::vector<Change> changes;
    };

    static Bytes sum(Bytes data, std::size_t at, std::int64_t delta) {
        REQUIRE(at + 4 <= data.size());
        store_u32(data, at, load_u32(data, at) + static_cast<std::uint32_t>(delta));
        return data;
    }
    static void revert(Contents& contents, const Change& change) {
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
    static Place place_of(const format::NodeHead& head, Bytes key, ByteView data) {
        const bool unique = (head.page.flags & format::PageHead::flag_unique) != 0;
        return {head.object.value(), std::move(key), unique ? Bytes() : copy_of(data)};
    }
    void change(const format::NodeHead& head, std::uint32_t rceid, const Place& place, std::optional<Bytes> now) {
        const auto found = contents_.find(place);
        if ((head.page.flags & format::PageHead::flag_versioned) != 0)
            sessions_[head.page.session].changes.push_back(
                {rceid, head.page.level, place,
                 found == contents_.end() ? std::nullopt : std::optional(found->second)});
        if (now)
            contents_[place] = std::move(*now);
        else
            contents_.erase(place);
    }
    void apply_node(const format::LogRecord& record,
                    const std::function<format::Node(const format::PageHead&)>& node_at);

    Contents contents_;
    std::map<format::SessionNumber, Session> sessions_;
};

void Meaning::apply(const format::LogRecord& record,
                    const std::function<format::Node(const format::PageHead&)>& node_at) {
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
        default: break;
    }
    if (format::effect_of(record.type) == format::LogRecordEffect::pages &&
        format::record_layout(record.bytes).head == format::LogRecordHead::node)
        apply_node(record, node_at);
}

void Meaning::apply_node(const format::LogRecord& record,
                         const std::function<format::Node(const format::PageHead&)>& node_at) {
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

// A log stream from its first generation on, and no database.
struct Stream {
    TempDirectory temp;
    std::string data;

    explicit Stream(const std::string& set) {
        const char* const root = std::getenv("ESEBACKUP_TEST_DATA");
        if (!root || !std::filesystem::exists(std::filesystem::path(root) / set / "files")) return;
        data = std::string(root) + "/" + set;
        put_logs(temp.path("logs"));
    }
    void put_logs(const std::string& directory) const {
        std::filesystem::create_directory(directory);
        for (const auto& entry : std::filesystem::directory_iterator(data + "/files"))
            if (entry.path().extension() == ".log" && entry.path().stem() != "edbtmp")
                std::filesystem::copy(entry.path(), directory);
    }
    LogSequence logs() const {
        os::FileSystem& files = os::real_file_system();
        const auto directory = scan_log_directory(files, temp.path("logs"), {"edb", true, true});
        const LogFile last = open_log_file(files, directory.current_path());
        return {files, directory, {directory.current_path(), last.header, last.scan()}, std::nullopt};
    }
};

// What every position means, for those that are asked for.
std::map<format::Lgpos, Meaning::Contents> meanings(const Stream& stream, const std::set<format::Lgpos>& asked) {
    const LogSequence logs = stream.logs();
    const std::string path = stream.temp.path("replayed.edb");
    RedoSurroundings surroundings{&os::real_file_system(),
                                  &os::real_clock(),
                                  logs.last().header.signature,
                                  std::size_t{64} << 20,
                                  [&](const std::string&, const format::Signature&) { return path; },
                                  logs.last().header.generation,
                                  logs.last().header.created};
    surroundings.page_bytes = logs.last().header.page_bytes;
    Redo redo(std::move(surroundings));
    Meaning meaning;
    std::map<format::Lgpos, Meaning::Contents> found;
    const auto node_at = [&](const format::PageHead& head) {
        return redo.attached().at(head.dbid).database->cache().page(head.page).view().node(head.line);
    };
    logs.for_each_record([&](const std::vector<format::AttachInfo>& list,
                             const format::Lgpos& start) { redo.attach_listed(list, start); },
                         [&](const format::LogRecord& record) {
                             meaning.apply(record, node_at);
                             redo.replay(record);
                             if (asked.contains(record.position)) found[record.position] = meaning.committed();
                         });
    std::filesystem::remove(path);
    return found;
}

using Trees = std::map<std::uint32_t, std::vector<test::LiveNode>>;

Trees trees_of(const Meaning::Contents& contents) {
    Trees trees;
    for (const auto& [place, data] : contents) trees[place.object].push_back({place.key, data});
    return trees;
}

Trees trees_of_database(const std::string& path) {
    Trees trees;
    if (std::filesystem::exists(path)) trees = test::trees_of(path);
    std::erase_if(trees, [](const auto& tree) { return tree.second.empty(); });
    return trees;
}

// Recovery of the logs up to `stop`, from no database at all.
void recover_to(const Stream& stream, const std::string& directory, const format::Lgpos& stop) {
    stream.put_logs(directory);
    const auto log = open_log_file(os::real_file_system(), directory + "/edb.log");
    Parameters parameters;
    for (const auto id :
         {JET_paramSystemPath, JET_paramLogFilePath, JET_paramTempPath, JET_paramAlternateDatabaseRecoveryPath})
        parameters.set_text(static_cast<std::uint32_t>(id), directory, false);
    parameters.set_number(JET_paramDatabasePageSize, log.header.page_bytes, false);
    parameters.set_number(JET_paramLogFileSize, log.header.file_bytes() / 1024, false);
    Instance instance(os::real_file_system(), os::real_clock(), "cut", parameters);
    RecoveryOptions options;
    options.stop = stop;
    instance.init(JET_bitRecoveryUndoAtStop, options);
    instance.term(0);
}

void check_cuts(const Stream& stream, const std::vector<format::Lgpos>& positions) {
    const auto expected = meanings(stream, {positions.begin(), positions.end()});
    REQUIRE(expected.size() == positions.size());
    for (const auto& [position, contents] : expected) {
        INFO("cut behind " << position.to_string());
        const TempDirectory temp;
        const std::string directory = temp.path("cut");
        try {
            recover_to(stream, directory, position);
        } catch (const Error& error) {
            FAIL_CHECK(error.what());
            continue;
        }
        const Trees found = trees_of_database(directory + "/data.edb"), wanted = trees_of(contents);
        CHECK(found.size() == wanted.size());
        for (const auto& [object, nodes] : wanted) {
            INFO("object " << object);
            CHECK((found.contains(object) && found.at(object) == nodes));
        }
    }
}

std::vector<format::Lgpos> all_positions(const Stream& stream) {
    std::vector<format::Lgpos> positions;
    stream.logs().for_each_record([](const std::vector<format::AttachInfo>&, const format::Lgpos&) {},
                                  [&](const format::LogRecord& record) { positions.push_back(record.position); });
    return positions;
}

}  // namespace

TEST_CASE("Wherever the logs end, the databases hold what was committed up to there") {
    const char* set = GENERATE("clean-4k", "dirty-4k", "dirty-8k", "clean-32k", "clean-8k-efv9600");
    const Stream stream(set);
    if (stream.data.empty()) return;
    const unsigned seed = std::random_device()();
    INFO(set << ", seed " << seed);
    const auto all = all_positions(stream);
    std::mt19937 random(seed);
    std::vector<format::Lgpos> sample{all.front(), all.back()};
    for (int i = 0; i < 6; ++i) sample.push_back(all[random() % all.size()]);
    std::ranges::sort(sample);
    sample.erase(std::unique(sample.begin(), sample.end()), sample.end());
    check_cuts(stream, sample);
}

TEST_CASE("At the end of all logs it is what the original engine made of them") {
    const char* set = GENERATE("clean-4k", "dirty-4k", "dirty-8k", "clean-32k", "clean-8k-efv9600");
    const Stream stream(set);
    if (stream.data.empty()) return;
    INFO(set);
    const auto all = all_positions(stream);
    const auto meaning = meanings(stream, {all.back()});
    CHECK(trees_of(meaning.at(all.back())) == trees_of_database(stream.data + "/recovered/data.edb"));
}

TEST_CASE("The same behind every single record", "[.slow]") {
    const char* set = GENERATE("dirty-4k", "dirty-8k");
    const Stream stream(set);
    if (stream.data.empty()) return;
    check_cuts(stream, all_positions(stream));
}
