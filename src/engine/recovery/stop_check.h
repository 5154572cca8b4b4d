#pragma once

// Whether recovery can end in the middle of the logs: only if no database holds anything that was logged behind it.

#include <functional>
#include <string>

#include "engine/recovery/log_sequence.h"
#include "os/clock.h"

namespace ese::engine {

// `logs` ends at the stop. Every database that is attached there is looked at, where `place_of` says it lies; one that
// is not there is recovery's to complain about. Throws JET_errRequiredLogFilesMissing for a database with changes from
// behind the stop, JET_errAttachedDatabaseMismatch for one that was made clean behind it, and what reading the logs
// throws.
//
// A header names required logs by whole generations. Where the stop lies inside of them every page is looked at, and
// where none is newer than the stop the header is corrected: it requires no more than that generation.
void prepare_to_stop(os::FileSystem& files, os::Clock& clock, const LogSequence& logs, const format::Lgpos& stop,
                     const std::function<std::string(const std::string&, const format::Signature&)>& place_of);

}  // namespace ese::engine
