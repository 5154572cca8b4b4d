// A checkpoint file of any bytes. Both copies are stamped first, except where the first byte says otherwise.

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "format/log/checkpoint.h"

using namespace ese;
using namespace ese::format;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    std::vector<std::uint8_t> file(data + 1, data + size);
    if ((data[0] & 1) == 0) {
        file.resize(Checkpoint::file_bytes);
        for (std::size_t at = 0; at < file.size(); at += Checkpoint::copy_bytes) {
            stamp_header_checksum(ByteSpan(file).subspan(at, Checkpoint::copy_bytes));
        }
    }
    try {
        const Checkpoint checkpoint = parse_checkpoint(file);
        const LogSector copy = serialise_checkpoint(checkpoint);
        if (copy != checkpoint.raw) __builtin_trap();
        for (const AttachInfo& attached : checkpoint.attachments) static_cast<void>(attached.path());
    } catch (const Error&) {
        // Refused, as most inputs must be.
    }
    return 0;
}
