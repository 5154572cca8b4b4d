#pragma once

// Which databases are attached where the logs end, told without replaying them.

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
        std::string path;  // as the log names it
    };

    // `list`: what is attached before the first record.
    explicit Attachments(const std::vector<format::AttachInfo>& list);
    void record(const format::LogRecord& record);

    const std::map<std::uint8_t, Entry>& by_dbid() const { return entries_; }

 private:
    std::map<std::uint8_t, Entry> entries_;
};

}  // namespace ese::engine
