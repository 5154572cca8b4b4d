#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>

#include "archive/reader.h"
#include "backup/chain.h"
#include "cli/chain_tree.h"
#include "cli/command.h"
#include "cli/input.h"

namespace ese::cli {

namespace {

struct Options {
    std::vector<std::string> files;
    std::string from_exec;
    bool members = false;
};

struct Row {
    std::string path;
    std::uint64_t bytes = 0;
    std::optional<archive::Manifest> manifest;
    std::optional<Error> error;
    // Where several archives are listed, which stand for each other.
    std::optional<backup::ChainPlace> place;
    std::optional<std::size_t> base;      // the first one of its full backups: a row
    std::optional<std::size_t> previous;  // the row that it continues
    std::string continues;                // its id
    std::vector<std::string> needed;      // ids
};

Row read_row(const Shell& shell, const std::string& path, const std::string& from_exec) {
    Row row;
    row.path = path;
    if (from_exec.empty()) {
        if (const auto info = os::real_file_system().info(path)) row.bytes = info->size;
    }
    try {
        Input input(path, shell.identities, from_exec);
        if (input.is_stream()) {
            archive::Consumer nobody;
            const auto report = archive::read_stream(input.source(), nobody, {});
            row.bytes = report.compressed_bytes;
            report.throw_if_bad();
            row.manifest = report.manifest;
            return row;
        }
        row.manifest = archive::Archive(input.file()).manifest();
    } catch (Error& error) {
        if (error.kind() == ErrorKind::usage) throw;
        error.set_file(path);
        row.error = error;
    }
    return row;
}

std::string generations(const archive::LogsRecord& logs) {
    return logs.first == 0 ? "-" : std::to_string(logs.first) + "-" + std::to_string(logs.last);
}

// The end of an id, as the archive's own name has it.
std::string short_id(const std::string& id) { return id.substr(id.size() - std::min<std::size_t>(id.size(), 8)); }

std::string continues_text(const Row& row) {
    if (!row.place) return "-";
    if (row.place->broken()) return "BROKEN";
    return row.continues.empty() ? "-" : short_id(row.continues);
}

// What continues what, and forks, in words.
std::vector<std::string> connect(std::vector<Row>& rows) {
    std::vector<backup::ChainArchive> archives;
    std::vector<std::size_t> row_of;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!rows[i].manifest) continue;
        archives.push_back({rows[i].path, &*rows[i].manifest});
        row_of.push_back(i);
    }
    auto chains = backup::find_chains(archives);
    for (std::size_t i = 0; i < archives.size(); ++i) {
        auto& place = chains.places[i];
        Row& row = rows[row_of[i]];
        if (place.continues) {
            row.previous = row_of[*place.continues];
            row.continues = archives[*place.continues].manifest->id;
        }
        if (!place.bases.empty()) row.base = row_of[place.bases.front()];
        for (const std::size_t needed : place.needed) row.needed.push_back(archives[needed].manifest->id);
        row.place = std::move(place);
    }
    std::vector<std::string> forks;
    for (const auto& fork : chains.forks) forks.push_back(backup::to_text(fork, archives));
    return forks;
}

// Below what it continues; below its full backup where what is between them is missing.
std::vector<TreeLine> tree_of(const std::vector<Row>& rows) {
    std::vector<ChainNode> nodes;
    for (const Row& row : rows) {
        const bool differential = row.manifest && row.manifest->kind == archive::BackupKind::differential;
        const bool broken = row.place && row.place->broken();
        nodes.push_back({row.previous ? row.previous : row.base, !differential && !broken});
    }
    return draw_tree(nodes);
}

void tell_table(const Output& output, const std::vector<Row>& rows) {
    if (rows.empty()) return output.say("no archives");
    constexpr std::size_t columns = 8;
    std::vector<std::array<std::string, columns>> table{
        {"STARTED", "KIND", "ID", "CONTINUES", "DATABASES", "LOGS", "SIZE", "ARCHIVE"}};
    const std::vector<TreeLine> tree = tree_of(rows);
    for (const TreeLine& line : tree) {
        const Row& row = rows[line.node];
        if (!row.manifest) {
            const ErrorKind kind = row.error->kind();
            table.push_back({"-",
                             kind == ErrorKind::incomplete     ? "INCOMPLETE"
                             : kind == ErrorKind::not_possible ? "CLOSED"
                                                               : "UNREADABLE",
                             "-", "-", "-", "-", human_bytes(row.bytes), row.path});
            continue;
        }
        const auto& m = *row.manifest;
        table.push_back({m.started.substr(0, 19) + "Z", line.branch + archive::to_string(m.kind), short_id(m.id),
                         continues_text(row), std::to_string(m.databases.size()), generations(m.logs),
                         human_bytes(row.bytes), row.path});
    }
    std::array<std::size_t, columns> widths{};
    for (const auto& line : table) {
        for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
    }
    for (std::size_t number = 0; number < table.size(); ++number) {
        const auto& line = table[number];
        std::string text;
        for (std::size_t i = 0; i + 1 < line.size(); ++i)
            text += line[i] + std::string(widths[i] - line[i].size() + 2, ' ');
        output.say(text + line.back());
        if (number == 0 || !rows[tree[number - 1].node].place) continue;
        for (const std::string& problem : rows[tree[number - 1].node].place->problems)
            output.say(std::string(widths[0] + 2, ' ') + "! " + problem);
    }
}

void tell_details(const Output& output, const Row& row, bool members) {
    const auto& m = *row.manifest;
    output.say("");
    output.say(row.path + ": " + archive::to_string(m.kind) + " backup " + m.id);
    output.say("  of " + m.instance.directory + " on " + m.host + ", made by " + m.tool);
    output.say("  started " + m.started + ", finished " + m.finished + "; everything committed before " +
               m.consistent_through.time + " is in it");
    for (const auto& database : m.databases) {
        output.say("  " + (database.member.empty() ? "(no copy)" : database.member) + "  " +
                   std::to_string(database.pages) + " pages of " + std::to_string(database.page_bytes) +
                   " bytes, requires the generations " + std::to_string(database.required.min) + " to " +
                   std::to_string(database.required.max) +
                   (database.damage.empty() ? "" : ", with " + counted(database.damage.size(), "damaged page")));
        output.say("      from " + database.original_path + ", signature " + database.signature);
    }
    output.say("  log signature " + m.logs.signature + ", generations " + generations(m.logs));
    for (const auto& warning : m.warnings) output.say("  warning: " + warning);
    if (!members) return;
    for (const auto& member : m.members) {
        output.say("  " + member.digest + "  " + std::to_string(member.size) + "  " + member.path);
    }
}

Json row_json(const Row& row, bool members) {
    Json line = json_line("archive");
    line["path"] = row.path;
    line["bytes"] = row.bytes;
    line["complete"] = row.manifest.has_value();
    if (row.error) line["error"] = row.error->message();
    if (!row.manifest) return line;
    const auto& m = *row.manifest;
    line["id"] = m.id;
    line["kind"] = archive::to_string(m.kind);
    line["host"] = m.host;
    line["instance"] = m.instance.directory;
    line["started"] = m.started;
    line["finished"] = m.finished;
    line["consistent_through"] = {{"generation", m.consistent_through.generation}, {"time", m.consistent_through.time}};
    line["logs"] = {{"signature", m.logs.signature}, {"first", m.logs.first}, {"last", m.logs.last}};
    line["databases"] = Json::array();
    for (const auto& database : m.databases) {
        line["databases"].push_back({{"member", database.member},
                                     {"path", database.original_path},
                                     {"signature", database.signature},
                                     {"pages", database.pages},
                                     {"page_bytes", database.page_bytes},
                                     {"required", {{"min", database.required.min}, {"max", database.required.max}}},
                                     {"damaged_pages", database.damage.size()}});
    }
    if (row.place) {
        if (!row.continues.empty()) line["continues"] = row.continues;
        line["needed"] = row.needed;
        line["problems"] = row.place->problems;
    }
    if (members) {
        line["members"] = Json::array();
        for (const auto& member : m.members) {
            line["members"].push_back({{"path", member.path}, {"size", member.size}, {"digest", member.digest}});
        }
    }
    return line;
}

int list(const Shell& shell, const Options& options) {
    std::vector<Row> rows;
    const bool in_directory = options.from_exec.empty() && std::ranges::any_of(options.files, is_directory);
    for (const std::string& path : archives_in(options.files, options.from_exec))
        rows.push_back(read_row(shell, path, options.from_exec));
    std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
        return (a.manifest ? a.manifest->started : "") < (b.manifest ? b.manifest->started : "");
    });
    const std::vector<std::string> forks = rows.size() > 1 || in_directory ? connect(rows) : std::vector<std::string>();
    if (!shell.output.json) tell_table(shell.output, rows);
    for (const std::string& fork : forks) shell.output.warn(fork);
    for (const Row& row : rows) {
        shell.output.event(row_json(row, options.members));
        if (row.manifest && (rows.size() == 1 || options.members || shell.output.verbose))
            tell_details(shell.output, row, options.members);
    }
    const auto bad = std::find_if(rows.begin(), rows.end(), [](const Row& row) { return row.error.has_value(); });
    if (bad != rows.end()) throw *bad->error;
    Json line = json_line("summary");
    line["command"] = "list";
    line["archives"] = rows.size();
    shell.output.event(line);
    return exit_status::done;
}

}  // namespace

void add_list(CLI::App& parent, Shell& shell) {
    const auto options = std::make_shared<Options>();
    CLI::App* command = add_command(parent, shell, "list", "Show what archives hold", Subject::archive,
                                    [&shell, options] { return list(shell, *options); });
    command->add_option("archive", options->files, "Archives, directories of them, or - for standard input")
        ->required()
        ->type_name("FILE|DIR|-");
    add_from_exec(*command, options->from_exec);
    add_identity(*command, shell);
    command->add_flag("--files", options->members, "Every file in them, with its digest");
}

}  // namespace ese::cli
