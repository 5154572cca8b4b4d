#include "backup/archive_check.h"

#include <algorithm>
#include <map>
#include <set>

#include "backup/manifest_facts.h"
#include "base/error.h"
#include "esent.h"

namespace ese::backup {

namespace {

template <class Map>
auto* lookup(Map& map, std::mutex& mutex, const std::string& name) {
    const std::lock_guard hold(mutex);
    const auto at = map.find(name);
    return at == map.end() ? nullptr : at->second.get();
}

}  // namespace

void ArchiveChecker::started(const archive::BackupIdentity& identity) {
    page_bytes_ = identity.instance.page_bytes;
    if (!format::is_page_size(page_bytes_)) {
        throw Error(ErrorKind::damage, "the archive says that pages have " + std::to_string(page_bytes_) + " bytes");
    }
}

bool ArchiveChecker::wish(const archive::MemberInfo& member) {
    const std::lock_guard hold(mutex_);
    if (is_database_member(member.path)) {
        databases_[member.path] =
            std::make_unique<DatabaseCheck>(member.path, member.size, page_bytes_, true, findings_);
        return true;
    }
    if (is_log_member(member.path)) {
        logs_[member.path] = std::make_unique<LogCheck>(member.path, member.size, findings_);
        return true;
    }
    return false;
}

void ArchiveChecker::chunk(const archive::MemberInfo& member, std::uint64_t offset, ByteView bytes) {
    watch_.poll();
    if (is_database_member(member.path)) {
        if (auto* check = lookup(databases_, mutex_, member.path)) check->chunk(offset, bytes);
    } else if (auto* check = lookup(logs_, mutex_, member.path)) {
        check->chunk(offset, bytes);
    }
    watch_.advance(member.path, bytes.size());
}

void ArchiveChecker::finished(const archive::MemberInfo& member, bool intact) {
    if (!intact) return;  // the reader says what is wrong
    if (auto* check = lookup(databases_, mutex_, member.path)) check->finish();
}

void ArchiveChecker::check_together(const archive::Manifest& manifest) {
    check_chain();
    for (const auto& record : manifest.databases) {
        if (!record.member.empty()) check_database(record);
    }
    for (const auto& record : manifest.logs.generations) check_generation(record);
}

std::vector<PageNumber> ArchiveChecker::damaged_pages(const std::string& member) {
    const auto* check = lookup(databases_, mutex_, member);
    return check == nullptr ? std::vector<PageNumber>() : check->damaged_pages();
}

void ArchiveChecker::check_chain() {
    std::map<Generation, std::pair<std::string, const CheckedLog*>> by_generation;
    for (const auto& [name, check] : logs_) {
        if (!check->result()) continue;
        const auto& log = *check->result();
        if (!by_generation.emplace(log.header.generation, std::pair(name, &log)).second) {
            findings_.damage.add({name, std::nullopt, 0,
                                  "generation " + std::to_string(log.header.generation.value()) + " is there twice"});
        }
    }
    const CheckedLog* previous = nullptr;
    for (const auto& [generation, log] : by_generation) {
        if (previous) {
            try {
                format::check_successor(format::link_of(previous->header, previous->checksum), log.second->header);
            } catch (const Error& error) {
                findings_.damage.add({log.first, std::nullopt, 0, error.message()});
            }
        }
        previous = log.second;
    }
}

void ArchiveChecker::check_database(const archive::DatabaseRecord& record) {
    const auto* check = lookup(databases_, mutex_, record.member);
    // One that did not come or is not sound has been told of already.
    if (check == nullptr || !format::DatabaseHeader::parse(check->header_page())) return;
    const auto header = *format::DatabaseHeader::parse(check->header_page());
    if (header.get(format::header_field::database_signature).to_string() != record.signature ||
        header.page_bytes() != record.page_bytes) {
        findings_.damage.add({record.member, std::nullopt, 0, "this is not the database that the manifest describes"});
    }
    for (std::uint64_t generation = std::max(record.required.min, 1U); generation <= record.required.max;
         ++generation) {
        const auto there = [&](const auto& log) {
            return log.second->result() && log.second->result()->header.generation.value() == generation;
        };
        if (std::any_of(logs_.begin(), logs_.end(), there)) continue;
        missing_.push_back(record.member + " requires the log generations " + std::to_string(record.required.min) +
                           " to " + std::to_string(record.required.max) + "; generation " + std::to_string(generation) +
                           " is not in the archive");
        return;
    }
}

void ArchiveChecker::check_generation(const archive::GenerationRecord& record) {
    const auto* check = lookup(logs_, mutex_, record.member);
    if (check == nullptr || !check->result()) return;
    const auto actual = generation_record(check->result()->header, record.member, check->result()->checksum);
    if (actual.generation != record.generation || actual.created != record.created ||
        actual.previous_created != record.previous_created ||
        actual.accumulated_checksum_previous != record.accumulated_checksum_previous ||
        (record.accumulated_checksum && actual.accumulated_checksum != record.accumulated_checksum)) {
        findings_.damage.add({record.member, std::nullopt, 0, "this is not the log that the manifest describes"});
    }
}

namespace {

// Of much damage the report lists a part, so what is recorded is counted page by page.
void set_recorded_apart(const archive::Manifest& manifest, ArchiveChecker& checker, ArchiveReport& report) {
    std::map<std::string, std::set<std::uint32_t>> recorded;  // pages of each member
    std::optional<Damage> unlisted;
    for (const auto& database : manifest.databases) {
        auto& pages = recorded[database.member];
        for (const auto& page : database.damage) pages.insert(page.page);
        for (const PageNumber page : checker.damaged_pages(database.member)) {
            if (pages.contains(page.value()))
                ++report.recorded_count;
            else
                unlisted = Damage{database.member, page, page_offset(page, database.page_bytes), "it is damaged"};
        }
    }
    const auto is_recorded = [&](const Damage& damage) {
        const auto at = recorded.find(damage.file);
        return damage.page && at != recorded.end() && at->second.contains(damage.page->value());
    };
    const auto apart = std::stable_partition(report.damage.begin(), report.damage.end(),
                                             [&](const Damage& damage) { return !is_recorded(damage); });
    report.recorded.assign(apart, report.damage.end());
    report.damage.erase(apart, report.damage.end());
    report.damage_count -= report.recorded_count;
    if (report.damage_count > 0 && report.damage.empty())
        report.damage.push_back(unlisted.value_or(
            Damage{manifest.databases.front().member, std::nullopt, 0, "there is more damage than can be listed"}));
}

}  // namespace

ArchiveReport make_report(archive::VerifyReport read, ArchiveChecker& checker) {
    if (read.manifest) checker.check_together(*read.manifest);
    ArchiveReport report;
    report.archive = std::move(read);
    CheckFindings& findings = checker.findings();
    report.damage = findings.damage.sorted();
    report.damage_count = findings.damage.count();
    if (report.archive.manifest) set_recorded_apart(*report.archive.manifest, checker, report);
    report.warnings = findings.warnings.sorted();
    report.missing = checker.missing();
    report.databases = checker.databases();
    report.logs = checker.logs();
    report.pages = findings.pages.load();
    report.unused_pages = findings.unused_pages.load();
    report.segments = findings.segments.load();
    return report;
}

std::optional<Error> ArchiveReport::verdict(bool accept_recorded) const {
    try {
        archive.throw_if_bad();
    } catch (const Error& error) {
        return error;
    }
    if (damage_count > 0) {
        const Damage& first = damage.front();
        std::string where = first.file + (first.page ? ", page " + std::to_string(first.page->value()) : "");
        return Error(ErrorKind::damage, JET_errReadVerifyFailure,
                     "the archive holds what was stored, but that is damaged in " + std::to_string(damage_count) +
                         (damage_count == 1 ? " place: " : " places, the first: ") + where + ": " + first.reason);
    }
    if (!missing.empty()) return Error(ErrorKind::chain, JET_errRequiredLogFilesMissing, missing.front());
    if (recorded_count > 0 && !accept_recorded) {
        const Damage& first = recorded.front();
        return Error(ErrorKind::damage, JET_errReadVerifyFailure,
                     "the archive is as it was written, but " + std::to_string(recorded_count) +
                         (recorded_count == 1 ? " page was" : " pages were") +
                         " damaged already when the backup was taken, the first: " + first.file + ", page " +
                         std::to_string(first.page->value()));
    }
    return std::nullopt;
}

}  // namespace ese::backup
