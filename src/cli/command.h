#pragma once

// What the subcommands share. Each has a file of its own with one function, which adds it to the command line.

#include <CLI/CLI.hpp>
#include <functional>

#include "archive/keys.h"
#include "backup/engine_session.h"
#include "cli/exit_code.h"
#include "cli/output.h"

namespace ese::cli {

constexpr const char* tool_name = "esebackup " ESEBACKUP_VERSION;

struct Shell {
    Output output;
    Subject subject = Subject::source;  // of what the chosen command reads
    std::function<int()> action;        // the chosen command; returns the exit status
    std::string command;                // its name
    unsigned progress_seconds = 0;      // 0: no lines
    std::uint64_t limit = 0;            // bytes a second; 0: as fast as it goes
    bool syslog = false;
    std::vector<std::string> identity_files;
    std::vector<archive::Identity> identities;  // what is in them, once the command runs

    // What the engine reports goes to the system's log if that was asked for, and to people with --verbose.
    backup::EngineEvents events() const;
    // The same with what the command itself has to say in the end.
    void conclude(const std::string& text) const;
};

// A subcommand with the options that all of them have. `run` becomes the shell's action when it is chosen.
CLI::App* add_command(CLI::App& parent, Shell& shell, const std::string& name, const std::string& description,
                      Subject subject, std::function<int()> run);
// --progress, --log-format and --nice, of the long ones.
void add_watching(CLI::App& command, Shell& shell);
// --from-exec, of those that read archives.
void add_from_exec(CLI::App& command, std::string& from_exec);
// --limit, of those that count bytes.
void add_limit(CLI::App& command, Shell& shell);
// An option whose value is a number of bytes, also as 20K, 20M, 20G, 20T or 20P.
void take_bytes(CLI::Option* option, const char* type_name);
// --identity, of those that read archives. The files are read before the command's action; `files`: or by that itself.
void add_identity(CLI::App& command, Shell& shell);
void add_identity(CLI::App& command, std::vector<std::string>& files);
// --syslog, of those that run the engine.
void add_syslog(CLI::App& command, Shell& shell);
// --threads, with the number of processors as its default.
void add_threads(CLI::App& command, unsigned& threads);

void add_full(CLI::App& parent, Shell& shell);
void add_incremental(CLI::App& parent, Shell& shell);
void add_differential(CLI::App& parent, Shell& shell);
void add_recover(CLI::App& parent, Shell& shell);
void add_restore(CLI::App& parent, Shell& shell);
void add_truncate(CLI::App& parent, Shell& shell);
void add_verify(CLI::App& parent, Shell& shell);
void add_list(CLI::App& parent, Shell& shell);
void add_prune(CLI::App& parent, Shell& shell);
void add_status(CLI::App& parent, Shell& shell);
void add_inspect(CLI::App& parent, Shell& shell);
void add_keygen(CLI::App& parent, Shell& shell);
void add_completion(CLI::App& parent, Shell& shell);

// What the process ends with for that error.
int status_of(const Error& error, Subject subject);

// The whole program.
int run(int argc, char** argv);

}  // namespace ese::cli
