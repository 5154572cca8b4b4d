#pragma once

// For tests: an engine with one database and one log, that remembers what was called.

#include <algorithm>
#include <atomic>
#include <cstring>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "remote/engine_api.h"

namespace ese::remote::test {

using Bytes = std::vector<std::uint8_t>;

class FakeEngine {
 public:
    static constexpr const char* database = "/srv/app/data.edb";
    static constexpr const char* log = "/srv/app/edb00002.log";

    FakeEngine() {
        files[database].resize((5 << 20) + 8192);
        files[log].resize(256 * 1024);
        std::uint32_t state = 1;
        for (auto& [path, bytes] : files)
            for (auto& byte : bytes) byte = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
    }

    std::map<std::string, Bytes> files;
    std::atomic<bool> read_until_stopped{false};
    std::atomic<bool> is_reading{false};
    std::function<JET_ERR()> before_read = [] { return JET_ERR{JET_errSuccess}; };
    std::atomic<std::uint32_t> truncated_up_to{0};
    std::atomic<int> begun{0}, aborted{0}, ended{0}, truncated{0}, stopped{0};

    EngineApi api() {
        EngineApi api;
        api.begin_external_backup = [this](JET_INSTANCE, JET_GRBIT) {
            const std::lock_guard hold(mutex_);
            if (in_progress_) return failed(JET_errBackupInProgress, "another backup is in progress");
            in_progress_ = true;
            is_stopped_ = false;
            ++begun;
            return JET_ERR{JET_errSuccess};
        };
        api.get_attach_info = [](JET_INSTANCE, char* list, std::uint32_t bytes, std::uint32_t* actual) {
            return put(database, list, bytes, actual);
        };
        api.open_file = [this](JET_INSTANCE, const char* path, JET_HANDLE* handle, std::uint32_t* low,
                               std::uint32_t* high) {
            if (!files.contains(path)) return failed(JET_errDatabaseNotFound, std::string(path) + ": not attached");
            open_ = path;
            position_ = 0;
            *handle = 0;
            *low = static_cast<std::uint32_t>(files.at(path).size());
            *high = 0;
            return JET_ERR{JET_errSuccess};
        };
        api.read_file = [this](JET_INSTANCE, JET_HANDLE, void* into, std::uint32_t bytes, std::uint32_t* actual) {
            return read(into, bytes, actual);
        };
        api.close_file = [this](JET_INSTANCE, JET_HANDLE handle) {
            if (!in_progress_) return failed(JET_errNoBackup, "no backup is in progress");
            if (open_.empty() || handle != 0) return failed(JET_errInvalidParameter, "this handle is not open");
            open_.clear();
            return JET_ERR{JET_errSuccess};
        };
        api.get_log_info = [](JET_INSTANCE, char* list, std::uint32_t bytes, std::uint32_t* actual,
                                  JET_LOGINFO_A* info) {
            info->ulGenLow = info->ulGenHigh = 2;
            std::strcpy(info->szBaseName, "edb");
            return put(log, list, bytes, actual);
        };
        api.get_truncate_log_info = [](JET_INSTANCE, char* list, std::uint32_t bytes, std::uint32_t* actual) {
            return put(log, list, bytes, actual);
        };
        api.truncate_log = [this](JET_INSTANCE) {
            ++truncated;
            return JET_ERR{JET_errSuccess};
        };
        api.truncate_log_up_to = [this](JET_INSTANCE, std::uint32_t last) {
            if (last > 2) return failed(JET_errLogFileNotCopied, "generation 3 was not read");
            truncated_up_to = last;
            return JET_ERR{JET_errSuccess};
        };
        api.end_external_backup = [this](JET_INSTANCE, JET_GRBIT grbit) {
            if (!in_progress_) return failed(JET_errNoBackup, "no backup is in progress");
            ++(grbit & JET_bitBackupEndAbort ? aborted : ended);
            in_progress_ = false;
            return JET_ERR{JET_errSuccess};
        };
        api.stop_backup = [this](JET_INSTANCE) {
            is_stopped_ = true;
            ++stopped;
            return JET_ERR{JET_errSuccess};
        };
        api.error_detail = [](char* text, JET_UINT32 bytes) {
            std::snprintf(text, bytes, "%s", detail().c_str());
            return JET_ERR{JET_errSuccess};
        };
        return api;
    }

    bool in_progress() const { return in_progress_; }
    // As an engine does it that fails for good, and then somebody else begins a backup.
    void end_by_itself() { in_progress_ = false; }

 private:
    static std::string& detail() {
        static thread_local std::string text;
        return text;
    }
    static JET_ERR failed(JET_ERR error, const std::string& text) {
        detail() = text;
        return error;
    }
    static JET_ERR put(const std::string& path, char* list, std::uint32_t bytes, std::uint32_t* actual) {
        const std::string all = path + std::string(2, '\0');
        *actual = static_cast<std::uint32_t>(all.size());
        if (list && bytes >= all.size()) std::copy(all.begin(), all.end(), list);
        return JET_errSuccess;
    }
    JET_ERR read(void* into, std::uint32_t bytes, std::uint32_t* actual) {
        *actual = 0;
        is_reading = true;
        while (read_until_stopped && !is_stopped_) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        if (is_stopped_) return failed(JET_errBackupAbortByServer, "the backup was stopped");
        if (const JET_ERR error = before_read(); error < 0) return failed(error, "page 7 is damaged");
        if (open_.empty()) return failed(JET_errInvalidParameter, "this handle is not open");
        const Bytes& file = files.at(open_);
        *actual = static_cast<std::uint32_t>(std::min<std::size_t>(bytes, file.size() - position_));
        std::memcpy(into, file.data() + position_, *actual);
        position_ += *actual;
        return JET_errSuccess;
    }

    std::mutex mutex_;
    std::atomic<bool> in_progress_{false};
    std::atomic<bool> is_stopped_{false};
    std::string open_;
    std::size_t position_ = 0;
};

}  // namespace ese::remote::test
