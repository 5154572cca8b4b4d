#include "cli/configuration.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

namespace ese::cli {

namespace {

// What is about one run alone, and not about how runs are wanted.
constexpr std::array never_configured{"help", "version", "config", "plan", "after", "dry-run", "in-place", "files"};

std::string environment_name(const std::string& option) {
    std::string name = "ESEBACKUP_";
    for (const char c : option) name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return name;
}

std::string trimmed(const std::string& text) {
    const auto begin = text.find_first_not_of(" \t\r");
    return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App*) { return true; });
}

// Options of which one is to be given stand in a group, which is a nameless command to CLI11.
template <class App>
std::vector<App*> with_groups(App& command) {
    std::vector<App*> parts =
        command.get_subcommands([](const CLI::App* inside) { return inside->get_name().empty(); });
    parts.insert(parts.begin(), &command);
    return parts;
}

const CLI::Option* option_of(const CLI::App& command, const std::string& name) {
    return command.get_option_no_throw("--" + name);
}

// CLI11 lets a file win over the environment; here it is the other way round. What stands before the first section is
// meant for every command that has such an option. CLI11 does not say where in a file something is wrong, so the lines
// are looked at before it gets them.
class FileBehindEnvironment : public CLI::ConfigINI {
 public:
    explicit FileBehindEnvironment(const CLI::App& app) : app_(app) {}

    std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
        const std::string text{std::istreambuf_iterator<char>(input), {}};
        check_lines(text);
        std::istringstream again(text);
        // Of other commands nothing: CLI11 would check their values, and run them.
        std::vector<CLI::ConfigItem> kept, common;
        for (const CLI::ConfigItem& item : CLI::ConfigINI::from_config(again)) {
            const bool is_mark = item.name == "++" || item.name == "--";  // where a section begins and ends
            if (is_mark || std::getenv(environment_name(item.name).c_str()) != nullptr) continue;
            (item.parents.empty() ? common : kept).push_back(item);
        }
        const auto chosen = app_.get_subcommands();
        const auto is_chosen = [&](const std::string& name) {
            return std::ranges::any_of(chosen, [&](const CLI::App* command) { return command->get_name() == name; });
        };
        std::erase_if(kept, [&](const CLI::ConfigItem& item) { return !is_chosen(item.parents.front()); });
        for (const CLI::ConfigItem& item : common) {
            for (const CLI::App* command : chosen) {
                if (option_of(*command, item.name) == nullptr) continue;
                kept.push_back(item);
                kept.back().parents = {command->get_name()};
            }
        }
        return kept;
    }

    // "app.conf, line 3" if that is where the chosen command has the option's value from.
    std::string origin(const std::string& option) const {
        const auto at = origins_.find(option);
        return at == origins_.end() ? "" : at->second;
    }

 private:
    void check_lines(const std::string& text) const {
        const std::string file = app_.get_config_ptr()->as<std::string>();
        std::istringstream lines(text);
        std::string line, section;
        std::map<std::string, std::size_t> seen;  // in which line, of each section's options
        for (std::size_t number = 1; std::getline(lines, line); ++number) {
            const std::string where = file + ", line " + std::to_string(number);
            const auto fail = [&](const std::string& what) { throw CLI::ConfigError(where + ": " + what); };
            if (line.find('\0') != std::string::npos) fail("this is no text");
            line = trimmed(line);
            if (line.empty() || line.front() == '#' || line.front() == ';') continue;
            if (line.front() == '[') {
                section = line.back() == ']' ? line.substr(1, line.size() - 2) : line;
                if (std::ranges::none_of(commands_of(app_), [&](auto* c) { return c->get_name() == section; }))
                    fail("a section is the name of a command, as in [full], and not \"" + line + "\"");
                continue;
            }
            const std::string name = trimmed(line.substr(0, line.find('=')));
            const CLI::Option* option = find_option(section, name);
            if (option == nullptr)
                fail(section.empty() ? "no command has an option \"" + name + "\""
                                     : "\"" + section + "\" has no option \"" + name + "\"");
            if (!option->get_configurable()) fail("\"" + name + "\" can be given on the command line only");
            const auto [before, is_new] = seen.try_emplace(section + "." + name, number);
            if (!is_new && option->get_expected_max() == 1)
                fail("\"" + name + "\" stands in line " + std::to_string(before->second) + " already");
            note_origin(section, name, where);
        }
    }

    const CLI::Option* find_option(const std::string& section, const std::string& name) const {
        for (const CLI::App* command : commands_of(app_)) {
            if (!section.empty() && command->get_name() != section) continue;
            if (const CLI::Option* option = option_of(*command, name)) return option;
        }
        return nullptr;
    }

    // What the command line and the environment say is not the file's; a section wins over what stands before it.
    void note_origin(const std::string& section, const std::string& name, const std::string& where) const {
        for (const CLI::App* chosen : app_.get_subcommands()) {
            const CLI::Option* option = option_of(*chosen, name);
            const bool is_meant = option != nullptr && (section.empty() || section == chosen->get_name());
            if (!is_meant || option->count() > 0 || std::getenv(environment_name(name).c_str()) != nullptr) continue;
            origins_[name] = where;
        }
    }

    const CLI::App& app_;
    mutable std::map<std::string, std::string> origins_;
};

void require_readable(const char* path) {
    if (std::ifstream(path).good() || !CLI::ExistingFile(path).empty()) return;
    throw CLI::FileError(std::string(path) + " can't be read");
}

bool is_backup_kind(const std::string& word) {
    return word == "full" || word == "incremental" || word == "differential";
}

constexpr const char* automatic_flag = "--auto";  // of incremental

// The word that stands in the place of a command; elsewhere it is the name of a file.
std::vector<std::string>::iterator find_word_backup(const CLI::App& app, std::vector<std::string>& arguments) {
    for (auto word = arguments.begin(); word != arguments.end(); ++word) {
        if (*word == "backup") return word;
        if (*word == "--config" && ++word == arguments.end()) break;
        const auto is_it = [&](const CLI::App* command) { return command->get_name() == *word; };
        if (std::ranges::any_of(commands_of(app), is_it)) break;
    }
    return arguments.end();
}

bool is_kind_behind(std::vector<std::string>::iterator word, const std::vector<std::string>& arguments) {
    return word != arguments.end() && word + 1 != arguments.end() && is_backup_kind(word[1]);
}

// What an empty value asks for is what nothing asks for: in scripts it is a variable that was not set, and a restore
// with an empty --to must not become one without it.
std::string refuse_empty(const std::string& value) { return value.empty() ? "its value is empty" : ""; }

void prepare_options(CLI::App& command) {
    for (CLI::Option* option : command.get_options()) {
        const bool takes_value = option->get_items_expected_max() > 0;
        if (takes_value) option->check(CLI::Validator(refuse_empty, "", ""));
        const std::string name = option->get_lnames().empty() ? "" : option->get_lnames().front();
        if (name.empty() || std::ranges::find(never_configured, name) != never_configured.end()) {
            option->configurable(false);
        } else {
            option->envname(environment_name(name));
        }
    }
}

// Whether a message is about this option, and not about one with a longer name.
bool names_option(const std::string& text, const std::string& flag) {
    const auto at = text.find(flag);
    if (at == std::string::npos) return false;
    const char behind = at + flag.size() < text.size() ? text[at + flag.size()] : ' ';
    return behind != '-' && std::isalnum(static_cast<unsigned char>(behind)) == 0;
}

}  // namespace

void configure(CLI::App& app) {
    const char* named = std::getenv("ESEBACKUP_CONFIG");
    const bool is_named = named != nullptr && *named != '\0';
    const char* file = is_named ? named : system_configuration;
    require_readable(file);
    app.set_config("--config", file,
                   "Read options from this file; without it from " + std::string(system_configuration), is_named)
        ->check(CLI::Validator(refuse_empty, "", ""))
        ->type_name("FILE");
    app.config_formatter(std::make_shared<FileBehindEnvironment>(app));
    app.allow_config_extras(CLI::config_extras_mode::error);
    for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) {
        command->fallthrough();
        command->allow_config_extras(CLI::config_extras_mode::error);
        for (CLI::App* part : with_groups(*command)) prepare_options(*part);
    }
}

std::string explain(const CLI::App& app, const CLI::ParseError& error, int argc, const char* const* argv) {
    const std::string text = error.what();
    if (app.get_subcommands().empty()) {
        const auto* word = std::find_if(argv + std::min(argc, 1), argv + argc,
                                        [](const char* arg) { return *arg != '\0' && *arg != '-'; });
        return word == argv + argc ? "say what to do, as in \"esebackup full\""
                                   : "there is no command \"" + std::string(*word) + "\"";
    }
    const auto file = std::dynamic_pointer_cast<const FileBehindEnvironment>(app.get_config_formatter());
    for (const CLI::App* command : app.get_subcommands()) {
        for (const CLI::App* part : with_groups(*command)) {
            for (const CLI::Option* option : part->get_options()) {
                const std::string name = option->get_lnames().empty() ? "" : option->get_lnames().front();
                if (name.empty() || !names_option(text, "--" + name)) continue;
                const bool on_command_line = std::any_of(
                    argv, argv + argc, [&](const char* arg) { return std::string(arg).starts_with("--" + name); });
                if (on_command_line) return text;
                if (file && !file->origin(name).empty()) return file->origin(name) + ": " + text;
                if (std::getenv(environment_name(name).c_str()) != nullptr) return environment_name(name) + ": " + text;
            }
        }
    }
    return text;
}

bool asks_for_json(int argc, const char* const* argv) {
    if (std::any_of(argv, argv + argc, [](const char* arg) { return std::string(arg) == "--json"; })) return true;
    const char* value = std::getenv(environment_name("json").c_str());
    return value != nullptr && (std::string(value) == "true" || std::string(value) == "1");
}

bool asks_for_json_log(int argc, const char* const* argv) {
    const char* value = std::getenv(environment_name("log-format").c_str());
    std::string format = value != nullptr ? value : "";
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == "--log-format" && i + 1 < argc) format = argv[i + 1];
        if (word.starts_with("--log-format=")) format = word.substr(word.find('=') + 1);
    }
    return format == "json";
}

std::vector<std::string> arguments_in_reverse(const CLI::App& app, int argc, const char* const* argv) {
    std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    const auto word = find_word_backup(app, arguments);
    if (is_kind_behind(word, arguments))
        arguments.erase(word);
    else if (word != arguments.end())
        *word = "incremental";
    std::ranges::reverse(arguments);
    return arguments;
}

void require_kind_of_backup(const CLI::App& app, int argc, const char* const* argv) {
    std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    const auto word = find_word_backup(app, arguments);
    if (word == arguments.end() || is_kind_behind(word, arguments)) return;
    const CLI::Option* automatic = app.get_subcommand("incremental")->get_option(automatic_flag);
    if (automatic->count() > 0 && automatic->as<bool>()) return;
    throw CLI::RequiredError("say which backup it is to be: full, incremental, differential, or what --auto chooses",
                             CLI::ExitCodes::RequiredError);
}

}  // namespace ese::cli
