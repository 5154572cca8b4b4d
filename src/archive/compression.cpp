#include "archive/compression.h"

#include <algorithm>

#include "archive/frame.h"
#include "base/error.h"

namespace ese::archive {

// Three raw frames more than threads: the producer fills one while the others are compressed, and two that are full
// keep the threads busy when it has to wait for the disk or for a processor. Two compressed frames more: they may wait
// for their turn, or for the sink, without keeping their threads from the next.
FrameCompression::FrameCompression(ByteSink& sink, int level, unsigned threads, std::size_t max_raw_bytes,
                                   std::function<bool()> stop)
    : sink_(sink),
      level_(level),
      max_raw_bytes_(max_raw_bytes),
      stop_(std::move(stop)),
      raw_frames_(threads + 3),
      buffers_(threads + 2) {
    Compressor check(level);  // a level that zstd refuses is reported here
    for (RawFrame& frame : raw_frames_) free_raw_frames_.push_back(&frame);
    for (Buffer& buffer : buffers_) free_buffers_.push_back(&buffer);
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

FrameCompression::~FrameCompression() {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    work_to_do_.notify_all();
}

RawFrame* FrameCompression::take() {
    std::unique_lock lock(mutex_);
    progress_.wait(lock, [&] { return error_ || !free_raw_frames_.empty(); });
    rethrow();
    RawFrame* frame = free_raw_frames_.back();
    free_raw_frames_.pop_back();
    frame->memory.first(max_raw_bytes_);
    frame->begin = 0;
    frame->used = 0;
    return frame;
}

void FrameCompression::submit(RawFrame* frame) {
    const std::lock_guard lock(mutex_);
    jobs_.emplace_back().raw = frame;
    work_to_do_.notify_one();
}

void FrameCompression::drain() {
    std::unique_lock lock(mutex_);
    progress_.wait(lock, [&] { return error_ || jobs_.empty(); });
    rethrow();
}

std::uint64_t FrameCompression::compressed_bytes() const {
    const std::lock_guard lock(mutex_);
    return written_;
}

void FrameCompression::rethrow() const {
    if (error_) std::rethrow_exception(error_);
}

void FrameCompression::fail() {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::current_exception();
    stopping_ = true;
    work_to_do_.notify_all();
    progress_.notify_all();
}

void FrameCompression::work() {
    try {
        Compressor compressor(level_);
        std::unique_lock lock(mutex_);
        while (true) {
            Job* job = nullptr;
            // The first job that is not begun gets the buffer: so the frame that is written next always has one.
            work_to_do_.wait(lock, [&] {
                const auto next = std::find_if(jobs_.begin(), jobs_.end(), [](const Job& j) { return !j.started; });
                job = next == jobs_.end() ? nullptr : &*next;
                return stopping_ || (job != nullptr && !free_buffers_.empty());
            });
            if (stopping_) return;
            job->started = true;
            job->compressed = free_buffers_.back();
            free_buffers_.pop_back();
            lock.unlock();
            compress(*job, compressor);
            lock.lock();
            free_raw_frames_.push_back(job->raw);
            job->done = true;
            progress_.notify_all();
            if (!writing_) write_done_jobs(lock);
        }
    } catch (...) {
        fail();
    }
}

void FrameCompression::compress(Job& job, Compressor& compressor) {
    const ByteView raw = job.raw->bytes();
    const ByteSpan into = job.compressed->first(Compressor::bound(max_raw_bytes_));
    const ByteView compressed = into.first(compressor.compress(raw, into, [this] {
        if (stopping_ || stop_()) throw Error(ErrorKind::interrupted, "stopped on request");
    }));
    job.record.raw_bytes = static_cast<std::uint32_t>(raw.size());
    job.record.compressed_bytes = static_cast<std::uint32_t>(compressed.size());
    job.record.xxh3_128 = xxh3_128(compressed);
    job.record.sha256 = sha256(compressed);
    job.checksum = frame_checksum(compressed);
}

// Writing is left to whichever thread has completed the next frame: no further thread, and the sink is never called by
// two.
void FrameCompression::write_done_jobs(std::unique_lock<std::mutex>& lock) {
    writing_ = true;
    while (!stopping_ && !jobs_.empty() && jobs_.front().done) {
        Job& job = jobs_.front();
        lock.unlock();
        sink_.write({job.compressed->data(), job.record.compressed_bytes});
        lock.lock();
        written_ += job.record.compressed_bytes;
        table_.entries.push_back({job.record.compressed_bytes, job.record.raw_bytes, job.checksum});
        records_.push_back(job.record);
        free_buffers_.push_back(job.compressed);
        jobs_.pop_front();
        work_to_do_.notify_one();
        progress_.notify_all();
    }
    writing_ = false;
}

}  // namespace ese::archive
