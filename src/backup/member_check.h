#pragma once

// Checks one database or one log file from its bytes, which may come in pieces, in any order and on several threads.

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "backup/damage.h"
#include "base/bytes.h"
#include "format/common.h"
#include "format/database/database_header.h"
#include "format/log/log_header.h"

namespace ese::backup {

// What was looked at, and what was found. Warnings are flipped bits that the checksum corrects.
struct CheckFindings {
    DamageList damage;
    DamageList warnings;
    std::atomic<std::uint64_t> pages{0};
    std::atomic<std::uint64_t> unused_pages{0};  // all zero: never written
    std::atomic<std::uint64_t> segments{0};
};

// The stream of a database (header twice, pages, trailer) or, without a trailer, a database file.
class DatabaseCheck {
 public:
    DatabaseCheck(std::string name, std::uint64_t bytes, std::uint32_t page_bytes, bool has_trailer,
                  CheckFindings& findings);

    // Whole pages only.
    void chunk(std::uint64_t offset, ByteView bytes);
    // After the last piece, if every byte came.
    void finish();

    // After finish(): empty where they did not come.
    ByteView header_page() const { return header_; }
    ByteView trailer_page() const { return trailer_; }
    // Damaged pages in no order, also those that the list of damage has no room for: as many as a manifest can record.
    const std::vector<PageNumber>& damaged_pages() const { return damaged_pages_; }

 private:
    void add_damage(PageNumber number, std::uint64_t offset, std::string reason);
    void page(std::uint64_t index, ByteView bytes);
    void tree_page(PageNumber number, std::uint64_t offset, ByteView bytes);

    std::string name_;
    std::uint64_t bytes_;
    std::uint32_t page_bytes_;
    bool has_trailer_;
    CheckFindings& findings_;
    std::mutex mutex_;
    std::vector<std::uint8_t> header_, shadow_, trailer_;
    std::vector<PageNumber> damaged_pages_;
};

// A log file, whole.
struct CheckedLog {
    format::LogHeader header;
    std::uint64_t checksum = 0;  // accumulated, for the next generation
};

// Header, size, segments. Nothing where the header is not sound. A log of a backup set is closed, so its records go on
// to its end or to zeroes.
std::optional<CheckedLog> check_log(const std::string& name, ByteView file, CheckFindings& findings);

// Puts pieces together and calls check_log.
class LogCheck {
 public:
    LogCheck(std::string name, std::uint64_t bytes, CheckFindings& findings);
    void chunk(std::uint64_t offset, ByteView bytes);
    const std::optional<CheckedLog>& result() const { return result_; }

 private:
    std::string name_;
    std::uint64_t bytes_;
    CheckFindings& findings_;
    std::mutex mutex_;
    std::uint64_t filled_ = 0;
    std::vector<std::uint8_t> whole_;
    std::optional<CheckedLog> result_;
};

}  // namespace ese::backup
