// Whole commands, of which a system call fails, or with which the process dies: whatever call it is, there is a
// complete archive or none, no log is gone that is not in one, and what was to be backed up can be backed up again.

#include <catch2/catch.hpp>
#include <cerrno>
#include <functional>
#include <iostream>
#include <random>
#include <set>
#include <sstream>

#include "backup/job_lock.h"
#include "backup/restore.h"
#include "unit/database_contents.h"
#include "unit/forked_command.h"
#include "unit/temp_directory.h"

namespace ese {
namespace {

using os::CallFault;
using test::Ran;
using test::run_command;
using What = os::CallFault::What;

constexpr unsigned every_call = 0xFFFF;

std::set<std::string> names_in(const std::string& directory) {
    std::set<std::string> names;
    if (!std::filesystem::exists(directory)) return names;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) names.insert(entry.path().filename());
    return names;
}

std::set<std::string> archived_logs(const std::string& directory) {
    std::set<std::string> logs;
    for (const std::string& name : names_in(directory))
        if (name.starts_with("edb0") && name.ends_with(".log")) logs.insert(name);
    return logs;
}

std::string quoted(const std::vector<std::string>& arguments) {
    std::string text;
    for (const std::string& argument : arguments) text += argument + " ";
    return text;
}

// An instance, and a directory for archives.
class Scene {
 public:
    explicit Scene(const std::string& set = "clean-4k") : set_(set) {
        there_ = temp_.copy_set(set, "instance");
        std::filesystem::create_directory(temp_.path("out"));
    }
    // Without the sets of data there is nothing to test with.
    explicit operator bool() const { return there_; }

    std::string original() const {
        return std::string(std::getenv("ESEBACKUP_TEST_DATA")) + "/" + set_ + "/files/data.edb";
    }
    std::string instance() const { return temp_.path("instance"); }
    std::string out(const std::string& name = "") const {
        return name.empty() ? temp_.path("out") : temp_.path("out/" + name);
    }
    std::string target(const std::string& name = "target") const { return temp_.path(name); }

    std::vector<std::string> backup(const std::string& kind, const std::string& archive) const {
        return {kind, "--quiet", "--threads", "1", "--instance", instance(), "--out", out(archive)};
    }
    std::vector<std::string> restore(const std::string& archive, const std::string& to) const {
        return {"restore", "--quiet", "--threads", "1", out(archive), "--to", target(to)};
    }
    // Has to work.
    void run(const std::vector<std::string>& arguments) const {
        const Ran ran = run_command(arguments);
        INFO(quoted(arguments) << "says: " << ran.text);
        REQUIRE(ran.status == 0);
    }
    void verify(const std::string& archive) const { run({"verify", "--quiet", "--threads", "1", out(archive)}); }

 private:
    TempDirectory temp_;
    std::string set_;
    bool there_ = false;
};

const std::string wanted = "wanted.ese.tar.zst";  // the archive that a backup is to make
const std::string base = "base.ese.tar.zst";

void take_nothing(const Scene&) {}
void take_base(const Scene& scene) { scene.run(scene.backup("full", base)); }
void take_chain(const Scene& scene) {
    take_base(scene);
    scene.run(scene.backup("incremental", "next.ese.tar.zst"));
}

void take_base_and_keep_logs(const Scene& scene) {
    auto command = scene.backup("full", base);
    command.insert(command.end(), {"--keep-logs"});
    scene.run(command);
}

// One command, and what has to have happened before it.
struct Job {
    std::string kind;
    std::string set;
    void (*prepare)(const Scene&);

    bool is_backup() const { return kind == "full" || kind == "incremental" || kind == "differential"; }
    bool is_restore() const { return kind == "restore" || is_in_place(); }
    bool is_in_place() const { return kind == "restore --in-place"; }
    bool only_reads() const { return kind == "verify" || kind == "list"; }
    bool is_truncate() const { return kind == "truncate"; }
    // Its failures are those of a source, apart from what it writes.
    bool reads_an_instance() const { return is_backup() || is_truncate(); }
    std::vector<std::string> command(const Scene& scene) const {
        if (is_in_place()) return {"restore", "--quiet", "--threads", "1", scene.out(), "--in-place"};
        if (is_restore()) return scene.restore("", "target");
        if (is_truncate())
            return {kind, "--quiet", "--threads", "1", "--instance", scene.instance(), "--after", scene.out(base)};
        if (kind == "list") return {"list", scene.out()};
        if (kind == "verify") return {"verify", "--quiet", "--threads", "1", scene.out()};
        return scene.backup(kind, wanted);
    }
};

const Job full{"full", "clean-4k", take_nothing};
const Job full_of_dirty{"full", "dirty-4k", take_nothing};
const Job incremental{"incremental", "clean-4k", take_base};
const Job differential{"differential", "clean-4k", take_base};
const Job truncate{"truncate", "clean-4k", take_base_and_keep_logs};
const Job restore{"restore", "clean-4k", take_chain};
const Job in_place{"restore --in-place", "clean-4k", take_chain};
const Job verify{"verify", "clean-4k", take_base};
const Job list{"list", "clean-4k", take_base};

// How a failure is told: the exit code says whose it is, and the message which file's.
void check_message(const Scene& scene, const Job& job, const CallFault& fault, const Ran& ran) {
    if (ran.status == 0) return;
    const bool of_output = !job.is_truncate() && ran.path.starts_with(job.is_backup()     ? scene.out()
                                                                      : job.is_in_place() ? scene.instance()
                                                                                          : scene.target());
    const bool of_archive = job.is_truncate() && ran.path.starts_with(scene.out());
    const int source_status = job.reads_an_instance() && !of_archive ? 7 : 4;
    const int expected = of_output || fault.error == ENOSPC ? 8 : source_status;
    if (fault.lasting) {
        // Of several failures the first one may have been passed over.
        CHECK((ran.status == 3 || ran.status == 8 || ran.status == source_status));
        return;
    }
    // The log may have failed while nothing was asked of it.
    const bool is_late = ran.text.find("JET_errInstanceUnavailable,") != std::string::npos;
    if (ran.status != 3) CHECK(ran.status == (is_late ? 1 : expected));
    // A log that is open keeps the name that it was opened with.
    std::string name = std::filesystem::path(ran.path).filename();
    if (name == "edb.log" && ran.text.find("edbtmp.log") != std::string::npos) name = "edbtmp.log";
    CHECK(ran.text.find(name) != std::string::npos);
}

// Returns whether there is an archive.
bool check_after_backup(const Scene& scene, const CallFault& fault, const Ran& ran,
                        const std::set<std::string>& logs_before, const std::set<std::string>& archives_before) {
    const bool made = names_in(scene.out()).contains(wanted);
    if (ran.status == 0 || ran.status == 3) CHECK(made);
    if (made) scene.verify(wanted);
    if ((fault.which & os::calls::remove) == 0 && fault.what != What::death) {
        auto expected = archives_before;
        if (made) expected.insert(wanted);
        auto found = names_in(scene.out());
        // A lock that could not be asked for may be somebody else's.
        if (ran.doing == "flock") found.erase(backup::job_lock_name);
        CHECK(found == expected);
        if (!fault.lasting && ran.doing != "flock") CHECK_FALSE(names_in(scene.instance()).contains("edb.lock"));
    }
    const auto logs_after = archived_logs(scene.instance());
    const bool lost = !std::includes(logs_after.begin(), logs_after.end(), logs_before.begin(), logs_before.end());
    if (lost) CHECK(made);
    if (lost && fault.what != What::death) CHECK((ran.status == 0 || ran.status == 3));
    return made;
}

void check_goes_on(const Scene& scene, const Job& job, bool archive_made) {
    const std::string again = "again.ese.tar.zst";
    std::vector<std::string> command = job.command(scene);
    command.back() = scene.out(again);
    const Ran ran = run_command(command);
    INFO("started again it says: " << ran.text);
    if (ran.status == 6) {
        // It ended between JetTruncateLog and JetEndExternalBackup: the header still names the backup before it.
        CHECK(archive_made);
        CHECK(ran.text.find("run \"esebackup full\"") != std::string::npos);
    } else {
        REQUIRE(ran.status == 0);
        scene.verify(again);
    }
    scene.run(scene.backup("full", "last.ese.tar.zst"));
    scene.run(scene.restore("last.ese.tar.zst", "restored"));
    test::check_same_contents(scene.target("restored/data.edb"), scene.instance() + "/data.edb");
}

// Logs are gone only if they are in the archive, which is as it was, and which the next backup continues.
void check_after_truncate(const Scene& scene, const Job& job, const Ran& ran,
                          const std::set<std::string>& logs_before) {
    scene.verify(base);
    if (ran.status == 0) CHECK(archived_logs(scene.instance()).size() < logs_before.size());
    scene.run(job.command(scene));
    CHECK(archived_logs(scene.instance()).size() < logs_before.size());
    scene.run(scene.backup("incremental", "next.ese.tar.zst"));
    scene.run(scene.restore("", "restored"));
    test::check_same_contents(scene.target("restored/data.edb"), scene.instance() + "/data.edb");
}

// The lock of a restore may stay, as any lock file: who holds it is another matter.
bool is_unfinished(const std::string& name) {
    return name.ends_with(".unrecovered") && !name.starts_with("restore-lock");
}

// A restore that did not end has left databases that say so, and the next one begins anew.
void check_after_restore(const Scene& scene, const Ran& ran) {
    const auto names = names_in(scene.target());
    if (names.contains("data.edb"))
        test::check_same_contents(scene.target("target/data.edb"), scene.instance() + "/data.edb");
    if (ran.status == 0) {
        CHECK(names.contains("data.edb"));
        return;
    }
    const Ran again = run_command(scene.restore("", "target"));
    INFO("the restore started again says: " << again.text);
    // It may have failed when everything had its name.
    const bool ready = names.contains("data.edb") && std::ranges::none_of(names, is_unfinished);
    CHECK(again.status == (ready ? 2 : 0));
    test::check_same_contents(scene.target("target/data.edb"), scene.instance() + "/data.edb");
    CHECK(std::ranges::none_of(names_in(scene.target()), is_unfinished));
}

// Nothing of what was there is gone, and the next one begins anew.
void check_after_restore_in_place(const Scene& scene, const Job& job, const Ran& ran) {
    const auto is_kept = [&] {
        for (const std::string& name : names_in(scene.instance()))
            if (name.starts_with("before-restore-") && names_in(scene.instance() + "/" + name).contains("data.edb"))
                return true;
        return false;
    };
    CHECK((is_kept() || names_in(scene.instance()).contains("data.edb")));
    if (ran.status != 0) scene.run(job.command(scene));
    CHECK(is_kept());
    const auto names = names_in(scene.instance());
    CHECK(std::ranges::none_of(names, is_unfinished));
    test::check_same_contents(scene.instance() + "/data.edb", scene.original());
}

// Runs the job with the fault and checks what came of it; false if the command did not get to that call.
bool try_fault(const Job& job, const CallFault& fault) {
    const Scene scene(job.set);
    job.prepare(scene);
    const auto logs_before = archived_logs(scene.instance());
    const auto archives_before = names_in(scene.out());
    const Ran ran = run_command(job.command(scene), fault);
    INFO(job.kind << " of " << job.set << ", call " << fault.number << " of kinds " << fault.which << ", fault "
                  << static_cast<int>(fault.what) << " " << fault.error << (fault.lasting ? " from then on" : "")
                  << ": " << ran.doing << " " << ran.path << "\nended with " << ran.status << ": " << ran.text);
    const bool harmless = fault.what == What::short_transfer || fault.error == EINTR;
    if (!ran.met || harmless) CHECK(ran.status == 0);
    if (fault.what == What::death) {
        if (ran.met) CHECK(ran.status == os::death_status);
    } else {
        check_message(scene, job, fault, ran);
    }
    if (job.is_backup()) {
        const bool made = check_after_backup(scene, fault, ran, logs_before, archives_before);
        // What only read can have changed nothing.
        if (ran.status != 0 && (fault.which & os::calls::changing) != 0) check_goes_on(scene, job, made);
    } else if (job.is_truncate()) {
        check_after_truncate(scene, job, ran, logs_before);
    } else if (job.is_in_place()) {
        check_after_restore_in_place(scene, job, ran);
    } else if (job.is_restore()) {
        check_after_restore(scene, ran);
    }
    return ran.met;
}

std::uint64_t count_calls(const Job& job, unsigned which) {
    const Scene scene(job.set);
    job.prepare(scene);
    const Ran ran = run_command(job.command(scene), {which, 0, What::error, 0, false});
    REQUIRE(ran.status == 0);
    return ran.calls;
}

// Those whose sets of data are there.
std::vector<const Job*> possible_jobs() {
    std::vector<const Job*> jobs;
    for (const Job* job :
         {&full, &full_of_dirty, &incremental, &differential, &truncate, &restore, &in_place, &verify, &list}) {
        if (Scene(job->set))
            jobs.push_back(job);
        else
            WARN("no data: " << job->kind << " of " << job->set << " is not tried");
    }
    return jobs;
}

}  // namespace

TEST_CASE("calls that are interrupted or do a part of what they were asked for change nothing") {
    for (const Job* job : possible_jobs()) {
        for (const unsigned kind : {os::calls::open, os::calls::create, os::calls::read, os::calls::write,
                                    os::calls::sync, os::calls::resize})
            try_fault(*job, {kind, 1, What::error, EINTR, true});
        try_fault(*job, {os::calls::read | os::calls::write, 1, What::short_transfer, 0, true});
    }
}

TEST_CASE("a call that fails somewhere in a command leaves a complete archive or none, and nothing is lost") {
    const auto seed = std::random_device{}();
    std::cout << "faults at random calls: seed " << seed << "\n";
    std::mt19937 random(seed);
    for (const Job* job : possible_jobs()) {
        const std::uint64_t changes = count_calls(*job, os::calls::changing), all = count_calls(*job, every_call);
        for (int i = 0; i < 4; ++i) {
            const bool lasting = i % 2 != 0;
            try_fault(*job, {every_call, 1 + random() % all, What::error, EIO, lasting});
            if (changes == 0) continue;
            try_fault(*job, {os::calls::changing, 1 + random() % changes, What::error, ENOSPC, lasting});
            try_fault(*job, {os::calls::changing, 1 + random() % changes, What::death, 0, false});
        }
    }
}

// What happens to the first call of these kinds, to the second, and so on until the command gets through.
struct Series {
    const char* name;
    CallFault fault;
};

constexpr unsigned interruptible =
    os::calls::open | os::calls::create | os::calls::read | os::calls::write | os::calls::sync | os::calls::resize;
constexpr unsigned changing_but_removing = os::calls::changing & ~os::calls::remove;

const std::array series{
    Series{"EIO where nothing changes", {every_call & ~os::calls::changing, 0, What::error, EIO, false}},
    Series{"EIO where something changes", {changing_but_removing, 0, What::error, EIO, false}},
    Series{"EIO where something is removed", {os::calls::remove, 0, What::error, EIO, false}},
    Series{"no space, once", {changing_but_removing, 0, What::error, ENOSPC, false}},
    Series{"no space from then on", {changing_but_removing, 0, What::error, ENOSPC, true}},
    Series{"interrupted", {interruptible, 0, What::error, EINTR, false}},
    Series{"half a transfer", {os::calls::read | os::calls::write, 0, What::short_transfer, 0, false}},
    Series{"death", {os::calls::changing, 0, What::death, 0, false}}};

void try_series(const Job& job, const Series& chosen) {
    CallFault fault = chosen.fault;
    fault.number = 1;
    while (try_fault(job, fault)) ++fault.number;
    std::cout << job.kind << " of " << job.set << ": " << chosen.name << ": " << fault.number - 1 << " cases"
              << std::endl;
    const bool is_about_changes = (fault.which & ~os::calls::changing) == 0;
    if (!job.only_reads() || !is_about_changes) CHECK(fault.number > 1);
}

// Sections, so that a part of it can be run: unit -c "full of clean-4k" -c death "whichever call fails*"
TEST_CASE("whichever call fails in whatever way, there is a complete archive or none, and nothing is lost", "[.slow]") {
    for (const Job* job : possible_jobs()) {
        DYNAMIC_SECTION(job->kind << " of " << job->set) {
            for (const Series& chosen : series) {
                DYNAMIC_SECTION(chosen.name) { try_series(*job, chosen); }
            }
        }
    }
}

}  // namespace ese
