#include "cli/backup.h"

#include <algorithm>
#include <chrono>

#include "backup/automatic.h"
#include "backup/served_instance.h"
#include "cli/input.h"
#include "cli/jobs.h"
#include "cli/key_files.h"
#include "cli/metrics.h"
#include "cli/progress.h"
#include "esent.h"
#include "os/as_output.h"
#include "os/process.h"
#include "os/terminal.h"
#include "remote/client.h"

namespace ese::cli {

namespace {

Json served_by_json(const archive::InstanceRecord::Server& server) {
    return {{"process", server.process}, {"socket", server.socket}};
}

void tell_found(const Output& output, const backup::FoundInstance& found) {
    if (found.served)
        output.say("instance " + found.directory + ": served by " + backup::served_by(found));
    else
        output.detail("instance " + found.directory + ": no program has it open, so it is opened here");
    Json instance = json_line("instance");
    instance["directory"] = found.directory;
    if (found.served)
        instance["served_by"] =
            served_by_json({found.served->server->server_process(), found.served->server->socket()});
    output.event(instance);
    for (const auto& database : found.databases) {
        output.detail("database " + database.path + " (" + database.why + ")");
        Json line = json_line("database");
        line["path"] = database.path;
        line["why"] = database.why;
        line["signature"] = database.header.get(format::header_field::database_signature).to_string();
        output.event(line);
    }
    for (const auto& note : found.notes) output.warn(note);
    output.detail("base name " + found.naming.base + ", pages of " + std::to_string(found.page_bytes) + " bytes, " +
                  (found.has_logs()
                       ? "logs of " + human_bytes(found.log_file_bytes) + ", the newest " + found.newest_log
                       : "no logs"));
}

}  // namespace

backup::Listener listen(const Shell& shell) {
    backup::Listener listener;
    listener.found = [&shell](const backup::FoundInstance& found) { tell_found(shell.output, found); };
    listener.warn = [&shell](const std::string& text) { shell.output.warn(text); };
    listener.event = shell.events();
    return listener;
}

namespace {

std::string tell_logs(const backup::TakenBackup& result) {
    if (!result.plan.truncate) return "logs kept: " + result.plan.kept_because;
    const std::string kept = result.kept ? "; " + backup::generations_text(result.kept->first, result.kept->last) +
                                               " kept: " + result.kept->because
                                         : "";
    if (result.truncated > 0)
        return counted(result.truncated, "log") + " that no database needs any more deleted" + kept;
    return "no log to delete" + kept;
}

// Bytes in a second, of what took so long.
std::uint64_t rate(std::uint64_t bytes, std::int64_t duration_ms) {
    return bytes * 1000 / static_cast<std::uint64_t>(std::max<std::int64_t>(duration_ms, 1));
}

std::string seconds_text(std::int64_t milliseconds) {
    return std::to_string(milliseconds / 1000) + "." + std::to_string(milliseconds % 1000 / 100) + " s";
}

// All of it in one line, as cron mails it.
void tell_result(const Output& output, const backup::BackupRequest& request, const backup::TakenBackup& result,
                 std::int64_t duration_ms) {
    const auto& manifest = result.manifest;
    const std::uint64_t bytes = result.database_bytes + result.log_bytes;
    std::string line = result.where + ": " + archive::to_string(manifest.kind) + " backup " + manifest.id + ": ";
    if (result.plan.reads_databases())
        line += counted(manifest.databases.size(), "database") + " with " + counted(result.pages_checked, "page") +
                " checked, ";
    line += counted(manifest.logs.generations.size(), "log") + " (" +
            backup::generations_text(manifest.logs.first, manifest.logs.last) + "), " + human_bytes(bytes) + " in " +
            seconds_text(duration_ms) + " (" + human_bytes(rate(bytes, duration_ms)) + "/s), " +
            human_bytes(result.written.compressed_bytes) + (request.recipients.empty() ? "" : ", encrypted,") +
            " written; " + tell_logs(result) + "; everything committed before " + manifest.consistent_through.time +
            " is in it";
    if (!request.offline_copy.empty())
        line += "; the copy in " + request.offline_copy + " is no longer needed and may be deleted";
    output.say(line);
}

Json summary(const Shell& shell, const backup::BackupRequest& request, const backup::TakenBackup& result,
             std::int64_t duration_ms) {
    const auto& manifest = result.manifest;
    Json line = json_line("summary");
    line["command"] = shell.command;
    line["archive"] = result.where;
    line["id"] = manifest.id;
    line["kind"] = archive::to_string(manifest.kind);
    if (manifest.instance.served_by) line["served_by"] = served_by_json(*manifest.instance.served_by);
    line["started"] = manifest.started;
    line["finished"] = manifest.finished;
    line["databases"] = Json::array();
    for (const auto& database : manifest.databases) {
        Json entry;
        if (!database.member.empty()) entry["member"] = database.member;
        entry["path"] = database.original_path;
        entry["signature"] = database.signature;
        entry["pages"] = database.pages;
        line["databases"].push_back(entry);
    }
    line["logs"] = {
        {"signature", manifest.logs.signature}, {"first", manifest.logs.first}, {"last", manifest.logs.last}};
    line["consistent_through"] = {{"generation", manifest.consistent_through.generation},
                                  {"time", manifest.consistent_through.time}};
    line["pages_checked"] = result.pages_checked;
    line["damaged_pages"] = result.damaged_pages;
    line["warnings"] = manifest.warnings;
    line["raw_bytes"] = result.written.raw_bytes;
    line["compressed_bytes"] = result.written.compressed_bytes;
    line["database_bytes"] = result.database_bytes;
    line["log_bytes"] = result.log_bytes;
    line["duration_ms"] = duration_ms;
    line["bytes_per_second"] = rate(result.database_bytes + result.log_bytes, duration_ms);
    if (!request.recipients.empty()) {
        line["recipients"] = Json::array();
        for (const auto& recipient : request.recipients) line["recipients"].push_back(recipient.to_string());
    }
    line["manifest_sha256"] = result.written.manifest_sha256;
    line["durable"] = result.durable;
    line["logs_deleted"] = result.truncated;
    if (!result.plan.truncate) line["logs_kept_because"] = result.plan.kept_because;
    if (result.plan.truncate && result.kept) {
        line["logs_kept"] = {{"first", result.kept->first}, {"last", result.kept->last}};
        line["logs_kept_because"] = result.kept->because;
    }
    return line;
}

// Whether it is said where the archive goes, and nothing contradicts it.
void check_output(const backup::BackupRequest& request) {
    if (request.out.empty() == request.to_command.empty()) {
        throw Error(ErrorKind::usage, "say where the archive goes")
            .with_hint("either --out FILE, DIR or -, or --to-command 'COMMAND'");
    }
    if (request.assume_durable && !request.to_standard_output())
        throw Error(ErrorKind::usage,
                    "--assume-durable is for --out -: of every other output it is known when it is durable");
    if (request.reserve > 0 && (request.to_standard_output() || !request.to_command.empty()))
        throw Error(ErrorKind::usage,
                    "--reserve is for an archive that becomes a file: of the room behind a pipe nothing is known");
}

void settle_output(backup::BackupRequest& request) {
    check_output(request);
    if (!request.to_standard_output()) return;
    if (os::is_terminal(os::standard_output)) {
        throw Error(ErrorKind::usage, "standard output is a terminal, and an archive is not text")
            .with_hint("redirect it, or give a file with --out");
    }
    request.output_fd = os::take_standard_output();
}

int after_archive(const Output& output, const backup::TakenBackup& result) {
    const Error& error = *result.after_archive;
    Error told(error.kind(), error.jet(),
               "the archive " + result.where + " is complete, but a later step failed: " + error.message());
    told.set_file(error.file());
    output.fail(std::move(told).with_hint("the archive can be relied on; no log that it needs was lost"),
                exit_code(exit_status::after_archive), exit_status::after_archive);
    return exit_status::after_archive;
}

// Damaged pages that were accepted: the first of them, and how many there are.
void tell_damaged_pages(const Output& output, const backup::TakenBackup& result) {
    constexpr std::uint64_t most = 20;
    std::uint64_t told = 0;
    for (const auto& database : result.manifest.databases) {
        for (const auto& page : database.damage) {
            if (++told > most) continue;
            output.warn(database.original_path + ": page " + std::to_string(page.page) + " is damaged (" + page.reason +
                        "): its checksum is " + page.found + ", its bytes give " + page.expected);
        }
    }
    if (told > most) output.warn("and " + std::to_string(told - most) + " more damaged pages");
}

int with_damaged_pages(const Output& output, const backup::TakenBackup& result) {
    const Error error = Error(ErrorKind::source_damaged, JET_errReadVerifyFailure,
                              "the archive " + result.where + " is complete, and holds " +
                                  counted(result.damaged_pages, "damaged page"))
                            .with_hint("restore an older backup, and the logs since then, to get these pages back");
    output.fail(error, exit_code(exit_status::source_damaged), exit_status::source_damaged);
    return exit_status::source_damaged;
}

std::string range_text(Generation first, Generation last) {
    return first == last ? "generation " + format::to_string(first)
                         : "generations " + format::to_string(first) + " to " + format::to_string(last);
}

int tell_forecast(const Shell& shell, const backup::BackupRequest& request, const backup::BackupForecast& forecast) {
    const Output& output = shell.output;
    const auto& plan = forecast.plan;
    Json line = json_line("plan");
    line["kind"] = archive::to_string(plan.kind);
    line["archive"] = forecast.where;
    line["raw_bytes"] = forecast.raw_bytes;
    output.say((plan.kind == archive::BackupKind::incremental ? "an " : "a ") + archive::to_string(plan.kind) +
               " backup would be written to " + forecast.where + ": " + human_bytes(forecast.raw_bytes) +
               " before compression");
    line["databases"] = Json::array();
    for (const auto& database : forecast.found.databases) {
        if (plan.reads_databases()) line["databases"].push_back({{"path", database.path}, {"why", database.why}});
    }
    if (forecast.last_log != Generation()) {
        output.say("logs: " + range_text(forecast.first_log, forecast.last_log) +
                   ", the last of which is closed for it");
        line["logs"] = {{"first", forecast.first_log.value()}, {"last", forecast.last_log.value()}};
    }
    if (forecast.last_deleted != Generation()) {
        output.say("once it is durable, logs that no database needs any more would be deleted: " +
                   range_text(forecast.first_deleted, forecast.last_deleted));
        line["logs_deleted"] = {{"first", forecast.first_deleted.value()}, {"last", forecast.last_deleted.value()}};
    } else {
        output.say("no log would be deleted" + (plan.kept_because.empty() ? "" : ": " + plan.kept_because));
        line["logs_kept_because"] = plan.kept_because;
    }
    if (!request.offline_copy.empty()) line["offline_copy"] = request.offline_copy;
    output.event(line);
    Json last = json_line("summary");
    last["command"] = shell.command;
    last["dry_run"] = true;
    output.event(last);
    return exit_status::done;
}

void choose(const Output& output, backup::BackupRequest& request, const backup::KindChoice& choice) {
    request.kind = choice.kind;
    output.say((choice.kind == archive::BackupKind::full ? "a full backup: " : "an incremental backup: ") + choice.why);
    Json line = json_line("choice");
    line["kind"] = archive::to_string(choice.kind);
    line["why"] = choice.why;
    output.event(line);
}

bool goes_into_directory(const backup::BackupRequest& request) {
    return request.to_command.empty() && os::as_output(request.out, [&] { return is_directory(request.out); });
}

void choose_kind(const Output& output, BackupOptions& options) {
    backup::BackupRequest& request = options.request;
    if (request.to_standard_output() && !request.assume_durable)
        throw Error(ErrorKind::usage,
                    "a chain of backups can't be made through --out - unless --assume-durable says that they are kept");
    os::FileSystem& files = os::real_file_system();
    choose(output, request,
           backup::choose_kind(files, backup::find_usable_instance(files, request.instance, request.tool),
                               goes_into_directory(request) ? request.out : "", request.identities,
                               options.full_every_ms, os::real_clock().now_unix_ms()));
}

// What the headers did not tell, because the last run was interrupted, the engine tells.
bool needs_full_after_all(const BackupOptions& options, const Error& error) {
    return options.automatic && options.request.kind == archive::BackupKind::incremental &&
           !options.request.to_standard_output() &&
           (error.kind() == ErrorKind::not_possible || error.jet() == JET_errMissingFileToBackup ||
            error.jet() == JET_errMissingFullBackup);
}

backup::TakenBackup take_it(const Shell& shell, BackupOptions& options, const backup::Listener& listener) {
    const Progress progress(shell.output, shell.progress_seconds, shell.limit);
    const backup::BackupRequest& request = options.request;
    const auto take = [&] {
        return backup::take_backup(os::real_file_system(), os::real_clock(), request, progress.watch(), listener);
    };
    std::vector<backup::JobPlace> places;
    if (request.offline_copy.empty()) places.push_back({request.instance.directory});  // else it is only read
    if (goes_into_directory(request)) places.push_back({request.out, true});
    backup::Patience for_others = patience(shell, options.wait_ms, progress.watch());
    const backup::JobLocks alone = hold(places, for_others);
    if (goes_into_directory(request)) clean_up(shell, request.out);
    const auto choose_and_take = [&] {
        if (options.automatic) choose_kind(shell.output, options);
        try {
            return take();
        } catch (const Error& error) {
            if (!needs_full_after_all(options, error)) throw;
            choose(shell.output, options.request, {archive::BackupKind::full, error.message()});
        }
        return take();
    };
    if (!request.to_standard_output()) return when_not_busy(request.instance, for_others, choose_and_take);
    // What has been written there can't be taken back for a second attempt.
    if (options.wait_ms > 0)
        backup::await_other_backup(os::real_file_system(), request.instance, request.tool, for_others);
    return choose_and_take();
}

// How long the command has been running.
class Stopwatch {
 public:
    std::int64_t milliseconds() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began_).count();
    }

 private:
    const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

void read_keys(BackupOptions& options) {
    options.request.recipients = read_recipients(options.recipients);
    options.request.identities = read_identities(options.identities);
}

int forecast(const Shell& shell, BackupOptions& options) {
    const backup::BackupRequest& request = options.request;
    read_keys(options);
    check_output(request);
    if (options.automatic) choose_kind(shell.output, options);
    return tell_forecast(shell, request,
                         backup::forecast_backup(os::real_file_system(), os::real_clock(), request, listen(shell)));
}

// The archive is there whether or not anybody hears of it.
void flush(const Output& output, backup::TakenBackup& result) {
    try {
        output.flush();
    } catch (const Error& error) {
        if (!result.after_archive) result.after_archive = error;
    }
}

// Returns the exit status, and what metrics say of a success.
std::pair<int, RunMetrics::Success> take(const Shell& shell, BackupOptions& options, const Stopwatch& time) {
    backup::BackupRequest& request = options.request;
    read_keys(options);
    settle_output(request);
    request.process_id = os::process_id();
    request.host = os::host_name();
    request.tool = tool_name;
    auto result = take_it(shell, options, listen(shell));
    const std::int64_t duration_ms = time.milliseconds();
    shell.conclude(archive::to_string(result.manifest.kind) + " backup " + result.manifest.id + " written to " +
                   result.where + "; " + tell_logs(result));
    tell_damaged_pages(shell.output, result);
    tell_result(shell.output, request, result, duration_ms);
    shell.output.event(summary(shell, request, result, duration_ms));
    flush(shell.output, result);
    const int status = result.damaged_pages > 0 ? with_damaged_pages(shell.output, result)
                       : result.after_archive   ? after_archive(shell.output, result)
                                                : exit_status::done;
    return {status,
            {result.manifest.kind, result.manifest.consistent_through.time, result.written.raw_bytes,
             result.written.compressed_bytes, result.pages_checked, result.truncated}};
}

// The archive is there whether or not the file can be written.
int record(const Shell& shell, const MetricsFile& metrics, const RunMetrics& run) {
    try {
        metrics.update(run);
        return run.exit_status;
    } catch (const Error& error) {
        if (run.exit_status != exit_status::done) {
            shell.output.warn(error_text(error));
            return run.exit_status;
        }
        shell.output.fail(error, exit_code(exit_status::after_archive), exit_status::after_archive);
        return exit_status::after_archive;
    }
}

int take_and_record(const Shell& shell, BackupOptions& options, const MetricsFile& metrics) {
    const Stopwatch time;
    RunMetrics run;
    run.instance = os::real_file_system().absolute(options.request.instance.directory);
    run.wanted = options.request.kind;  // with --auto an incremental one, whatever is chosen
    const auto end = [&](int status) {
        run.exit_status = status;
        run.duration_ms = time.milliseconds();
        run.ended_unix_ms = os::real_clock().now_unix_ms();
        return record(shell, metrics, run);
    };
    try {
        const auto [status, success] = take(shell, options, time);
        if (status == exit_status::done) run.success = success;
        return end(status);
    } catch (const Error& error) {
        end(status_of(error, Subject::source));
        throw;
    }
}

int run_backup(const Shell& shell, BackupOptions& options) {
    // First of all: whatever stops the rest is recorded there.
    std::optional<MetricsFile> metrics;
    if (!options.metrics.empty()) metrics.emplace(options.metrics);
    if (options.dry_run) return forecast(shell, options);
    return metrics ? take_and_record(shell, options, *metrics) : take(shell, options, Stopwatch()).first;
}

}  // namespace

void add_instance(CLI::App& command, backup::InstanceRequest& instance) {
    command.add_option("--instance", instance.directory, "The directory of the instance")->required()->type_name("DIR");
    add_instance_details(command, instance);
}

void add_instance_details(CLI::App& command, backup::InstanceRequest& instance) {
    command.add_option("--database", instance.databases, "A database to back up; without it those that the logs name")
        ->type_name("FILE");
    command.add_option("--base", instance.base, "The base name of the logs; found where there is one")
        ->type_name("NAME");
    command.add_option("--logs", instance.log_directory, "Where the logs are, if not in the instance's directory")
        ->type_name("DIR");
    command
        .add_option("--system", instance.system_directory,
                    "Where the checkpoint is, if not in the instance's directory")
        ->type_name("DIR");
}

BackupCommand add_backup_command(CLI::App& parent, Shell& shell, archive::BackupKind kind,
                                 const std::string& description) {
    const auto options = std::make_shared<BackupOptions>();
    backup::BackupRequest* request = &options->request;
    request->kind = kind;
    CLI::App* command = add_command(parent, shell, archive::to_string(kind), description, Subject::source,
                                    [&shell, options] { return run_backup(shell, *options); });
    add_instance(*command, request->instance);
    command->add_option("-o,--out", request->out, "The archive: a new file, a directory, or - for standard output")
        ->type_name("FILE|DIR|-");
    command
        ->add_option("--to-command", request->to_command,
                     "Feed the archive to this command of the shell; {name} in it is the archive's name")
        ->type_name("COMMAND");
    command->add_option("--level", request->level, "Compression, 1 to 19")
        ->check(CLI::Range(1, 19))
        ->capture_default_str();
    command
        ->add_option("--recipient", options->recipients,
                     "Encrypt the archive for this public key (age1...), or those in this file; may be given several "
                     "times")
        ->allow_extra_args(false)
        ->type_name("KEY|FILE");
    add_identity(*command, options->identities);
    take_bytes(
        command->add_option("--reserve", request->reserve,
                            "Keep so much free (20G) where the archive goes: do not begin, or end, where less is"),
        "SIZE");
    command
        ->add_option("--metrics", options->metrics,
                     "Write to this file what came of it, for Prometheus' node_exporter (textfile collector)")
        ->type_name("FILE");
    command->add_flag("-n,--dry-run", options->dry_run, "Say what would be backed up and deleted, and do nothing");
    add_watching(*command, shell);
    add_limit(*command, shell);
    add_syslog(*command, shell);
    add_threads(*command, request->threads);
    add_wait(*command, options->wait_ms);
    return {command, options};
}

void add_assume_durable(const BackupCommand& added) {
    added.command->add_flag("--assume-durable", added.options->request.assume_durable,
                            "With --out -: whoever reads it takes care that it is kept");
}

}  // namespace ese::cli
