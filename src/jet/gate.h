#pragma once

// The one place where exceptions become JET_ERR: every function of esent.h does its work inside api_call.

#include <string>
#include <type_traits>

#include "esent.h"

namespace ese::jet {

// Turns the exception that is being handled into a JET_ERR and keeps its text as the calling thread's error detail. An
// error without a JET_ERR, and anything that is no ese::Error, is JET_errInternalError; want of memory is
// JET_errOutOfMemory.
JET_ERR current_exception_to_jet() noexcept;

// What the calling thread's last failing call had to say; empty where none failed.
const std::string& last_error_detail() noexcept;

// Throws JET_errInvalidGrbit for a bit that is not among `known`.
void require_known_bits(JET_GRBIT grbit, JET_GRBIT known, const char* function);

// Runs `work`, which returns a JET_ERR (success or a warning) or nothing, and lets no exception out.
template <class Work>
JET_ERR api_call(Work&& work) noexcept {
    try {
        if constexpr (std::is_void_v<std::invoke_result_t<Work&>>) {
            work();
            return JET_errSuccess;
        } else {
            return work();
        }
    } catch (...) {
        return current_exception_to_jet();
    }
}

}  // namespace ese::jet
