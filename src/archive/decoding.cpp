#include "archive/decoding.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "base/error.h"

namespace ese::archive {

namespace {

class Decoding {
 public:
    Decoding(FrameSupply& supply, unsigned threads, bool checksums)
        : supply_(supply), checksums_(checksums), frames_(threads + 2) {
        for (DecodedFrame& frame : frames_) free_.push_back(&frame);
        for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
    }

    ~Decoding() {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        freed_.notify_all();
    }

    // The next one in order, or nothing at the end.
    DecodedFrame* take() {
        std::unique_lock lock(mutex_);
        done_.wait(lock, [&] { return ready_.contains(taken_) || (ended_ && taken_ == begun_); });
        const auto found = ready_.find(taken_);
        if (found == ready_.end()) return nullptr;
        DecodedFrame* frame = found->second;
        ready_.erase(found);
        ++taken_;
        return frame;
    }

    void give_back(DecodedFrame* frame) {
        const std::lock_guard lock(mutex_);
        free_.push_back(frame);
        freed_.notify_one();
    }

 private:
    void work() {
        Decompressor decompressor(checksums_);
        while (true) {
            std::uint64_t turn = 0;
            DecodedFrame* frame = begin_next(turn);
            if (frame == nullptr) return;
            if (!frame->error) {
                try {
                    supply_.decode(*frame, decompressor);
                } catch (...) {
                    frame->error = std::current_exception();
                }
            }
            const std::lock_guard lock(mutex_);
            ready_[turn] = frame;
            done_.notify_one();
        }
    }

    // Memory is handed out in the order of the frames, so the one that is taken next always has some.
    DecodedFrame* begin_next(std::uint64_t& turn) {
        const std::lock_guard only_one(next_mutex_);
        std::unique_lock lock(mutex_);
        freed_.wait(lock, [&] { return ended_ || !free_.empty(); });
        if (ended_) return nullptr;
        DecodedFrame* frame = free_.back();
        free_.pop_back();
        lock.unlock();

        frame->problem.clear();
        frame->error = nullptr;
        frame->raw = {};
        bool more = false;
        try {
            more = supply_.next(*frame);
        } catch (...) {
            frame->error = std::current_exception();
        }
        lock.lock();
        if (!more) {
            ended_ = true;
            freed_.notify_all();
            done_.notify_one();
            if (!frame->error) return nullptr;
        }
        turn = begun_++;
        return frame;
    }

    FrameSupply& supply_;
    const bool checksums_;
    std::mutex next_mutex_;
    std::mutex mutex_;
    std::condition_variable freed_;
    std::condition_variable done_;
    std::vector<DecodedFrame> frames_;
    std::vector<DecodedFrame*> free_;
    std::map<std::uint64_t, DecodedFrame*> ready_;
    std::uint64_t begun_ = 0;
    std::uint64_t taken_ = 0;
    bool ended_ = false;
    std::vector<std::jthread> threads_;
};

}  // namespace

void decode_frames(FrameSupply& supply, unsigned threads, bool checksums,
                   const std::function<bool(DecodedFrame&)>& take) {
    Decoding decoding(supply, std::max(1u, threads), checksums);
    while (DecodedFrame* frame = decoding.take()) {
        if (frame->error) std::rethrow_exception(frame->error);
        if (!take(*frame)) return;
        decoding.give_back(frame);
    }
}

void decode_frame(DecodedFrame& frame, Decompressor& decompressor, const std::function<void()>& seen) {
    const auto next = [&] {
        try {
            return decompressor.step();
        } catch (const Error& error) {
            frame.problem = error.message();
            return false;
        }
    };
    try {
        decompressor.begin(frame.compressed(), frame.raw_bytes, frame.raw_memory);
    } catch (const Error& error) {
        frame.problem = error.message();
        return;
    }
    while (next()) {
        frame.raw = decompressor.raw();
        seen();
        if (!frame.problem.empty()) return;
    }
}

}  // namespace ese::archive
