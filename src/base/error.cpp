#include "base/error.h"

namespace ese {

const char* Error::what() const noexcept {
    try {
        if (text_.empty()) {
            text_ = file_.empty() ? message_ : file_ + ": " + message_;
            if (!hint_.empty()) text_ += "; " + hint_;
        }
        return text_.c_str();
    } catch (...) {
        return message_.c_str();
    }
}

}  // namespace ese
