#include "engine/backup/directory_backup.h"

#include <algorithm>
#include <memory>
#include <set>

#include "base/error.h"
#include "engine/database/backup_directory.h"
#include "engine/log/checkpoint_file.h"
#include "esent.h"

namespace ese::engine {

namespace {

constexpr std::size_t pages_at_once = 256;
constexpr std::size_t buffer_alignment = 4096;  // that JetReadFile asks for
constexpr unsigned percent_of_databases = 90;

// Runs `work`; where it fails, the error has the number that stands for this step.
template <class Work>
void as_step(std::int32_t jet, const std::string& path, Work work) {
    try {
        work();
    } catch (const Error& error) {
        throw Error(ErrorKind::output, jet, error.message()).in_file(path);
    }
}

bool is_directory(os::FileSystem& files, const std::string& path) {
    const auto info = files.info(path);
    return info && info->is_directory;
}

bool same_content(os::FileSystem& files, const std::string& one, const std::string& other) {
    const auto left = files.open(one, os::OpenMode::read), right = files.open(other, os::OpenMode::read);
    if (left->size() != right->size()) return false;
    std::vector<std::uint8_t> left_bytes(std::size_t{256} << 10), right_bytes(left_bytes.size());
    for (std::uint64_t at = 0; at < left->size(); at += left_bytes.size()) {
        const std::size_t got = left->read_at(at, left_bytes);
        if (right->read_at(at, right_bytes) != got) return false;
        if (!std::ranges::equal(ByteView(left_bytes).first(got), ByteView(right_bytes).first(got))) return false;
    }
    return true;
}

class DirectoryBackup {
 public:
    DirectoryBackup(os::FileSystem& files, Backup& backup, const DirectoryBackupRequest& request)
        : files_(files),
          backup_(backup),
          request_(request),
          directory_(files.absolute(request.directory)),
          memory_(pages_at_once * request.page_bytes + buffer_alignment) {}

    void run() {
        try {
            prepare();
            if (!request_.incremental) copy_databases();
            copy_logs();
            files_.sync_directory(target_);
            promote();
        } catch (...) {
            abort();
            remove_written();
            throw;
        }
        try {
            backup_.truncate();
        } catch (...) {
            abort();
            throw;
        }
        backup_.end(JET_bitBackupEndNormal);
    }

 private:
    std::string inside(const char* name) const { return os::join(directory_, name); }

    void prepare() {
        if (!is_directory(files_, directory_)) {
            if (files_.info(directory_) || !request_.make_directory)
                throw Error(ErrorKind::usage, JET_errInvalidPath, "there is no such directory").in_file(directory_);
            make_directory(directory_);
        }
        remove(inside(atomic_temporary));
        target_ = directory_;
        if (request_.atomic)
            prepare_atomic();
        else
            require_room();
    }

    // The newest complete backup is the old one from now on.
    void prepare_atomic() {
        if (is_directory(files_, inside(atomic_new))) {
            remove(inside(atomic_old));
            files_.rename_new(inside(atomic_new), inside(atomic_old));
            files_.sync_directory(directory_);
        }
        target_ = inside(request_.incremental ? atomic_old : atomic_temporary);
        if (!request_.incremental)
            make_directory(target_);
        else if (!is_directory(files_, target_))
            throw Error(ErrorKind::usage, JET_errInvalidPath,
                        "there is no full backup that was made with JET_bitBackupAtomic")
                .in_file(directory_);
    }

    void require_room() const {
        const auto names = files_.list(directory_);
        const bool has_atomic = std::ranges::any_of(
            names, [](const std::string& name) { return name == atomic_new || name == atomic_old; });
        if (request_.incremental ? !has_atomic : names.empty()) return;
        throw Error(ErrorKind::usage, JET_errBackupDirectoryNotEmpty,
                    request_.incremental ? "backups made with JET_bitBackupAtomic lie there"
                                         : "a full backup needs an empty directory")
            .in_file(directory_);
    }

    void make_directory(const std::string& path) {
        as_step(JET_errMakeBackupDirectoryFail, path, [&] { files_.make_directory(path); });
    }

    void remove(const std::string& directory) {
        if (!files_.info(directory)) return;
        as_step(JET_errDeleteBackupFileFail, directory, [&] {
            os::remove_tree(files_, directory);
            files_.sync_directory(directory_);
        });
    }

    void copy_databases() {
        const std::vector<std::string> paths = backup_.attached_paths();
        require_different_names(paths);
        std::uint64_t total = 0, before = 0;
        for (const std::string& path : paths) total += bytes_of(path);
        for (const std::string& path : paths) {
            copy(path, [&](std::uint64_t done) {
                request_.progress(static_cast<unsigned>(std::min(total, before + done) * percent_of_databases /
                                                        std::max<std::uint64_t>(total, 1)));
            });
            before += bytes_of(path);
            put(patch_file_name(os::name_of(path)), [](os::File&) {});
        }
    }

    std::uint64_t bytes_of(const std::string& path) const {
        const auto info = files_.info(path);
        return info ? info->size : 0;
    }

    static void require_different_names(const std::vector<std::string>& paths) {
        std::set<std::string> names;
        for (const std::string& path : paths) names.insert(patch_file_name(os::name_of(path)));
        for (const std::string& path : paths)
            if (!names.insert(os::name_of(path)).second)
                throw Error(ErrorKind::usage, JET_errDatabaseDuplicate,
                            "another file of this backup would have the same name")
                    .in_file(path);
    }

    void copy_logs() {
        const BackupLogList logs = backup_.log_list();
        std::size_t done = 0;
        for (const std::string& path : logs.paths) {
            request_.progress(static_cast<unsigned>(percent_of_databases + (100 - percent_of_databases) * done++ /
                                                                               logs.paths.size()));
            copy(path, [](std::uint64_t) {});
        }
    }

    // One stream of the backup, to a file of the same name.
    template <class Tell>
    void copy(const std::string& path, Tell tell) {
        put(os::name_of(path), [&](os::File& file) {
            const Backup::Opened opened = backup_.open_file(path);
            const ByteSpan buffer = aligned_buffer();
            for (std::uint64_t done = 0; done < opened.stream_bytes;) {
                tell(done);
                const std::size_t got =
                    backup_.read_file(opened.handle, buffer.data(), static_cast<std::uint32_t>(buffer.size()));
                if (got == 0) throw Error(JET_errFileIOBeyondEOF, "the file ended early").in_file(path);
                file.write_at(done, ByteView(buffer).first(got));
                done += got;
            }
            backup_.close_file(opened.handle);
        });
    }

    ByteSpan aligned_buffer() {
        void* at = memory_.data();
        std::size_t room = memory_.size();
        std::align(buffer_alignment, room - buffer_alignment, at, room);
        return {static_cast<std::uint8_t*>(at), pages_at_once * request_.page_bytes};
    }

    // The file has its name when it is durable. A log that an earlier backup has put there already stays.
    template <class Fill>
    void put(const std::string& name, Fill fill) {
        const std::string path = os::join(target_, name), partial = path + partial_suffix;
        const auto file = files_.open(partial, os::OpenMode::create_or_truncate);
        written_.push_back(partial);
        fill(*file);
        file->sync();
        if (!files_.info(path)) {
            files_.rename_new(partial, path);
            written_.back() = path;
            return;
        }
        if (!same_content(files_, partial, path))
            throw Error(ErrorKind::output, JET_errBackupDirectoryNotEmpty,
                        "another log lies there already under this name")
                .in_file(path);
        files_.remove(partial);
        written_.pop_back();
    }

    void promote() {
        if (!request_.atomic || request_.incremental) return;
        files_.rename_new(target_, inside(atomic_new));
        written_.clear();
        files_.sync_directory(directory_);
        remove(inside(atomic_old));
    }

    void abort() {
        if (backup_.in_progress()) backup_.end(JET_bitBackupEndAbort);
    }

    void remove_written() {
        try {
            for (const std::string& path : written_) files_.remove(path);
            const std::string temporary = inside(atomic_temporary);
            if (target_ == temporary && is_directory(files_, temporary)) files_.remove_directory(temporary);
        } catch (const Error&) {
            // What made it fail is told; a directory that is not empty is noticed by the next backup.
        }
    }

    os::FileSystem& files_;
    Backup& backup_;
    const DirectoryBackupRequest& request_;
    const std::string directory_;
    std::string target_;
    std::vector<std::uint8_t> memory_;
    std::vector<std::string> written_;
};

}  // namespace

void remove_logs_below_checkpoint(os::FileSystem& files, const LogDirectory& directory,
                                  const std::string& checkpoint_path) {
    const Generation checkpoint = read_checkpoint(files, checkpoint_path).position.generation;
    for (const Generation generation : directory.archived)
        if (generation < checkpoint) files.remove(directory.archived_path(generation));
    files.sync_directory(directory.path);
}

void back_up_to_directory(os::FileSystem& files, Backup& backup, const DirectoryBackupRequest& request) {
    DirectoryBackup(files, backup, request).run();
}

}  // namespace ese::engine
