#include "cli/deep.h"

#include <algorithm>
#include <memory>

#include "backup/chain.h"
#include "backup/deep_check.h"
#include "cli/input.h"

namespace ese::cli {

namespace {

// Says what was found in what came out of these archives (or in a database itself, with none).
std::vector<Error> tell(const Output& output, const std::string& name, const std::vector<std::string>& archives,
                        const backup::DeepReport& report) {
    for (const auto& damage : report.damage) {
        output.say(damage_text(damage));
        output.event(damage_json("damage", damage));
    }
    for (const auto& warning : report.warnings) output.warn(damage_text(warning));
    for (const auto& note : report.notes) output.detail(note);
    output.say(name + ": " + (archives.empty() ? "" : "restored and recovered, ") +
               counted(report.databases.size(), "database") + " walked, " +
               (report.good() ? "good" : "NOT good: " + counted(report.damage.size(), "finding")));
    Json line = json_line("walked");
    line["path"] = name;
    if (!archives.empty()) line["archives"] = archives;
    line["databases"] = report.databases;
    line["good"] = report.good();
    line["damage"] = report.damage.size();
    line["notes"] = report.notes;
    output.event(line);
    if (report.good()) return {};
    return {Error(ErrorKind::damage, damage_text(report.damage.front())).in_file(name)};
}

// Archives that no other one goes on from.
std::vector<std::size_t> ends_of(const backup::Chains& chains) {
    std::vector<std::size_t> ends;
    for (std::size_t i = 0; i < chains.places.size(); ++i) {
        if (chains.places[i].broken()) continue;
        const bool is_passed = std::any_of(chains.places.begin(), chains.places.end(), [&](const auto& other) {
            return !other.broken() && other.needed.back() != i &&
                   std::find(other.needed.begin(), other.needed.end(), i) != other.needed.end();
        });
        if (!is_passed) ends.push_back(i);
    }
    return ends;
}

}  // namespace

std::vector<Error> verify_database_deeply(const Shell& shell, const std::string& path, const backup::Watch& watch) {
    return tell(shell.output, path, {}, backup::check_database_deeply(path, watch));
}

std::vector<Error> verify_archives_deeply(const Shell& shell, const DeepOptions& options,
                                          const std::vector<backup::ChainArchive>& archives,
                                          const backup::Watch& watch) {
    const backup::Chains chains = backup::find_chains(archives);
    std::vector<Error> errors;
    for (std::size_t i = 0; i < archives.size(); ++i) {
        if (!chains.places[i].broken()) continue;
        errors.push_back(
            Error(ErrorKind::chain, "it can't be restored to look deeper: " + chains.places[i].problems.front())
                .in_file(archives[i].name));
    }
    for (const std::size_t end : ends_of(chains)) {
        std::vector<std::unique_ptr<Input>> opened;
        std::vector<backup::ArchiveInput> inputs;
        std::vector<std::string> names;
        for (const std::size_t index : chains.places[end].needed) {
            names.push_back(archives[index].name);
            opened.push_back(std::make_unique<Input>(names.back(), shell.identities, options.from_exec));
            inputs.push_back(opened.back()->archive());
        }
        try {
            const auto report = backup::check_restore_deeply(os::real_file_system(), inputs, options.scratch,
                                                             options.threads, watch, shell.events());
            for (const Error& error : tell(shell.output, archives[end].name, names, report)) errors.push_back(error);
        } catch (Error& error) {
            if (error.kind() == ErrorKind::interrupted) throw;
            error.set_file(archives[end].name);
            errors.push_back(error);
        }
    }
    return errors;
}

}  // namespace ese::cli
