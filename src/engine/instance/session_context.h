#pragma once

// Which thread may go on with the transaction of a session.

#include <optional>
#include <thread>

#include "esent.h"

namespace ese::engine {

// A transaction stays on the thread that began it. Where the program has given the session a context, it goes on with
// whichever thread has set that context now, so that it can be handed from one thread to another.
class SessionContext {
 public:
    void set(JET_API_PTR context);  // JET_errSessionContextAlreadySet
    void reset();                   // JET_errSessionContextNotSetByThisThread
    bool is_set() const { return set_.has_value(); }

    void outermost_transaction_begins();
    void require_own_transaction() const;  // JET_errSessionSharingViolation

 private:
    struct Set {
        JET_API_PTR context = 0;
        std::thread::id thread;
    };
    std::optional<Set> set_;
    Set transaction_;  // its context is 0 where none was set when it began
};

}  // namespace ese::engine
