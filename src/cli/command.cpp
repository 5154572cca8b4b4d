#include "cli/command.h"

#include <algorithm>
#include <new>
#include <thread>

#include "cli/configuration.h"
#include "cli/key_files.h"
#include "os/process.h"
#include "os/service_manager.h"
#include "os/signals.h"
#include "os/system_log.h"
#include "os/terminal.h"

namespace ese::cli {

namespace {

std::string exit_code_help() {
    std::string text = "Exit status:\n";
    for (const ExitCode& row : exit_codes()) {
        const std::string status = std::to_string(row.status);
        text += "  " + status + std::string(status.size() < 6 ? 6 - status.size() : 1, ' ') + std::string(row.meaning) +
                "\n";
    }
    return text + "  128+N " + std::string(exit_code(exit_status::signal).meaning) + "\n";
}

int fail(const Shell& shell, const Error& error) {
    const ExitCode& code = exit_code_of(error, shell.subject);
    const int status = status_of(error, shell.subject);
    if (shell.syslog) os::write_system_log(os::LogSeverity::error, error_text(error));
    os::notify_service_manager("STATUS=" + printable(error_text(error)));
    shell.output.fail(error, code, status);
    return status;
}

// No catch-all: an exception of any other type is a mistake in this program, and the message says so.
int act(Shell& shell) {
    os::notify_service_manager("READY=1\nSTATUS=" + shell.command + " begins");
    try {
        shell.identities = read_identities(shell.identity_files);
        const int status = shell.action();
        if (status == exit_status::done) shell.output.flush();  // else what failed weighs more
        return status;
    } catch (const Error& error) {
        return fail(shell, error);
    } catch (const std::bad_alloc&) {
        return fail(shell, Error(ErrorKind::other, "out of memory"));
    } catch (const std::exception& error) {
        return fail(shell, Error(ErrorKind::other, std::string("internal error: ") + error.what()));
    }
}

}  // namespace

backup::EngineEvents Shell::events() const {
    return [this](std::uint32_t, std::uint32_t severity, const std::string& text) {
        if (syslog) os::write_system_log(static_cast<os::LogSeverity>(std::min(severity, 2U)), text);
        if (severity == 0)
            output.detail(text);
        else
            output.warn(text);
    };
}

int status_of(const Error& error, Subject subject) {
    const int status = exit_code_of(error, subject).status;
    return status == exit_status::signal ? status + os::stop_signal() : status;
}

void Shell::conclude(const std::string& text) const {
    os::notify_service_manager("STATUS=" + printable(text));
    if (syslog) os::write_system_log(os::LogSeverity::information, text);
}

CLI::App* add_command(CLI::App& parent, Shell& shell, const std::string& name, const std::string& description,
                      Subject subject, std::function<int()> run) {
    CLI::App* command = parent.add_subcommand(name, description);
    command->add_flag("--json", shell.output.json,
                      "JSON Lines for programs; the last line is the summary or the error");
    command->add_flag("-q,--quiet", shell.output.quiet, "Nothing but warnings and errors");
    command->add_flag("-v,--verbose", shell.output.verbose, "More details");
    command->callback([&shell, name, subject, run = std::move(run)] {
        shell.command = name;
        shell.subject = subject;
        shell.action = run;
    });
    return command;
}

void add_threads(CLI::App& command, unsigned& threads) {
    threads = std::max(1U, std::thread::hardware_concurrency());
    command.add_option("--threads", threads, "Threads that compress, decompress and check")
        ->check(CLI::Range(1, 256))
        ->capture_default_str();
}

void take_bytes(CLI::Option* option, const char* type_name) {
    // CLI11 would take -1 for a very large number.
    const auto begins_with_digit = [](const std::string& text) {
        return !text.empty() && text.front() >= '0' && text.front() <= '9' ? std::string()
                                                                           : text + " is no number of bytes";
    };
    option->transform(CLI::AsSizeValue(false))
        ->transform(CLI::Validator(begins_with_digit, "", ""))
        ->type_name(type_name);
}

void add_watching(CLI::App& command, Shell& shell) {
    command.add_option("--progress", shell.progress_seconds, "A line every so many seconds that says how far it is")
        ->check(CLI::Range(1, 86400))
        ->type_name("SECONDS");
    command
        .add_option_function<std::string>(
            "--log-format", [&shell](const std::string& format) { shell.output.log_as_json = format == "json"; },
            "What is written to standard error: text, or a line of JSON for each message")
        ->check(CLI::IsMember({"text", "json"}))
        ->type_name("text|json");
    command
        .add_option_function<int>(
            "--nice", [](int niceness) { os::lower_priority(niceness); },
            "Let other processes go first at processors and disks, the more the higher (1 to 19)")
        ->check(CLI::Range(1, 19))
        ->type_name("N");
}

void add_limit(CLI::App& command, Shell& shell) {
    take_bytes(command.add_option("--limit", shell.limit, "Do not go faster than so many bytes a second (20M)"),
               "RATE");
}

void add_identity(CLI::App& command, Shell& shell) { add_identity(command, shell.identity_files); }

void add_identity(CLI::App& command, std::vector<std::string>& files) {
    command
        .add_option("--identity", files,
                    "A file with the secret key that opens encrypted archives; may be given several times")
        ->allow_extra_args(false)
        ->type_name("FILE");
}

void add_from_exec(CLI::App& command, std::string& from_exec) {
    command
        .add_option("--from-exec", from_exec,
                    "Read each archive from this command of the shell; {name} in it is the archive's name")
        ->type_name("COMMAND");
}

void add_syslog(CLI::App& command, Shell& shell) {
    command.add_flag("--syslog", shell.syslog, "Send what the engine reports to the system's log, too");
}

int run(int argc, char** argv) {
    os::catch_stop_signals();
    Shell shell;
    shell.output.log_is_journal = os::is_journal(os::standard_error);
    CLI::App app{"Back up, verify, list and restore databases of the Extensible Storage Engine (ESE)"};
    app.name("esebackup");
    app.set_version_flag("--version", tool_name);
    app.require_subcommand(1);
    app.footer(exit_code_help());
    add_full(app, shell);
    add_incremental(app, shell);
    add_differential(app, shell);
    add_truncate(app, shell);
    add_restore(app, shell);
    add_recover(app, shell);
    add_verify(app, shell);
    add_list(app, shell);
    add_status(app, shell);
    add_prune(app, shell);
    add_inspect(app, shell);
    add_keygen(app, shell);
    add_completion(app, shell);
    try {
        configure(app);
        app.parse(arguments_in_reverse(app, argc, argv));
        require_kind_of_backup(app, argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
        shell.output.json = asks_for_json(argc, argv);
        shell.output.log_as_json = asks_for_json_log(argc, argv);
        return fail(shell,
                    Error(ErrorKind::usage, explain(app, error, argc, argv)).with_hint("see \"esebackup --help\""));
    }
    return act(shell);
}

}  // namespace ese::cli
