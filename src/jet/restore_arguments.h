#pragma once

// What the calls that recover and restore have in common: maps of databases, stop positions, progress.

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/recovery/recovery.h"
#include "esent.h"
#include "format/common.h"
#include "jet/text.h"

namespace ese::jet {

// Throws JET_errInvalidParameter for an entry without a new place, and for a map without entries where there should be
// some. No map is no map.
template <class Map>
std::optional<std::vector<engine::RecoveryOptions::Moved>> moved_databases(const Map* map, std::int32_t count) {
    if (count < 0 || (count > 0) != (map != nullptr))
        throw Error(ErrorKind::usage, JET_errInvalidParameter, "the restore map and its count contradict each other");
    if (!map) return std::nullopt;
    std::vector<engine::RecoveryOptions::Moved> moved;
    for (std::int32_t i = 0; i < count; ++i) {
        if (!map[i].szNewDatabaseName)
            throw Error(ErrorKind::usage, JET_errInvalidParameter, "an entry of the restore map names no file");
        moved.push_back({text_from(map[i].szDatabaseName), text_from(map[i].szNewDatabaseName)});
    }
    return moved;
}

// Of JET_RSTINFO. All zero: to the end. A time is not taken for a position (BACKUP-SEMANTICS 8, 11).
template <class Info>
std::optional<format::Lgpos> stop_position(const Info& info) {
    const JET_LOGTIME& time = info.logtimeStop;
    if (time.bSeconds || time.bMinutes || time.bHours || time.bDay || time.bMonth || time.bYear)
        throw Error(ErrorKind::usage, JET_errInvalidParameter, "recovery stops at a log position, not at a time");
    const JET_LGPOS& at = info.lgposStop;
    if (at.lGeneration < 0) throw Error(ErrorKind::usage, JET_errInvalidParameter, "lgposStop is no position in a log");
    const format::Lgpos stop{Generation(static_cast<std::uint32_t>(at.lGeneration)), at.isec, at.ib};
    return stop.is_zero() ? std::nullopt : std::optional(stop);
}

// Tells the application how far a backup or restore is: begin, progress, complete or fail.
class StatusCallback {
 public:
    StatusCallback(JET_SNP process, JET_PFNSTATUS callback) : process_(process), callback_(callback) {}

    // What the application thinks of it.
    JET_ERR tell(JET_SNT step, unsigned percent) const {
        if (!callback_) return JET_errSuccess;
        JET_SNPROG progress{sizeof(JET_SNPROG), percent, 100};
        return callback_(0, process_, step, &progress);
    }
    // Throws what it thinks, where that is an error.
    void tell_progress(unsigned percent) const {
        const JET_ERR wish = tell(JET_sntProgress, percent);
        if (wish < JET_errSuccess)
            throw Error(ErrorKind::interrupted, wish, "this was stopped by the status callback");
    }

 private:
    JET_SNP process_;
    JET_PFNSTATUS callback_;
};

}  // namespace ese::jet
