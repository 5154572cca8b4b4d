#include "backup/instance_finder.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "base/error.h"
#include "base/utf.h"
#include "esent.h"
#include "format/log/checkpoint.h"
#include "format/log/log_header.h"
#include "format/log/log_record_types.h"
#include "format/log/log_segment.h"
#include "format/log/log_stream.h"
#include "os/whole_file.h"

namespace ese::backup {

namespace {

using format::FileType;
using format::LogFileKind;

constexpr std::size_t base_name_length = 3;  // JET_LOGINFO has room for three characters

std::string lower(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

// The last part of a path of Windows or of this system.
std::string last_part(const std::string& path) {
    const auto slash = path.find_last_of("/\\");
    return slash == std::string::npos ? path : path.substr(slash + 1);
}

bool has_extension(const std::string& name, std::initializer_list<const char*> extensions) {
    const auto dot = name.rfind('.');
    if (dot == std::string::npos) return false;
    const std::string extension = lower(name.substr(dot));
    return std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
}

// A database that the logs speak of.
struct NamedDatabase {
    std::string path;  // as it was stored, of whatever system
    format::Signature signature;
    std::string by;  // the file that names it
};

class Finder {
 public:
    Finder(os::FileSystem& files, const InstanceRequest& request) : files_(files), request_(request) {}

    FoundInstance find() {
        found_.directory = directory(request_.directory);
        found_.log_directory = request_.log_directory.empty() ? found_.directory : directory(request_.log_directory);
        found_.system_directory =
            request_.system_directory.empty() ? found_.directory : directory(request_.system_directory);
        choose_base();
        read_logs();
        if (!request_.databases.empty()) {
            if (!request_.moved.empty())
                throw Error(ErrorKind::usage, "databases that are given lie where they are said to: --map has no use");
            take_given();
        } else {
            find_databases();
        }
        find_bystanders();
        agree_on_page_size();
        return std::move(found_);
    }

 private:
    std::string directory(const std::string& path) const {
        const auto info = files_.info(path);
        if (!info || !info->is_directory) throw Error(ErrorKind::usage, "there is no such directory").in_file(path);
        return files_.absolute(path);
    }

    // A base name counts if a log of it has a sound header; a checkpoint alone does not make an instance.
    void choose_base() {
        const auto names = files_.list(found_.log_directory);
        std::set<std::string> bases;
        for (const std::string& name : names) {
            if (name.size() <= base_name_length || !has_extension(name, {".log", ".jtx"})) continue;
            const std::string base = name.substr(0, base_name_length);
            if (!request_.base.empty() && lower(base) != lower(request_.base)) continue;
            const auto parsed = format::parse_log_file_name(base, name);
            if (!parsed || (parsed->kind != LogFileKind::current && parsed->kind != LogFileKind::archived)) continue;
            if (read_header(name)) bases.insert(base);
        }
        if (bases.size() > 1) {
            std::string all;
            for (const auto& base : bases) all += (all.empty() ? "" : ", ") + base;
            throw Error(ErrorKind::usage, "the logs of several instances lie here: " + all)
                .in_file(found_.log_directory)
                .with_hint("say which one with --base");
        }
        if (!bases.empty()) {
            found_.naming.base = *bases.begin();
        } else if (!request_.base.empty()) {
            if (request_.base.size() != base_name_length)
                throw Error(ErrorKind::usage, "a base name has three characters, as in edb.log");
            found_.naming.base = request_.base;
        }
    }

    std::optional<format::LogHeader> read_header(const std::string& name) const {
        const auto page = os::read_start(files_, os::join(found_.log_directory, name), format::log_sector_bytes);
        if (page.size() != format::log_sector_bytes) return std::nullopt;
        try {
            return format::parse_log_header(page);
        } catch (const Error&) {
            return std::nullopt;  // some other program's log
        }
    }

    void read_logs() {
        std::map<std::uint32_t, std::string> archived;
        std::string current, temporary;
        for (const std::string& name : files_.list(found_.log_directory)) {
            const auto parsed = format::parse_log_file_name(found_.naming.base, name);
            if (!parsed) continue;
            if (parsed->kind == LogFileKind::archived) {
                archived[parsed->number] = name;
                const std::size_t digits = name.rfind('.') - base_name_length;
                found_.naming.eight_dot_three = digits == 5;
                found_.naming.legacy = parsed->legacy;
            } else if (parsed->kind == LogFileKind::current) {
                current = name;
                found_.naming.legacy = parsed->legacy;
            } else if (parsed->kind == LogFileKind::temporary) {
                temporary = name;
            }
        }
        const bool has_current = !current.empty() && read_newest(current, archived.empty());
        if (has_current && !archived.empty()) add_closed_since(archived);
        for (const auto& [number, name] : archived) {
            found_.logs.push_back(name);
            found_.generations.emplace_back(number);
        }
        if (!current.empty()) found_.logs.push_back(current);
        if (!temporary.empty()) found_.logs.push_back(temporary);
        find_checkpoint();
        if (has_current) {
            found_.generations.push_back(newest_generation_);
        } else if (!archived.empty()) {
            read_newest(archived.rbegin()->second, true);
        }
    }

    // What a running program closed behind the list that was made: all of it was there before the current log was read.
    void add_closed_since(std::map<std::uint32_t, std::string>& archived) const {
        const std::uint32_t last = archived.rbegin()->first;
        if (last + 1 >= newest_generation_.value()) return;
        for (const std::string& name : files_.list(found_.log_directory)) {
            const auto parsed = format::parse_log_file_name(found_.naming.base, name);
            if (!parsed || parsed->kind != LogFileKind::archived) continue;
            if (parsed->number > last && parsed->number < newest_generation_.value()) archived[parsed->number] = name;
        }
    }

    void find_checkpoint() {
        for (const std::string& name : files_.list(found_.system_directory)) {
            const auto parsed = format::parse_log_file_name(found_.naming.base, name);
            if (parsed && parsed->kind == LogFileKind::checkpoint)
                found_.checkpoint = os::join(found_.system_directory, name);
        }
        if (!found_.checkpoint.empty() && found_.logs.empty()) {
            found_.naming.legacy = has_extension(found_.checkpoint, {".chk"});
        }
    }

    // False where its header is damaged, and is not all there is: the engine may be able to do without this log.
    bool read_newest(const std::string& name, bool must_be_sound) {
        const std::string path = os::join(found_.log_directory, name);
        const auto page = os::read_start(files_, path, format::log_sector_bytes);
        format::LogHeader header;
        try {
            header = format::parse_log_header(page);
        } catch (Error& error) {
            error.set_file(path);
            if (must_be_sound || error.jet() != JET_errLogFileCorrupt) throw;
            found_.notes.emplace_back(error.what());
            found_.newest_log_is_whole = false;
            return false;
        }
        found_.newest_log = path;
        found_.page_bytes = header.page_bytes;
        found_.log_file_bytes = header.file_bytes();
        found_.log_signature = header.signature;
        found_.circular_logging = (header.flags & format::LogHeader::flag_circular) != 0;
        newest_generation_ = header.generation;
        return true;
    }

    // What the logs say was attached: when the newest one began, since then, and at the checkpoint.
    std::vector<NamedDatabase> named_databases() {
        std::vector<NamedDatabase> named;
        const auto add = [&](const std::u16string& path, const format::Signature& signature, const std::string& by) {
            const auto same = [&](const NamedDatabase& n) { return n.signature == signature; };
            if (std::none_of(named.begin(), named.end(), same))
                named.push_back({utf16_to_utf8_lossy(path), signature, os::name_of(by)});
        };
        if (!found_.newest_log.empty()) {
            const auto file = files_.open(found_.newest_log, os::OpenMode::read);
            std::vector<std::uint8_t> bytes(std::min(file->size(), found_.log_file_bytes));
            file->read_exactly_at(0, bytes);
            try {
                read_names(bytes, add);
            } catch (Error& error) {
                error.set_file(found_.newest_log);
                throw;
            }
        }
        if (!found_.checkpoint.empty()) {
            const auto bytes = os::read_start(files_, found_.checkpoint, format::Checkpoint::file_bytes);
            try {
                const auto checkpoint = format::parse_checkpoint(bytes);
                if (checkpoint.has_attach_list()) {
                    for (const auto& attached : checkpoint.attachments)
                        add(attached.path(), attached.database, found_.checkpoint);
                }
            } catch (const Error&) {
                // A checkpoint may be missing or damaged; the engine does without it, and so does this.
            }
        }
        return named;
    }

    template <class Add>
    void read_names(ByteView bytes, const Add& add) {
        const auto header = format::parse_log_header(bytes.first(format::log_sector_bytes));
        for (const auto& attached : header.attachments) add(attached.path(), attached.database, found_.newest_log);
        format::check_log_file_size(header, bytes.size());
        const auto read = format::sectors_of(bytes);
        const auto scan = format::scan_segments(header, read);
        found_.newest_log_is_whole = found_.newest_log_is_whole && !scan.damage;
        if (scan.damage)
            found_.notes.push_back(found_.newest_log + ": damaged behind sector " + std::to_string(scan.last_good) +
                                   "; what it says of databases further on can't be read");
        format::LogStream stream(scan, read);
        format::LogRecord record;
        while (stream.next(record)) {
            if (record.type == format::LogRecordType::attach_db) {
                const auto attach = format::AttachDbRecord::parse(record.bytes);
                add(attach.path, attach.database, found_.newest_log);
            } else if (record.type == format::LogRecordType::create_db) {
                const auto create = format::CreateDbRecord::parse(record.bytes);
                add(create.path, create.database, found_.newest_log);
            }
        }
    }

    std::optional<format::DatabaseHeader> probe(const std::string& path) const {
        const auto info = files_.info(path);
        if (!info || !info->is_regular) return std::nullopt;
        const auto picked = format::pick_header(os::read_start(files_, path, format::header_probe_bytes));
        if (!picked) return std::nullopt;
        const FileType type = picked->header.get(format::header_field::file_type);
        if (type != FileType::database && type != FileType::unknown) return std::nullopt;
        return picked->header;
    }

    struct Candidate {
        std::string path;
        format::DatabaseHeader header;
        bool taken = false;
    };

    std::vector<Candidate> candidates() const {
        std::vector<Candidate> all;
        std::set<std::string> directories{found_.directory, found_.log_directory, found_.system_directory};
        for (const std::string& place : directories) {
            for (const std::string& name : files_.list(place)) {
                if (has_extension(name, {".log", ".jtx", ".chk", ".jcp", ".jrs", ".jfm", ".pat", ".unrecovered"}))
                    continue;
                const std::string path = os::join(place, name);
                if (auto header = probe(path)) all.push_back({path, *header});
            }
        }
        return all;
    }

    void take_given() {
        for (const std::string& given : request_.databases) {
            std::string path = given;
            const bool bare = given.find('/') == std::string::npos;
            if (bare && !files_.info(path)) path = os::join(found_.directory, given);
            if (!files_.info(path))
                throw Error(ErrorKind::usage, JET_errFileNotFound, "there is no such database").in_file(given);
            path = files_.absolute(path);
            const auto same = [&](const FoundDatabase& d) { return d.path == path; };
            if (std::any_of(found_.databases.begin(), found_.databases.end(), same)) {
                throw Error(ErrorKind::usage, "this database was given twice").in_file(path);
            }
            found_.databases.push_back({path, header_of(path), "given", ""});
        }
    }

    format::DatabaseHeader header_of(const std::string& path) const {
        if (auto header = probe(path)) return *header;
        throw Error(ErrorKind::source_damaged, JET_errDatabaseCorrupted,
                    "neither copy of its header can be read: this is no ESE database, or a damaged one")
            .in_file(path);
    }

    void find_databases() {
        auto all = candidates();
        const auto named = named_databases();
        require_known(named);
        for (const NamedDatabase& name : named) found_.databases.push_back(match(name, all));
        for (const Candidate& candidate : all) {
            if (candidate.taken) continue;
            if (named.empty()) {
                found_.databases.push_back(
                    {candidate.path, candidate.header,
                     found_.has_logs() ? "an ESE database; the newest log names none" : "an ESE database", ""});
            } else {
                found_.notes.push_back(candidate.path + ": left out, the logs do not name it; --database adds it");
            }
        }
        if (found_.databases.empty()) {
            throw Error(ErrorKind::usage, "there is no ESE database here")
                .in_file(found_.directory)
                .with_hint("name it with --database");
        }
    }

    // A misspelt one would be passed over, and a file taken in its place.
    void require_known(const std::vector<NamedDatabase>& named) const {
        for (const auto& moved : request_.moved) {
            const std::string& from = moved.first;
            const auto is_it = [&](const NamedDatabase& database) { return lower(database.path) == lower(from); };
            if (std::ranges::any_of(named, is_it)) continue;
            std::string known;
            for (const NamedDatabase& database : named) known += (known.empty() ? "" : ", ") + database.path;
            throw Error(ErrorKind::usage, "the logs do not name the database " + from + ", which lies elsewhere now")
                .with_hint(known.empty() ? "they name none" : "they name " + known);
        }
    }

    // By signature first: names change when a directory is copied, the signature does not.
    FoundDatabase match(const NamedDatabase& named, std::vector<Candidate>& all) const {
        for (const auto& [from, to] : request_.moved)
            if (lower(from) == lower(named.path)) return moved(named, to, all);
        const std::string name = last_part(named.path);
        std::vector<Candidate*> same;
        for (Candidate& candidate : all) {
            if (candidate.header.get(format::header_field::database_signature) == named.signature)
                same.push_back(&candidate);
        }
        const auto by_name = [&](const Candidate* c) { return lower(os::name_of(c->path)) == lower(name); };
        Candidate* chosen = nullptr;
        if (same.size() == 1) {
            chosen = same.front();
        } else if (same.size() > 1) {
            if (std::count_if(same.begin(), same.end(), by_name) != 1) {
                throw Error(ErrorKind::usage, "several files are the database " + named.path + " of " + named.by +
                                                  ": " + same[0]->path + ", " + same[1]->path)
                    .with_hint("say which one with --database");
            }
            chosen = *std::find_if(same.begin(), same.end(), by_name);
        }
        if (chosen == nullptr) throw missing(named, name, all);
        for (Candidate* one : same) one->taken = true;  // a second copy is not another database
        const std::string how = by_name(chosen) ? "" : " as " + named.path;
        return {chosen->path, chosen->header, "named by " + named.by + how, named.path};
    }

    // Where the operator says that it lies.
    FoundDatabase moved(const NamedDatabase& named, const std::string& to, std::vector<Candidate>& all) const {
        const std::string path = files_.absolute(to);
        if (!files_.info(path))
            throw Error(ErrorKind::usage, JET_errFileNotFound,
                        "there is no such file, where " + named.path + " is said to lie now")
                .in_file(path);
        const format::DatabaseHeader header = header_of(path);
        const format::Signature signature = header.get(format::header_field::database_signature);
        if (!(signature == named.signature))
            throw Error(ErrorKind::chain, JET_errAttachedDatabaseMismatch,
                        "this is not the database " + named.path + " that " + named.by +
                            " speaks of: its signature is " + signature.to_string() + ", not " +
                            named.signature.to_string())
                .in_file(path);
        for (Candidate& candidate : all)
            if (candidate.header.get(format::header_field::database_signature) == signature) candidate.taken = true;
        return {path, header, "named by " + named.by + " as " + named.path, named.path};
    }

    Error missing(const NamedDatabase& named, const std::string& name, const std::vector<Candidate>& all) const {
        const std::string who = named.by + " names the database " + named.path;
        for (const Candidate& candidate : all) {
            if (lower(os::name_of(candidate.path)) == lower(name)) {
                return Error(ErrorKind::chain, JET_errAttachedDatabaseMismatch,
                             "this is not the database of that name that " + named.by +
                                 " speaks of: its signature is " +
                                 candidate.header.get(format::header_field::database_signature).to_string() + ", not " +
                                 named.signature.to_string())
                    .in_file(candidate.path)
                    .with_hint("if it is the right one all the same, name it with --database");
            }
        }
        for (const std::string& entry : files_.list(found_.directory)) {
            if (lower(entry) == lower(name)) {
                return Error(ErrorKind::source_damaged, JET_errDatabaseCorrupted,
                             "neither copy of its header can be read, and " + who)
                    .in_file(os::join(found_.directory, entry));
            }
        }
        return Error(ErrorKind::other, JET_errFileNotFound, who + ", which is not in " + found_.directory)
            .in_file(found_.log_directory)
            .with_hint("put it there, or name the databases to back up with --database");
    }

    void find_bystanders() {
        namespace field = format::header_field;
        if (!found_.log_signature) return;
        for (const Candidate& candidate : candidates()) {
            const auto same = [&](const FoundDatabase& taken) {
                return taken.header.get(field::database_signature) == candidate.header.get(field::database_signature);
            };
            if (candidate.header.get(field::log_signature) != *found_.log_signature) continue;
            if (std::any_of(found_.databases.begin(), found_.databases.end(), same)) continue;
            found_.bystanders.push_back({candidate.path, candidate.header, "left out", ""});
        }
    }

    void agree_on_page_size() {
        for (const FoundDatabase& database : found_.databases) {
            const std::uint32_t bytes = database.header.page_bytes();
            if (found_.page_bytes == 0) found_.page_bytes = bytes;
            if (bytes != found_.page_bytes) {
                throw Error(ErrorKind::usage, JET_errPageSizeMismatch,
                            "its pages have " + std::to_string(bytes) + " bytes, those of " +
                                (found_.has_logs() ? os::name_of(found_.newest_log) : found_.databases.front().path) +
                                " " + std::to_string(found_.page_bytes))
                    .in_file(database.path)
                    .with_hint(
                        "one instance has one page size; name the databases that belong together with --database");
            }
        }
    }

    os::FileSystem& files_;
    const InstanceRequest& request_;
    FoundInstance found_;
    Generation newest_generation_;
};

std::string generation_text(Generation generation, const format::LogNaming& naming) {
    return std::to_string(generation.value()) + " (" + naming.archived(generation) + ")";
}

// Says that the database is dirty and which logs that takes. Throws if one of them is missing.
std::string describe_dirty(const FoundInstance& found, const FoundDatabase& database) {
    namespace field = format::header_field;
    const Generation low = database.header.get(field::min_required);
    const Generation high = database.header.get(field::max_required);
    const std::string what =
        "the database was not shut down cleanly (" + std::string(format::to_string(database.header.state())) + ")";
    const std::string requires_text = low == high
                                          ? "requires the log generation " + generation_text(low, found.naming)
                                          : "requires the log generations " + generation_text(low, found.naming) +
                                                " to " + generation_text(high, found.naming);
    const auto there = [&](Generation g) {
        return std::find(found.generations.begin(), found.generations.end(), g) != found.generations.end();
    };
    if (low == Generation() || !found.has_logs())
        throw Error(
            ErrorKind::not_possible, JET_errDatabaseDirtyShutdown,
            what + (low == Generation() ? ", and does not say which logs it requires" : " and " + requires_text))
            .in_file(database.path)
            .with_hint("take a copy of the database that was shut down cleanly");
    // A header may claim any range; the first one that is missing is enough.
    for (Generation g = low; g <= high; g = g.next()) {
        if (there(g)) continue;
        throw Error(ErrorKind::chain, JET_errDatabaseDirtyShutdown,
                    what + " and " + requires_text + "; " +
                        (low == high ? "it" : "generation " + generation_text(g, found.naming)) + " is not in " +
                        found.log_directory)
            .in_file(database.path)
            .with_hint("find the missing logs, or take a copy of the database that was shut down cleanly");
    }
    return database.path + ": " + what + "; it " + requires_text + ", and is recovered first";
}

}  // namespace

FoundInstance find_instance(os::FileSystem& files, const InstanceRequest& request) {
    return Finder(files, request).find();
}

std::vector<std::string> require_recoverable(os::FileSystem& files, const FoundInstance& found) {
    std::vector<std::string> notes;
    for (const FoundDatabase& database : found.databases) {
        if (database.header.is_raw_backup()) {
            throw Error(ErrorKind::not_possible, JET_errSoftRecoveryOnBackupDatabase,
                        "this is a raw copy out of a backup")
                .in_file(database.path)
                .with_hint("restore the backup first");
        }
        // The engine that has it attached holds a lock on it.
        if (!files.open(database.path, os::OpenMode::read)->try_lock(false)) {
            throw Error(ErrorKind::busy, JET_errDatabaseInUse, "another process has the database attached")
                .in_file(database.path)
                .with_hint(way_out_when_held);
        }
        if (database.header.state() == format::DatabaseState::clean_shutdown) continue;
        notes.push_back(describe_dirty(found, database));
    }
    return notes;
}

std::optional<Generation> first_gap(const std::vector<Generation>& generations) {
    const auto gap = std::ranges::adjacent_find(
        generations, [](Generation one, Generation other) { return other != one.next(); });
    return gap == generations.end() ? std::nullopt : std::optional(gap->next());
}

void require_usable_in_place(os::FileSystem& files, const FoundInstance& found, const std::string& way_out) {
    if (!found.has_logs()) {
        throw Error(ErrorKind::not_possible, JET_errMissingLogFile,
                    "there are no logs here; the engine would begin a new log stream beside the database")
            .in_file(found.log_directory)
            .with_hint(way_out);
    }
    std::vector<std::string> places{found.log_directory, found.system_directory};
    for (const FoundDatabase& database : found.databases) {
        places.push_back(database.path);
        places.push_back(os::directory_of(database.path));
    }
    for (const std::string& place : places) {
        if (files.is_writable(place)) continue;
        throw Error(ErrorKind::not_possible, JET_errFileAccessDenied,
                    "this cannot be written, and the engine has to write to it")
            .in_file(place)
            .with_hint(way_out);
    }
}

}  // namespace ese::backup
