#pragma once

// What logs mean, told without pages: the other side that recovery is held against.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "format/database/page.h"
#include "format/log/log_stream.h"
#include "format/log/tree_records.h"
#include "unit/database_contents.h"

namespace test {

// What the log means, without pages: every tree is a map, a transaction is a list of changes that can be taken back.
// Records that name a node by its place only are told its key by the caller.
class Meaning {
 public:
    using Bytes = std::vector<std::uint8_t>;
    using NodeAt = std::function<ese::format::Node(const ese::format::PageHead&)>;
    struct Place {
        std::uint8_t dbid;
        std::uint32_t object;
        Bytes key, data;  // the data counts in trees whose keys are not unique
        auto operator<=>(const Place&) const = default;
    };
    using Contents = std::map<Place, Bytes>;

    Meaning() = default;
    // Goes on from databases, in which nothing is open.
    explicit Meaning(const std::map<std::uint8_t, std::string>& databases);

    void apply(const ese::format::LogRecord& record, const NodeAt& node_at);

    // The contents if the log ended here.
    Contents committed() const;

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

    static Bytes sum(Bytes data, std::size_t at, std::int64_t delta);
    static void revert(Contents& contents, const Change& change);
    Place place_of(const ese::format::NodeHead& head, Bytes key, ese::ByteView data);
    void change(const ese::format::NodeHead& head, std::uint32_t rceid, const Place& place, std::optional<Bytes> now);
    void apply_node(const ese::format::LogRecord& record, const NodeAt& node_at);

    Contents contents_;
    // Trees that were there before the first record: whether their keys are unique is told by the first one about them.
    std::set<std::pair<std::uint8_t, std::uint32_t>> unknown_trees_;
    // Databases whose creation the log has not ended: recovery takes them away (LOG-FORMAT 4.3).
    std::set<std::uint8_t> unfinished_;
    std::map<ese::format::SessionNumber, Session> sessions_;
};

// Trees of one database that hold anything, as trees_of() gives them.
std::map<std::uint32_t, std::vector<LiveNode>> trees_of(const Meaning::Contents& contents, std::uint8_t dbid);

// The same trees as in the database at `path`, node for node.
void check_trees(const Meaning::Contents& contents, std::uint8_t dbid, const std::string& path);

}  // namespace test
