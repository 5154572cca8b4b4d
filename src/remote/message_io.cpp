#include "remote/message_io.h"

#include "base/error.h"
#include "esent.h"

namespace ese::remote {

void send_message(os::LocalConnection& connection, MessageHeader header, ByteView body, os::Deadline until,
                  const os::Descriptor* passed) {
    header.body_bytes = static_cast<std::uint32_t>(body.size());
    connection.send(header.serialise(), body, until, passed);
}

std::optional<MessageHeader> receive_header(os::LocalConnection& connection, os::Deadline until,
                                            std::optional<os::Descriptor>* passed) {
    std::array<std::uint8_t, MessageHeader::size> bytes{};
    if (!connection.receive(bytes, until, passed)) return std::nullopt;
    return MessageHeader::parse(bytes);
}

std::vector<std::uint8_t> receive_body(os::LocalConnection& connection, const MessageHeader& header, std::uint32_t most,
                                       os::Deadline until) {
    if (header.body_bytes > most)
        throw Error(JET_errInvalidParameter, "a message of " + std::to_string(header.body_bytes) +
                                                 " bytes, and it may have " + std::to_string(most))
            .in_file(connection.path());
    std::vector<std::uint8_t> body(header.body_bytes);
    if (!body.empty() && !connection.receive(body, until))
        throw Error(JET_errInstanceUnavailable, "the other end closed the connection").in_file(connection.path());
    return body;
}

}  // namespace ese::remote
