#pragma once

#include <string>

#include "base/error.h"

namespace ese::os {

// What the file system reports of a file that is being made is a failure of the output, whatever the same number would
// mean of a file that is read.
template <class Action>
auto as_output(const std::string& path, Action action) {
    try {
        return action();
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::other) throw;
        throw Error(ErrorKind::output, error.jet(), error.message())
            .in_file(error.file().empty() ? path : error.file())
            .with_hint(error.hint());
    }
}

}  // namespace ese::os
