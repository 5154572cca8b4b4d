#pragma once

// The engine's side of a backup, as every sequence of calls needs it: the session, the lists, an open file.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "archive/sink.h"
#include "backup/engine_api.h"
#include "backup/watch.h"
#include "base/bytes.h"

namespace ese::backup {

// Whatever leaves it without end_normal() ends the backup as aborted: no header is stamped.
class BackupSession {
 public:
    // JetBeginExternalBackup
    BackupSession(const EngineApi& engine, JET_INSTANCE instance, JET_GRBIT grbit);
    ~BackupSession();
    BackupSession(const BackupSession&) = delete;
    BackupSession& operator=(const BackupSession&) = delete;

    // JetEndExternalBackup, with JET_bitBackupEndNormal and `more`, or with JET_bitBackupEndAbort
    void end_normal(JET_GRBIT more);
    void end_aborted();

 private:
    const EngineApi& engine_;
    JET_INSTANCE instance_;
    bool ended_ = false;
};

// JetGetAttachInfo
std::vector<std::string> list_attached(const EngineApi& engine, JET_INSTANCE instance);

// JetGetLogInfo: every generation from `low` to `high`.
struct LogList {
    std::vector<std::string> paths;
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::string base;
};
LogList list_logs(const EngineApi& engine, JET_INSTANCE instance);

// JetGetTruncateLogInfo: generations that JetTruncateLog would delete, ascending; only those that are there.
std::vector<std::uint32_t> list_deletable(const EngineApi& engine, JET_INSTANCE instance, const std::string& base);

// JetTruncateLog, up to the generation `last` where that is given. The only place where logs are deleted: the receipt
// says that the archive is complete and on stable storage.
void truncate_logs(const EngineApi& engine, JET_INSTANCE instance, const archive::DurableReceipt& receipt,
                   std::optional<std::uint32_t> last = std::nullopt);

// JetOpenFile and JetCloseFile, whatever happens: a handle that stays open forbids the next file.
class EngineFile {
 public:
    EngineFile(const EngineApi& engine, JET_INSTANCE instance, const std::string& path);
    ~EngineFile();
    EngineFile(const EngineFile&) = delete;
    EngineFile& operator=(const EngineFile&) = delete;

    std::uint64_t size() const { return size_; }
    // JetReadFile of what follows the `done` bytes before. At least one byte: a file that ends early is an error.
    std::size_t read(ByteSpan into, std::uint64_t done, const Watch& watch);
    void close();

 private:
    const EngineApi& engine_;
    JET_INSTANCE instance_;
    std::string path_;
    JET_HANDLE handle_ = 0;
    std::uint64_t size_ = 0;
    bool open_ = false;
};

}  // namespace ese::backup
