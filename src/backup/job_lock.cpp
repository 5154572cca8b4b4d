#include "backup/job_lock.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/error.h"
#include "esent.h"
#include "os/as_output.h"

namespace ese::backup {

namespace {

constexpr unsigned ask_every_ms = 100;

template <class Action>
auto at(const JobPlace& place, Action action) {
    return place.is_output ? os::as_output(place.directory, action) : action();
}

// Each directory once, whatever names it was given by.
std::vector<JobPlace> distinct(os::FileSystem& files, const std::vector<JobPlace>& places) {
    std::map<std::pair<std::uint64_t, std::uint64_t>, JobPlace> by_identity;
    for (const JobPlace& place : places) {
        const auto info = at(place, [&] { return files.info(place.directory); });
        if (info && info->is_directory && files.is_writable(place.directory))
            by_identity.try_emplace({info->device, info->inode}, place);
    }
    std::vector<JobPlace> all;
    for (const auto& [identity, place] : by_identity) all.push_back(place);
    return all;
}

}  // namespace

Patience::Patience(os::Clock& clock, std::int64_t wait_ms, const Watch& watch,
                   std::function<void(const std::string&)> waiting)
    : clock_(clock), watch_(watch), waiting_(std::move(waiting)), until_(clock.now_unix_ms() + wait_ms) {}

bool Patience::wait(const std::string& what_for) {
    if (clock_.now_unix_ms() >= until_) return false;
    if (!std::exchange(told_, true)) waiting_(what_for);
    watch_.poll();
    clock_.sleep_ms(ask_every_ms);
    return true;
}

JobLocks::JobLocks(os::FileSystem& files, const std::vector<JobPlace>& places, Patience& patience) {
    for (const JobPlace& place : distinct(files, places)) {
        const std::string path = os::join(place.directory, job_lock_name);
        for (;;) {
            try {
                locks_.push_back(at(place, [&] { return files.lock(path, JET_errBackupInProgress); }));
                break;
            } catch (const Error& error) {
                if (error.kind() != ErrorKind::busy) throw;
                const std::string text = "another job of esebackup works here: " + error.message();
                if (!patience.wait(place.directory + ": waiting; " + text))
                    throw Error(ErrorKind::busy, JET_errBackupInProgress, text)
                        .in_file(place.directory)
                        .with_hint(error.hint().empty() ? "--wait lets this one wait for it" : error.hint());
            }
        }
    }
}

}  // namespace ese::backup
