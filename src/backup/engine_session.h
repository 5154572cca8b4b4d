#pragma once

// The engine, running over the directories of an instance with its databases attached.

#include <functional>
#include <string>
#include <vector>

#include "backup/engine_api.h"
#include "backup/instance_finder.h"
#include "backup/watch.h"
#include "esent.h"

namespace ese::backup {

// Parameters that all instances of a process share, and those that a new instance starts from: page size, log size,
// names.
void set_engine_defaults(const format::LogNaming& naming, std::uint32_t page_bytes, std::uint64_t log_file_bytes);

// What the engine reports on the way (JET_paramEventCallback): one of the JET_event numbers, 0 information, 1 warning
// or 2 error, and text.
using EngineEvents = std::function<void(std::uint32_t event, std::uint32_t severity, const std::string& text)>;

// Instances and restores that begin while it lives report to `events`, and pass over bad pages if that is asked for.
class EngineReports {
 public:
    EngineReports(const EngineEvents& events, bool accept_bad_pages);
    ~EngineReports();
    EngineReports(const EngineReports&) = delete;
    EngineReports& operator=(const EngineReports&) = delete;
};

// JetCreateInstance2, parameters, JetInit3, JetTerm2: what was not shut down cleanly is recovered. `grbit` is
// JetInit3's. A stop ends the recovery where it is; the next one begins it anew.
void recover_in_place(const FoundInstance& found, JET_GRBIT grbit, const Watch& watch);

class EngineSession {
 public:
    // JetCreateInstance2, parameters, JetInit3, JetBeginSession, JetAttachDatabase2 for each database. Where a running
    // program serves the instance all of that is done already.
    EngineSession(const FoundInstance& found, const Watch& watch);
    // Without close(): ends everything as well as it can be, a backup in progress too.
    ~EngineSession();
    EngineSession(const EngineSession&) = delete;
    EngineSession& operator=(const EngineSession&) = delete;

    // The engine that has the instance: the one that this program is linked with, or the running program's.
    const EngineApi& api() const { return api_; }
    JET_INSTANCE instance() const { return instance_; }

    // JetDetachDatabase2 for each database, JetEndSession, JetTerm2.
    void close();

 private:
    void start(const FoundInstance& found, const Watch& watch);

    EngineApi api_;
    JET_INSTANCE instance_ = JET_instanceNil;
    JET_SESID session_ = JET_sesidNil;
    std::vector<std::string> attached_;
};

}  // namespace ese::backup
