#include "backup/truncation.h"

#include <memory>

#include "backup/archive_check.h"
#include "cli/backup.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/jobs.h"
#include "cli/progress.h"

namespace ese::cli {

namespace {

struct Options {
    backup::InstanceRequest instance;
    std::string archive;
    std::string from_exec;
    unsigned threads = 1;
    std::int64_t wait_ms = 0;
};

// The archive, read whole and found good.
backup::ArrivedArchive read_whole(const Shell& shell, const Options& options, const backup::Watch& watch) {
    Input input(options.archive, shell.identities, options.from_exec);
    const std::string name = input.archive().name;
    backup::ArchiveChecker checker(watch);
    archive::ReadOptions read;
    read.every_digest = true;
    read.threads = options.threads;
    try {
        auto raw = input.is_stream() ? archive::read_stream(input.source(), checker, read)
                                     : archive::verify_file(input.file(), checker, read);
        const auto report = backup::make_report(std::move(raw), checker);
        if (const auto verdict = report.verdict()) throw *verdict;
        return {name, *report.archive.manifest, report.archive.receipt(name)};
    } catch (Error& error) {
        error.set_file(name);
        throw;
    }
}

// What this command calls its source is the instance: an archive that can't be read is none.
backup::ArrivedArchive receive(const Shell& shell, const Options& options, const backup::Watch& watch) {
    try {
        return read_whole(shell, options, watch);
    } catch (const Error& error) {
        if (exit_code_of(error, Subject::source).status != exit_status::source_damaged) throw;
        throw Error(ErrorKind::damage, error.jet(), error.message()).in_file(error.file()).with_hint(error.hint());
    }
}

void tell_result(const Output& output, const backup::ArrivedArchive& arrived, const backup::TruncationResult& result) {
    const archive::Manifest& manifest = arrived.manifest;
    output.say(arrived.name + ": good; " + archive::to_string(manifest.kind) + " backup " + manifest.id + ", " +
               backup::generations_text(manifest.logs.first, manifest.logs.last) + "; " +
               counted(result.compared, "log") + " of the instance compared");
    output.say(result.deleted == 0 ? "no log deleted"
                                   : counted(result.deleted, "log") + " deleted (" +
                                         backup::generations_text(result.first_deleted, result.last_deleted) + ", " +
                                         human_bytes(result.freed_bytes) + ")");
    for (const auto& kept : result.kept)
        output.say(backup::generations_text(kept.first, kept.last) + " kept: " + kept.because);
}

Json summary(const backup::ArrivedArchive& arrived, const backup::TruncationResult& result) {
    Json line = json_line("summary");
    line["command"] = "truncate";
    line["archive"] = arrived.name;
    line["id"] = arrived.manifest.id;
    line["kind"] = archive::to_string(arrived.manifest.kind);
    line["logs_compared"] = result.compared;
    line["logs_deleted"] = result.deleted;
    if (result.deleted > 0) line["deleted"] = {{"first", result.first_deleted}, {"last", result.last_deleted}};
    line["freed_bytes"] = result.freed_bytes;
    line["kept"] = Json::array();
    for (const auto& kept : result.kept)
        line["kept"].push_back({{"first", kept.first}, {"last", kept.last}, {"because", kept.because}});
    return line;
}

int truncate(const Shell& shell, const Options& options) {
    std::optional<backup::ArrivedArchive> arrived;
    backup::TruncationResult result;
    {
        const Progress progress(shell.output, shell.progress_seconds, shell.limit);
        arrived = receive(shell, options, progress.watch());
        backup::Patience for_others = patience(shell, options.wait_ms, progress.watch());
        const backup::JobLocks alone = hold({{options.instance.directory}}, for_others);
        const backup::Listener listener = listen(shell);
        result = when_not_busy(options.instance, for_others, [&] {
            return backup::truncate_after(os::real_file_system(), options.instance, tool_name, *arrived,
                                          progress.watch(), listener);
        });
    }
    shell.conclude(counted(result.deleted, "log") + " deleted after " + arrived->name + " (" + arrived->manifest.id +
                   ")");
    tell_result(shell.output, *arrived, result);
    shell.output.event(summary(*arrived, result));
    return exit_status::done;
}

}  // namespace

void add_truncate(CLI::App& parent, Shell& shell) {
    const auto options = std::make_shared<Options>();
    CLI::App* command = add_command(parent, shell, "truncate",
                                    "Delete the logs that an archive holds, once it has arrived where it is kept",
                                    Subject::source, [&shell, options] { return truncate(shell, *options); });
    add_instance(*command, options->instance);
    command
        ->add_option("--after", options->archive,
                     "The archive, as it lies where it is kept, or - for standard input; it is verified first")
        ->required()
        ->type_name("FILE|-");
    add_from_exec(*command, options->from_exec);
    add_identity(*command, shell);
    add_watching(*command, shell);
    add_limit(*command, shell);
    add_syslog(*command, shell);
    add_threads(*command, options->threads);
    add_wait(*command, options->wait_ms);
}

}  // namespace ese::cli
