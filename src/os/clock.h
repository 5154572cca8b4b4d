#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace ese::os {

// Time and randomness, replaceable so that tests and archives can be reproduced.
class Clock {
 public:
    virtual ~Clock() = default;
    virtual std::int64_t now_unix_ms() = 0;
    virtual void sleep_ms(unsigned milliseconds) = 0;
    virtual void random_bytes(ByteSpan into) = 0;
};

Clock& real_clock();

}  // namespace ese::os
