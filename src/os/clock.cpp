#include "os/clock.h"

#include <sys/random.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "os/errno_error.h"

namespace ese::os {
namespace {

class RealClock final : public Clock {
 public:
    std::int64_t now_unix_ms() override {
        using namespace std::chrono;
        return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
    }

    void sleep_ms(unsigned milliseconds) override {
        std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    }

    void random_bytes(ByteSpan into) override {
        std::size_t done = 0;
        while (done < into.size()) {
            const auto got = ::getrandom(into.data() + done, into.size() - done, 0);
            if (got < 0 && errno != EINTR) throw errno_error("reading random bytes", "getrandom");
            if (got > 0) done += static_cast<std::size_t>(got);
        }
    }
};

}  // namespace

Clock& real_clock() {
    static RealClock instance;
    return instance;
}

}  // namespace ese::os
