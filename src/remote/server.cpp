#include "remote/server.h"

#include <algorithm>

#include "base/error.h"
#include "os/file_system.h"
#include "os/signals.h"
#include "remote/message_io.h"
#include "remote/session.h"

namespace ese::remote {

namespace {

constexpr auto turn_away_patience = std::chrono::milliseconds(100);
constexpr auto between_warnings = std::chrono::seconds(10);

}  // namespace

BackupServer::BackupServer(Served served) : served_(std::move(served)), listener_(served_.socket, served_.group) {
    thread_ = os::start_thread_without_signals([this] { listen(); });
}

BackupServer::~BackupServer() {
    is_ending_ = true;
    listener_.wake();
    thread_.join();
}

void BackupServer::listen() {
    while (!is_ending_) {
        std::erase_if(sessions_, [](const auto& session) { return session->has_ended(); });
        std::vector<const os::LocalConnection*> watched;
        for (const auto& session : sessions_)
            if (!session->is_cut_off()) watched.push_back(&session->connection());
        auto happening = listener_.wait(watched);
        for (const auto& session : sessions_) {
            const auto& gone = happening.hung_up;
            if (std::find(gone.begin(), gone.end(), &session->connection()) != gone.end()) session->cut_off();
        }
        if (happening.arrived && !is_ending_) take(std::move(happening.arrived));
    }
    for (const auto& session : sessions_) session->cut_off();
    sessions_.clear();
}

void BackupServer::take(std::unique_ptr<os::LocalConnection> connection) {
    try {
        const os::Peer peer = connection->peer();
        if (!may_connect(peer)) {
            turn_away(*connection, JET_errPermissionDenied,
                      "user " + std::to_string(peer.user) +
                          " may not take backups here: only root, the owner of the directory and the group that the "
                          "program names may");
        } else if (sessions_.size() >= served_.patience.connections) {
            turn_away(*connection, JET_errOutOfSessions,
                      "all of the " + std::to_string(served_.patience.connections) +
                          " connections that there may be at once are taken");
        } else {
            sessions_.push_back(std::make_unique<Session>(served_, std::move(connection), [this] { listener_.wake(); }));
        }
    } catch (const std::exception&) {
        // A peer that has gone, or no memory, or no thread for it: it is as if it had not come.
    }
}

bool BackupServer::may_connect(const os::Peer& peer) const {
    if (peer.user == 0 || peer.user == os::owner_of(os::directory_of(served_.socket))) return true;
    return served_.group && std::find(peer.groups.begin(), peer.groups.end(), *served_.group) != peer.groups.end();
}

// Told without waiting for what it has to say.
void BackupServer::turn_away(os::LocalConnection& connection, std::int32_t status, const std::string& why) {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_warning_ >= between_warnings) {
        last_warning_ = now;
        served_.warn("a client of the backup socket was turned away: " + why);
    }
    Hello hello;
    hello.text = why;
    send_message(connection, {0, MessageType::hello, 0, status}, hello.serialise(), os::in_time(turn_away_patience));
}

}  // namespace ese::remote
