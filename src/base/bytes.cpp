#include "base/bytes.h"

namespace ese {

bool is_all_zero(ByteView bytes) {
    // A buffer that starts with a zero byte and equals itself shifted by one is all zero; memcmp is vectorised everywhere.
    return bytes.empty() || (bytes[0] == 0 && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

}  // namespace ese
