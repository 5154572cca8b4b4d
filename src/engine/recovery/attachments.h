#pragma once

// Which databases are attached where the logs end.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "format/log/log_header.h"
#include "format/log/log_stream.h"

namespace ese::engine {

// Fed with the records of a stream in order, follows which database is attached under which number.
class Attachments {
 public:
    struct Entry {
        format::Signature signature;
        std::string path;        // as the log names it
        format::Lgpos position;  // of the record that attached it
    };
    // Called for every record that changes an attached database: its pages, its size, or what it is.
    using OnChange = std::function<void(const Entry&, const std::string& log, const format::LogRecord&)>;

    // `list`: what is attached before the first record.
    Attachments(const std::vector<format::AttachInfo>& list, OnChange on_change);
    void record(const std::string& log, const format::LogRecord& record);

    const std::map<std::uint8_t, Entry>& by_dbid() const { return entries_; }

    // Databases that the run which the logs end in has detached: the record comes before the header that it is about.
    struct Detached {
        Entry entry;
        format::Lgpos position;
    };
    const std::vector<Detached>& detached() const { return detached_; }

 private:
    void attach(std::uint8_t dbid, Entry entry);

    std::map<std::uint8_t, Entry> entries_;
    std::vector<Detached> detached_;
    OnChange on_change_;
};

// "Insert at C:1F:20", for messages about a record.
std::string describe(const format::LogRecord& record);

}  // namespace ese::engine
