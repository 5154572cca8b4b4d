#include <memory>

#include "backup/restore.h"
#include "cli/command.h"
#include "cli/input.h"

namespace ese::cli {

namespace {

struct Options {
    std::string archive;
    backup::RestoreRequest request;
};

void tell_result(const Output& output, const backup::RestoreResult& result) {
    Json line = json_line("summary");
    line["command"] = "restore";
    line["id"] = result.manifest.id;
    line["kind"] = archive::to_string(result.manifest.kind);
    line["consistent_through"] = {{"generation", result.manifest.consistent_through.generation},
                                  {"time", result.manifest.consistent_through.time}};
    line["pages_checked"] = result.report.pages;
    line["databases"] = Json::array();
    for (const auto& database : result.databases) {
        output.say(database.path + ": restored, " + human_bytes(database.bytes) + " (was " + database.original_path +
                   ")");
        line["databases"].push_back(
            {{"path", database.path}, {"original_path", database.original_path}, {"bytes", database.bytes}});
    }
    output.say(counted(result.report.pages, "page") + " and " + counted(result.report.logs, "log") +
               " checked; everything committed before " + result.manifest.consistent_through.time + " is there");
    output.say("the next backup of what was restored must be a full one");
    line["next_backup"] = "full";
    output.event(line);
}

int restore(const Shell& shell, const Options& options) {
    Input input(options.archive);
    const backup::Watch watch = shell.watch();
    const auto result = backup::restore(os::real_file_system(), input.archive(), options.request, watch);
    for (const auto& warning : result.report.warnings) shell.output.warn(damage_text(warning));
    tell_result(shell.output, result);
    return exit_status::done;
}

}  // namespace

void add_restore(CLI::App& parent, Shell& shell) {
    const auto options = std::make_shared<Options>();
    CLI::App* command = add_command(parent, shell, "restore", "Restore the databases of a backup and recover them",
                                    Subject::archive, [&shell, options] { return restore(shell, *options); });
    command->add_option("archive", options->archive, "The archive, or - for standard input")
        ->required()
        ->type_name("FILE|-");
    command->add_option("--to", options->request.target, "An empty or a new directory for the databases")
        ->required()
        ->type_name("DIR");
    add_threads(*command, options->request.threads);
}

}  // namespace ese::cli
