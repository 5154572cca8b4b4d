#pragma once

// Where the values of options come from: the command line, then the environment, then a configuration file.

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace ese::cli {

constexpr const char* system_configuration = "/etc/esebackup.conf";

// Gives every option of every command its name in the environment (--keep-logs: ESEBACKUP_KEEP_LOGS) and in
// configuration files, and adds --config. No option takes an empty value. Throws CLI::ParseError for a file that can't
// be read.
void configure(CLI::App& app);

// What was wrong with the options, and where it stands: a line of a configuration file, a variable of the environment,
// or the command line.
std::string explain(const CLI::App& app, const CLI::ParseError& error, int argc, const char* const* argv);

// Before the options are known: whether what is wrong with them is to be said as JSON.
bool asks_for_json(int argc, const char* const* argv);
bool asks_for_json_log(int argc, const char* const* argv);

// The command line as CLI11 takes it, the last argument first. `backup full` is another spelling of `full`, and so on,
// and `backup` alone of `incremental --auto`, wherever --auto is said.
std::vector<std::string> arguments_in_reverse(const CLI::App& app, int argc, const char* const* argv);
// Once they are parsed: throws CLI::ParseError where it is said nowhere.
void require_kind_of_backup(const CLI::App& app, int argc, const char* const* argv);

}  // namespace ese::cli
