#pragma once

#include <string>

#include "engine/instance/parameters.h"
#include "esent.h"

namespace test {

// An instance that lies in one directory, with the sizes of most of the sets.
inline ese::engine::Parameters engine_parameters(const std::string& directory, std::uint32_t page_bytes = 4096,
                                                 std::uint64_t log_bytes = 128 * 1024) {
    ese::engine::Parameters parameters;
    for (const auto id : {JET_paramSystemPath, JET_paramLogFilePath, JET_paramTempPath})
        parameters.set_text(static_cast<std::uint32_t>(id), directory, false);
    parameters.set_number(JET_paramDatabasePageSize, page_bytes, false);
    parameters.set_number(JET_paramLogFileSize, log_bytes / 1024, false);
    return parameters;
}

}  // namespace test
