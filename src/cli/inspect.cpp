#include <memory>
#include <sstream>

#include "backup/file_check.h"
#include "cli/command.h"
#include "cli/dump.h"
#include "cli/input.h"
#include "esent.h"
#include "format/log/log_segment.h"
#include "format/log/log_stream.h"

namespace ese::cli {

namespace {

struct Options {
    std::string file;
    std::uint32_t page = 0;
    bool records = false;
};

std::vector<std::uint8_t> read_bytes(const os::File& file, std::uint64_t offset, std::uint64_t bytes) {
    const std::uint64_t size = file.size();
    std::vector<std::uint8_t> result(offset < size ? static_cast<std::size_t>(std::min(bytes, size - offset)) : 0);
    file.read_exactly_at(offset, result);
    return result;
}

void tell(const Output& output, const char* type, const Json& fields) {
    if (output.json) {
        Json line = json_line(type);
        line.update(fields);
        return output.event(line);
    }
    std::istringstream text(to_text(fields));
    for (std::string line; std::getline(text, line);) output.say(line);
}

void inspect_database(const Output& output, const os::File& file, const Options& options, bool raw) {
    const auto picked = format::pick_header(read_bytes(file, 0, format::header_probe_bytes));
    if (!picked)
        throw Error(ErrorKind::damage, JET_errDatabaseCorrupted, "neither copy of the header is sound")
            .in_file(file.path());
    const std::uint32_t page_bytes = picked->header.page_bytes();
    if (options.page != 0) {
        const std::uint64_t offset = page_offset(PageNumber(options.page), page_bytes);
        if (offset + page_bytes > file.size())
            throw Error(ErrorKind::usage, "the file ends before page " + std::to_string(options.page))
                .in_file(file.path());
        return tell(output, "page", dump_page(read_bytes(file, offset, page_bytes), PageNumber(options.page)));
    }
    tell(output, "database_header", dump(picked->header));
    if (picked->rewrite_other)
        output.warn("the two copies of the header differ, or one is not sound; this is copy " +
                    std::to_string(picked->copy));
    if (!raw) return;
    const auto trailer = format::Trailer::parse(read_bytes(file, file.size() - page_bytes, page_bytes));
    if (!trailer) return output.warn("the last page is no sound trailer");
    output.say("");
    output.say("trailer:");
    tell(output, "trailer", dump(*trailer));
}

void inspect_records(const Output& output, const format::LogHeader& header, ByteView bytes) {
    format::check_log_file_size(header, bytes.size());
    const auto read = format::sectors_of(bytes);
    const auto scan = format::scan_segments(header, read);
    format::LogStream stream(scan, read);
    format::LogRecord record;
    while (stream.next(record)) {
        output.say(record.position.to_string() + "  " + std::string(format::record_name(record.type)) + "  " +
                   format::describe_record(record.bytes));
        Json line = json_line("record");
        line["position"] = record.position.to_string();
        line["name"] = format::record_name(record.type);
        line["bytes"] = record.bytes.size();
        line["fields"] = format::describe_record(record.bytes);
        output.event(line);
    }
    if (scan.damage)
        output.warn("sector " + std::to_string(scan.damage->sector) +
                    " is damaged, the records end there: " + scan.damage->reason);
}

void inspect_log(const Output& output, const os::File& file, const Options& options) {
    const auto bytes = read_bytes(file, 0, std::uint64_t{65536} * format::log_sector_bytes);
    const auto header =
        format::parse_log_header(ByteView(bytes).first(std::min(bytes.size(), format::log_sector_bytes)));
    if (options.records) return inspect_records(output, header, bytes);
    tell(output, "log_header", dump(header));
}

Input open_file(const std::string& file) {
    try {
        return {file, {}};
    } catch (const Error& error) {
        // What takes a key to be read is an archive.
        if (error.kind() != ErrorKind::not_possible) throw;
        throw Error(ErrorKind::usage, "this is an encrypted archive")
            .in_file(file)
            .with_hint("use \"esebackup list\" with --identity");
    }
}

int inspect(const Shell& shell, const Options& options) {
    const Output& output = shell.output;
    const Input input = open_file(options.file);
    if (input.is_stream()) throw Error(ErrorKind::usage, "inspect takes a file");
    const os::File& file = input.file();
    const auto kind = backup::kind_of_file(file);
    const bool database = kind == backup::FileKind::database || kind == backup::FileKind::raw_database;
    if (options.page != 0 && !database) throw Error(ErrorKind::usage, "--page is for databases").in_file(options.file);
    if (options.records && kind != backup::FileKind::log)
        throw Error(ErrorKind::usage, "--records is for logs").in_file(options.file);
    try {
        if (database)
            inspect_database(output, file, options, kind == backup::FileKind::raw_database);
        else if (kind == backup::FileKind::log)
            inspect_log(output, file, options);
        else if (kind == backup::FileKind::checkpoint)
            tell(output, "checkpoint",
                 dump(format::parse_checkpoint(read_bytes(file, 0, format::Checkpoint::file_bytes))));
        else if (kind == backup::FileKind::archive)
            throw Error(ErrorKind::usage, "this is an archive").with_hint("use \"esebackup list\"");
        else
            throw Error(ErrorKind::usage, "this is no database, log or checkpoint");
    } catch (Error& error) {
        error.set_file(options.file);
        throw;
    }
    Json line = json_line("summary");
    line["command"] = "inspect";
    line["path"] = options.file;
    line["kind"] = to_string(kind);
    output.event(line);
    return exit_status::done;
}

}  // namespace

void add_inspect(CLI::App& parent, Shell& shell) {
    const auto options = std::make_shared<Options>();
    CLI::App* command =
        add_command(parent, shell, "inspect", "Show the header of a database, log or checkpoint, or one page",
                    Subject::archive, [&shell, options] { return inspect(shell, *options); });
    command->add_option("file", options->file, "A database, log or checkpoint")->required()->type_name("FILE");
    command->add_option("--page", options->page, "Show this page of a database")
        ->check(CLI::PositiveNumber)
        ->type_name("NUMBER");
    command->add_flag("--records", options->records, "Show every record of a log");
}

}  // namespace ese::cli
