#pragma once

// For tests: the functions of the backup sequence over one database and two logs in memory.

#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <thread>

#include "backup/engine_api.h"
#include "backup/test_backup.h"

namespace ese::backup::test {

inline const std::string database_path = "/srv/app/data.edb";

inline std::vector<std::uint8_t> log_file(std::uint32_t generation) { return log_file(log_header(generation)); }

// Fails at one call, remembers all of them.
class FakeEngine {
 public:
    explicit FakeEngine(int fail_at = 0) : fail_at_(fail_at) {
        files_[database_path] = database_stream(Generation(2), Generation(3));
        files_["/srv/app/edb00002.log"] = log_file(2);
        files_["/srv/app/edb00003.log"] = log_file(3);
    }

    std::vector<std::string> deletable{"/srv/app/edb00001.log", "/srv/app/edb00002.log"};
    bool read_until_stopped = false;
    std::atomic<bool> is_reading{false};
    std::atomic<bool> is_stopped{false};

    EngineApi api() {
        EngineApi api;
        api.error_detail = [](char* text, JET_UINT32) {
            text[0] = '\0';
            return JET_ERR{JET_errSuccess};
        };
        api.stop_backup = [this](JET_INSTANCE) {
            is_stopped = true;
            return JET_ERR{JET_errSuccess};
        };
        api.begin_external_backup = [this](JET_INSTANCE, JET_GRBIT grbit) {
            begin_grbit_ = grbit;
            return call("begin");
        };
        api.get_attach_info = [this](JET_INSTANCE, auto* buffer, std::uint32_t size, std::uint32_t* actual) {
            return list("attach", {database_path}, buffer, size, actual);
        };
        api.open_file = [this](JET_INSTANCE, const char* path, JET_HANDLE* handle, std::uint32_t* low,
                               std::uint32_t* high) {
            const JET_ERR error = call("open");
            if (error < 0) return error;
            open_ = path;
            position_ = 0;
            *handle = 0;
            *low = static_cast<std::uint32_t>(files_.at(open_).size());
            *high = 0;
            return JET_ERR{JET_errSuccess};
        };
        api.read_file = [this](JET_INSTANCE, JET_HANDLE, void* into, std::uint32_t size, std::uint32_t* got) {
            const JET_ERR error = call("read");
            if (error < 0) return error;
            is_reading = read_until_stopped;
            while (read_until_stopped) {
                if (is_stopped) return JET_ERR{JET_errBackupAbortByServer};
                std::this_thread::yield();
            }
            const auto& bytes = files_.at(open_);
            *got = static_cast<std::uint32_t>(std::min<std::size_t>(size, bytes.size() - position_));
            std::memcpy(into, bytes.data() + position_, *got);
            position_ += *got;
            return JET_ERR{JET_errSuccess};
        };
        api.close_file = [this](JET_INSTANCE, JET_HANDLE) {
            open_.clear();
            return call("close");
        };
        api.get_log_info = [this](JET_INSTANCE, auto* buffer, std::uint32_t size, std::uint32_t* actual,
                                  JET_LOGINFO_A* info) {
            info->ulGenLow = 2;
            info->ulGenHigh = 3;
            std::strcpy(info->szBaseName, "edb");
            return list("logs", {"/srv/app/edb00002.log", "/srv/app/edb00003.log"}, buffer, size, actual);
        };
        api.get_truncate_log_info = [this](JET_INSTANCE, auto* buffer, std::uint32_t size, std::uint32_t* actual) {
            return list("truncation", deletable, buffer, size, actual);
        };
        api.truncate_log = [this](JET_INSTANCE) { return call("truncate"); };
        api.truncate_log_up_to = [this](JET_INSTANCE, std::uint32_t last) {
            return call("truncate up to " + std::to_string(last));
        };
        api.end_external_backup = [this](JET_INSTANCE, JET_GRBIT grbit) {
            if (grbit & JET_bitBackupEndAbort) return note("abort");
            end_grbit_ = grbit;
            return call("end");
        };
        return api;
    }

    const std::vector<std::string>& calls() const { return calls_; }
    bool called(const std::string& name) const { return std::find(calls_.begin(), calls_.end(), name) != calls_.end(); }
    bool has_open_file() const { return !open_.empty(); }
    JET_GRBIT begin_grbit() const { return begin_grbit_; }
    JET_GRBIT end_grbit() const { return end_grbit_; }
    std::map<std::string, std::vector<std::uint8_t>>& files() { return files_; }
    JET_ERR note(const std::string& name) {
        calls_.push_back(name);
        return JET_errSuccess;
    }

 private:
    JET_ERR call(const std::string& name) {
        note(name);
        return ++counted_ == fail_at_ ? JET_errDiskIO : JET_errSuccess;
    }

    template <class Char>
    JET_ERR list(const char* name, const std::vector<std::string>& paths, Char* buffer, std::uint32_t size,
                 std::uint32_t* actual) {
        const JET_ERR error = call(name);
        if (error < 0) return error;
        std::string text;
        for (const auto& path : paths) text += path + '\0';
        text += '\0';
        *actual = static_cast<std::uint32_t>(text.size());
        if (buffer) std::memcpy(buffer, text.data(), std::min<std::size_t>(size, text.size()));
        return JET_errSuccess;
    }

    int fail_at_;
    int counted_ = 0;
    std::map<std::string, std::vector<std::uint8_t>> files_;
    std::vector<std::string> calls_;
    std::string open_;
    std::size_t position_ = 0;
    JET_GRBIT begin_grbit_ = 0;
    JET_GRBIT end_grbit_ = 0;
};

}  // namespace ese::backup::test
