#include "os/process.h"

#include <unistd.h>

#include <array>

namespace ese::os {

std::uint32_t process_id() { return static_cast<std::uint32_t>(::getpid()); }

std::string host_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : std::string();
}

}  // namespace ese::os
