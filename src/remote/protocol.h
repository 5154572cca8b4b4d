#pragma once

// The messages of esebackup-protocol(7): pure functions between structs and bytes. What is read may come from anybody,
// so every length is checked against what is there.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "format/common.h"

namespace ese::remote {

// Versions of the protocol that this code speaks.
constexpr std::uint16_t lowest_version = 1;
constexpr std::uint16_t highest_version = 2;

// In the system directory of the instance that has this base name.
std::string socket_name(const std::string& base_name);

enum class MessageType : std::uint16_t {
    hello = 1,
    describe = 2,
    begin_backup = 3,
    attach_info = 4,
    open_file = 5,
    read_file = 6,
    close_file = 7,
    log_info = 8,
    truncate_log_info = 9,
    truncate_log = 10,
    end_backup = 11,
    truncate_log_up_to = 12,
    share_memory = 13,      // from version 2 on
    read_into_memory = 14,  // the same
    event = 100,            // from the server only, before the answer to what is being done
};

// In front of every message. A request has status 0; its answer has its type and number, and the JET_ERR that the call
// returned. After an error the body is a text that tells what happened, in UTF-8.
struct MessageHeader {
    static constexpr std::size_t size = 16;
    std::uint32_t body_bytes = 0;
    MessageType type = MessageType::hello;
    std::uint32_t number = 0;
    std::int32_t status = 0;

    bool operator==(const MessageHeader&) const = default;
    std::array<std::uint8_t, size> serialise() const;
    static MessageHeader parse(ByteView bytes);  // of `size` bytes; any bytes are one
};

// The most that a body may have.
constexpr std::uint32_t most_request_bytes = 64 * 1024;      // what the server takes
constexpr std::uint32_t most_answer_bytes = 256 * 1024 * 1024;  // what the client takes, of anything but file contents
constexpr std::uint32_t most_read_bytes = 1024 * 1024;        // in one read_file

// The memory that a server shares with its client has places for so many reads: one is being taken by the client, while
// another one is filled and a third one asked for.
constexpr std::uint32_t memory_places = 3;
constexpr std::size_t memory_bytes = std::size_t{memory_places} * most_read_bytes;

class BodyWriter {
 public:
    void u16(std::uint16_t value);
    void u32(std::uint32_t value);
    void u64(std::uint64_t value);
    void bytes(ByteView bytes);     // as they are
    void text(std::string_view text);  // u32 length, and its bytes
    void blob(ByteView bytes);      // the same
    const std::vector<std::uint8_t>& body() const { return body_; }

 private:
    std::vector<std::uint8_t> body_;
};

// Each of them throws JET_errInvalidParameter where so much is not there.
class BodyReader {
 public:
    explicit BodyReader(ByteView body) : rest_(body) {}
    std::uint16_t u16();
    std::uint32_t u32();
    std::uint64_t u64();
    ByteView bytes(std::size_t count);
    std::string text();
    ByteView blob();
    // How many of something follow that takes at least so many bytes each.
    std::uint32_t count(std::size_t least_bytes_each);
    // Throws where anything is left.
    void end() const;

 private:
    ByteView rest_;
};

// Both ends begin with it, and its layout is the same in every version: the client says which versions it speaks, the
// server which ones it speaks and which one it has chosen. `text` is the name of the program, or why the server
// refuses.
struct Hello {
    static constexpr std::array<std::uint8_t, 8> magic{'E', 'S', 'E', 'B', 'K', 'U', 'P', '\n'};
    std::uint16_t lowest = lowest_version;
    std::uint16_t highest = highest_version;
    std::uint16_t chosen = 0;  // 0: none
    std::string text;

    bool operator==(const Hello&) const = default;
    std::vector<std::uint8_t> serialise() const;
    static Hello parse(ByteView body);  // also throws where the magic is another
};
// The highest version that both speak; 0 where there is none.
std::uint16_t common_version(const Hello& client, const Hello& server);

// What is there to be backed up, told before a backup begins.
struct InstanceFacts {
    struct Database {
        std::string path;
        std::uint64_t file_bytes = 0;
        bool has_patch_file = false;       // NAME.pat lies beside it
        std::vector<std::uint8_t> header;  // one page, with its checksum
        bool operator==(const Database&) const = default;
    };
    struct Log {
        Generation generation;
        format::LogTime created, previous_created;
        std::uint64_t previous_checksum = 0;
        bool operator==(const Log&) const = default;
    };

    std::string log_directory, system_directory, base_name;
    std::uint32_t page_bytes = 0;
    std::uint64_t log_file_bytes = 0;
    bool circular_logging = false;
    bool legacy_names = false;
    bool eight_dot_three = false;
    bool delivers_bad_pages = false;  // JET_paramAcceptBadPages
    format::Signature log_signature;
    std::vector<Database> databases;   // attached and logged: what a backup has
    std::vector<Database> bystanders;  // of the same log stream beside them, and not attached
    std::vector<Log> logs;             // ascending, the current one last

    bool operator==(const InstanceFacts&) const = default;
    std::vector<std::uint8_t> serialise() const;
    static InstanceFacts parse(ByteView body);
};

struct EventMessage {
    std::uint32_t id = 0;
    std::uint32_t severity = 0;
    std::string text;

    bool operator==(const EventMessage&) const = default;
    std::vector<std::uint8_t> serialise() const;
    static EventMessage parse(ByteView body);
};

// The list of files that a call returned, as it returned it: each with its NUL, and one NUL more.
struct LogInfoAnswer {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::string base_name;
    std::vector<std::uint8_t> list;

    bool operator==(const LogInfoAnswer&) const = default;
    std::vector<std::uint8_t> serialise() const;
    static LogInfoAnswer parse(ByteView body);
};

}  // namespace ese::remote
