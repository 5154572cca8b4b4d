#include "remote/protocol.h"

#include <catch2/catch.hpp>
#include <random>

#include "base/error.h"
#include "esent.h"

namespace ese::remote {

namespace {

InstanceFacts facts_with_everything() {
    InstanceFacts facts;
    facts.log_directory = "/srv/app/logs";
    facts.system_directory = "/srv/app";
    facts.base_name = "edb";
    facts.page_bytes = 8192;
    facts.log_file_bytes = 1 << 20;
    facts.circular_logging = facts.eight_dot_three = true;
    facts.log_signature.random = 77;
    facts.databases = {{"/srv/app/data.edb", 123456789012, true, {1, 2, 3}}, {"/srv/app/more.edb", 8192, false, {}}};
    facts.bystanders = {{"/srv/app/old.edb", 4096, false, {9}}};
    for (std::uint32_t generation = 5; generation < 8; ++generation)
        facts.logs.push_back({Generation(generation), format::LogTime::from_unix_ms(1700000000000 + generation),
                              format::LogTime::from_unix_ms(1700000000000 + generation - 1), generation * 1000ull});
    return facts;
}

// Of every body that is cut short somewhere, or has a byte too many, the parser says that it is malformed.
template <class Message>
void check_every_cut(const Message& message) {
    const auto body = message.serialise();
    CHECK(Message::parse(body) == message);
    for (std::size_t size = 0; size < body.size(); ++size)
        CHECK_THROWS_AS(Message::parse(ByteView(body).first(size)), Error);
}

}  // namespace

TEST_CASE("messages of the backup protocol come out of the bytes as they went in, and cut ones are refused") {
    check_every_cut(facts_with_everything());
    check_every_cut(EventMessage{493, 1, "read after 2 failed attempts"});
    check_every_cut(LogInfoAnswer{2, 3, "edb", {'a', 0, 0}});
    check_every_cut(Hello{1, 3, 2, "esebackup"});
    auto body = facts_with_everything().serialise();
    body.push_back(0);
    CHECK_THROWS_AS(InstanceFacts::parse(body), Error);

    const MessageHeader header{70000, MessageType::read_file, 0x12345678, JET_errReadVerifyFailure};
    CHECK(MessageHeader::parse(header.serialise()) == header);
}

TEST_CASE("a hello that a later version has made longer is understood, and one with another beginning is not") {
    auto body = Hello{2, 9, 0, "esebackup 5"}.serialise();
    body.insert(body.end(), 40, 0xEE);
    const Hello hello = Hello::parse(body);
    CHECK(hello.highest == 9);
    CHECK(hello.text == "esebackup 5");
    body[3] ^= 1;
    CHECK_THROWS_AS(Hello::parse(body), Error);
}

TEST_CASE("the version is the highest one that both ends speak") {
    const auto common = [](std::uint16_t low, std::uint16_t high, std::uint16_t other_low, std::uint16_t other_high) {
        return common_version({low, high, 0, ""}, {other_low, other_high, 0, ""});
    };
    CHECK(common(1, 1, 1, 1) == 1);
    CHECK(common(1, 4, 2, 3) == 3);
    CHECK(common(2, 3, 1, 9) == 3);
    CHECK(common(3, 4, 1, 2) == 0);
    CHECK(common(1, 2, 3, 4) == 0);
}

TEST_CASE("counts and lengths that promise more than is there allocate nothing") {
    BodyWriter writer;
    writer.u32(0xFFFFFFFF);
    writer.u64(0);
    CHECK_THROWS_AS(BodyReader(writer.body()).text(), Error);
    CHECK_THROWS_AS(BodyReader(writer.body()).count(1), Error);
    CHECK(BodyReader(BodyWriter().body()).bytes(0).empty());
    // Any four bytes of the facts may be wrong.
    const auto body = facts_with_everything().serialise();
    for (std::size_t at = 0; at + 4 <= body.size(); ++at) {
        auto wrong = body;
        store_u32(wrong, at, 0xFFFFFFF0);
        try {
            const InstanceFacts parsed = InstanceFacts::parse(wrong);
            CHECK(parsed.serialise().size() == body.size());
        } catch (const Error& error) {
            CHECK(error.jet() == JET_errInvalidParameter);
        }
    }
}

}  // namespace ese::remote
