#pragma once

// Functions of the program that hear of changes of a table's records.

#include <atomic>
#include <map>
#include <mutex>
#include <vector>

#include "esent.h"

namespace ese::engine {

struct TableCallback {
    JET_CBTYP reasons = 0;
    JET_CALLBACK function = nullptr;
    void* context = nullptr;
};

// Any thread may call any method.
class TableCallbacks {
 public:
    // Handles are never used again in this process.
    JET_HANDLE add(const TableCallback& callback);
    // JET_errInvalidParameter where there is none.
    void remove(JET_HANDLE handle);
    bool any() const { return any_.load(std::memory_order_relaxed); }
    // The last one added comes first.
    std::vector<TableCallback> of(JET_CBTYP reason) const;

 private:
    mutable std::mutex mutex_;
    std::map<JET_HANDLE, TableCallback, std::greater<>> callbacks_;
    std::atomic<bool> any_{false};
};

}  // namespace ese::engine
