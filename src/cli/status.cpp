#include "backup/instance_status.h"

#include <memory>

#include "cli/backup.h"
#include "cli/command.h"
#include "cli/duration.h"
#include "cli/input.h"

namespace ese::cli {

namespace {

struct Options {
    backup::InstanceRequest instance;
    std::optional<std::int64_t> max_age_ms;
};

std::string time_text(const std::optional<backup::LastBackup>& last, std::int64_t now) {
    if (!last) return "none";
    return archive::rfc3339(last->unix_ms) + ", " + age_text(now - last->unix_ms) + " ago, up to generation " +
           std::to_string(last->high.value());
}

std::string span_text(const backup::LogSpan& span) {
    return counted(span.count, "log") + " (" + backup::generations_text(span.first.value(), span.last.value()) + "), " +
           human_bytes(span.bytes);
}

void tell(const Output& output, const backup::InstanceStatus& status, std::int64_t now) {
    const auto& found = status.found;
    output.say(found.directory + ": " + counted(found.databases.size(), "database") +
               (found.has_logs() ? ", " + counted(found.generations.size(), "log") : ", no logs"));
    output.say("  last full backup: " + time_text(status.last.full, now));
    output.say("  last incremental backup: " + time_text(status.last.incremental, now));
    if (status.last.differential) output.say("  last differential backup: " + time_text(status.last.differential, now));
    if (status.last.copy) output.say("  last copy: " + time_text(status.last.copy, now));
    if (status.databases.size() > 1) {
        output.say("  (of each kind the oldest of the databases' last one)");
        for (const auto& database : status.databases)
            output.detail("  " + database.path + ": full " + time_text(database.last.full, now) + "; incremental " +
                          time_text(database.last.incremental, now));
    }
    if (found.has_logs())
        output.say("  in none of them: " + (status.unbacked.count == 0 ? "" : span_text(status.unbacked) + ", and ") +
                   "the current log");
    output.say(status.freeable.count == 0 ? "  no log could be deleted now: " + status.kept_because
                                          : "  a backup that ended now could delete " + span_text(status.freeable));
    output.say(std::string("  the next backup ") +
               (status.next.kind == archive::BackupKind::full ? "must be a full one: " : "can be incremental: ") +
               status.next.why);
}

void add_last(Json& line, const char* name, const std::optional<backup::LastBackup>& last, std::int64_t now) {
    if (!last) return;
    line[name] = {{"time", archive::rfc3339(last->unix_ms)},
                  {"age_seconds", std::max<std::int64_t>(now - last->unix_ms, 0) / 1000},
                  {"generation", last->high.value()}};
}

void add_all(Json& line, const backup::LastBackups& last, std::int64_t now) {
    add_last(line, "last_full", last.full, now);
    add_last(line, "last_incremental", last.incremental, now);
    add_last(line, "last_differential", last.differential, now);
    add_last(line, "last_copy", last.copy, now);
}

Json span_json(const backup::LogSpan& span) {
    Json json{{"logs", span.count}, {"bytes", span.bytes}};
    if (span.count > 0) {
        json["first"] = span.first.value();
        json["last"] = span.last.value();
    }
    return json;
}

Json summary(const backup::InstanceStatus& status, std::int64_t now) {
    Json line = json_line("summary");
    line["command"] = "status";
    line["instance"] = status.found.directory;
    line["databases"] = Json::array();
    for (const auto& database : status.databases) {
        Json entry{{"path", database.path}};
        add_all(entry, database.last, now);
        line["databases"].push_back(entry);
    }
    add_all(line, status.last, now);
    line["unbacked"] = span_json(status.unbacked);
    line["freeable"] = span_json(status.freeable);
    if (status.freeable.count == 0) line["logs_kept_because"] = status.kept_because;
    line["next"] = {{"kind", archive::to_string(status.next.kind)}, {"why", status.next.why}};
    return line;
}

int status(const Shell& shell, const Options& options) {
    const std::int64_t now = os::real_clock().now_unix_ms();
    const backup::InstanceStatus status = [&] {
        try {
            return backup::look_at_instance(os::real_file_system(), os::real_clock(), options.instance);
        } catch (const Error& error) {
            const std::string& directory = options.instance.directory;
            if (!is_directory(directory) || archives_in(directory).empty()) throw;
            throw Error(error).with_hint(
                "this directory holds archives, which \"esebackup list\" shows; status is "
                "that of an instance");
        }
    }();
    for (const std::string& note : status.found.notes) shell.output.warn(note);
    tell(shell.output, status, now);
    shell.output.event(summary(status, now));
    if (!options.max_age_ms) return exit_status::done;

    std::optional<Error> overdue;
    for (const auto& database : status.databases) {
        const auto last = database.last.of_chain();
        if (last && now - last->unix_ms <= *options.max_age_ms) continue;
        overdue = Error(ErrorKind::other, last ? "the last backup is of " + archive::rfc3339(last->unix_ms) + ", " +
                                                     age_text(now - last->unix_ms) + " ago; " +
                                                     age_text(*options.max_age_ms) + " are allowed"
                                               : std::string("there is no full backup of it"))
                      .in_file(database.path);
        break;
    }
    if (!overdue) return exit_status::done;
    shell.output.fail(*overdue, exit_code(exit_status::overdue), exit_status::overdue);
    return exit_status::overdue;
}

}  // namespace

void add_status(CLI::App& parent, Shell& shell) {
    const auto options = std::make_shared<Options>();
    CLI::App* command = add_command(parent, shell, "status", "Show how well an instance is backed up", Subject::source,
                                    [&shell, options] { return status(shell, *options); });
    command->add_option("directory", options->instance.directory, "The directory of the instance")
        ->required()
        ->type_name("DIR");
    add_instance_details(*command, options->instance);
    add_duration(
        *command, "--max-age", options->max_age_ms,
        "Exit status 10 if the last full or incremental backup of a database is older than that, or there is none");
}

}  // namespace ese::cli
