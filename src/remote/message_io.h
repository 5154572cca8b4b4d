#pragma once

// Messages of the protocol over a connection.

#include <optional>
#include <vector>

#include "os/local_socket.h"
#include "remote/protocol.h"

namespace ese::remote {

// `header.body_bytes` is filled in here. A descriptor is passed with the header.
void send_message(os::LocalConnection& connection, MessageHeader header, ByteView body, os::Deadline until,
                  const os::Descriptor* passed = nullptr);
// Nothing: the other end closed the connection between two messages.
std::optional<MessageHeader> receive_header(os::LocalConnection& connection, os::Deadline until,
                                            std::optional<os::Descriptor>* passed = nullptr);
// Throws JET_errInvalidParameter, and receives nothing, where it is longer than `most`.
std::vector<std::uint8_t> receive_body(os::LocalConnection& connection, const MessageHeader& header, std::uint32_t most,
                                       os::Deadline until);

}  // namespace ese::remote
