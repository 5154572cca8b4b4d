#pragma once

// Reading a large file once, front to back, without pushing out of the system's cache what other programs need.

#include <cstdint>
#include <string>
#include <vector>

namespace ese::os {

// Drops from the cache what a reader brought into it, and leaves what was there before: whoever uses the file keeps its
// pages. All of it is advice; where the system gives no answer nothing is dropped.
class PassingRead {
 public:
    explicit PassingRead(const std::string& path);
    ~PassingRead();
    PassingRead(const PassingRead&) = delete;
    PassingRead& operator=(const PassingRead&) = delete;

    // Before and after these bytes are read; parts of a file follow each other.
    void begin(std::uint64_t offset, std::uint64_t bytes);
    void end(std::uint64_t offset, std::uint64_t bytes);

 private:
    // Which pages of a part of the file were cached before the reader came near. The system reads ahead, so a part is
    // looked at while the one before it is being read.
    struct Part {
        std::uint64_t number = 0;
        bool known = false;
        std::vector<unsigned char> cached;  // as mincore(2) gives it
    };
    void look_at(Part& part, std::uint64_t number) const;
    const Part& part_of(std::uint64_t number);

    int fd_ = -1;
    std::uint64_t page_bytes_ = 0;
    Part parts_[2];
};

}  // namespace ese::os
