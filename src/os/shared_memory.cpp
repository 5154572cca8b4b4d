#include "os/shared_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <string>

#include "base/error.h"
#include "esent.h"
#include "os/errno_error.h"

namespace ese::os {

namespace {

constexpr const char* name = "shared memory";
constexpr int size_seals = F_SEAL_SHRINK | F_SEAL_GROW;

void* map(int fd, std::size_t bytes, int protection) {
    void* at = ::mmap(nullptr, bytes, protection, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED) throw errno_error("mapping", name);
    return at;
}

}  // namespace

// Allocated at once: a write to a page that there is no memory for would end the process.
SharedMemory::SharedMemory(std::size_t bytes)
    : file_(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING)), size_(bytes) {
    if (file_.get() < 0) throw errno_error("making", name);
    if (::fallocate(file_.get(), 0, 0, static_cast<off_t>(bytes)) != 0) throw errno_error("allocating", name);
    if (::fcntl(file_.get(), F_ADD_SEALS, size_seals | F_SEAL_SEAL) != 0) throw errno_error("sealing", name);
    // Nobody but this user opens it again by way of /proc, which would be for writing.
    if (::fchmod(file_.get(), 0600) != 0) throw errno_error("setting the access of", name);
    at_ = static_cast<std::uint8_t*>(map(file_.get(), bytes, PROT_READ | PROT_WRITE));
}

SharedMemory::~SharedMemory() {
    ::munmap(at_, size_);
    ::fallocate(file_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(size_));
}

Descriptor SharedMemory::for_reader() const {
    const std::string path = "/proc/self/fd/" + std::to_string(file_.get());
    Descriptor reader(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (reader.get() < 0) throw errno_error("opening", path);
    return reader;
}

SharedView::SharedView(const Descriptor& memory, std::size_t bytes) : size_(bytes) {
    struct stat st {};
    if (::fstat(memory.get(), &st) != 0) throw errno_error("looking at", name);
    const int seals = ::fcntl(memory.get(), F_GET_SEALS);
    if (seals < 0 || (seals & size_seals) != size_seals || st.st_size != static_cast<off_t>(bytes))
        throw Error(JET_errInvalidParameter,
                    "what was passed is no memory of a sealed size of " + std::to_string(bytes) + " bytes");
    at_ = static_cast<const std::uint8_t*>(map(memory.get(), bytes, PROT_READ));
}

SharedView::~SharedView() { ::munmap(const_cast<std::uint8_t*>(at_), size_); }

}  // namespace ese::os
