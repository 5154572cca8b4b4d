#pragma once

// Taking back what the transactions did that the logs leave open (LOG-FORMAT 5.5).

#include "engine/log/log_writer.h"
#include "engine/recovery/redo.h"

namespace ese::engine {

// Every change is taken back on its page and in the log, the newest of a session first, one session after the other.
// Throws JET_errDatabaseCorrupted where the node is not there any more, or where the log lacks what it was before.
void roll_back_open_transactions(Redo& redo, LogWriter& log);

}  // namespace ese::engine
