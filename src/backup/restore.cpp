#include "backup/restore.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>
#include <set>

#include "backup/chain.h"
#include "backup/engine_session.h"
#include "backup/instance_copy.h"
#include "backup/instance_finder.h"
#include "backup/jet_error.h"
#include "backup/manifest_facts.h"
#include "backup/replay_plan.h"
#include "backup/restore_places.h"
#include "base/error.h"
#include "esent.h"
#include "format/log/log_file_name.h"
#include "os/as_output.h"

namespace ese::backup {

namespace {

// Writes every database and log to where JetExternalRestore wants it, and checks it on the way.
class Unpacker : public ArchiveChecker {
 public:
    Unpacker(os::FileSystem& files, RestorePlaces& places, const Watch& watch)
        : ArchiveChecker(watch), files_(files), places_(places) {}

    // What archives before this one have placed already: the databases, and logs, because consecutive ones overlap.
    void leave_out(bool databases, std::set<std::string> log_members) {
        has_databases_ = databases;
        left_out_ = std::move(log_members);
    }

    void started(const archive::BackupIdentity& identity) override {
        ArchiveChecker::started(identity);
        require_one_full(identity.kind);
    }
    void require_one_full(archive::BackupKind kind) const {
        if (has_databases_ && holds_databases(kind))
            throw Error(ErrorKind::usage, "this is a second full backup, and one alone can be restored")
                .with_hint("give one full backup, and those that continue it");
    }

    bool wish(const archive::MemberInfo& member) override {
        const bool wished = ArchiveChecker::wish(member) || is_patch_member(member.path);
        if (!wished || left_out_.contains(member.path)) return wished;
        const std::string path = place_for(member.path);
        const std::lock_guard hold(placed_mutex_);
        os::as_output(path, [&] {
            auto file = files_.open(path, os::OpenMode::create_new);
            if (const std::string old = places_.replaced(member.path); !old.empty()) file->give_to_owner_of(old);
            Placed& placed = placed_[member.path];
            placed.path = path;
            placed.file = std::move(file);
            placed.file->resize(member.size);
        });
        return true;
    }

    void chunk(const archive::MemberInfo& member, std::uint64_t offset, ByteView bytes) override {
        ArchiveChecker::chunk(member, offset, bytes);
        if (left_out_.contains(member.path)) return;
        Placed& placed = find(member.path);
        {
            // The kernel lets one write at a time into a file; the next one would burn a processor while it waits.
            const std::lock_guard one_write(placed.write_mutex);
            os::as_output(placed.path, [&] { placed.file->write_at(offset, bytes); });
        }
        // Has it go to the disk while more is decoded. What is not there yet stays cached for the recovery.
        placed.file->drop_cached(offset, bytes.size());
    }

    void finished(const archive::MemberInfo& member, bool intact) override {
        ArchiveChecker::finished(member, intact);
        const std::lock_guard hold(placed_mutex_);
        const auto at = placed_.find(member.path);
        if (at == placed_.end()) return;
        if (intact) os::as_output(at->second.path, [&] { at->second.file->sync(); });
        at->second.file.reset();
    }

    const std::string& path_of(const std::string& member) { return find(member).path; }
    bool placed_anything() const { return !placed_.empty(); }

 private:
    struct Placed {
        std::string path;
        std::unique_ptr<os::File> file;
        std::mutex write_mutex;
    };

    Placed& find(const std::string& member) {
        const std::lock_guard hold(placed_mutex_);
        const auto at = placed_.find(member);
        if (at == placed_.end()) throw Error(ErrorKind::damage, "the archive does not hold " + member);
        return at->second;  // stays where it is: a std::map does not move its elements
    }

    std::string place_for(const std::string& member) {
        return is_log_member(member) ? os::join(places_.backup_logs(), os::name_of(member))
                                     : places_.unrecovered(member);
    }

    os::FileSystem& files_;
    RestorePlaces& places_;
    bool has_databases_ = false;
    std::set<std::string> left_out_;
    std::mutex placed_mutex_;
    std::map<std::string, Placed> placed_;
};

// How the logs of the backup are named, from the names themselves.
format::LogNaming naming_of(const archive::Manifest& manifest) {
    format::LogNaming naming;
    naming.base = manifest.instance.base_name;
    for (const auto& generation : manifest.logs.generations) {
        const std::string name = os::name_of(generation.member);
        const auto parsed = format::parse_log_file_name(naming.base, name);
        if (!parsed)
            throw Error(ErrorKind::damage, "this is no name of a log of the instance " + naming.base)
                .in_file(generation.member);
        naming.legacy = parsed->legacy;
        naming.eight_dot_three = name.rfind('.') - naming.base.size() == 5;
    }
    return naming;
}

std::uint64_t log_bytes_of(const archive::Manifest& manifest) {
    if (manifest.logs.generations.empty()) return manifest.instance.log_file_bytes;
    const auto member = manifest.find(manifest.logs.generations.front().member);
    return member ? manifest.members[*member].size : manifest.instance.log_file_bytes;
}

// The status callback has no argument for a context, and is called on the thread that called JetExternalRestore2.
thread_local const Watch* recovery_watch = nullptr;

extern "C" JET_ERR JET_API stop_recovery_on_request(JET_SESID, JET_SNP, JET_SNT step, void*) {
    return step == JET_sntProgress && recovery_watch->stop() ? JET_errClientRequestToStopJetService : JET_errSuccess;
}

// JetExternalRestore2, or its variant that ends earlier: folds the trailers into the headers, replays the logs, leaves
// the databases clean.
void recover(const archive::Manifest& manifest, std::uint32_t last_log, Unpacker& unpacker, const RestorePlaces& places,
             const std::optional<format::Lgpos>& stop, const Watch& watch) {
    set_engine_defaults(naming_of(manifest), manifest.instance.page_bytes, log_bytes_of(manifest));
    struct Place {
        std::string from, to;
    };
    std::vector<Place> moved;
    for (const auto& database : manifest.databases)
        moved.push_back({database.original_path, unpacker.path_of(database.member)});
    std::vector<JET_RSTMAP_A> map(moved.size());
    for (std::size_t i = 0; i < moved.size(); ++i) {
        map[i].szDatabaseName = moved[i].from.data();
        map[i].szNewDatabaseName = moved[i].to.data();
    }
    JET_LOGINFO_A logs{};
    logs.cbSize = sizeof logs;
    logs.ulGenLow = manifest.logs.first;
    logs.ulGenHigh = last_log;
    std::strncpy(logs.szBaseName, manifest.instance.base_name.c_str(), sizeof logs.szBaseName - 1);
    std::string to = places.work();
    std::string from = places.backup_logs();
    const auto entries = static_cast<std::int32_t>(map.size());
    recovery_watch = &watch;
    JET_ERR result = JET_errSuccess;
    if (stop) {
        JET_RSTINFO_A how{};
        how.cbStruct = sizeof how;
        how.rgrstmap = map.data();
        how.crstmap = entries;
        how.lgposStop = {stop->offset, stop->sector, static_cast<JET_INT32>(stop->generation.value())};
        how.pfnStatus = &stop_recovery_on_request;
        result = EsentExternalRestore(to.data(), to.data(), &how, from.data(), &logs, 0);
    } else {
        result = JetExternalRestore2A(to.data(), to.data(), map.data(), entries, from.data(), &logs, nullptr, nullptr,
                                      nullptr, &stop_recovery_on_request);
    }
    if (result == JET_errClientRequestToStopJetService) watch.poll();
    check(result, "recovering the restored databases", places.target());
}

std::vector<RestoredDatabase> list_restored(os::FileSystem& files, const archive::Manifest& manifest,
                                            Unpacker& unpacker) {
    std::vector<RestoredDatabase> list;
    for (const auto& database : manifest.databases) {
        const std::string placed = unpacker.path_of(database.member);
        const std::string path = placed.substr(0, placed.size() - std::strlen(unrecovered_suffix));
        const auto info = files.info(path);
        list.push_back({path, database.original_path, info ? info->size : 0});
    }
    return list;
}

archive::VerifyReport unpack(const ArchiveInput& input, Unpacker& unpacker, const RestoreRequest& request) {
    archive::ReadOptions options;
    options.threads = request.threads;
    if (input.stream) return archive::read_stream(*input.stream, unpacker, options);
    return archive::Archive(*input.file).read(unpacker, options);
}

void require_databases(const archive::Manifest& manifest) {
    if (holds_databases(manifest.kind)) {
        if (manifest.databases.empty() || manifest.logs.generations.empty())
            throw Error(ErrorKind::damage, "this is called a " + archive::to_string(manifest.kind) +
                                               " backup, and holds no " +
                                               (manifest.databases.empty() ? "database" : "log"));
        return;
    }
    throw Error(ErrorKind::chain, JET_errMissingFullBackup,
                "this is an " + archive::to_string(manifest.kind) + " backup: it holds logs and no database")
        .with_hint("give the full backup that it follows, too, or the directory that both lie in");
}

// What will be unpacked; of a pipe that is not known.
std::map<std::string, std::uint64_t> members_of(const std::vector<ArchiveInput>& inputs) {
    std::map<std::string, std::uint64_t> members;
    for (const ArchiveInput& input : inputs) {
        if (!input.file) continue;
        const archive::Archive opened(*input.file);
        for (const auto& member : opened.manifest().members) members.emplace(member.path, member.size);
    }
    return members;
}

bool has_pipe(const std::vector<ArchiveInput>& inputs) {
    return std::ranges::any_of(inputs, [](const ArchiveInput& input) { return input.stream != nullptr; });
}

std::unique_ptr<RestorePlaces> choose_places(os::FileSystem& files, const std::vector<ArchiveInput>& inputs,
                                             const RestoreRequest& request) {
    if (!request.target.empty()) return places_in_directory(files, request.target);
    if (has_pipe(inputs))
        throw Error(ErrorKind::usage, "where a backup that comes through a pipe was taken shows only at its end")
            .with_hint("restore it with --to");
    return places_in_place(files, archive::Archive(*inputs.front().file).manifest());
}

// Unpacks one archive after the other into the same place.
class ChainUnpacking {
 public:
    ChainUnpacking(os::FileSystem& files, RestorePlaces& places, const RestoreRequest& request, const Watch& watch)
        : files_(files), places_(places), request_(request), watch_(watch) {}

    void run(const std::vector<ArchiveInput>& inputs, RestoreResult& result) {
        for (const ArchiveInput& input : inputs) {
            Unpacker& unpacker = *unpackers_.emplace_back(std::make_unique<Unpacker>(files_, places_, watch_));
            unpacker.leave_out(full_ != nullptr, log_members_);
            try {
                result.reports.push_back(make_report(unpack(input, unpacker, request_), unpacker));
                if (const auto verdict = result.reports.back().verdict(request_.accept_bad_pages)) throw *verdict;
                const archive::Manifest& manifest = *result.reports.back().archive.manifest;
                unpacker.require_one_full(manifest.kind);
                unpacked_.emplace_back(input.name, manifest);
                const bool must_be_full = unpackers_.size() == 1 && (inputs.size() == 1 || !has_pipe(inputs));
                if (must_be_full || holds_databases(manifest.kind)) {
                    require_databases(manifest);
                    full_ = &unpacker;
                    result.manifest = manifest;
                }
                for (const auto& generation : manifest.logs.generations) log_members_.insert(generation.member);
            } catch (Error& error) {
                error.set_file(input.name);
                throw;
            }
        }
        const bool any_order = has_pipe(inputs) && (inputs.size() > 1 || request_.until);
        result.last = unpacked_[any_order ? last_of_one_chain() : inputs.size() - 1].second;
    }

    std::vector<ReplayLog> unpacked_logs() const {
        std::vector<ReplayLog> logs;
        for (const auto& [name, manifest] : unpacked_)
            std::ranges::move(backup::unpacked_logs(files_, places_.backup_logs(), manifest), std::back_inserter(logs));
        return logs;
    }

    Unpacker& full() { return *full_; }
    bool placed_anything() const {
        return std::ranges::any_of(unpackers_, [](const auto& unpacker) { return unpacker->placed_anything(); });
    }

 private:
    // They came in any order, and all of them have been unpacked into one place: so all have to be of one chain.
    std::size_t last_of_one_chain() const {
        std::vector<ChainArchive> list;
        for (const auto& [name, manifest] : unpacked_) list.push_back({name, &manifest});
        const Chains chains = find_chains(list);
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (chains.places[i].broken())
                throw Error(ErrorKind::chain, JET_errRequiredLogFilesMissing, chains.places[i].problems.front())
                    .in_file(list[i].name);
        }
        return choose_chain(unpacked_, request_.until, !request_.logs.empty()).back();
    }

    os::FileSystem& files_;
    RestorePlaces& places_;
    const RestoreRequest& request_;
    const Watch& watch_;
    std::vector<std::unique_ptr<Unpacker>> unpackers_;
    std::vector<std::pair<std::string, archive::Manifest>> unpacked_;
    Unpacker* full_ = nullptr;
    std::set<std::string> log_members_;
};

// Logs of the instance that go on behind the archives lie where recovery writes its own, for the engine to find.
void copy_live_logs(os::FileSystem& files, const std::string& from, const std::vector<std::string>& names,
                    const std::string& into, const Watch& watch) {
    for (const std::string& name : names)
        copy_file(files, os::join(from, name), os::join(into, name), [&watch] { watch.poll(); });
}

}  // namespace

namespace {

using Named = std::pair<std::string, archive::Manifest>;

bool older(const Named& a, const Named& b) {
    return a.second.consistent_through.time < b.second.consistent_through.time;
}

// Hosts and directories may change from backup to backup, the signature of the log stream does not.
void require_one_stream(const std::vector<Named>& archives) {
    const archive::Manifest& first = archives.front().second;
    for (const auto& [name, manifest] : archives) {
        if (manifest.logs.signature == first.logs.signature) continue;
        const auto told = [](const std::string& archive, const archive::Manifest& of) {
            return archive + " is of " + of.instance.directory + " on " + of.host + " (log signature " +
                   of.logs.signature + ")";
        };
        throw Error(ErrorKind::chain, JET_errBadLogSignature,
                    "these are backups of several instances: " + told(archives.front().first, first) + ", " +
                        told(name, manifest))
            .with_hint("name the archives of the one that is to be restored");
    }
}

// The newest one that can be reached. A newer one that cannot is no reason to give back an older state in silence.
std::size_t newest_of(const std::vector<Named>& archives, const Chains& chains) {
    std::optional<std::size_t> newest;
    for (std::size_t i = 0; i < archives.size(); ++i)
        if (!chains.places[i].broken() && (!newest || older(archives[*newest], archives[i]))) newest = i;
    for (std::size_t i = 0; i < archives.size(); ++i) {
        if (!chains.places[i].broken() || (newest && !older(archives[*newest], archives[i]))) continue;
        throw Error(ErrorKind::chain, JET_errRequiredLogFilesMissing, chains.places[i].problems.front())
            .in_file(archives[i].first)
            .with_hint("find what is missing, or name the archives up to which to restore");
    }
    if (!newest) throw Error(ErrorKind::usage, "there is no archive here");
    return *newest;
}

Error no_full_before(const std::vector<Named>& archives, const Chains& chains) {
    std::optional<std::size_t> earliest;
    for (std::size_t i = 0; i < archives.size(); ++i) {
        if (chains.places[i].broken() || !holds_databases(archives[i].second.kind)) continue;
        if (!earliest || older(archives[i], archives[*earliest])) earliest = i;
    }
    const std::string what = "no full backup here ends before the position that is wanted";
    if (!earliest) return Error(ErrorKind::chain, JET_errEndingRestoreLogTooLow, what);
    const archive::Manifest& manifest = archives[*earliest].second;
    return Error(ErrorKind::chain, JET_errEndingRestoreLogTooLow,
                 what + "; the earliest is the end of generation " + std::to_string(manifest.logs.last) + ", " +
                     manifest.consistent_through.time)
        .in_file(archives[*earliest].first);
}

std::size_t reaching(const std::vector<Named>& archives, const Chains& chains, const StopPosition& until,
                     bool more_logs) {
    std::optional<std::size_t> first, newest;
    for (std::size_t i = 0; i < archives.size(); ++i) {
        if (chains.places[i].broken()) continue;
        const auto& full = archives[chains.places[i].needed.front()].second;
        if (!ends_before(full, until)) continue;
        if (reaches(archives[i].second, until) && (!first || older(archives[i], archives[*first]))) first = i;
        if (!newest || older(archives[*newest], archives[i])) newest = i;
    }
    if (first) return *first;
    if (newest && more_logs) return *newest;
    if (!newest) throw no_full_before(archives, chains);
    throw Error(ErrorKind::chain, JET_errRequiredLogFilesMissing,
                "no archive reaches the position that is wanted; the newest that can be restored ends at " +
                    archives[*newest].second.consistent_through.time + " with generation " +
                    std::to_string(archives[*newest].second.logs.last))
        .in_file(archives[*newest].first)
        .with_hint("--logs names the place of logs that go on behind it");
}

}  // namespace

std::vector<std::size_t> choose_chain(const std::vector<Named>& archives, const std::optional<StopPosition>& until,
                                      bool more_logs) {
    require_one_stream(archives);
    std::vector<ChainArchive> list;
    for (const auto& [name, manifest] : archives) list.push_back({name, &manifest});
    const Chains chains = find_chains(list);
    if (!chains.forks.empty())
        throw Error(ErrorKind::chain, JET_errGivenLogFileIsNotContiguous, to_text(chains.forks.front(), list))
            .with_hint("give the archives of one branch only");
    const std::size_t last = until ? reaching(archives, chains, *until, more_logs) : newest_of(archives, chains);
    return chains.places[last].needed;
}

ReplayPlan plan_restore(os::FileSystem& files, const std::vector<ArchiveInput>& inputs, const RestoreRequest& request) {
    std::vector<ReplayLog> logs;
    std::vector<archive::Manifest> manifests;
    for (const ArchiveInput& input : inputs) {
        manifests.push_back(archive::Archive(*input.file).manifest());
        for (ReplayLog& log : logs_in_archive(*input.file, manifests.back())) {
            log.name = input.name + ": " + log.name;
            logs.push_back(std::move(log));
        }
    }
    require_databases(manifests.front());
    return plan_replay(files, logs, manifests.front(), manifests.back(), request.logs, request.until);
}

RestoreResult restore(os::FileSystem& files, const std::vector<ArchiveInput>& inputs, const RestoreRequest& request,
                      const Watch& watch, const EngineEvents& events) {
    const ArchiveInput& first = inputs.front();
    if (!has_pipe(inputs)) require_databases(archive::Archive(*first.file).manifest());
    const auto places = choose_places(files, inputs, request);
    // What can't be done is refused before it is begun. In place, logs may have to be put back first.
    const bool can_plan = !has_pipe(inputs) && (request.until || !request.logs.empty());
    if (can_plan && !request.target.empty()) plan_restore(files, inputs, request);
    os::as_output(places->target(), [&] { places->prepare(); });
    const auto members = members_of(inputs);
    watch.expect(std::accumulate(members.begin(), members.end(), std::uint64_t{0},
                                 [](std::uint64_t sum, const auto& member) { return sum + member.second; }));

    ChainUnpacking chain(files, *places, request, watch);
    RestoreResult result;
    try {
        if (can_plan && request.target.empty()) plan_restore(files, inputs, request);
        os::as_output(places->target(), [&] { places->require_space(members); });
        chain.run(inputs, result);
        os::as_output(places->target(), [&] { files.sync_directory(places->backup_logs()); });
        const ReplayPlan plan =
            plan_replay(files, chain.unpacked_logs(), result.manifest, result.last, request.logs, request.until);
        copy_live_logs(files, request.logs, plan.live_logs, places->work(), watch);
        os::as_output(places->target(), [&] { files.sync_directory(places->work()); });
        watch.poll();
        result.replayed_to = plan.last;
        result.live_logs = plan.live_logs.size();
        const EngineReports reports(events, request.accept_bad_pages);
        try {
            recover(result.manifest, result.last.logs.last, chain.full(), *places, plan.stop, watch);
        } catch (const Error& error) {
            // All that it reads has been written here a moment ago: the archive is not to blame.
            if (error.jet() != JET_errDiskIO && error.jet() != JET_errFileAccessDenied) throw;
            throw Error(ErrorKind::output, error.jet(), error.message()).in_file(error.file());
        }
        os::as_output(places->target(), [&] {
            places->settle();
            result.databases = list_restored(files, result.manifest, chain.full());
        });
        result.moved_aside = places->moved_aside();
    } catch (const Error& error) {
        if (!chain.placed_anything()) {
            places->withdraw();
            throw;
        }
        Error told(error.kind(), error.jet(), error.message());
        // What the engine says names its file itself.
        if (!error.file().empty() || error.message().find(places->target()) == std::string::npos)
            told.set_file(error.file().empty() ? first.name : error.file());
        throw std::move(told).with_hint(
            "what was unpacked lies in " + places->target() + " under names that end with " + unrecovered_suffix +
            "; the same command begins anew" + (error.hint().empty() ? "" : "; " + error.hint()));
    }
    return result;
}

}  // namespace ese::backup
