#pragma once

// What all databases and sessions of a running instance share.

#include <functional>

#include "engine/log/log_writer.h"
#include "engine/txn/latch.h"
#include "engine/txn/transactions.h"
#include "engine/txn/version_store.h"

namespace ese::engine {

struct EngineCore {
    // `log`: null where the instance has none (JET_paramRecovery off).
    EngineCore(LogWriter* log_of_instance, std::size_t most_version_bytes, std::uint32_t pages_to_grow)
        : log(log_of_instance),
          growth_pages(pages_to_grow),
          versions(most_version_bytes),
          transactions(*this) {}

    // Shared to look at pages, versions and schemas, alone to change them. Never held while a commit waits for the disk.
    Latch latch;
    LogWriter* log;
    std::uint32_t growth_pages;
    VersionStore versions;
    Transactions transactions;

    format::Lgpos append(ByteView record) { return log ? log->append(record) : format::Lgpos{}; }
};

}  // namespace ese::engine
