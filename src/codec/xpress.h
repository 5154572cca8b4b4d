#pragma once

// XPRESS, the plain LZ77 form that MS-XCA describes (DATABASE-FORMAT 6.2): long values, and page images in logs.

#include <vector>

#include "base/bytes.h"

namespace ese::codec {

// Fills `into` exactly; bytes of `compressed` behind what that takes are passed over (an encoder may leave an unused
// flag word). Throws JET_errDecompressionFailed where the stream ends early or refers to what is not there.
void decompress_xpress(ByteView compressed, ByteSpan into);

// What decompress_xpress() takes, and Windows' decoder: it ends with a flag for a match that does not come. May be
// longer than the data.
std::vector<std::uint8_t> compress_xpress(ByteView data);

}  // namespace ese::codec
