#include "backup/leftovers.h"

#include <algorithm>
#include <cstring>

#include "archive/sink.h"
#include "backup/take_backup.h"
#include "base/error.h"

namespace ese::backup {

namespace {

constexpr std::int64_t untouched_ms = 3'600'000;

// `.NAME.partial-PID`, where NAME is an archive's.
bool is_unfinished_archive(const std::string& name) {
    const std::size_t at = name.rfind(archive::partial_infix);
    if (!name.starts_with('.') || at == std::string::npos) return false;
    const std::string pid = name.substr(at + std::strlen(archive::partial_infix));
    return !pid.empty() && std::ranges::all_of(pid, [](char c) { return c >= '0' && c <= '9'; }) &&
           is_archive_name(name.substr(1, at - 1));
}

bool is_abandoned(os::FileSystem& files, const std::string& path, std::int64_t now_unix_ms) {
    const auto info = files.info(path);
    return info && info->is_regular && !info->is_link && info->modified_unix_ms + untouched_ms < now_unix_ms &&
           files.open(path, os::OpenMode::read_write)->try_lock(true);
}

}  // namespace

std::vector<std::string> remove_unfinished_archives(os::FileSystem& files, os::Clock& clock,
                                                    const std::string& directory) {
    std::vector<std::string> removed;
    for (const std::string& name : files.list(directory)) {
        if (!is_unfinished_archive(name)) continue;
        const std::string path = os::join(directory, name);
        try {
            if (!is_abandoned(files, path, clock.now_unix_ms())) continue;
            files.remove(path);
            removed.push_back(path);
        } catch (const Error&) {
            // Another user's, or gone by now: no reason to do nothing else.
        }
    }
    return removed;
}

}  // namespace ese::backup
