#pragma once

// Memory that one process writes and another one, to which its descriptor was passed, reads.

#include <cstddef>

#include "base/bytes.h"
#include "os/descriptor.h"

namespace ese::os {

// The end that writes. Its size is sealed, and what is passed on is opened for reading only: whoever has it can neither
// change it, nor make it smaller under the writer, which would end this process.
class SharedMemory {
 public:
    // Zeroes. Throws where the system has no such memory, or not so much.
    explicit SharedMemory(std::size_t bytes);
    // Frees the memory, whoever keeps its descriptor.
    ~SharedMemory();
    SharedMemory(const SharedMemory&) = delete;
    SharedMemory& operator=(const SharedMemory&) = delete;

    ByteSpan bytes() { return {at_, size_}; }
    // To be passed to the reader.
    Descriptor for_reader() const;

 private:
    Descriptor file_;
    std::uint8_t* at_ = nullptr;
    std::size_t size_;
};

// The end that reads.
class SharedView {
 public:
    // Throws where this is no memory of that size, or where its size is not sealed.
    SharedView(const Descriptor& memory, std::size_t bytes);
    ~SharedView();
    SharedView(const SharedView&) = delete;
    SharedView& operator=(const SharedView&) = delete;

    ByteView bytes() const { return {at_, size_}; }

 private:
    const std::uint8_t* at_ = nullptr;
    std::size_t size_;
};

}  // namespace ese::os
