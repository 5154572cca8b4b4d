#include "cli/metrics.h"

#include <algorithm>
#include <array>
#include <map>
#include <sstream>

#include "backup/stop_position.h"
#include "base/error.h"
#include "os/clock.h"
#include "os/file_system.h"
#include "os/published_file.h"

namespace ese::cli {

namespace {

constexpr std::uint64_t max_file_bytes = 4 << 20;

struct Family {
    const char* name;
    const char* help;
};
constexpr std::array families{
    Family{"esebackup_last_run_timestamp_seconds", "When the last run that was to take this kind of backup ended."},
    Family{"esebackup_last_run_duration_seconds", "How long it took."},
    Family{"esebackup_last_run_exit_status", "What it ended with; 0 is success, see esebackup(1)."},
    Family{"esebackup_last_success_timestamp_seconds", "When the last good backup of this kind ended."},
    Family{"esebackup_last_success_consistent_through_timestamp_seconds", "What was committed before is in it."},
    Family{"esebackup_last_success_duration_seconds", "How long it took."},
    Family{"esebackup_last_success_raw_bytes", "Its size before compression."},
    Family{"esebackup_last_success_archive_bytes", "Its size."},
    Family{"esebackup_last_success_pages_checked", "Pages of databases that were checked for it."},
    Family{"esebackup_last_success_logs_deleted", "Logs that were deleted after it."},
};

// Of each family, value by labels.
using Samples = std::map<std::string, std::map<std::string, std::string>>;

std::string label_value(const std::string& text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '\\' || c == '"') escaped += '\\';
        escaped += c == '\n' ? std::string("\\n") : std::string(1, c);
    }
    return escaped;
}

std::string labels(const std::string& instance, archive::BackupKind kind) {
    return "directory=\"" + label_value(instance) + "\",kind=\"" + archive::to_string(kind) + "\"";
}

std::string seconds(std::int64_t milliseconds) {
    const std::string thousandths = std::to_string(1000 + milliseconds % 1000).substr(1);
    return std::to_string(milliseconds / 1000) + "." + thousandths;
}

bool is_number(const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789.") == std::string::npos;
}

Samples parse(const std::string& text) {
    Samples samples;
    std::istringstream lines(text);
    std::string line;
    for (std::size_t number = 1; std::getline(lines, line); ++number) {
        if (line.empty() || line.starts_with("# HELP esebackup_") || line.starts_with("# TYPE esebackup_")) continue;
        const auto open = line.find('{'), close = line.rfind("} ");
        const std::string name = line.substr(0, open);
        const bool is_ours = std::ranges::any_of(families, [&](const Family& family) { return name == family.name; });
        if (!is_ours || close == std::string::npos || close < open || !is_number(line.substr(close + 2)))
            throw Error(ErrorKind::usage, "line " + std::to_string(number) +
                                              " is nothing that --metrics writes, so the file is not replaced");
        samples[name][line.substr(open + 1, close - open - 1)] = line.substr(close + 2);
    }
    return samples;
}

std::string to_text(const Samples& samples) {
    std::string text;
    for (const Family& family : families) {
        const auto found = samples.find(family.name);
        if (found == samples.end()) continue;
        const std::string name = family.name;
        text += "# HELP " + name + " " + family.help + "\n# TYPE " + name + " gauge\n";
        for (const auto& [labels, value] : found->second) text += name + "{" + labels + "} " + value + "\n";
    }
    return text;
}

}  // namespace

std::string updated_metrics(const std::string& old_text, const RunMetrics& run) {
    Samples samples = parse(old_text);
    const auto set = [&](const char* name, archive::BackupKind kind, const std::string& value) {
        samples["esebackup_last_" + std::string(name)][labels(run.instance, kind)] = value;
    };
    set("run_timestamp_seconds", run.wanted, seconds(run.ended_unix_ms));
    set("run_duration_seconds", run.wanted, seconds(run.duration_ms));
    set("run_exit_status", run.wanted, std::to_string(run.exit_status));
    if (!run.success) return to_text(samples);
    const RunMetrics::Success& good = *run.success;
    set("success_timestamp_seconds", good.kind, seconds(run.ended_unix_ms));
    set("success_consistent_through_timestamp_seconds", good.kind,
        seconds(backup::parse_rfc3339(good.consistent_through).value_or(0)));
    set("success_duration_seconds", good.kind, seconds(run.duration_ms));
    set("success_raw_bytes", good.kind, std::to_string(good.raw_bytes));
    set("success_archive_bytes", good.kind, std::to_string(good.archive_bytes));
    set("success_pages_checked", good.kind, std::to_string(good.pages_checked));
    set("success_logs_deleted", good.kind, std::to_string(good.logs_deleted));
    return to_text(samples);
}

MetricsFile::MetricsFile(std::string path) : path_(std::move(path)) {
    const std::string directory = os::directory_of(path_);
    const auto info = os::real_file_system().info(directory);
    if (!info || !info->is_directory || !os::real_file_system().is_writable(directory))
        throw Error(ErrorKind::usage, "--metrics: no file can be written there").in_file(directory);
    read();
}

std::string MetricsFile::read() const {
    os::FileSystem& files = os::real_file_system();
    const auto info = files.info(path_);
    if (!info) return {};
    try {
        if (!info->is_regular || info->size > max_file_bytes)
            throw Error(ErrorKind::usage, "--metrics: this is no file of metrics");
        std::string text(static_cast<std::size_t>(info->size), '\0');
        const auto file = files.open(path_, os::OpenMode::read);
        text.resize(file->read_at(0, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()}));
        parse(text);
        return text;
    } catch (Error& error) {
        error.set_file(path_);
        throw;
    }
}

void MetricsFile::update(const RunMetrics& run) const {
    // Two jobs may have one file: neither must write what it read before the other wrote.
    constexpr unsigned attempts = 100;
    constexpr unsigned pause_ms = 50;
    const std::string lock = os::join(os::directory_of(path_), "." + os::name_of(path_) + ".lock");
    for (unsigned attempt = 1;; ++attempt) {
        try {
            const auto hold = os::real_file_system().lock(lock, 0);
            return os::publish_file(path_, updated_metrics(read(), run));
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::busy || attempt == attempts)
                throw Error(ErrorKind::output, error.jet(), "--metrics: " + error.message()).in_file(error.file());
        }
        os::real_clock().sleep_ms(pause_ms);
    }
}

}  // namespace ese::cli
