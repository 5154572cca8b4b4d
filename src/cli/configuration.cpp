#include "cli/configuration.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <fstream>

namespace ese::cli {

namespace {

// What is about one run alone, and not about how runs are wanted.
constexpr std::array never_configured{"help", "version", "config", "plan", "dry-run", "files"};

std::string environment_name(const std::string& option) {
    std::string name = "ESEBACKUP_";
    for (const char c : option) name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return name;
}

// CLI11 lets a file win over the environment; here it is the other way round. What stands before the first section is
// meant for every command that has such an option.
class FileBehindEnvironment : public CLI::ConfigINI {
 public:
    explicit FileBehindEnvironment(const CLI::App& app) : app_(app) {}

    std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
        std::vector<CLI::ConfigItem> kept, common;
        for (const CLI::ConfigItem& item : CLI::ConfigINI::from_config(input)) {
            if (std::getenv(environment_name(item.name).c_str()) != nullptr) continue;
            (item.parents.empty() ? common : kept).push_back(item);
        }
        for (const CLI::ConfigItem& item : common) {
            bool taken = false;
            for (const CLI::App* command : app_.get_subcommands([](const CLI::App*) { return true; })) {
                if (command->get_option_no_throw("--" + item.name) == nullptr) continue;
                kept.push_back(item);
                kept.back().parents = {command->get_name()};
                taken = true;
            }
            if (!taken) kept.push_back(item);
        }
        return kept;
    }

 private:
    const CLI::App& app_;
};

void require_readable(const char* path) {
    if (std::ifstream(path).good() || !CLI::ExistingFile(path).empty()) return;
    throw CLI::FileError(std::string(path) + " can't be read");
}

bool is_backup_kind(const std::string& word) {
    return word == "full" || word == "incremental" || word == "differential";
}

}  // namespace

void configure(CLI::App& app) {
    const char* named = std::getenv("ESEBACKUP_CONFIG");
    require_readable(named != nullptr ? named : system_configuration);
    app.set_config("--config", named != nullptr ? named : system_configuration,
                   "Read options from this file; without it from " + std::string(system_configuration), named != nullptr)
        ->type_name("FILE");
    app.config_formatter(std::make_shared<FileBehindEnvironment>(app));
    app.allow_config_extras(CLI::config_extras_mode::error);
    for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) {
        command->fallthrough();
        command->allow_config_extras(CLI::config_extras_mode::error);
        for (CLI::Option* option : command->get_options()) {
            const std::string name = option->get_lnames().empty() ? "" : option->get_lnames().front();
            if (name.empty() || std::ranges::find(never_configured, name) != never_configured.end()) {
                option->configurable(false);
            } else {
                option->envname(environment_name(name));
            }
        }
    }
}

std::vector<std::string> arguments_in_reverse(int argc, const char* const* argv) {
    std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
        if (arguments[i] != "backup" || !is_backup_kind(arguments[i + 1])) continue;
        arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(i));
        break;
    }
    std::ranges::reverse(arguments);
    return arguments;
}

}  // namespace ese::cli
