#pragma once

// What the subcommands share. Each has a file of its own with one function, which adds it to the command line.

#include <CLI/CLI.hpp>
#include <functional>

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
    bool syslog = false;

    // What the engine reports goes to the system's log if that was asked for, and to people with --verbose.
    backup::EngineEvents events() const;
    // The same with what the command itself has to say in the end.
    void conclude(const std::string& text) const;
};

// A subcommand with the options that all of them have. `run` becomes the shell's action when it is chosen.
CLI::App* add_command(CLI::App& parent, Shell& shell, const std::string& name, const std::string& description,
                      Subject subject, std::function<int()> run);
// --progress, of the long ones.
void add_watching(CLI::App& command, Shell& shell);
// --from-exec, of those that read archives.
void add_from_exec(CLI::App& command, std::string& from_exec);
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

// The whole program.
int run(int argc, char** argv);

}  // namespace ese::cli
