#include "remote/protocol.h"

#include <algorithm>

#include "base/error.h"
#include "esent.h"

namespace ese::remote {

namespace {

constexpr std::uint32_t flag_circular = 1;
constexpr std::uint32_t flag_legacy_names = 2;
constexpr std::uint32_t flag_eight_dot_three = 4;
constexpr std::uint32_t flag_bad_pages = 8;

constexpr std::size_t least_database_bytes = 4 + 8 + 4 + 4;
constexpr std::size_t log_bytes = 4 + 2 * format::LogTime::size + 8;

Error malformed(const std::string& what) { return {JET_errInvalidParameter, "a malformed message: " + what}; }

void write_databases(BodyWriter& writer, const std::vector<InstanceFacts::Database>& databases) {
    writer.u32(static_cast<std::uint32_t>(databases.size()));
    for (const auto& database : databases) {
        writer.text(database.path);
        writer.u64(database.file_bytes);
        writer.u32(database.has_patch_file ? 1 : 0);
        writer.blob(database.header);
    }
}

std::vector<InstanceFacts::Database> read_databases(BodyReader& reader) {
    std::vector<InstanceFacts::Database> databases(reader.count(least_database_bytes));
    for (auto& database : databases) {
        database.path = reader.text();
        database.file_bytes = reader.u64();
        database.has_patch_file = reader.u32() != 0;
        const ByteView header = reader.blob();
        database.header.assign(header.begin(), header.end());
    }
    return databases;
}

template <class T>
void write_fixed(BodyWriter& writer, const T& value) {
    std::array<std::uint8_t, T::size> bytes{};
    value.write(bytes, 0);
    writer.bytes(bytes);
}

template <class T>
T read_fixed(BodyReader& reader) {
    return T::parse(reader.bytes(T::size), 0);
}

}  // namespace

std::string socket_name(const std::string& base_name) { return base_name + "-backup.socket"; }

// --- headers and bodies

std::array<std::uint8_t, MessageHeader::size> MessageHeader::serialise() const {
    std::array<std::uint8_t, size> bytes{};
    store_u32(bytes, 0, body_bytes);
    store_u16(bytes, 4, static_cast<std::uint16_t>(type));
    store_u32(bytes, 8, number);
    store_u32(bytes, 12, static_cast<std::uint32_t>(status));
    return bytes;
}

MessageHeader MessageHeader::parse(ByteView bytes) {
    return {load_u32(bytes, 0), static_cast<MessageType>(load_u16(bytes, 4)), load_u32(bytes, 8),
            static_cast<std::int32_t>(load_u32(bytes, 12))};
}

void BodyWriter::u16(std::uint16_t value) {
    std::array<std::uint8_t, 2> at{};
    store_le(at.data(), value);
    bytes(at);
}

void BodyWriter::u32(std::uint32_t value) {
    std::array<std::uint8_t, 4> at{};
    store_le(at.data(), value);
    bytes(at);
}

void BodyWriter::u64(std::uint64_t value) {
    std::array<std::uint8_t, 8> at{};
    store_le(at.data(), value);
    bytes(at);
}

void BodyWriter::bytes(ByteView bytes) { body_.insert(body_.end(), bytes.begin(), bytes.end()); }

void BodyWriter::text(std::string_view text) {
    blob({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

void BodyWriter::blob(ByteView content) {
    u32(static_cast<std::uint32_t>(content.size()));
    bytes(content);
}

ByteView BodyReader::bytes(std::size_t count) {
    if (count > rest_.size())
        throw malformed(std::to_string(count) + " bytes are said to follow, and " + std::to_string(rest_.size()) +
                        " are there");
    const ByteView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
}

std::uint16_t BodyReader::u16() { return load_u16(bytes(2), 0); }
std::uint32_t BodyReader::u32() { return load_u32(bytes(4), 0); }
std::uint64_t BodyReader::u64() { return load_u64(bytes(8), 0); }

ByteView BodyReader::blob() { return bytes(u32()); }

std::string BodyReader::text() {
    const ByteView text = blob();
    if (std::find(text.begin(), text.end(), 0) != text.end()) throw malformed("a text with a NUL in it");
    return {text.begin(), text.end()};
}

std::uint32_t BodyReader::count(std::size_t least_bytes_each) {
    const std::uint32_t number = u32();
    if (number > rest_.size() / least_bytes_each)
        throw malformed(std::to_string(number) + " entries are said to follow, and there is no room for them");
    return number;
}

void BodyReader::end() const {
    if (!rest_.empty()) throw malformed(std::to_string(rest_.size()) + " bytes too many");
}

// --- the messages

std::vector<std::uint8_t> Hello::serialise() const {
    BodyWriter writer;
    writer.bytes(magic);
    writer.u16(lowest);
    writer.u16(highest);
    writer.u16(chosen);
    writer.text(text);
    return writer.body();
}

// What a later version may add behind the text is passed over.
Hello Hello::parse(ByteView body) {
    BodyReader reader(body);
    const ByteView begin = reader.bytes(magic.size());
    if (!std::equal(begin.begin(), begin.end(), magic.begin())) throw malformed("not one of this protocol");
    Hello hello;
    hello.lowest = reader.u16();
    hello.highest = reader.u16();
    hello.chosen = reader.u16();
    hello.text = reader.text();
    return hello;
}

std::uint16_t common_version(const Hello& client, const Hello& server) {
    const std::uint16_t version = std::min(client.highest, server.highest);
    return version >= std::max(client.lowest, server.lowest) ? version : std::uint16_t{0};
}

std::vector<std::uint8_t> InstanceFacts::serialise() const {
    BodyWriter writer;
    writer.text(log_directory);
    writer.text(system_directory);
    writer.text(base_name);
    writer.u32(page_bytes);
    writer.u64(log_file_bytes);
    writer.u32((circular_logging ? flag_circular : 0) | (legacy_names ? flag_legacy_names : 0) |
               (eight_dot_three ? flag_eight_dot_three : 0) | (delivers_bad_pages ? flag_bad_pages : 0));
    write_fixed(writer, log_signature);
    write_databases(writer, databases);
    write_databases(writer, bystanders);
    writer.u32(static_cast<std::uint32_t>(logs.size()));
    for (const Log& log : logs) {
        writer.u32(log.generation.value());
        write_fixed(writer, log.created);
        write_fixed(writer, log.previous_created);
        writer.u64(log.previous_checksum);
    }
    return writer.body();
}

InstanceFacts InstanceFacts::parse(ByteView body) {
    BodyReader reader(body);
    InstanceFacts facts;
    facts.log_directory = reader.text();
    facts.system_directory = reader.text();
    facts.base_name = reader.text();
    facts.page_bytes = reader.u32();
    if (!format::is_page_size(facts.page_bytes)) throw malformed("no page has this size");
    facts.log_file_bytes = reader.u64();
    const std::uint32_t flags = reader.u32();
    facts.circular_logging = (flags & flag_circular) != 0;
    facts.legacy_names = (flags & flag_legacy_names) != 0;
    facts.eight_dot_three = (flags & flag_eight_dot_three) != 0;
    facts.delivers_bad_pages = (flags & flag_bad_pages) != 0;
    facts.log_signature = read_fixed<format::Signature>(reader);
    facts.databases = read_databases(reader);
    facts.bystanders = read_databases(reader);
    facts.logs.resize(reader.count(log_bytes));
    for (Log& log : facts.logs) {
        log.generation = Generation(reader.u32());
        log.created = read_fixed<format::LogTime>(reader);
        log.previous_created = read_fixed<format::LogTime>(reader);
        log.previous_checksum = reader.u64();
    }
    reader.end();
    return facts;
}

std::vector<std::uint8_t> EventMessage::serialise() const {
    BodyWriter writer;
    writer.u32(id);
    writer.u32(severity);
    writer.text(text);
    return writer.body();
}

EventMessage EventMessage::parse(ByteView body) {
    BodyReader reader(body);
    EventMessage event;
    event.id = reader.u32();
    event.severity = reader.u32();
    event.text = reader.text();
    reader.end();
    return event;
}

std::vector<std::uint8_t> LogInfoAnswer::serialise() const {
    BodyWriter writer;
    writer.u32(low);
    writer.u32(high);
    writer.text(base_name);
    writer.blob(list);
    return writer.body();
}

LogInfoAnswer LogInfoAnswer::parse(ByteView body) {
    BodyReader reader(body);
    LogInfoAnswer answer;
    answer.low = reader.u32();
    answer.high = reader.u32();
    answer.base_name = reader.text();
    const ByteView list = reader.blob();
    answer.list.assign(list.begin(), list.end());
    reader.end();
    return answer;
}

}  // namespace ese::remote
