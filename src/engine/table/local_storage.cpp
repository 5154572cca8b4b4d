#include "engine/table/local_storage.h"

#include "base/error.h"

namespace ese::engine {

LocalStorage::~LocalStorage() {
    if (value_ != JET_LSNil)
        (void)free_(JET_sesidNil, JET_dbidNil, JET_tableidNil, freed_as_, reinterpret_cast<void*>(value_), nullptr,
                    nullptr, 0);
}

void LocalStorage::set(JET_LS value, JET_CALLBACK free) {
    const std::lock_guard hold(mutex_);
    if (value_ != JET_LSNil) throw Error(ErrorKind::usage, JET_errLSAlreadySet, "a value is kept there already");
    value_ = value;
    free_ = free;
}

JET_LS LocalStorage::get() const {
    const std::lock_guard hold(mutex_);
    if (value_ == JET_LSNil) throw Error(ErrorKind::usage, JET_errLSNotSet, "no value is kept there");
    return value_;
}

JET_LS LocalStorage::take() {
    const JET_LS value = get();
    reset();
    return value;
}

void LocalStorage::reset() {
    const std::lock_guard hold(mutex_);
    value_ = JET_LSNil;
}

}  // namespace ese::engine
