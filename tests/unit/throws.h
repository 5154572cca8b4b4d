#pragma once

// What an action throws, as a number to compare.

#include <cstdint>

#include "base/error.h"

namespace test {

// 0: nothing.
template <class Action>
std::int32_t jet_error(Action action) {
    try {
        action();
    } catch (const ese::Error& error) {
        return error.jet();
    }
    return 0;
}

}  // namespace test
