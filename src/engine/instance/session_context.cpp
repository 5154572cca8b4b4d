#include "engine/instance/session_context.h"

#include "base/error.h"

namespace ese::engine {

void SessionContext::set(JET_API_PTR context) {
    if (set_) throw Error(ErrorKind::usage, JET_errSessionContextAlreadySet, "the session's context was set already");
    set_ = Set{context, std::this_thread::get_id()};
}

void SessionContext::reset() {
    if (!set_ || set_->thread != std::this_thread::get_id())
        throw Error(ErrorKind::usage, JET_errSessionContextNotSetByThisThread,
                    "this thread has not set the session's context");
    set_.reset();
}

void SessionContext::outermost_transaction_begins() {
    transaction_ = {set_ ? set_->context : 0, std::this_thread::get_id()};
}

void SessionContext::require_own_transaction() const {
    const bool began_with_context = transaction_.context != 0;
    const bool is_own =
        began_with_context ? set_ && set_->context == transaction_.context && set_->thread == std::this_thread::get_id()
                           : transaction_.thread == std::this_thread::get_id();
    if (!is_own)
        throw Error(ErrorKind::usage, JET_errSessionSharingViolation,
                    began_with_context ? "the transaction belongs to the thread that has its session context set"
                                       : "the transaction belongs to the thread that began it; JetSetSessionContext "
                                         "before its begin lets it go on in another one");
}

}  // namespace ese::engine
