#pragma once

#include <cerrno>
#include <string>
#include <string_view>

#include "base/error.h"

namespace ese::os {

// What the operating system refused, in words, with the JET_ERR that fits.
Error errno_error(std::string_view doing, const std::string& path, int code = errno);

}  // namespace ese::os
