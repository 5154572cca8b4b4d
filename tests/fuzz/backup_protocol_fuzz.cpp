// Bytes that somebody sends over the backup socket. The first one says what they are: the body of a message, which the
// parsers take or refuse, or what a client says after its hello, to which the server answers or not. Either way
// nothing is left behind: no backup is in progress, and what was parsed is written as it was.

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "base/error.h"
#include "remote/fake_engine.h"
#include "remote/message_io.h"
#include "remote/session.h"

using namespace ese;
using namespace ese::remote;

namespace {

template <class Message>
void parse_and_write(ByteView body) {
    try {
        const Message message = Message::parse(body);
        if (!(Message::parse(message.serialise()) == message)) std::abort();
    } catch (const Error&) {
        // Refused.
    }
}

// The client says everything at once and then listens until the server has enough of it.
void say_to_server(ByteView said) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0) std::abort();
    static test::FakeEngine engine;
    Served served;
    served.engine = engine.api();
    served.describe = [] { return InstanceFacts{}; };
    served.patience.hello = served.patience.idle = served.patience.backup = std::chrono::seconds(2);
    const auto hello = Hello{}.serialise();
    const auto header = MessageHeader{static_cast<std::uint32_t>(hello.size()), MessageType::hello, 0, 0}.serialise();
    for (const ByteView part : {ByteView(header), ByteView(hello), said})
        if (::send(ends[0], part.data(), part.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(part.size())) std::abort();
    ::shutdown(ends[0], SHUT_WR);
    {
        Session session(served, std::make_unique<os::LocalConnection>(ends[1], "the socket"), [] {});
        std::array<char, 65536> answer{};
        while (::recv(ends[0], answer.data(), answer.size(), 0) > 0) {
        }
        ::close(ends[0]);
    }
    if (engine.in_progress()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t most = 60'000;  // that a socket takes at once
    if (size == 0 || size > most) return 0;
    const ByteView rest(data + 1, size - 1);
    if (data[0] % 2 != 0) {
        say_to_server(rest);
        return 0;
    }
    parse_and_write<Hello>(rest);
    parse_and_write<InstanceFacts>(rest);
    parse_and_write<EventMessage>(rest);
    parse_and_write<LogInfoAnswer>(rest);
    return 0;
}
