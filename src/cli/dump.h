#pragma once

// Headers, checkpoints, pages and trailers as JSON, and JSON as text for people.

#include "base/bytes.h"
#include "base/ids.h"
#include "cli/output.h"
#include "format/database/database_header.h"
#include "format/database/trailer.h"
#include "format/log/checkpoint.h"
#include "format/log/log_header.h"

namespace ese::cli {

Json dump(const format::DatabaseHeader& header);
Json dump(const format::LogHeader& header);
Json dump(const format::Checkpoint& checkpoint);
Json dump(const format::Trailer& trailer);
// A page of a database: what its checksum says, header, nodes with sizes and the first bytes of keys.
Json dump_page(ByteView page, PageNumber number);

// "name: value", one a line; what lies inside is indented.
std::string to_text(const Json& value, int indent = 0);

}  // namespace ese::cli
