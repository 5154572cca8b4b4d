// What shells complete, made from the same definition that reads the command line.

#include <algorithm>
#include <cctype>
#include <memory>
#include <optional>

#include "cli/command.h"

namespace ese::cli {

namespace {

constexpr const char* command_name = "completion";

enum class Value { none, file, choice, other };

struct Word {
    std::string long_name, short_name;  // without hyphens; either may be empty
    std::string description;
    Value value = Value::none;
    std::vector<std::string> choices;
    std::string value_name;
};

struct Described {
    std::string name, description;
    std::vector<Word> options;
    std::optional<Word> argument;  // what is no option
};

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts(1);
    for (const char c : text) c == separator ? void(parts.emplace_back()) : parts.back().push_back(c);
    return parts;
}

// By the type's name: FILE and DIR are files, lower case is what can be written.
Word word_of(const CLI::Option& option) {
    Word word;
    if (!option.get_lnames().empty()) word.long_name = option.get_lnames().front();
    if (!option.get_snames().empty()) word.short_name = option.get_snames().front();
    word.description = option.get_description();
    if (option.get_items_expected_max() == 0) return word;
    word.value = Value::other;
    word.value_name = split(option.get_type_name(), ':').front();  // behind the colon CLI11 has what is checked
    for (const std::string& part : split(word.value_name, '|')) {
        if (part == "FILE" || part == "DIR") word.value = Value::file;
        if (!part.empty() && std::ranges::all_of(part, [](unsigned char c) { return std::islower(c); })) {
            word.value = Value::choice;
            word.choices.push_back(part);
        }
    }
    return word;
}

void add_words(const CLI::App& app, Described& described) {
    for (const CLI::Option* option : app.get_options()) {
        const Word word = word_of(*option);
        if (option->get_positional())
            described.argument = word;
        else
            described.options.push_back(word);
    }
}

// The program itself comes first, then its commands, which take the program's options, too.
std::vector<Described> describe(const CLI::App& program) {
    std::vector<Described> all(1);
    add_words(program, all.front());
    for (const CLI::App* command : program.get_subcommands([](const CLI::App*) { return true; })) {
        Described described{command->get_name(), command->get_description(), {}, {}};
        add_words(*command, described);
        for (const CLI::App* group :
             command->get_subcommands([](const CLI::App* inside) { return inside->get_name().empty(); }))
            add_words(*group, described);
        for (const Word& word : all.front().options) {
            const bool has_it = std::ranges::any_of(
                described.options, [&](const Word& other) { return other.long_name == word.long_name; });
            if (!has_it && word.long_name != "version") described.options.push_back(word);
        }
        all.push_back(std::move(described));
    }
    return all;
}

std::string joined(const std::vector<std::string>& words, const std::string& between) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
    return text;
}

std::vector<std::string> spellings(const Word& word) {
    std::vector<std::string> names;
    if (!word.long_name.empty()) names.push_back("--" + word.long_name);
    if (!word.short_name.empty()) names.push_back("-" + word.short_name);
    return names;
}

std::vector<std::string> names_of(const std::vector<Described>& all) {
    std::vector<std::string> names;
    for (const Described& command : all)
        if (!command.name.empty()) names.push_back(command.name);
    return names;
}

std::string in_single_quotes(const std::string& text) {
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

// Which values follow an option of a command, as lines of a case: the pattern is "command:option".
std::string bash_values(const Described& command) {
    std::string text;
    std::vector<std::string> files, others;
    for (const Word& word : command.options) {
        for (const std::string& name : spellings(word)) {
            const std::string pattern = command.name + ":" + name;
            if (word.value == Value::file) files.push_back(pattern);
            if (word.value == Value::other) others.push_back(pattern);
            if (word.value == Value::choice)
                text += "        " + pattern + ") mapfile -t COMPREPLY < <(compgen -W " +
                        in_single_quotes(joined(word.choices, " ")) + " -- \"$word\"); return ;;\n";
        }
    }
    if (!files.empty())
        text += "        " + joined(files, "|") +
                ")\n            compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); return ;;\n";
    if (!others.empty()) text += "        " + joined(others, "|") + ") return ;;\n";
    return text;
}

std::string bash_script(const std::vector<Described>& all) {
    std::string values, words;
    for (const Described& command : all) {
        values += bash_values(command);
        std::vector<std::string> names = command.name.empty() ? names_of(all) : std::vector<std::string>();
        for (const Word& word : command.options)
            for (const std::string& name : spellings(word)) names.push_back(name);
        if (command.argument)
            for (const std::string& choice : command.argument->choices) names.push_back(choice);
        words += "        " + (command.name.empty() ? "''" : command.name) +
                 ") words=" + in_single_quotes(joined(names, " ")) + " ;;\n";
    }
    return "# Completion for bash, made by \"esebackup completion bash\".\n"
           "_esebackup() {\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command='' words='' i\n"
           "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
           "        case ${COMP_WORDS[i]} in\n"
           "            " +
           joined(names_of(all), "|") +
           ") command=${COMP_WORDS[i]}; break ;;\n"
           "        esac\n"
           "    done\n"
           "    COMPREPLY=()\n"
           "    case $command:$before in\n" +
           values +
           "    esac\n"
           "    case $command in\n" +
           words +
           "    esac\n"
           "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
           "    [[ -z $command || $word == -* ]] && return\n"
           "    compopt -o filenames\n"
           "    mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
           "    [[ $command != " +
           command_name +
           " ]] || mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
           "}\n"
           "complete -F _esebackup esebackup\n";
}

// In the specifications of zsh's _arguments, brackets and colons have a meaning.
std::string zsh_text(const std::string& text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '[' || c == ']' || c == ':' || c == '\\') escaped += '\\';
        escaped += c;
    }
    return escaped;
}

std::string zsh_value(const Word& word) {
    if (word.value == Value::none) return {};
    const std::string action = word.value == Value::file     ? "_files"
                               : word.value == Value::choice ? "(" + joined(word.choices, " ") + ")"
                                                             : " ";
    return ":" + zsh_text(word.value_name) + ":" + action;
}

std::string zsh_options(const Described& command) {
    std::string text;
    for (const Word& word : command.options) {
        for (const std::string& name : spellings(word)) {
            const char* with_value = word.value == Value::none ? "" : name.starts_with("--") ? "=" : "+";
            text += " \\\n                " + in_single_quotes("*" + name + with_value + "[" +
                                                               zsh_text(word.description) + "]" + zsh_value(word));
        }
    }
    if (command.argument) text += " \\\n                " + in_single_quotes("*" + zsh_value(*command.argument));
    return text;
}

std::string zsh_script(const std::vector<Described>& all) {
    std::string commands, cases;
    for (const Described& command : all) {
        if (command.name.empty()) continue;
        commands += " \\\n            " + in_single_quotes(command.name + ":" + zsh_text(command.description));
        cases += "        " + command.name + ")\n            _arguments -s" + zsh_options(command) + " ;;\n";
    }
    return "#compdef esebackup\n# Completion for zsh, made by \"esebackup completion zsh\".\n"
           "_esebackup() {\n"
           "    local -a commands\n"
           "    local state curcontext=$curcontext\n"
           "    local -A opt_args\n"
           "    _arguments -C" +
           zsh_options({all.front().name, "", all.front().options, {}}) +
           " \\\n                '1:command:->command' '*::argument:->arguments'\n"
           "    if [[ $state == command ]]; then\n"
           "        commands=(" +
           commands +
           ")\n        _describe command commands\n"
           "        return\n"
           "    fi\n"
           "    [[ $state == arguments ]] || return\n"
           "    case $words[1] in\n" +
           cases +
           "    esac\n"
           "}\n"
           "if [[ $funcstack[1] == _esebackup ]]; then _esebackup \"$@\"; else compdef _esebackup esebackup; fi\n";
}

std::string fish_script(const std::vector<Described>& all) {
    std::string text = "# Completion for fish, made by \"esebackup completion fish\".\ncomplete -c esebackup -f\n";
    for (const Described& command : all) {
        const std::string begin =
            "complete -c esebackup -n " +
            (command.name.empty() ? "__fish_use_subcommand" : "'__fish_seen_subcommand_from " + command.name + "'");
        if (!command.name.empty())
            text += "complete -c esebackup -n __fish_use_subcommand -a " + command.name + " -d " +
                    in_single_quotes(command.description) + "\n";
        for (const Word& word : command.options) {
            text += begin + (word.long_name.empty() ? "" : " -l " + word.long_name) +
                    (word.short_name.empty() ? "" : " -s " + word.short_name) +
                    (word.value == Value::none    ? ""
                     : word.value == Value::file  ? " -r -F"
                     : word.value == Value::other ? " -x"
                                                  : " -x -a " + in_single_quotes(joined(word.choices, " "))) +
                    " -d " + in_single_quotes(word.description) + "\n";
        }
        if (command.argument)
            text += begin +
                    (command.argument->value == Value::choice
                         ? " -a " + in_single_quotes(joined(command.argument->choices, " "))
                         : " -F") +
                    "\n";
    }
    return text;
}

}  // namespace

void add_completion(CLI::App& parent, Shell& shell) {
    const auto shell_name = std::make_shared<std::string>();
    CLI::App* command = add_command(parent, shell, command_name, "Write the completion script of a shell",
                                    Subject::source, [&parent, &shell, shell_name] {
                                        const std::vector<Described> all = describe(parent);
                                        std::string script = *shell_name == "bash"  ? bash_script(all)
                                                             : *shell_name == "zsh" ? zsh_script(all)
                                                                                    : fish_script(all);
                                        script.pop_back();  // say() ends each line
                                        for (const std::string& text : split(script, '\n')) shell.output.say(text);
                                        Json line = json_line("summary");
                                        line["command"] = command_name;
                                        shell.output.event(line);
                                        return exit_status::done;
                                    });
    command->add_option("shell", *shell_name, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}))
        ->type_name("bash|zsh|fish");
}

}  // namespace ese::cli
