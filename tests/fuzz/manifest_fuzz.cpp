// The records of an archive and its list of frames. What is accepted must come back the same when it is written and
// read again.

#include <cstdlib>

#include "archive/manifest.h"
#include "base/error.h"

using namespace ese;
using namespace ese::archive;

namespace {

ByteView bytes_of(const std::string& text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

template <class Parse, class Write>
void check(ByteView input, Parse parse, Write write) {
    std::string text;
    try {
        text = write(parse(input));
    } catch (const Error&) {
        return;
    }
    if (write(parse(bytes_of(text))) != text) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView input(data, size);
    check(input, parse_manifest, [](const Manifest& manifest) { return to_json(manifest); });
    check(input, parse_begin_record, [](const BeginRecord& record) { return to_json(record); });
    check(input, parse_commit, [](const Commit& commit) { return to_line(commit); });
    check(
        input,
        [](ByteView text) {
            std::string lines;
            FrameListParser parser([&](std::uint64_t, const FrameRecord& record) { lines += to_line(record); });
            parser.push(text);
            parser.finish();
            if (lines.size() != text.size()) std::abort();
            return lines;
        },
        [](const std::string& lines) { return lines; });
    return 0;
}
