#pragma once

#include <cstdint>
#include <string>

namespace ese::os {

std::uint32_t process_id();
// Of this machine; empty if it has none.
std::string host_name();

}  // namespace ese::os
