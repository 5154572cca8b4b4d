#include "backup/member_check.h"

#include <cstdio>

#include "base/error.h"
#include "esent.h"
#include "format/database/page_checksum.h"
#include "format/database/trailer.h"
#include "format/log/log_segment.h"

namespace ese::backup {

namespace {

// The sector count of a log header has 16 bits (LOG-FORMAT 2.1).
constexpr std::uint64_t longest_log = std::uint64_t{65535} * format::log_sector_bytes;

// More than the longest manifest has room for.
constexpr std::size_t most_recorded_pages = std::size_t{1} << 20;

std::string hex(std::uint64_t value) {
    char text[24];
    std::snprintf(text, sizeof text, "0x%016llx", static_cast<unsigned long long>(value));
    return text;
}

}  // namespace

DatabaseCheck::DatabaseCheck(std::string name, std::uint64_t bytes, std::uint32_t page_bytes, bool has_trailer,
                             CheckFindings& findings)
    : name_(std::move(name)), bytes_(bytes), page_bytes_(page_bytes), has_trailer_(has_trailer), findings_(findings) {
    const std::uint64_t least = has_trailer_ ? 3 : 2;
    if (bytes_ % page_bytes_ != 0 || bytes_ / page_bytes_ < least) {
        findings_.damage.add({name_, std::nullopt, bytes_,
                              "its size is not a whole number of pages of " + std::to_string(page_bytes_) + " bytes"});
    }
}

void DatabaseCheck::chunk(std::uint64_t offset, ByteView bytes) {
    if (offset % page_bytes_ != 0)
        throw Error(JET_errInternalError, "a piece of a database does not begin with a page").in_file(name_);
    for (std::size_t at = 0; bytes.size() - at >= page_bytes_; at += page_bytes_) {
        page((offset + at) / page_bytes_, bytes.subspan(at, page_bytes_));
    }
}

void DatabaseCheck::page(std::uint64_t index, ByteView bytes) {
    const bool last = (index + 1) * page_bytes_ == bytes_;
    if (index >= 2 && !(last && has_trailer_))
        return tree_page(PageNumber(static_cast<std::uint32_t>(index - 1)), index * page_bytes_, bytes);
    const std::lock_guard hold(mutex_);
    (index == 0 ? header_ : index == 1 ? shadow_ : trailer_).assign(bytes.begin(), bytes.end());
}

void DatabaseCheck::tree_page(PageNumber number, std::uint64_t offset, ByteView bytes) {
    using format::PageState;
    const auto verdict = format::verify_page(bytes, number);
    findings_.pages.fetch_add(1, std::memory_order_relaxed);
    switch (verdict.state) {
        case PageState::valid: return;
        case PageState::uninitialised: findings_.unused_pages.fetch_add(1, std::memory_order_relaxed); return;
        case PageState::correctable:
            findings_.warnings.add(
                {name_, number, offset,
                 "one bit is wrong and can be corrected: the disk that it came from may be failing"});
            return;
        case PageState::wrong_page_number:
            return add_damage(number, offset,
                              "this is page " + std::to_string(verdict.found_page.value()) + ", at the wrong place");
        case PageState::bad: break;
    }
    add_damage(number, offset, "its checksum is " + hex(verdict.found) + ", its bytes give " + hex(verdict.expected));
}

void DatabaseCheck::add_damage(PageNumber number, std::uint64_t offset, std::string reason) {
    findings_.damage.add({name_, number, offset, std::move(reason)});
    const std::lock_guard hold(mutex_);
    if (damaged_pages_.size() < most_recorded_pages) damaged_pages_.push_back(number);
}

void DatabaseCheck::finish() {
    const auto header = format::DatabaseHeader::parse(header_);
    const auto shadow = format::DatabaseHeader::parse(shadow_);
    if (!header) findings_.damage.add({name_, std::nullopt, 0, "the header page is not sound"});
    if (!shadow)
        findings_.damage.add({name_, std::nullopt, page_bytes_, "the second copy of the header page is not sound"});
    if (!has_trailer_) return;
    const std::uint64_t trailer_at = bytes_ - page_bytes_;
    const auto trailer = format::Trailer::parse(trailer_);
    if (!trailer) {
        findings_.damage.add({name_, std::nullopt, trailer_at, "the trailer page is not sound"});
        return;
    }
    if (header && shadow && header_ != shadow_) {
        findings_.damage.add({name_, std::nullopt, page_bytes_, "the two copies of the header differ"});
    }
    if (!header) return;
    namespace field = format::header_field;
    if (trailer->database_signature != header->get(field::database_signature) ||
        trailer->log_signature != header->get(field::log_signature) ||
        trailer->backup.mark != header->get(field::full_current).mark) {
        findings_.damage.add({name_, std::nullopt, trailer_at, "header and trailer do not belong to the same backup"});
    }
}

std::optional<CheckedLog> check_log(const std::string& name, ByteView file, CheckFindings& findings) {
    CheckedLog log;
    try {
        if (file.size() < format::log_sector_bytes)
            throw Error(JET_errLogFileCorrupt, "the file is shorter than a log header");
        log.header = format::parse_log_header(file.first(format::log_sector_bytes));
        format::check_log_file_size(log.header, file.size());
    } catch (const Error& error) {
        findings.damage.add({name, std::nullopt, 0, error.message()});
        return std::nullopt;
    }
    const auto scan = format::scan_segments(log.header, format::sectors_of(file));
    findings.segments.fetch_add(scan.last_good, std::memory_order_relaxed);
    for (const auto& bit : scan.corrected) {
        findings.warnings.add({name, std::nullopt, std::uint64_t{bit.sector} * format::log_sector_bytes,
                               "one bit of sector " + std::to_string(bit.sector) + " is wrong and can be corrected"});
    }
    if (scan.damage) {
        findings.damage.add({name, std::nullopt, std::uint64_t{scan.damage->sector} * format::log_sector_bytes,
                             "sector " + std::to_string(scan.damage->sector) + ": " + scan.damage->reason});
    }
    log.checksum = scan.checksum;
    return log;
}

LogCheck::LogCheck(std::string name, std::uint64_t bytes, CheckFindings& findings)
    : name_(std::move(name)), bytes_(bytes), findings_(findings) {
    if (bytes_ > longest_log) {
        findings_.damage.add({name_, std::nullopt, 0, "no log is as long as " + std::to_string(bytes_) + " bytes"});
        bytes_ = 0;
    }
}

void LogCheck::chunk(std::uint64_t offset, ByteView bytes) {
    if (offset == 0 && bytes.size() == bytes_) {
        result_ = check_log(name_, bytes, findings_);
        return;
    }
    const std::lock_guard hold(mutex_);
    if (offset > bytes_ || bytes.size() > bytes_ - offset) return;
    whole_.resize(static_cast<std::size_t>(bytes_));
    std::copy(bytes.begin(), bytes.end(), whole_.begin() + static_cast<std::ptrdiff_t>(offset));
    filled_ += bytes.size();
    if (filled_ < bytes_) return;
    result_ = check_log(name_, whole_, findings_);
    whole_ = {};
}

}  // namespace ese::backup
