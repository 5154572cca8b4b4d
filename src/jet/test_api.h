#pragma once

// What the tests of the API share: everything here goes through esent.h.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "esent.h"
#include "unit/temp_directory.h"

namespace test {

using Bytes = std::vector<std::uint8_t>;

inline std::string detail() {
    std::string text(4096, '\0');
    EsentGetErrorDetail(text.data(), static_cast<JET_UINT32>(text.size()));
    return text.c_str();
}

inline Bytes bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_file(const std::string& path, const Bytes& bytes) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

// One byte of a file, changed so that no checksum can take it for a flipped bit.
inline void damage(const std::string& path, std::uintmax_t offset) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    char bytes[3] = {};
    file.seekg(static_cast<std::streamoff>(offset));
    file.read(bytes, sizeof bytes);
    for (char& byte : bytes) byte = static_cast<char>(byte ^ 0x35);
    bytes[1] = static_cast<char>(bytes[1] ^ 0x5B);
    file.seekp(static_cast<std::streamoff>(offset));
    file.write(bytes, sizeof bytes);
}

// Every file below a directory, by name.
inline std::vector<std::pair<std::string, Bytes>> content_of(const std::string& directory) {
    std::vector<std::pair<std::string, Bytes>> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory))
        if (entry.is_regular_file()) files.emplace_back(entry.path().string(), bytes_of(entry.path().string()));
    std::sort(files.begin(), files.end());
    return files;
}

// A copy of the files of a set; false, with a warning, where the data is not there.
inline bool set_files(const TempDirectory& temp, const char* set = "clean-4k", const char* name = "files") {
    if (temp.copy_set(set, name)) return true;
    WARN("no data");
    return false;
}

// A buffer as JetReadFile wants it.
class Buffer {
 public:
    explicit Buffer(std::uint32_t bytes) : bytes_(bytes), at_(std::aligned_alloc(4096, (bytes + 4095) / 4096 * 4096)) {}
    ~Buffer() { std::free(at_); }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    std::uint8_t* data() const { return static_cast<std::uint8_t*>(at_); }
    std::uint32_t size() const { return bytes_; }

 private:
    std::uint32_t bytes_;
    void* at_;
};

inline std::vector<std::string> split_list(const char* list) {
    std::vector<std::string> texts;
    for (; *list; list += texts.back().size() + 1) texts.emplace_back(list);
    return texts;
}

// An instance in a directory, with a session; terminated at the end, whatever is open.
class Engine {
 public:
    struct Options {
        JET_UINT32 page_bytes = 4096;
        JET_UINT32 log_kib = 128;
        bool circular = false;
        const char* recovery = "On";
    };

    explicit Engine(const std::string& directory) : Engine(directory, Options{}) {}
    Engine(const std::string& directory, const Options& options) {
        static int number = 0;
        REQUIRE(JetCreateInstanceA(&instance, ("test " + std::to_string(++number)).c_str()) == JET_errSuccess);
        for (const auto id : {JET_paramSystemPath, JET_paramLogFilePath, JET_paramTempPath})
            set(static_cast<JET_UINT32>(id), 0, directory.c_str());
        set(JET_paramDatabasePageSize, options.page_bytes);
        set(JET_paramLogFileSize, options.log_kib);
        set(JET_paramCircularLog, options.circular ? 1 : 0);
        set(JET_paramRecovery, 0, options.recovery);
    }
    ~Engine() {
        if (instance == 0) return;
        // Who listens may be gone by now.
        (void)JetSetSystemParameterA(&instance, 0, JET_paramEventCallback, 0, nullptr);
        JetTerm2(instance, JET_bitTermComplete | JET_bitTermStopBackup);
    }
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    void set(JET_UINT32 id, JET_API_PTR number, const char* text = nullptr) {
        REQUIRE(JetSetSystemParameterA(&instance, 0, id, number, text) == JET_errSuccess);
    }
    void start() {
        REQUIRE(JetInit(&instance) == JET_errSuccess);
        REQUIRE(JetBeginSessionA(instance, &session, nullptr, nullptr) == JET_errSuccess);
    }
    // Starts it and attaches a database.
    void start(const std::string& database) {
        start();
        REQUIRE(JetAttachDatabaseA(session, database.c_str(), 0) == JET_errSuccess);
    }
    JET_ERR term(JET_GRBIT grbit = JET_bitTermComplete) {
        const JET_ERR result = JetTerm2(instance, grbit);
        if (result != JET_errBackupInProgress && result != JET_errInvalidGrbit) instance = 0;
        return result;
    }

    JET_INSTANCE instance = 0;
    JET_SESID session = 0;
};

// The steps of a backup.
inline JET_ERR begin(const Engine& engine, JET_GRBIT grbit = 0) {
    return JetBeginExternalBackupInstance(engine.instance, grbit);
}
inline JET_ERR end(const Engine& engine, JET_GRBIT grbit = JET_bitBackupEndNormal) {
    return JetEndExternalBackupInstance2(engine.instance, grbit);
}
inline JET_ERR open_file(const Engine& engine, const std::string& path, JET_HANDLE* handle,
                         std::uint64_t* size = nullptr) {
    JET_UINT32 low = 0, high = 0;
    const JET_ERR result = JetOpenFileInstanceA(engine.instance, path.c_str(), handle, &low, &high);
    if (size) *size = std::uint64_t{high} << 32 | low;
    return result;
}
inline std::vector<std::string> attached(const Engine& engine) {
    std::vector<char> list(1 << 16);
    REQUIRE(JetGetAttachInfoInstanceA(engine.instance, list.data(), 1 << 16, nullptr) == JET_errSuccess);
    return split_list(list.data());
}
inline std::vector<std::string> logs(const Engine& engine, JET_LOGINFO_A* info = nullptr) {
    std::vector<char> list(1 << 16);
    REQUIRE(JetGetLogInfoInstance2A(engine.instance, list.data(), 1 << 16, nullptr, info) == JET_errSuccess);
    return split_list(list.data());
}
inline Bytes read_file(const Engine& engine, const std::string& path) {
    const Buffer buffer(1 << 17);
    JET_HANDLE handle = 99;
    std::uint64_t size = 0;
    REQUIRE(open_file(engine, path, &handle, &size) == JET_errSuccess);
    Bytes all;
    for (;;) {
        JET_UINT32 got = 0;
        REQUIRE(JetReadFileInstance(engine.instance, handle, buffer.data(), buffer.size(), &got) == JET_errSuccess);
        if (got == 0) break;
        all.insert(all.end(), buffer.data(), buffer.data() + got);
    }
    REQUIRE(JetCloseFileInstance(engine.instance, handle) == JET_errSuccess);
    CHECK(all.size() == size);
    return all;
}

struct BackupPlan {
    bool truncate = true;
    JET_GRBIT begin = 0;
    JET_GRBIT end = JET_bitBackupEndNormal;
    bool list_logs = true;
};
struct BackupTaken {
    JET_UINT32 low = 0;
    JET_UINT32 high = 0;
};
// The documented sequence; databases and logs go to directory `to`.
inline BackupTaken take_backup(const Engine& engine, const std::string& to, const BackupPlan& plan = {}) {
    const auto copy = [&](const std::string& path) {
        write_file(to + "/" + std::filesystem::path(path).filename().string(), read_file(engine, path));
    };
    REQUIRE(begin(engine, plan.begin) == JET_errSuccess);
    if (!(plan.begin & JET_bitBackupIncremental))
        for (const auto& path : attached(engine)) copy(path);
    BackupTaken taken;
    if (plan.list_logs) {
        JET_LOGINFO_A info{};
        info.cbSize = sizeof info;
        for (const auto& path : logs(engine, &info)) copy(path);
        taken = {info.ulGenLow, info.ulGenHigh};
        if (plan.truncate) REQUIRE(JetTruncateLogInstance(engine.instance) == JET_errSuccess);
    }
    REQUIRE(end(engine, plan.end) == JET_errSuccess);
    return taken;
}

inline JET_DBINFOMISC7 facts_of(const std::string& path) {
    JET_DBINFOMISC7 facts{};
    REQUIRE(JetGetDatabaseFileInfoA(path.c_str(), &facts, sizeof facts, JET_DbInfoMisc) == JET_errSuccess);
    return facts;
}

}  // namespace test
