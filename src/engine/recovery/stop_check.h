#pragma once

// Whether recovery can end in the middle of the logs: only if no database holds anything that was logged behind it.

#include <functional>
#include <string>

#include "engine/recovery/log_sequence.h"

namespace ese::engine {

// `logs` ends at the stop. Every database that is attached there is looked at, where `place_of` says it lies; one that
// is not there is recovery's to complain about. Throws JET_errRequiredLogFilesMissing for a database that requires logs
// from behind the stop, JET_errAttachedDatabaseMismatch for one that was made clean behind it, and what reading the logs
// throws.
void require_reachable(os::FileSystem& files, const LogSequence& logs, const format::Lgpos& stop,
                       const std::function<std::string(const std::string&, const format::Signature&)>& place_of);

}  // namespace ese::engine
