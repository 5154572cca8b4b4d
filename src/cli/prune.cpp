#include <algorithm>
#include <memory>

#include "archive/reader.h"
#include "backup/retention.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/jobs.h"
#include "os/as_output.h"
#include "os/signals.h"

namespace ese::cli {

namespace {

struct Options {
    std::string directory;
    unsigned keep_full = 0;
    unsigned keep_days = 0;
    std::int64_t wait_ms = 0;
    bool dry_run = false;
};

struct Candidate {
    std::string path;
    std::uint64_t bytes = 0;
    archive::Manifest manifest;
    backup::Retained retained;
};

// Those that can be read. One that can't stays, and what lacks it counts as broken.
std::vector<Candidate> candidates_in(const Shell& shell, const std::string& directory, std::uint64_t& unreadable) {
    std::vector<Candidate> candidates;
    for (const std::string& path : archives_in(directory)) {
        try {
            const Input input(path, shell.identities);
            const auto info = os::real_file_system().info(path);  // the file itself, which may be encrypted
            candidates.push_back({path, info ? info->size : 0, archive::Archive(input.file()).manifest(), {}});
        } catch (const Error& error) {
            shell.output.warn(path + ": stays, because it can't be read: " + error.message());
            ++unreadable;
        }
    }
    return candidates;
}

void judge(std::vector<Candidate>& candidates, const Options& options) {
    std::vector<backup::ChainArchive> archives;
    for (const Candidate& one : candidates) archives.push_back({one.path, &one.manifest});
    constexpr std::int64_t day_ms = 86'400'000;
    backup::RetentionRule rule;
    if (options.keep_full > 0) rule.full = options.keep_full;
    if (options.keep_days > 0) rule.age_ms = options.keep_days * day_ms;
    const auto retained = backup::apply_retention(archives, rule, os::real_clock().now_unix_ms());
    for (std::size_t i = 0; i < candidates.size(); ++i) candidates[i].retained = retained[i];
}

void tell(const Output& output, const Candidate& one, bool dry_run) {
    const auto& m = one.manifest;
    const std::string text = one.path + ": " + archive::to_string(m.kind) + " backup of " + m.started;
    if (one.retained.keep) {
        output.detail(text + " stays: " + one.retained.because);
    } else {
        output.say(text + (dry_run ? " would be removed, " : " removed, ") + human_bytes(one.bytes));
    }
    Json line = json_line("prune");
    line["path"] = one.path;
    line["id"] = m.id;
    line["kind"] = archive::to_string(m.kind);
    line["started"] = m.started;
    line["bytes"] = one.bytes;
    line["keep"] = one.retained.keep;
    line["because"] = one.retained.because;
    output.event(line);
}

// The newest first: whatever ends it, no archive that is left lacks one that it needs.
void remove(const Output& output, const std::vector<Candidate>& candidates, const Options& options) {
    os::FileSystem& files = os::real_file_system();
    for (auto one = candidates.rbegin(); one != candidates.rend(); ++one) {
        if (one->retained.keep) continue;
        if (os::stop_signal() != 0) throw Error(ErrorKind::interrupted, "stopped on request");
        if (!options.dry_run) os::as_output(one->path, [&] { files.remove(one->path); });
        tell(output, *one, options.dry_run);
    }
    if (!options.dry_run) os::as_output(options.directory, [&] { files.sync_directory(options.directory); });
}

int prune(const Shell& shell, const Options& options) {
    if (options.keep_full == 0 && options.keep_days == 0)
        throw Error(ErrorKind::usage, "say what is to be kept").with_hint("with --keep-full, --keep-days or both");
    if (!is_directory(options.directory))
        throw Error(ErrorKind::usage, "there is no such directory").in_file(options.directory);
    backup::Watch watch;
    watch.stop = [] { return os::stop_signal() != 0; };
    std::optional<backup::JobLocks> alone;
    if (!options.dry_run) {
        alone = hold(shell, {{options.directory, true}}, options.wait_ms, watch);
        clean_up(shell, options.directory);
    }

    std::uint64_t unreadable = 0;
    std::vector<Candidate> candidates = candidates_in(shell, options.directory, unreadable);
    std::ranges::stable_sort(candidates, {}, [](const Candidate& one) { return one.manifest.started; });
    judge(candidates, options);
    std::uint64_t kept = 0, removed_bytes = 0, kept_bytes = 0;
    for (const Candidate& one : candidates) {
        if (one.retained.keep) tell(shell.output, one, options.dry_run);
        kept += one.retained.keep ? 1 : 0;
        (one.retained.keep ? kept_bytes : removed_bytes) += one.bytes;
    }
    remove(shell.output, candidates, options);
    const std::uint64_t removed = candidates.size() - kept;
    shell.output.say(counted(removed, "archive") + (options.dry_run ? " would be removed, " : " removed, ") +
                     human_bytes(removed_bytes) + "; " + std::to_string(kept) + " kept, " + human_bytes(kept_bytes) +
                     (unreadable == 0 ? "" : "; " + std::to_string(unreadable) + " kept that can't be read"));
    Json line = json_line("summary");
    line["command"] = "prune";
    if (options.dry_run) line["dry_run"] = true;
    line["removed"] = removed;
    line["removed_bytes"] = removed_bytes;
    line["kept"] = kept;
    line["kept_bytes"] = kept_bytes;
    line["unreadable"] = unreadable;
    shell.output.event(line);
    return exit_status::done;
}

}  // namespace

void add_prune(CLI::App& parent, Shell& shell) {
    const auto options = std::make_shared<Options>();
    CLI::App* command = add_command(parent, shell, "prune", "Remove archives that are no longer to be kept",
                                    Subject::archive, [&shell, options] { return prune(shell, *options); });
    command->add_option("directory", options->directory, "A directory of archives")->required()->type_name("DIR");
    command->add_option("--keep-full", options->keep_full, "Keep so many of the newest full backups of each instance")
        ->check(CLI::Range(1, 1'000'000))
        ->type_name("N");
    command->add_option("--keep-days", options->keep_days, "Keep what it takes to restore every state of so many days")
        ->check(CLI::Range(1, 36'500))
        ->type_name("D");
    command->add_flag("-n,--dry-run", options->dry_run, "Say what would be removed, and remove nothing");
    add_identity(*command, shell);
    add_wait(*command, options->wait_ms);
}

}  // namespace ese::cli
