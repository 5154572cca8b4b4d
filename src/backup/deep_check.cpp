#include "backup/deep_check.h"

#include <random>

#include "backup/engine_session.h"
#include "backup/jet_error.h"
#include "backup/stop_relay.h"
#include "base/error.h"
#include "esent.h"
#include "format/database/database_header.h"
#include "os/as_output.h"
#include "os/whole_file.h"

namespace ese::backup {

namespace {

std::string place_of(const JET_FINDING& finding) {
    std::string place;
    if (*finding.szTable) place += "table " + std::string(finding.szTable) + ": ";
    if (*finding.szIndex) place += "index " + std::string(finding.szIndex) + ": ";
    return place;
}

struct Collector {
    DeepReport report;
    std::string name;  // of the database, for people
    std::uint32_t page_bytes = 0;
};

extern "C" void collect_finding(const JET_FINDING* finding, void* context) {
    Collector& to = *static_cast<Collector*>(context);
    const std::string text = place_of(*finding) + finding->szText;
    if (finding->kind == JET_findingNote) {
        to.report.notes.push_back(to.name + ": " + text);
        return;
    }
    Damage damage{to.name, {}, 0, text};
    if (finding->pgno != 0) {
        damage.page = PageNumber(finding->pgno);
        damage.offset = page_offset(PageNumber(finding->pgno), to.page_bytes);
    }
    (finding->kind == JET_findingDamage ? to.report.damage : to.report.warnings).push_back(std::move(damage));
}

// An instance without logs, which leaves nothing behind.
class ReadingSession {
 public:
    explicit ReadingSession(const std::string& path) {
        check(JetCreateInstance2A(&instance_, "esebackup-check", nullptr, 0), "creating an instance of the engine");
        try {
            check(JetSetSystemParameterA(&instance_, JET_sesidNil, JET_paramRecovery, 0, "off"),
                  "setting a parameter of the engine");
            check(JetInit(&instance_), "starting the engine");
            check(JetBeginSessionA(instance_, &session_, nullptr, nullptr), "beginning a session");
            check(JetAttachDatabaseA(session_, path.c_str(), JET_bitDbReadOnly), "attaching the database", path);
            check(JetOpenDatabaseA(session_, path.c_str(), nullptr, &database_, JET_bitDbReadOnly),
                  "opening the database", path);
        } catch (...) {
            JetTerm2(instance_, JET_bitTermComplete);
            throw;
        }
    }
    ~ReadingSession() { JetTerm2(instance_, JET_bitTermComplete); }
    ReadingSession(const ReadingSession&) = delete;
    ReadingSession& operator=(const ReadingSession&) = delete;

    JET_INSTANCE instance() const { return instance_; }
    JET_SESID session() const { return session_; }
    JET_DBID database() const { return database_; }

 private:
    JET_INSTANCE instance_ = JET_instanceNil;
    JET_SESID session_ = JET_sesidNil;
    JET_DBID database_ = 0;
};

void walk(const std::string& path, const Watch& watch, Collector& into) {
    const auto picked = format::pick_header(os::read_start(os::real_file_system(), path, format::header_probe_bytes));
    if (!picked)
        throw Error(ErrorKind::damage, JET_errDatabaseCorrupted, "neither copy of its header can be read")
            .in_file(path);
    into.page_bytes = picked->header.page_bytes();
    set_engine_defaults(format::LogNaming(), into.page_bytes, 0);
    const ReadingSession reading(path);
    const JET_ERR result = [&] {
        const StopRelay relay(watch, [&] { JetStopServiceInstance(reading.instance()); });
        return EsentCheckDatabase(reading.session(), reading.database(), &collect_finding, &into, 0);
    }();
    watch.poll();
    if (result != JET_errDatabaseCorrupted) check(result, "walking the database", path);
    into.report.databases.push_back(into.name);
}

// A new directory that is gone in the end, whatever happens.
class Scratch {
 public:
    Scratch(os::FileSystem& files, const std::string& parent)
        : files_(files), path_(os::join(parent, "esebackup-verify-" + std::to_string(std::random_device{}()))) {
        os::as_output(path_, [&] { files_.make_directory(path_); });
    }
    ~Scratch() {
        try {
            os::remove_tree(files_, path_);
        } catch (const Error&) {
            // A scratch directory that stays is no reason to fail.
        }
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    const std::string& path() const { return path_; }

 private:
    os::FileSystem& files_;
    std::string path_;
};

}  // namespace

DeepReport check_database_deeply(const std::string& path, const Watch& watch) {
    Collector collector;
    collector.name = path;
    walk(path, watch, collector);
    return std::move(collector.report);
}

DeepReport check_restore_deeply(os::FileSystem& files, const std::vector<ArchiveInput>& inputs,
                                const std::string& scratch, unsigned threads, const Watch& watch,
                                const EngineEvents& events) {
    const Scratch directory(files, scratch);
    RestoreRequest request;
    request.target = os::join(directory.path(), "restored");
    request.threads = threads;
    const RestoreResult restored = restore(files, inputs, request, watch, events);
    Collector collector;
    for (const RestoredDatabase& database : restored.databases) {
        collector.name = database.original_path;
        walk(database.path, watch, collector);
    }
    return std::move(collector.report);
}

}  // namespace ese::backup
