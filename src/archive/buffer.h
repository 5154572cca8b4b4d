#pragma once

#include <cstddef>
#include <memory>
#include <new>

#include "base/bytes.h"

namespace ese::archive {

// Memory for one frame: aligned, not cleared (a std::vector would write every byte twice), and never smaller than
// it was.
class Buffer {
 public:
    static constexpr std::size_t alignment = 4096;

    // The first `bytes` bytes. What was there is lost if the buffer has to grow.
    ByteSpan first(std::size_t bytes) {
        if (bytes > capacity_) {
            memory_.reset();
            memory_.reset(static_cast<std::uint8_t*>(::operator new (bytes, std::align_val_t{alignment})));
            capacity_ = bytes;
        }
        return {memory_.get(), bytes};
    }
    std::uint8_t* data() { return memory_.get(); }

 private:
    struct Free {
        void operator()(std::uint8_t* at) const { ::operator delete (at, std::align_val_t{alignment}); }
    };
    std::unique_ptr<std::uint8_t, Free> memory_;
    std::size_t capacity_ = 0;
};

}  // namespace ese::archive
