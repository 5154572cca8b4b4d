#include "jet/backup_service.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "engine/database/backup_directory.h"
#include "engine/log/log_files.h"
#include "esent.h"
#include "os/file_system.h"
#include "os/whole_file.h"
#include "remote/server.h"

namespace ese::jet {
namespace {

namespace field = format::header_field;
using remote::InstanceFacts;

std::vector<std::uint8_t> copy_of(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

void add_logs(const engine::LogsInUse& logs, InstanceFacts& facts) {
    facts.legacy_names = logs.directory.naming.legacy;
    facts.eight_dot_three = logs.directory.naming.eight_dot_three;
    for (const format::LogHeader& header : logs.headers) {
        facts.logs.push_back({header.generation, header.created, header.previous_created, header.previous_checksum});
        facts.log_signature = header.signature;
        facts.log_file_bytes = header.file_bytes();
    }
}

// Nothing for what is no database, or can't be read: then it could not be attached either.
std::optional<format::PickedHeader> header_of(os::FileSystem& files, const std::string& path) {
    try {
        return format::pick_header(os::read_start(files, path, format::header_probe_bytes));
    } catch (const Error&) {
        return std::nullopt;
    }
}

// Files beside the instance's that belong to its log stream, although they are not attached.
void add_bystanders(os::FileSystem& files, const std::set<std::string>& directories, InstanceFacts& facts) {
    for (const std::string& directory : directories) {
        for (const std::string& name : files.list(directory)) {
            const std::string path = os::join(directory, name);
            const auto is_attached = [&](const auto& database) { return database.path == path; };
            const auto info = files.info(path);
            if (!info || !info->is_regular || std::ranges::any_of(facts.databases, is_attached)) continue;
            const auto picked = header_of(files, path);
            if (!picked || picked->header.get(field::file_type) != format::FileType::database ||
                picked->header.get(field::log_signature) != facts.log_signature)
                continue;
            facts.bystanders.push_back({path, info->size, false, copy_of(picked->header.bytes())});
        }
    }
}

InstanceFacts describe(engine::Instance& instance) {
    if (!instance.is_running())
        throw Error(ErrorKind::busy, JET_errBackupNotAllowedYet,
                    "the program is starting or ending the instance, so it can't be backed up now");
    const engine::Instance::Use use(instance);
    os::FileSystem& files = os::real_file_system();
    const engine::Parameters& parameters = instance.parameters();
    InstanceFacts facts;
    facts.log_directory = parameters.log_path();
    facts.system_directory = parameters.system_path();
    facts.base_name = parameters.base_name();
    facts.page_bytes = parameters.page_bytes();
    facts.circular_logging = parameters.circular_logging();
    facts.delivers_bad_pages = parameters.number(JET_paramAcceptBadPages) != 0;
    add_logs(engine::logs_in_use(files, parameters.log_path(), engine::log_naming(parameters)), facts);

    std::set<std::string> directories{facts.log_directory, facts.system_directory};
    constexpr JET_DBID most_databases = 6;
    for (JET_DBID dbid = 1; dbid <= most_databases; ++dbid) {
        const auto database = instance.database(dbid);
        if (!database || database->is_read_only()) continue;
        const std::string& path = database->path();
        const auto patch_file =
            files.info(os::join(os::directory_of(path), engine::patch_file_name(os::name_of(path))));
        facts.databases.push_back(
            {path, database->file().size(), patch_file && patch_file->is_regular, copy_of(database->header().bytes())});
        directories.insert(os::directory_of(path));
    }
    add_bystanders(files, directories, facts);
    return facts;
}

std::optional<std::uint32_t> group_of(const engine::Parameters& parameters) {
    const std::string& name = parameters.text(JET_paramBackupSocketGroup);
    if (name.empty()) return std::nullopt;
    const auto group = os::group_id(name);
    if (!group)
        throw Error(ErrorKind::usage, JET_errInvalidParameter,
                    "JET_paramBackupSocketGroup names a group that does not exist: " + name);
    return group;
}

std::shared_ptr<void> serve(engine::Instance& instance) {
    const engine::Parameters& parameters = instance.parameters();
    if (parameters.number(JET_paramBackupSocket) == 0) return nullptr;
    remote::Served served;
    served.socket = os::join(parameters.system_path(), remote::socket_name(parameters.base_name()));
    served.group = group_of(parameters);
    served.engine = remote::esent();
    served.instance = reinterpret_cast<JET_INSTANCE>(&instance);
    served.describe = [&instance] { return describe(instance); };
    served.warn = [&instance](const std::string& text) {
        instance.report(JET_eventBackupClientRefused, engine::Severity::warning, text);
    };
    served.patience.backup = std::chrono::milliseconds(parameters.number(JET_paramBackupSocketTimeout));
    served.patience.idle = std::min(served.patience.idle, served.patience.backup);
    return std::make_shared<remote::BackupServer>(std::move(served));
}

}  // namespace

engine::InstanceHooks backup_service() {
    return {&serve, [](std::uint32_t event, engine::Severity severity, const std::string& text) {
                remote::tell_client(event, static_cast<std::uint32_t>(severity), text);
            }};
}

}  // namespace ese::jet
