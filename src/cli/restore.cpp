#include "backup/restore.h"

#include <algorithm>
#include <memory>

#include "cli/command.h"
#include "cli/input.h"
#include "cli/jobs.h"
#include "cli/progress.h"

namespace ese::cli {

namespace {

struct Options {
    std::vector<std::string> archives;
    std::string from_exec;
    backup::RestoreRequest request;
    std::string until;
    bool plan = false;
    bool in_place = false;
    std::int64_t wait_ms = 0;

    std::string where() const { return in_place ? "where the backup was taken" : request.target; }
};

// The archives that the restore takes, oldest first, opened.
struct Chain {
    std::vector<std::unique_ptr<Input>> inputs;
    std::vector<std::pair<std::string, archive::Manifest>>
        archives;  // with what they say of themselves; none where one comes through a pipe
};

Chain open_chain(const Shell& shell, const Options& options) {
    const backup::RestoreRequest& request = options.request;
    Chain chain;
    std::vector<std::unique_ptr<Input>> all;
    if (std::ranges::count(options.archives, "-") > 1)
        throw Error(ErrorKind::usage, "one archive at most can come on standard input");
    for (const std::string& name : archives_in(options.archives, options.from_exec))
        all.push_back(std::make_unique<Input>(name, shell.identities, options.from_exec));
    if (all.empty()) throw Error(ErrorKind::usage, "there is no archive here").in_file(options.archives.front());
    // All of them, in the order in which they come: what a pipe holds is known at its end.
    if (std::ranges::any_of(all, [](const auto& input) { return input->is_stream(); })) {
        chain.inputs = std::move(all);
        return chain;
    }
    std::vector<std::pair<std::string, archive::Manifest>> archives;
    for (const auto& input : all)
        archives.emplace_back(input->archive().name, archive::Archive(input->file()).manifest());
    // A full backup that was named alone is what is wanted, whatever else could be said of it.
    const std::vector<std::size_t> chosen = all.size() == 1 && !request.until &&
                                                    archives.front().second.kind != archive::BackupKind::incremental &&
                                                    archives.front().second.kind != archive::BackupKind::differential
                                                ? std::vector<std::size_t>{0}
                                                : backup::choose_chain(archives, request.until, !request.logs.empty());
    for (const std::size_t index : chosen) {
        chain.inputs.push_back(std::move(all[index]));
        chain.archives.push_back(std::move(archives[index]));
    }
    return chain;
}

// What the logs of the instance have to do with it.
std::string logs_text(const std::string& directory, std::size_t taken) {
    if (directory.empty()) return "";
    if (taken == 0) return "; the logs in " + directory + " add nothing to that";
    return ", with " + counted(taken, "log") + " of " + directory;
}

void tell_plan(const Output& output, const Options& options, const Chain& chain,
               const std::optional<backup::ReplayPlan>& plan) {
    Json line = json_line("plan");
    line["archives"] = Json::array();
    for (const auto& [name, manifest] : chain.archives) {
        output.say(name + ": " + archive::to_string(manifest.kind) + " backup of " + manifest.started +
                   ", log generations " + std::to_string(manifest.logs.first) + " to " +
                   std::to_string(manifest.logs.last));
        line["archives"].push_back({{"path", name}, {"id", manifest.id}, {"kind", archive::to_string(manifest.kind)}});
    }
    const archive::Manifest& last = chain.archives.back().second;
    output.say((plan ? "would be restored to " : "restoring to ") + options.where() +
               (options.request.until ? ": what was committed by " + options.until
                                      : ": everything committed before " + last.consistent_through.time) +
               (options.request.logs.empty() ? "" : ", and what the logs in " + options.request.logs + " go on with"));
    if (plan) {
        output.say("up to the log position " + plan->last.to_string() +
                   logs_text(options.request.logs, plan->live_logs.size()));
        line["replayed_to"] = plan->last.to_string();
    }
    line["target"] = options.in_place ? last.instance.directory : options.request.target;
    line["in_place"] = options.in_place;
    if (options.request.until) line["until"] = options.until;
    line["consistent_through"] = {{"generation", last.consistent_through.generation},
                                  {"time", last.consistent_through.time}};
    if (!options.request.logs.empty()) line["logs"] = options.request.logs;
    output.event(line);
}

void tell_result(const Output& output, const Options& options, const backup::RestoreResult& result) {
    std::uint64_t pages = 0, logs = 0;
    for (const auto& report : result.reports) {
        for (const auto& warning : report.warnings) output.warn(damage_text(warning));
        for (const auto& damage : report.recorded)
            output.warn(damage_text(damage) + "; it was so when the backup was taken, and was restored all the same");
        if (report.recorded_count > report.recorded.size())
            output.warn("and " + std::to_string(report.recorded_count - report.recorded.size()) +
                        " more that were so then");
        pages += report.pages;
        logs += report.logs;
    }
    Json line = json_line("summary");
    line["command"] = "restore";
    line["id"] = result.last.id;
    line["kind"] = archive::to_string(result.last.kind);
    line["archives"] = result.reports.size();
    line["consistent_through"] = {{"generation", result.last.consistent_through.generation},
                                  {"time", result.last.consistent_through.time}};
    line["pages_checked"] = pages;
    line["databases"] = Json::array();
    for (const auto& database : result.databases) {
        output.say(database.path + ": restored, " + human_bytes(database.bytes) + " (was " + database.original_path +
                   ")");
        line["databases"].push_back(
            {{"path", database.path}, {"original_path", database.original_path}, {"bytes", database.bytes}});
    }
    line["moved_aside"] = result.moved_aside;
    for (const std::string& directory : result.moved_aside)
        output.say(directory + ": what was there before the restore");
    line["replayed_to"] = result.replayed_to.to_string();
    if (options.request.until) line["stopped_at"] = line["replayed_to"];
    const bool to_position = options.request.until || !options.request.logs.empty();
    output.say(counted(pages, "page") + " and " + counted(logs, "log") + " checked; everything committed " +
               (to_position ? "up to the log position " + result.replayed_to.to_string()
                            : "before " + result.last.consistent_through.time) +
               " is there" + logs_text(options.request.logs, result.live_logs));
    output.say("the next backup of what was restored must be a full one");
    line["next_backup"] = "full";
    output.event(line);
}

int restore(const Shell& shell, const Options& options) {
    const Chain chain = open_chain(shell, options);
    std::vector<backup::ArchiveInput> inputs;
    for (const auto& input : chain.inputs) inputs.push_back(input->archive());
    std::optional<backup::ReplayPlan> plan;
    if (options.plan && !chain.archives.empty())
        plan = backup::plan_restore(os::real_file_system(), inputs, options.request);
    if (!chain.archives.empty() && (options.plan || chain.inputs.size() > 1))
        tell_plan(shell.output, options, chain, plan);
    if (options.plan) {
        if (chain.archives.empty())
            throw Error(ErrorKind::usage, "what comes through a pipe can't be told before it is restored");
        Json line = json_line("summary");
        line["command"] = "restore";
        line["dry_run"] = true;
        shell.output.event(line);
        return exit_status::done;
    }
    const auto result = [&] {
        const Progress progress(shell.output, shell.progress_seconds, shell.limit);
        std::vector<backup::JobPlace> places;
        if (options.in_place && !chain.archives.empty())
            places.push_back({chain.archives.front().second.instance.directory, true});
        const backup::JobLocks alone = hold(shell, places, options.wait_ms, progress.watch());
        return backup::restore(os::real_file_system(), inputs, options.request, progress.watch(), shell.events());
    }();
    shell.conclude("restored " + (options.in_place ? result.manifest.instance.directory : options.request.target) +
                   " from backup " + result.last.id);
    tell_result(shell.output, options, result);
    return exit_status::done;
}

}  // namespace

void add_restore(CLI::App& parent, Shell& shell) {
    const auto options = std::make_shared<Options>();
    CLI::App* command = add_command(parent, shell, "restore", "Restore the databases of a backup and recover them",
                                    Subject::archive, [&shell, options] {
                                        if (!options->until.empty())
                                            options->request.until = backup::parse_stop_position(options->until);
                                        return restore(shell, *options);
                                    });
    command
        ->add_option("archive", options->archives,
                     "A full backup, and what continues it: archives in any order, or directories of them, - for "
                     "standard input; or names for --from-exec")
        ->required()
        ->type_name("FILE|DIR|-");
    add_from_exec(*command, options->from_exec);
    CLI::App* place = command->add_option_group("place")->require_option(1);
    place->add_option("--to", options->request.target, "An empty or a new directory for the databases")
        ->type_name("DIR");
    place->add_flag("--in-place", options->in_place,
                    "Restore to where the backup was taken; what is there is moved into before-restore-ID, and kept");
    command
        ->add_option("--logs", options->request.logs,
                     "Where the logs of the instance still are: what they hold beyond the archives is replayed, too")
        ->type_name("DIR");
    command
        ->add_option("--until", options->until,
                     "Replay the logs only up to there: a time with its offset (2024-05-01T12:34:56Z), a generation "
                     "(26, 0x1A), or a log position (1A:10:CC7)")
        ->type_name("TIME|GENERATION|LGPOS");
    command->add_flag("--plan", options->plan, "Say which archives would be restored up to where, and do nothing");
    command->add_flag("--accept-bad-pages", options->request.accept_bad_pages,
                      "Restore pages that were damaged already when the backup was taken");
    add_identity(*command, shell);
    add_watching(*command, shell);
    add_limit(*command, shell);
    add_syslog(*command, shell);
    add_wait(*command, options->wait_ms);
    add_threads(*command, options->request.threads);
}

}  // namespace ese::cli
