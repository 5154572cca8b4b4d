#pragma once

// One change of a node that a rollback takes back (LOG-FORMAT 4.4, 5.5).

#include <cstdint>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "format/log/log_record_types.h"
#include "format/log/tree_records.h"

namespace ese::engine {

struct Version {
    std::uint32_t rceid = 0;
    std::uint8_t level = 0;
    std::uint8_t dbid = 0;
    PageNumber tree_root;
    ObjectId object;
    bool unique = false;  // the tree's keys
    format::UndoneOperation operation = format::UndoneOperation::insert;
    // The node's bookmark, and what the change replaced. A change that a page had already may lack both: the log has
    // them in an UndoInfo record then.
    bool complete = false;
    std::vector<std::uint8_t> key;
    std::vector<std::uint8_t> data;  // in trees whose keys are not unique
    std::vector<std::uint8_t> before_image;
    std::size_t new_bytes = 0;  // of the data that a replace has put there
    std::int64_t delta = 0;
    std::uint16_t data_offset = 0;
    // Known from the page alone: if the page were written and recovery interrupted, nothing could undo the change.
    bool only_in_memory = false;
};

// Where changes that are made keep what takes them back, and where an Undo record finds it.
class Versions {
 public:
    virtual ~Versions() = default;
    virtual void add(format::SessionNumber session, Version version) = 0;
    // The change that is being undone, taken out. Nothing if it is not there.
    virtual std::optional<Version> take(format::SessionNumber session, std::uint32_t rceid) = 0;
};

}  // namespace ese::engine
