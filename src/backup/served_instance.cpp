#include "backup/served_instance.h"

#include <algorithm>
#include <array>

#include "backup/manifest_facts.h"
#include "base/error.h"
#include "esent.h"
#include "remote/client.h"

namespace ese::backup {

namespace {

constexpr std::size_t base_name_length = 3;

// Base names whose sockets lie in a directory; that of an instance that has ended may be among them.
std::vector<std::string> bases_with_sockets(os::FileSystem& files, const std::string& directory) {
    std::vector<std::string> bases;
    for (const std::string& name : files.list(directory)) {
        const std::string base = name.substr(0, base_name_length);
        if (name == remote::socket_name(base)) bases.push_back(base);
    }
    return bases;
}

FoundDatabase found_database(const remote::InstanceFacts::Database& told, const std::string& why) {
    const auto header = format::DatabaseHeader::parse(told.header);
    if (!header)
        throw Error(ErrorKind::source_damaged, JET_errDatabaseCorrupted, "the program gives no sound header of it")
            .in_file(told.path);
    return {told.path, *header, why, "", told.file_bytes, told.has_patch_file};
}

FoundInstance found_instance(const remote::InstanceFacts& facts, const std::string& directory,
                             std::shared_ptr<remote::Client> server) {
    FoundInstance found;
    found.directory = directory;
    found.log_directory = facts.log_directory;
    found.system_directory = facts.system_directory;
    found.naming = {facts.base_name, facts.legacy_names, facts.eight_dot_three};
    found.page_bytes = facts.page_bytes;
    found.log_file_bytes = facts.log_file_bytes;
    found.circular_logging = facts.circular_logging;
    found.log_signature = facts.log_signature;
    found.newest_log = os::join(found.log_directory, found.naming.current());
    const std::string why = "attached by process " + std::to_string(server->server_process());
    for (const auto& database : facts.databases) found.databases.push_back(found_database(database, why));
    for (const auto& database : facts.bystanders) found.bystanders.push_back(found_database(database, "left out"));
    ServedInstance served{std::move(server), facts.delivers_bad_pages, {}};
    served.logs.signature = facts.log_signature.to_string();
    for (const auto& log : facts.logs) {
        found.generations.push_back(log.generation);
        served.logs.generations.push_back({log.generation.value(), log_member(found.naming.archived(log.generation)),
                                           log.created.to_string(), log.previous_created.to_string(),
                                           log.previous_checksum, std::nullopt});
    }
    found.served = std::move(served);
    return found;
}

std::string holder_of(const os::File& lock) {
    std::array<std::uint8_t, 20> text{};
    const std::size_t size = lock.read_at(0, text);
    const auto end = std::find_if(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size),
                                  [](std::uint8_t c) { return c < '0' || c > '9'; });
    const std::string process(text.begin(), end);
    return process.empty() ? "another process" : "process " + process;
}

}  // namespace

std::optional<FoundInstance> find_served_instance(os::FileSystem& files, const InstanceRequest& request,
                                                  const std::string& client) {
    const std::string& named = request.system_directory.empty() ? request.directory : request.system_directory;
    const auto info = files.info(named);
    if (!info || !info->is_directory) return std::nullopt;
    const std::string directory = files.absolute(named);
    std::shared_ptr<remote::Client> server;
    for (const std::string& base :
         request.base.empty() ? bases_with_sockets(files, directory) : std::vector{request.base}) {
        auto connected = remote::Client::connect(os::join(directory, remote::socket_name(base)), client);
        if (connected && server)
            throw Error(ErrorKind::usage, "running programs serve several instances here")
                .in_file(directory)
                .with_hint("say which one with --base");
        if (connected) server = std::move(connected);
    }
    if (!server) return std::nullopt;
    try {
        return found_instance(server->describe(), files.absolute(request.directory), server);
    } catch (Error& error) {
        error.set_file(server->socket());
        throw;
    }
}

void require_idle(os::FileSystem& files, const InstanceRequest& request) {
    const std::string& directory = request.log_directory.empty() ? request.directory : request.log_directory;
    const auto info = files.info(directory);
    if (!info || !info->is_directory) return;
    const std::string ending = ".lock";
    for (const std::string& name : files.list(directory)) {
        if (name.size() != base_name_length + ending.size() || !name.ends_with(ending)) continue;
        if (!request.base.empty() && name != request.base + ending) continue;
        const auto lock = files.open(os::join(directory, name), os::OpenMode::read);
        if (lock->try_lock(false)) continue;
        throw Error(ErrorKind::busy, JET_errLogFilePathInUse,
                    "in use by " + holder_of(*lock) + ", which does not let other processes back it up")
            .in_file(files.absolute(directory))
            .with_hint(way_out_when_held);
    }
}

FoundInstance find_usable_instance(os::FileSystem& files, const InstanceRequest& request, const std::string& client) {
    if (auto served = find_served_instance(files, request, client)) return *std::move(served);
    require_idle(files, request);
    return find_instance(files, request);
}

bool await_other_backup(os::FileSystem& files, const InstanceRequest& request, const std::string& client,
                        Patience& patience) {
    const auto found = find_served_instance(files, request, client);
    if (!found) return true;
    const remote::EngineApi engine = found->served->server->api();
    const JET_INSTANCE theirs{};
    for (;;) {
        const JET_ERR begun = engine.begin_external_backup(theirs, JET_bitBackupIncremental);
        if (begun >= JET_errSuccess) engine.end_external_backup(theirs, JET_bitBackupEndAbort);
        if (begun != JET_errBackupInProgress) return true;
        if (!patience.wait(found->directory + ": waiting; a backup is in progress in " + served_by(*found)))
            return false;
    }
}

void require_attached_databases(const InstanceRequest& request, const FoundInstance& found) {
    const std::string server = ": the instance is served by " + served_by(found);
    if (!request.databases.empty())
        throw Error(
            ErrorKind::usage,
            "the backup of a running program has the databases that it has attached, so none can be named" + server)
            .in_file(found.directory);
    if (found.databases.empty())
        throw Error(ErrorKind::not_possible, JET_errDatabaseNotFound,
                    "no database is attached, so there is nothing to back up" + server)
            .in_file(found.directory);
}

std::string served_by(const FoundInstance& found) {
    return "process " + std::to_string(found.served->server->server_process()) + " through " +
           found.served->server->socket();
}

}  // namespace ese::backup
