#include "jet/gate.h"

#include <exception>
#include <new>

#include "base/error.h"

namespace ese::jet {
namespace {

thread_local std::string detail;

// A text that there is no memory for is left out; the code still tells what happened.
JET_ERR keep(JET_ERR code, const char* text) noexcept {
    try {
        detail = text;
    } catch (...) {
        detail.clear();
    }
    return code;
}

}  // namespace

JET_ERR current_exception_to_jet() noexcept {
    try {
        throw;
    } catch (const Error& error) {
        return keep(error.jet() < 0 ? error.jet() : JET_errInternalError, error.what());
    } catch (const std::bad_alloc&) {
        return keep(JET_errOutOfMemory, "there is not enough memory");
    } catch (const std::exception& error) {
        return keep(JET_errInternalError, error.what());
    } catch (...) {
        return keep(JET_errInternalError, "an unknown exception was thrown");
    }
}

void require_known_bits(JET_GRBIT grbit, JET_GRBIT known, const char* function) {
    if (grbit & ~known)
        throw Error(ErrorKind::usage, JET_errInvalidGrbit,
                    std::string(function) + " does not know all of the bits " + std::to_string(grbit));
}

const std::string& last_error_detail() noexcept { return detail; }

}  // namespace ese::jet
