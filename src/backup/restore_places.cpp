#include "backup/restore_places.h"

#include <algorithm>
#include <cstring>

#include "backup/file_beside.h"
#include "backup/instance_finder.h"
#include "backup/manifest_facts.h"
#include "backup/move_journal.h"
#include "base/error.h"
#include "esent.h"
#include "format/log/log_file_name.h"

namespace ese::backup {

namespace {

constexpr const char* work_name = "restore.unrecovered";
constexpr const char* lock_name = "restore-lock.unrecovered";
constexpr const char* settled_name = "restore-names.unrecovered";

// With its suffix, or without.
std::string with_suffix(const std::string& path) { return path + unrecovered_suffix; }
std::string without_suffix(const std::string& path) {
    return path.substr(0, path.size() - std::strlen(unrecovered_suffix));
}

class InDirectory : public RestorePlaces {
 public:
    InDirectory(os::FileSystem& files, const std::string& target) : RestorePlaces(files), target_(target) {}

    void prepare() override {
        const auto info = files_.info(target_);
        if (info && !info->is_directory) throw Error(ErrorKind::usage, "this is not a directory").in_file(target_);
        files_.make_directory(target_);
        target_ = files_.absolute(target_);
        require_own_only();  // before the lock is placed: nothing is written into a directory that is in use
        lock_ = files_.lock(os::join(target_, lock_name), JET_errBackupInProgress);
        for (const std::string& name : require_own_only())
            if (name != lock_name && name != work_name && name != settled_name) files_.remove(os::join(target_, name));
        if (files_.info(work())) os::remove_tree(files_, work());
        files_.remove(settled_path());  // last: as long as it is there, what it names may be removed
        files_.make_directory(backup_logs());
    }

    void require_space(const std::map<std::string, std::uint64_t>& members) override {
        std::uint64_t bytes = 0;
        for (const auto& [member, size] : members) bytes += size;
        require_room(target_, bytes);
    }

    // databases/03/app.edb becomes TARGET/app.edb; a second app.edb becomes 03-app.edb.
    std::string unrecovered(const std::string& member) override {
        const auto known = places_.find(member);
        if (known != places_.end()) return known->second;
        std::string name = os::name_of(member);
        if (!names_.insert(name).second) {
            name = os::name_of(os::directory_of(member)) + "-" + name;
            if (!names_.insert(name).second)
                throw Error(ErrorKind::damage, "the archive holds two databases of one name").in_file(member);
        }
        return places_[member] = with_suffix(os::join(target_, name));
    }

    std::string replaced(const std::string&) const override { return {}; }

    void settle() override {
        const std::vector<std::string> logs = take_recovered_logs();
        write_names(logs);
        for (const std::string& log : logs) files_.rename_new(os::join(work(), log), os::join(target_, log));
        for (const auto& [member, place] : places_) files_.rename_new(place, without_suffix(place));
        files_.sync_directory(target_);
        os::remove_tree(files_, work());
        files_.remove(settled_path());
        files_.sync_directory(target_);
    }

    std::string work() const override { return os::join(target_, work_name); }
    const std::string& target() const override { return target_; }

 private:
    std::string settled_path() const { return os::join(target_, settled_name); }

    // What a restore that was interrupted while it gave names had given already: it is no restored instance yet.
    void write_names(const std::vector<std::string>& logs) {
        std::string text;
        for (const std::string& log : logs) text += log + '\n';
        for (const auto& [member, place] : places_) text += os::name_of(without_suffix(place)) + '\n';
        const auto list = files_.open(settled_path(), os::OpenMode::create_new);
        list->write_at(0, ByteView(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
        list->sync();
        files_.sync_directory(target_);
    }

    std::set<std::string> settled_names() const {
        const std::string path = settled_path();
        if (!files_.info(path)) return {};
        const auto list = files_.open(path, os::OpenMode::read);
        constexpr std::uint64_t most = 1 << 20;
        std::vector<std::uint8_t> text(static_cast<std::size_t>(std::min(list->size(), most)));
        list->read_exactly_at(0, text);
        std::set<std::string> names;
        std::string name;
        for (const std::uint8_t byte : text) {
            if (byte != '\n') {
                name += static_cast<char>(byte);
            } else {
                names.insert(std::move(name));
                name.clear();
            }
        }
        return names;
    }

    // The names in the target, all of them an interrupted restore's. Throws if there is another one.
    std::vector<std::string> require_own_only() const {
        std::vector<std::string> names = files_.list(target_);
        const std::set<std::string> settled = settled_names();
        for (const std::string& name : names) {
            if (name.ends_with(unrecovered_suffix) || settled.contains(name)) continue;
            throw Error(ErrorKind::usage, "the directory is not empty, and a restore never overwrites anything")
                .in_file(target_)
                .with_hint("give an empty directory, or one that does not exist yet");
        }
        return names;
    }

    std::string target_;
    std::unique_ptr<os::Lock> lock_;
    std::map<std::string, std::string> places_;  // of databases and patch files, by member
    // Taken; with the suffix the first two are this class's own.
    std::set<std::string> names_{without_suffix(work_name), without_suffix(lock_name)};
};

class InPlace : public RestorePlaces {
 public:
    InPlace(os::FileSystem& files, const archive::Manifest& manifest)
        : RestorePlaces(files),
          instance_(manifest.instance),
          aside_name_(aside_prefix + manifest.id.substr(manifest.id.size() > 8 ? manifest.id.size() - 8 : 0)) {
        for (const auto& database : manifest.databases) add_database(database);
    }

    void prepare() override {
        for (const std::string& path : {instance_.directory, instance_.log_directory, instance_.system_directory})
            require_absolute(path);
        files_.make_directory(instance_.log_directory);
        files_.make_directory(instance_.system_directory);
        lock_ = files_.lock(os::join(instance_.log_directory, lock_name), JET_errBackupInProgress);
        journal().undo(directories());
        choose_aside_name();
        for (const auto& [member, path] : places_) {
            files_.make_directory(os::directory_of(path));
            keep_engines_off(path);
            files_.remove(with_suffix(path));
        }
        if (files_.info(work())) os::remove_tree(files_, work());
        files_.make_directory(backup_logs());
    }

    void require_space(const std::map<std::string, std::uint64_t>& members) override {
        std::map<std::string, std::uint64_t> bytes;
        for (const auto& [member, size] : members) {
            const auto place = places_.find(member);
            bytes[place == places_.end() ? instance_.log_directory : os::directory_of(place->second)] += size;
        }
        for (const auto& [directory, needed] : bytes) require_room(directory, needed);
    }

    std::string unrecovered(const std::string& member) override {
        const auto place = places_.find(member);
        if (place != places_.end()) return with_suffix(place->second);
        // A patch file lies beside its database.
        for (const auto& [database, path] : places_) {
            if (member != file_beside(database, ".pat")) continue;
            const std::string to = file_beside(path, ".pat");
            patches_[member] = to;
            files_.remove(with_suffix(to));
            return with_suffix(to);
        }
        throw Error(ErrorKind::damage, "the manifest does not say where this database was").in_file(member);
    }

    std::string replaced(const std::string& member) const override {
        const auto place = places_.find(member);
        return place == places_.end() ? std::string() : place->second;
    }

    void settle() override {
        const std::vector<std::string> logs = take_recovered_logs();
        std::vector<Move> moves;
        for (const auto& [member, path] : places_) {
            move_aside(path, moves);
            move_aside(file_beside(path, ".jfm"), moves);  // of the pages of the database that was
        }
        for (const auto& [member, path] : patches_) move_aside(path, moves);
        move_stream_aside(instance_.log_directory, moves);
        if (instance_.system_directory != instance_.log_directory) move_stream_aside(instance_.system_directory, moves);
        for (const std::string& name : logs)
            if (is_placed(name))
                moves.push_back({Move::What::made, os::join(work(), name), os::join(instance_.log_directory, name)});
        for (const auto& [member, path] : patches_) moves.push_back({Move::What::made, with_suffix(path), path});
        for (const auto& [member, path] : places_) moves.push_back({Move::What::made, with_suffix(path), path});
        journal().carry_out(moves);
        os::remove_tree(files_, work());
        files_.sync_directory(instance_.log_directory);
        locked_.clear();
    }

    std::string work() const override { return os::join(instance_.log_directory, work_name); }
    const std::string& target() const override { return instance_.directory; }
    std::vector<std::string> moved_aside() const override { return {aside_.begin(), aside_.end()}; }

 private:
    static void require_absolute(const std::string& path) {
        if (path.starts_with('/')) return;
        throw Error(ErrorKind::usage, "the backup was taken of \"" + path + "\", which is no place on this system")
            .with_hint("restore with --to");
    }

    void add_database(const archive::DatabaseRecord& database) {
        if (database.member.empty()) return;
        require_absolute(database.original_path);
        const std::string path = files_.absolute(database.original_path);
        for (const auto& [member, other] : places_)
            if (other == path) throw Error(ErrorKind::damage, "two databases have this place").in_file(path);
        places_[database.member] = path;
    }

    MoveJournal journal() const { return {files_, os::join(instance_.log_directory, moves_name)}; }

    // Where something of the instance lies.
    std::set<std::string> directories() const {
        std::set<std::string> directories{files_.absolute(instance_.log_directory),
                                          files_.absolute(instance_.system_directory)};
        for (const auto& [member, path] : places_) directories.insert(os::directory_of(path));
        return directories;
    }

    // A directory of that name may be there from a restore of the same backup before.
    void choose_aside_name() {
        const std::string name = aside_name_;
        for (int attempt = 2; exists_somewhere(aside_name_); ++attempt)
            aside_name_ = name + "-" + std::to_string(attempt);
    }
    bool exists_somewhere(const std::string& name) const {
        return std::ranges::any_of(directories(), [&](const std::string& directory) {
            return files_.info(os::join(directory, name)).has_value();
        });
    }

    void keep_engines_off(const std::string& path) {
        const auto info = files_.info(path);
        if (!info) return;
        if (!info->is_regular)
            throw Error(ErrorKind::usage, "this is in the way of a database, and is no file").in_file(path);
        auto file = files_.open(path, os::OpenMode::read);
        if (!file->try_lock(false))
            throw Error(ErrorKind::busy, JET_errDatabaseInUse, "another process has the database attached")
                .in_file(path)
                .with_hint("end it first");
        locked_.push_back(std::move(file));
    }

    void move_aside(const std::string& path, std::vector<Move>& moves) {
        if (!files_.info(path)) return;
        const std::string aside = os::join(os::directory_of(path), aside_name_);
        aside_.insert(aside);
        moves.push_back({Move::What::found, path, os::join(aside, os::name_of(path))});
    }

    // Logs, checkpoint and reserved logs of the instance.
    void move_stream_aside(const std::string& directory, std::vector<Move>& moves) {
        for (const std::string& name : files_.list(directory))
            if (format::parse_log_file_name(instance_.base_name, name)) move_aside(os::join(directory, name), moves);
    }

    // The checkpoint may belong on another disk. The engine does without one after it has ended clean.
    bool is_placed(const std::string& name) const {
        const auto parsed = format::parse_log_file_name(instance_.base_name, name);
        const bool checkpoint = parsed && parsed->kind == format::LogFileKind::checkpoint;
        return !checkpoint || instance_.system_directory == instance_.log_directory;
    }

    archive::InstanceRecord instance_;
    std::string aside_name_;
    std::map<std::string, std::string> places_;   // of databases, by member
    std::map<std::string, std::string> patches_;  // of patch files, by member
    std::unique_ptr<os::Lock> lock_;
    std::vector<std::unique_ptr<os::File>> locked_;  // the databases that are replaced
    std::set<std::string> aside_;
};

}  // namespace

std::vector<std::string> RestorePlaces::take_recovered_logs() {
    std::vector<std::string> logs;
    for (const std::string& name : files_.list(work())) {
        const std::string path = os::join(work(), name);
        const auto info = files_.info(path);
        if (info && info->is_directory)
            os::remove_tree(files_, path);
        else
            logs.push_back(name);
    }
    return logs;
}

void RestorePlaces::withdraw() {
    try {
        if (files_.info(work())) os::remove_tree(files_, work());
    } catch (const Error&) {
        // What failed before is what is to be told.
    }
}

void RestorePlaces::require_room(const std::string& directory, std::uint64_t bytes) {
    const std::uint64_t free = files_.free_bytes(directory);
    if (free >= bytes) return;
    throw Error(
        ErrorKind::output, JET_errDiskFull,
        "what is to be unpacked has " + std::to_string(bytes) + " bytes, there is room for " + std::to_string(free))
        .in_file(directory);
}

std::unique_ptr<RestorePlaces> places_in_directory(os::FileSystem& files, const std::string& target) {
    return std::make_unique<InDirectory>(files, target);
}

std::unique_ptr<RestorePlaces> places_in_place(os::FileSystem& files, const archive::Manifest& manifest) {
    return std::make_unique<InPlace>(files, manifest);
}

}  // namespace ese::backup
