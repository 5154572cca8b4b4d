#include "engine/table/table_callbacks.h"

#include "base/error.h"

namespace ese::engine {

JET_HANDLE TableCallbacks::add(const TableCallback& callback) {
    static std::atomic<JET_HANDLE> last{0};
    const std::lock_guard hold(mutex_);
    const JET_HANDLE handle = ++last;
    callbacks_[handle] = callback;
    any_ = true;
    return handle;
}

void TableCallbacks::remove(JET_HANDLE handle) {
    const std::lock_guard hold(mutex_);
    if (callbacks_.erase(handle) == 0)
        throw Error(ErrorKind::usage, JET_errInvalidParameter, "this is no callback of the table");
    any_ = !callbacks_.empty();
}

std::vector<TableCallback> TableCallbacks::of(JET_CBTYP reason) const {
    const std::lock_guard hold(mutex_);
    std::vector<TableCallback> wanted;
    for (const auto& [handle, callback] : callbacks_)
        if (callback.reasons & reason) wanted.push_back(callback);
    return wanted;
}

}  // namespace ese::engine
