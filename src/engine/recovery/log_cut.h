#pragma once

// Ending the logs of a directory at a position in the middle of them, so that they can be continued from there. Nothing
// is deleted: what lies behind goes to a folder of its own.

#include <optional>
#include <string>

#include "engine/log/log_files.h"

namespace ese::engine {

// The log in which a position lies, whatever it is called: current, closed, or the next one of a roll that was
// interrupted. Throws JET_errMissingLogFile where the generation is not there. A position behind the newest log lies in
// that one.
std::string log_with(os::FileSystem& files, const LogDirectory& directory, const format::Lgpos& position);

// Where the logs behind `stop` go.
std::string set_aside_folder(const LogDirectory& directory, const format::Lgpos& stop);

// Afterwards the log that `stop` lies in, if it is there, is the current one, and ends with the last record up to
// `stop`; newer ones and its original lie in set_aside_folder(). Nothing changes where nothing lies behind. Interrupted
// at any point it can be called again, and until then JetInit finds either the logs as they were, or none that it would
// go on with. True if anything was set aside.
bool end_logs_at(os::FileSystem& files, const LogDirectory& directory, const format::Lgpos& stop);

}  // namespace ese::engine
