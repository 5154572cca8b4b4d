#pragma once

// A value that the program keeps with a cursor or with a table.

#include <mutex>

#include "esent.h"

namespace ese::engine {

// Any thread may call any method. What is still there at the end goes back to the program, which frees it.
class LocalStorage {
 public:
    // `freed_as`: JET_cbtypFreeCursorLS or JET_cbtypFreeTableLS.
    explicit LocalStorage(JET_CBTYP freed_as) : freed_as_(freed_as) {}
    ~LocalStorage();
    LocalStorage(const LocalStorage&) = delete;
    LocalStorage& operator=(const LocalStorage&) = delete;

    void set(JET_LS value, JET_CALLBACK free);  // JET_errLSAlreadySet
    JET_LS get() const;                         // JET_errLSNotSet
    JET_LS take();                              // the same, and it is not kept any more
    void reset();                               // whether there is one or not

 private:
    const JET_CBTYP freed_as_;
    mutable std::mutex mutex_;
    JET_LS value_ = JET_LSNil;
    JET_CALLBACK free_ = nullptr;
};

}  // namespace ese::engine
