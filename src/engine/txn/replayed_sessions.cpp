#include "engine/txn/replayed_sessions.h"

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "esent.h"

namespace ese::engine {

namespace {

[[noreturn]] void out_of_step(format::SessionNumber session, const std::string& what) {
    throw Error(ErrorKind::damage, JET_errLogFileCorrupt,
                "session " + std::to_string(session) + " " + what + ", which its records before do not allow");
}

}  // namespace

void ReplayedSessions::begin(const format::BeginRecord& record, const format::Lgpos& position) {
    if (record.type == format::LogRecordType::begin0) {
        ReplayedSession& session = sessions_[record.session];
        if (session.level != 0) out_of_step(record.session, "begins a transaction");
        session.level = record.levels;
        session.trx = record.trx;
        session.begun = position;
        return;
    }
    ReplayedSession* session = in_transaction(record.session);
    if (session == nullptr) return;
    if (session->level != record.from_level) out_of_step(record.session, "begins a nested transaction");
    session->level = static_cast<std::uint8_t>(record.from_level + record.levels);
}

void ReplayedSessions::commit(const format::CommitRecord& record) {
    ReplayedSession* session = in_transaction(record.session);
    if (session == nullptr) return;
    if (record.to_level >= session->level) out_of_step(record.session, "commits a transaction");
    session->level = record.to_level;
    if (record.to_level == 0) {
        for (const Version& version : session->versions) release(version);
        session->versions.clear();
    }
    for (Version& version : session->versions) version.level = std::min(version.level, record.to_level);
}

void ReplayedSessions::rollback(const format::RollbackRecord& record) {
    ReplayedSession* session = in_transaction(record.session);
    if (session == nullptr) return;
    if (record.levels > session->level) out_of_step(record.session, "rolls a transaction back");
    session->level = static_cast<std::uint8_t>(session->level - record.levels);
    drop_above(*session, session->level);
}

void ReplayedSessions::drop_above(ReplayedSession& session, std::uint8_t level) {
    std::erase_if(session.versions, [&](const Version& version) {
        if (version.level <= level) return false;
        release(version);
        return true;
    });
}

ReplayedSession* ReplayedSessions::in_transaction(format::SessionNumber session) {
    const auto found = sessions_.find(session);
    return found == sessions_.end() || found->second.level == 0 ? nullptr : &found->second;
}

bool ReplayedSessions::any_open() const {
    return std::ranges::any_of(sessions_, [](const auto& entry) { return entry.second.level > 0; });
}

std::optional<format::Lgpos> ReplayedSessions::oldest_begin() const {
    std::optional<format::Lgpos> oldest;
    for (const auto& [number, session] : sessions_)
        if (session.level > 0 && (!oldest || session.begun < *oldest)) oldest = session.begun;
    return oldest;
}

void ReplayedSessions::add(format::SessionNumber session, Version version) {
    hold(version);
    sessions_[session].versions.push_back(std::move(version));
}

void ReplayedSessions::complete(const format::BookmarkRecord& undo_info) {
    ReplayedSession* session = in_transaction(undo_info.head.page.session);
    if (session == nullptr) return;
    const auto found = std::ranges::find(session->versions, undo_info.head.rceid, &Version::rceid);
    if (found == session->versions.end()) return;
    release(*found);
    found->only_in_memory = false;
    if (found->complete) return;
    found->complete = true;
    found->key.assign(undo_info.bookmark_key.begin(), undo_info.bookmark_key.end());
    found->data.assign(undo_info.bookmark_data.begin(), undo_info.bookmark_data.end());
    found->before_image.assign(undo_info.before_image.begin(), undo_info.before_image.end());
}

std::optional<Version> ReplayedSessions::take(format::SessionNumber number, std::uint32_t rceid) {
    ReplayedSession* session = in_transaction(number);
    if (session == nullptr) return std::nullopt;
    const auto found = std::ranges::find(session->versions, rceid, &Version::rceid);
    if (found == session->versions.end()) return std::nullopt;
    Version version = std::move(*found);
    session->versions.erase(found);
    release(version);
    return version;
}

void ReplayedSessions::hold(const Version& version) {
    if (version.only_in_memory) ++held_[{version.dbid, version.object}];
}

void ReplayedSessions::release(const Version& version) {
    if (!version.only_in_memory) return;
    const auto found = held_.find({version.dbid, version.object});
    if (found != held_.end() && --found->second == 0) held_.erase(found);
}

}  // namespace ese::engine
