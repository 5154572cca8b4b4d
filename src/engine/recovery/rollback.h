#pragma once

// The end of a recovery: taking back what the transactions did that the logs leave open (LOG-FORMAT 5.5).

#include "engine/log/log_writer.h"
#include "engine/recovery/redo.h"

namespace ese::engine {

// Every change is taken back on its page and in the log, the newest of a session first, one session after the other.
// Throws JET_errDatabaseCorrupted where the node is not there any more, or where the log lacks what it was before.
void roll_back_open_transactions(Redo& redo, LogWriter& log);

// The end of every recovery: takes back what is open, says in the log that it is done, in the headers that the databases
// are clean, and in the log again that recovery is over. `log` continues the last one that was replayed. Returns the
// position of that last word, which is in the log buffer.
format::Lgpos end_recovery(Redo& redo, LogWriter& log, const format::Lgpos& redo_from, bool is_restore);

}  // namespace ese::engine
