#include "os/passing_read.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace ese::os {

namespace {

constexpr std::uint64_t part_bytes = std::uint64_t{8} << 20;  // more than any system reads ahead

}  // namespace

PassingRead::PassingRead(const std::string& path)
    : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)),
      page_bytes_(static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))) {
    if (fd_ >= 0) look_at(parts_[0], 0);
}

PassingRead::~PassingRead() {
    if (fd_ >= 0) ::close(fd_);
}

void PassingRead::look_at(Part& part, std::uint64_t number) const {
    part.number = number;
    part.known = false;
    struct stat st {};
    const std::uint64_t begin = number * part_bytes;
    if (::fstat(fd_, &st) != 0 || static_cast<std::uint64_t>(st.st_size) <= begin) return;
    const std::uint64_t bytes = std::min(part_bytes, static_cast<std::uint64_t>(st.st_size) - begin);
    void* memory = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, fd_, static_cast<off_t>(begin));
    if (memory == MAP_FAILED) return;
    part.cached.assign((bytes + page_bytes_ - 1) / page_bytes_, 0);
    part.known = ::mincore(memory, bytes, part.cached.data()) == 0;
    ::munmap(memory, bytes);
}

const PassingRead::Part& PassingRead::part_of(std::uint64_t number) {
    Part& part = parts_[number % 2];
    if (part.number != number) look_at(part, number);
    return part;
}

void PassingRead::begin(std::uint64_t offset, std::uint64_t bytes) {
    if (fd_ < 0) return;
    for (std::uint64_t number = offset / part_bytes; number * part_bytes < offset + bytes; ++number) part_of(number);
    part_of((offset + bytes) / part_bytes + 1);
}

void PassingRead::end(std::uint64_t offset, std::uint64_t bytes) {
    if (fd_ < 0) return;
    const std::uint64_t last = (offset + bytes + page_bytes_ - 1) / page_bytes_;
    std::uint64_t from = offset / page_bytes_;
    const auto was_cached = [&](std::uint64_t page) {
        const std::uint64_t in_part = part_bytes / page_bytes_;
        const Part& part = parts_[page / in_part % 2];
        const std::uint64_t at = page % in_part;
        return part.number != page / in_part || !part.known || at >= part.cached.size() || part.cached[at] % 2 != 0;
    };
    for (std::uint64_t page = from; page <= last; ++page) {
        if (page < last && !was_cached(page)) continue;
        if (page > from)
            (void)::posix_fadvise(fd_, static_cast<off_t>(from * page_bytes_),
                                  static_cast<off_t>((page - from) * page_bytes_), POSIX_FADV_DONTNEED);
        from = page + 1;
    }
}

}  // namespace ese::os
