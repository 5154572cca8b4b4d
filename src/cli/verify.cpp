#include <algorithm>
#include <cstdlib>
#include <memory>

#include "backup/archive_check.h"
#include "backup/chain.h"
#include "backup/file_check.h"
#include "cli/command.h"
#include "cli/deep.h"
#include "cli/input.h"
#include "cli/progress.h"

namespace ese::cli {

namespace {

struct Options {
    std::vector<std::string> files;
    std::string from_exec;
    unsigned threads = 1;
    bool every_digest = false;
    DeepOptions deep;
};

// What verifying several files comes to: the first error of the weightiest status.
class Verdict {
 public:
    void add(const Error& error, const ExitCode& code) {
        if (!error_ || rank(code.status) < rank(status_)) {
            error_ = error;
            status_ = code.status;
        }
        ++bad_;
    }
    const std::optional<Error>& error() const { return error_; }
    int status() const { return status_; }
    std::uint64_t bad() const { return bad_; }

 private:
    static int rank(int status) {
        switch (status) {
            case exit_status::damage: return 0;
            case exit_status::incomplete: return 1;
            case exit_status::chain: return 2;
            default: return 3;
        }
    }
    std::optional<Error> error_;
    int status_ = exit_status::done;
    std::uint64_t bad_ = 0;
};

void tell_finding(const Output& output, const archive::Finding& finding, const std::string& archive) {
    const std::string where = finding.member.empty() ? archive : archive + ": " + finding.member;
    output.say(where + ": at byte " + std::to_string(finding.offset) + ": " + finding.reason);
    Json line = json_line("damage");
    line["archive"] = archive;
    if (!finding.member.empty()) line["file"] = finding.member;
    line["offset"] = finding.offset;
    line["reason"] = finding.reason;
    output.event(line);
}

void tell_damage(const Output& output, const std::vector<backup::Damage>& damage, std::uint64_t count) {
    for (const auto& one : damage) {
        output.say(damage_text(one));
        output.event(damage_json("damage", one));
    }
    if (count > damage.size()) output.say("and " + std::to_string(count - damage.size()) + " more");
}

// What archives that were checked say of themselves.
struct Checked {
    std::string name;
    archive::Manifest manifest;
};

std::optional<Error> verify_archive(const Shell& shell, const Options& options, const std::string& name,
                                    const backup::Watch& watch, std::vector<Checked>& checked) {
    Input input(name, shell.identities, options.from_exec);
    backup::ArchiveChecker checker(watch);
    archive::ReadOptions read;
    read.every_digest = options.every_digest;
    read.threads = options.threads;
    auto raw = input.is_stream() ? archive::read_stream(input.source(), checker, read)
                                 : archive::verify_file(input.file(), checker, read);
    const auto report = backup::make_report(std::move(raw), checker);

    const Output& output = shell.output;
    for (const auto& finding : report.archive.findings) tell_finding(output, finding, name);
    tell_damage(output, report.damage, report.damage_count);
    for (const auto& damage : report.recorded) {
        output.say(damage_text(damage) + "; it was so when the backup was taken");
        output.event(damage_json("recorded_damage", damage));
    }
    if (report.recorded_count > report.recorded.size())
        output.say("and " + std::to_string(report.recorded_count - report.recorded.size()) + " more that were so then");
    for (const auto& missing : report.missing) {
        output.say(name + ": " + missing);
        Json line = json_line("chain");
        line["path"] = name;
        line["problem"] = missing;
        output.event(line);
    }
    for (const auto& warning : report.warnings) output.warn(damage_text(warning));
    output.say(
        name + ": " + (report.good() ? "good" : "NOT good") + "; checked " + counted(report.archive.frames, "frame") +
        ", " + counted(report.databases, "database") + " with " + counted(report.pages, "page") + " (" +
        std::to_string(report.unused_pages) + " never used), " + counted(report.logs, "log") + " with " +
        counted(report.segments, "segment") +
        (report.archive.complete
             ? ""
             : "; the archive is incomplete: " + std::to_string(report.archive.members_intact) + " of " +
                   (report.archive.members == 0 ? "an unknown number of" : std::to_string(report.archive.members)) +
                   " members are intact"));
    Json line = json_line("verified");
    line["path"] = name;
    line["good"] = report.good();
    line["damaged_when_backed_up"] = report.recorded_count;
    line["complete"] = report.archive.complete;
    if (report.archive.manifest) {
        line["id"] = report.archive.manifest->id;
        line["kind"] = archive::to_string(report.archive.manifest->kind);
    }
    line["frames"] = report.archive.frames;
    line["members"] = report.archive.members;
    line["members_intact"] = report.archive.members_intact;
    line["databases"] = report.databases;
    line["pages"] = report.pages;
    line["logs"] = report.logs;
    line["segments"] = report.segments;
    line["raw_bytes"] = report.archive.raw_bytes;
    line["compressed_bytes"] = report.archive.compressed_bytes;
    output.event(line);
    if (report.archive.manifest) checked.push_back({name, *report.archive.manifest});
    return report.verdict();
}

std::optional<Error> verify_bare(const Shell& shell, const Options& options, const os::File& file,
                                 const backup::Watch& watch, backup::FileKind kind) {
    backup::CheckFindings findings;
    backup::check_file(file, kind, options.threads, watch, findings);
    const Output& output = shell.output;
    const auto damage = findings.damage.sorted();
    tell_damage(output, damage, findings.damage.count());
    for (const auto& warning : findings.warnings.sorted()) output.warn(damage_text(warning));
    const bool is_log = kind == backup::FileKind::log;
    const std::string checked = kind == backup::FileKind::checkpoint ? "both copies"
                                : is_log                             ? counted(findings.segments.load(), "segment")
                                                                     : counted(findings.pages.load(), "page") + " (" +
                                               std::to_string(findings.unused_pages.load()) + " never used)";
    output.say(file.path() + ": " + std::string(to_string(kind)) + ", " + (damage.empty() ? "good" : "NOT good") +
               "; checked " + checked);
    Json line = json_line("file");
    line["path"] = file.path();
    line["kind"] = to_string(kind);
    line["good"] = damage.empty();
    line["damage"] = findings.damage.count();
    line["pages"] = findings.pages.load();
    line["segments"] = findings.segments.load();
    output.event(line);
    if (!damage.empty()) return Error(ErrorKind::damage, damage_text(damage.front()));
    if (!options.deep.wanted || kind != backup::FileKind::database) return std::nullopt;
    const auto errors = verify_database_deeply(shell, file.path(), watch);
    return errors.empty() ? std::nullopt : std::optional(errors.front());
}

std::optional<Error> verify_one(const Shell& shell, const Options& options, const std::string& name,
                                const backup::Watch& watch, std::vector<Checked>& checked) {
    try {
        if (name != "-" && options.from_exec.empty()) {
            const Input input(name, shell.identities);
            const auto kind = backup::kind_of_file(input.file());
            const bool meant_as_archive =
                kind == backup::FileKind::archive || name.ends_with(".zst") || name.ends_with(".age");
            if (!meant_as_archive) return verify_bare(shell, options, input.file(), watch, kind);
        }
        return verify_archive(shell, options, name, watch, checked);
    } catch (Error& error) {
        if (error.kind() == ErrorKind::interrupted) throw;
        error.set_file(name);
        return error;
    }
}

// Whether everything that one archive needs of others is among them.
void verify_chains(const Output& output, const std::vector<backup::ChainArchive>& archives, Verdict& verdict) {
    const auto chains = backup::find_chains(archives);
    for (const auto& fork : chains.forks) output.warn(backup::to_text(fork, archives));
    for (std::size_t i = 0; i < archives.size(); ++i) {
        for (const std::string& problem : chains.places[i].problems) {
            output.say(archives[i].name + ": " + problem);
            Json line = json_line("chain");
            line["path"] = archives[i].name;
            line["problem"] = problem;
            output.event(line);
            const Error error = Error(ErrorKind::chain, problem).in_file(archives[i].name);
            verdict.add(error, exit_code_of(error, Subject::archive));
        }
    }
}

// Of archives what they hold unpacked, of other files what they are. 0 where that is not known in advance.
std::uint64_t bytes_to_read(const Shell& shell, const std::vector<std::string>& names) {
    std::uint64_t bytes = 0;
    for (const std::string& name : names) {
        try {
            if (name == "-") return 0;
            const Input input(name, shell.identities);
            if (backup::kind_of_file(input.file()) != backup::FileKind::archive) {
                bytes += input.file().size();
                continue;
            }
            const archive::Archive opened(input.file());
            for (const auto& member : opened.manifest().members) bytes += member.size;
        } catch (const Error&) {
            // What is wrong with it is told when its turn comes.
        }
    }
    return bytes;
}

int verify(const Shell& shell, const Options& options) {
    Verdict verdict;
    std::uint64_t count = 0;
    std::vector<Checked> checked;
    const std::vector<std::string> names = archives_in(options.files, options.from_exec);
    const bool in_directory = options.from_exec.empty() && std::ranges::any_of(options.files, is_directory);
    {
        const Progress progress(shell.output, shell.progress_seconds, shell.limit);
        if (options.from_exec.empty()) progress.watch().expect(bytes_to_read(shell, names));
        for (const std::string& name : names) {
            ++count;
            if (const auto error = verify_one(shell, options, name, progress.watch(), checked))
                verdict.add(*error, exit_code_of(*error, Subject::archive));
        }
    }
    std::vector<backup::ChainArchive> archives;
    for (const auto& one : checked) archives.push_back({one.name, &one.manifest});
    if (in_directory) verify_chains(shell.output, archives, verdict);
    if (options.deep.wanted) {
        const Progress progress(shell.output, shell.progress_seconds, shell.limit);
        for (const Error& error : verify_archives_deeply(shell, options.deep, archives, progress.watch()))
            verdict.add(error, exit_code_of(error, Subject::archive));
    }
    if (count == 0) throw Error(ErrorKind::usage, "there is no archive here").in_file(options.files.front());
    if (verdict.error()) {
        shell.output.fail(*verdict.error(), exit_code(verdict.status()), verdict.status());
        return verdict.status();
    }
    Json line = json_line("summary");
    line["command"] = "verify";
    line["good"] = true;
    line["files"] = count;
    shell.output.event(line);
    return exit_status::done;
}

}  // namespace

void add_verify(CLI::App& parent, Shell& shell) {
    const auto options = std::make_shared<Options>();
    CLI::App* command =
        add_command(parent, shell, "verify", "Check archives, databases, logs and checkpoints, every byte of them",
                    Subject::archive, [&shell, options] {
                        options->deep.threads = options->threads;
                        options->deep.from_exec = options->from_exec;
                        if (options->deep.wanted && std::ranges::count(options->files, "-") > 0)
                            throw Error(ErrorKind::usage,
                                        "--deep reads archives more than once: not from standard input");
                        return verify(shell, *options);
                    });
    command
        ->add_option("file", options->files,
                     "Archives, directories of them, - for standard input; or a database, log or checkpoint")
        ->required()
        ->type_name("FILE|DIR|-");
    add_from_exec(*command, options->from_exec);
    command->add_flag("--sha256", options->every_digest,
                      "Also compare the SHA-256 of every frame and the digest of every file in an archive");
    command->add_flag("--deep", options->deep.wanted,
                      "Also restore and recover what the archives hold, and walk every tree of every database");
    const char* temporary = std::getenv("TMPDIR");
    options->deep.scratch = temporary && *temporary ? temporary : "/var/tmp";
    command
        ->add_option("--scratch", options->deep.scratch, "Where the databases that --deep restores lie meanwhile")
        ->type_name("DIR")
        ->capture_default_str();
    add_identity(*command, shell);
    add_watching(*command, shell);
    add_limit(*command, shell);
    add_threads(*command, options->threads);
}

}  // namespace ese::cli
