#include "backup/recover.h"

#include <memory>

#include "cli/command.h"
#include "cli/jobs.h"
#include "cli/progress.h"

namespace ese::cli {

namespace {

struct Options {
    backup::RecoverRequest request;
    std::vector<std::string> moved;  // OLD=NEW
    bool dry_run = false;
    std::int64_t wait_ms = 0;
};

// The path of the old place may be one of Windows; the first '=' separates.
void take_moved(Options& options) {
    for (const std::string& text : options.moved) {
        const std::size_t at = text.find('=');
        if (at == 0 || at == std::string::npos || at + 1 == text.size())
            throw Error(ErrorKind::usage, "--map takes OLD=NEW, not \"" + text + "\"");
        options.request.instance.moved.emplace_back(text.substr(0, at), text.substr(at + 1));
    }
}

void tell_needs(const Output& output, const backup::RecoveryForecast& forecast) {
    for (const std::string& need : forecast.needs) output.say(need);
    for (const std::string& note : forecast.found.notes) output.warn(note);
    if (forecast.needs.empty()) output.say("every database was shut down cleanly");
}

Json summary(const std::vector<backup::RecoveredDatabase>& databases) {
    Json line = json_line("summary");
    line["command"] = "recover";
    line["databases"] = Json::array();
    for (const auto& database : databases)
        line["databases"].push_back({{"path", database.path},
                                     {"original_path", database.original_path},
                                     {"was", database.was_clean ? "clean" : "dirty"}});
    return line;
}

int tell_dry_run(const Output& output, const backup::RecoveryForecast& forecast) {
    std::vector<backup::RecoveredDatabase> databases;
    for (const auto& database : forecast.found.databases)
        databases.push_back(
            {database.path, database.path, database.header.state() == format::DatabaseState::clean_shutdown});
    Json line = summary(databases);
    line["dry_run"] = true;
    output.event(line);
    return exit_status::done;
}

int recover(const Shell& shell, Options& options) {
    take_moved(options);
    os::FileSystem& files = os::real_file_system();
    const backup::RecoverRequest& request = options.request;
    const auto look = [&] {
        auto forecast = backup::forecast_recovery(files, request);
        tell_needs(shell.output, forecast);
        return forecast;
    };
    if (options.dry_run) return tell_dry_run(shell.output, look());
    const auto [directory, databases] = [&] {
        const Progress progress(shell.output, shell.progress_seconds);
        std::vector<backup::JobPlace> places;
        if (request.target.empty()) places.push_back({request.instance.directory});
        const backup::JobLocks alone = hold(shell, places, options.wait_ms, progress.watch());
        const auto forecast = look();  // not before: another job may leave it otherwise than it was
        return std::pair(forecast.found.directory,
                         backup::recover(files, request, forecast, progress.watch(), shell.events()));
    }();
    for (const auto& database : databases)
        shell.output.say(
            database.path + (database.was_clean ? ": was clean" : ": recovered") +
            (database.path == database.original_path ? "" : " (a copy of " + database.original_path + ")"));
    shell.conclude("recovered " + directory);
    shell.output.event(summary(databases));
    return exit_status::done;
}

}  // namespace

void add_recover(CLI::App& parent, Shell& shell) {
    const auto options = std::make_shared<Options>();
    CLI::App* command =
        add_command(parent, shell, "recover", "Replay the logs of an instance that was not shut down cleanly",
                    Subject::source, [&shell, options] { return recover(shell, *options); });
    backup::InstanceRequest& instance = options->request.instance;
    command->add_option("instance", instance.directory, "The directory of the instance, or a copy of it")
        ->required()
        ->type_name("DIR");
    command->add_option("--to", options->request.target, "Recover copies in this empty or new directory")
        ->type_name("DIR");
    command
        ->add_option("--database", instance.databases,
                     "A database to recover; others that the logs name are passed over")
        ->type_name("FILE");
    command->add_option("--map", options->moved, "Where a database lies that the logs name elsewhere")
        ->type_name("OLD=NEW");
    command->add_option("--base", instance.base, "The base name of the logs; found where there is one")
        ->type_name("NAME");
    command->add_option("--logs", instance.log_directory, "Where the logs are, if not in the instance's directory")
        ->type_name("DIR");
    command
        ->add_option("--system", instance.system_directory,
                     "Where the checkpoint is, if not in the instance's directory")
        ->type_name("DIR");
    command->add_flag("--accept-lost-tail", options->request.accept_lost_tail,
                      "Go on where logs are missing or damaged behind what the databases require");
    command->add_flag("-n,--dry-run", options->dry_run, "Say what is needed and what is missing, and do nothing");
    add_watching(*command, shell);
    add_syslog(*command, shell);
    add_wait(*command, options->wait_ms);
}

}  // namespace ese::cli
