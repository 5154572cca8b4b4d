#pragma once

// The second half of writing: full frames go in, one after the other; threads compress them; the sink gets them in
// order.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "archive/buffer.h"
#include "archive/frame_list.h"
#include "archive/seek_table.h"
#include "archive/sink.h"

namespace ese::archive {

// A frame's raw bytes, and where in the memory they lie: the producer chooses the beginning so that pages are aligned.
struct RawFrame {
    Buffer memory;
    std::size_t begin = 0;
    std::size_t used = 0;

    ByteView bytes() { return {memory.data() + begin, used}; }
};

class FrameCompression {
 public:
    // The threads ask `stop` before each block of a frame; then the error is ErrorKind::interrupted.
    FrameCompression(ByteSink& sink, int level, unsigned threads, std::size_t max_raw_bytes,
                     std::function<bool()> stop);
    ~FrameCompression();

    // An empty frame; waits for one to be free. Errors of threads and sink come out here and in drain().
    RawFrame* take();
    void submit(RawFrame* frame);
    // Waits until everything has been written; then table() is complete.
    void drain();
    const SeekTable& table() const { return table_; }
    // After drain(): the frames that were written since it was asked last.
    std::vector<FrameRecord> take_records() { return std::exchange(records_, {}); }
    // May be asked at any time.
    std::uint64_t compressed_bytes() const;

 private:
    struct Job {
        RawFrame* raw = nullptr;
        Buffer* compressed = nullptr;
        bool started = false;
        bool done = false;
        FrameRecord record;
        std::uint32_t checksum = 0;
    };

    void work();
    void compress(Job& job, class Compressor& compressor);
    void write_done_jobs(std::unique_lock<std::mutex>& lock);
    void fail();
    void rethrow() const;

    ByteSink& sink_;
    const int level_;
    const std::size_t max_raw_bytes_;
    const std::function<bool()> stop_;
    mutable std::mutex mutex_;
    std::condition_variable work_to_do_;
    std::condition_variable progress_;
    std::deque<Job>
        jobs_;  // in the archive's order; the front one is written next. References stay valid at both ends.
    std::vector<RawFrame> raw_frames_;
    std::vector<Buffer> buffers_;
    std::vector<RawFrame*> free_raw_frames_;
    std::vector<Buffer*> free_buffers_;
    bool writing_ = false;
    std::atomic<bool> stopping_{false};  // set under the mutex
    std::exception_ptr error_;
    std::vector<FrameRecord> records_;
    SeekTable table_;
    std::uint64_t written_ = 0;
    std::vector<std::jthread> threads_;
};

}  // namespace ese::archive
