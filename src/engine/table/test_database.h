#pragma once

// A database that no instance has attached, to be read as one that is attached is.

#include <string>

#include "engine/table/live_tables.h"
#include "os/clock.h"

namespace ese::engine::test {

struct TestDatabase {
    TestDatabase(const std::string& path, std::uint32_t page_bytes)
        : live(std::make_shared<LiveDatabase>(core,
                                              std::make_shared<Database>(os::real_file_system(), os::real_clock(), path,
                                                                         std::uint8_t{1}, true, page_bytes),
                                              cache_bytes)),
          tables(std::make_shared<LiveTables>(live)) {}

    static constexpr std::size_t cache_bytes = std::size_t{4} << 20;
    EngineCore core{nullptr, std::size_t{1} << 20, 16};
    std::shared_ptr<LiveDatabase> live;
    std::shared_ptr<LiveTables> tables;
};

}  // namespace ese::engine::test
