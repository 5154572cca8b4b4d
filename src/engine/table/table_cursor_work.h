#pragma once

// How the two parts of TableCursor work on their table; for them alone.

#include "base/error.h"
#include "engine/table/table_cursor.h"

namespace ese::engine {

template <class Work>
auto TableCursor::with_errors_named(Work work) {
    try {
        return work();
    } catch (Error& error) {
        error.set_file(database().file().path() + ", table " + table_->name);
        throw;
    }
}

template <class Work>
auto TableCursor::in_table(Work work) {
    const Reading reading(database(), *session_);
    return with_errors_named([&] {
        take_table(open_->seen(reading));
        return work(reading);
    });
}

}  // namespace ese::engine
