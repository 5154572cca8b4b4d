#pragma once

// What the calls that recover and restore have in common: maps of databases, stop positions, progress.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/recovery/recovery.h"
#include "esent.h"
#include "format/common.h"
#include "jet/gate.h"
#include "jet/text.h"

namespace ese::jet {

// JET_RSTMAP2 has more than JET_RSTMAP. One without an old path is found by its signature, or stays where it was.
template <class Map>
engine::RecoveryOptions::Moved moved_database(const Map& entry) {
    if (!entry.szNewDatabaseName)
        throw Error(ErrorKind::usage, JET_errInvalidParameter, "an entry of the restore map names no file");
    engine::RecoveryOptions::Moved moved{text_from(entry.szDatabaseName), text_from(entry.szNewDatabaseName)};
    if constexpr (requires { entry.grbit; }) {
        if (entry.cbStruct != sizeof entry)
            throw Error(ErrorKind::usage, JET_errInvalidParameter, "JET_RSTMAP2 has the wrong cbStruct");
        if (entry.csetdbparam != 0)
            throw Error(JET_errFeatureNotAvailable, "parameters of databases in a restore map are not available");
        require_known_bits(entry.grbit,
                           JET_bitRestoreMapIgnoreWhenMissing | JET_bitRestoreMapFailWhenMissing |
                               JET_bitRestoreMapOverwriteOnCreate,
                           "JET_RSTMAP2");
        if (moved.from.empty()) moved.from = moved.to;
        moved.may_be_missing = (entry.grbit & JET_bitRestoreMapIgnoreWhenMissing) != 0;
        moved.must_be_there = (entry.grbit & JET_bitRestoreMapFailWhenMissing) != 0;
        moved.may_be_overwritten = (entry.grbit & JET_bitRestoreMapOverwriteOnCreate) != 0;
    }
    return moved;
}

// Throws JET_errInvalidParameter for an entry without a new place, and for a map without entries where there should be
// some. No map is no map.
template <class Map>
std::optional<std::vector<engine::RecoveryOptions::Moved>> moved_databases(const Map* map, std::int32_t count) {
    if (count < 0 || (count > 0) != (map != nullptr))
        throw Error(ErrorKind::usage, JET_errInvalidParameter, "the restore map and its count contradict each other");
    if (!map) return std::nullopt;
    std::vector<engine::RecoveryOptions::Moved> moved;
    for (std::int32_t i = 0; i < count; ++i) moved.push_back(moved_database(map[i]));
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
    StatusCallback(JET_SNP process, JET_PFNSTATUS callback) : process_(process) {
        if (!callback) return;
        callback_ = [callback](JET_SNP snp, JET_SNT snt, void* facts) { return callback(0, snp, snt, facts); };
    }
    StatusCallback(JET_SNP process, JET_PFNINITCALLBACK callback, void* context) : process_(process) {
        if (!callback) return;
        callback_ = [callback, context](JET_SNP snp, JET_SNT snt, void* facts) {
            return callback(snp, snt, facts, context);
        };
    }

    // What the application thinks of it.
    JET_ERR tell(JET_SNT step, unsigned percent) const {
        if (!callback_) return JET_errSuccess;
        JET_SNPROG progress{sizeof(JET_SNPROG), percent, 100};
        return callback_(process_, step, &progress);
    }
    // Throws what it thinks, where that is an error.
    void tell_progress(unsigned percent) const {
        const JET_ERR wish = tell(JET_sntProgress, percent);
        if (wish < JET_errSuccess)
            throw Error(ErrorKind::interrupted, wish, "this was stopped by the status callback");
    }

 private:
    JET_SNP process_;
    std::function<JET_ERR(JET_SNP, JET_SNT, void*)> callback_;
};

}  // namespace ese::jet
