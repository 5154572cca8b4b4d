#include "cli/output.h"

#include <array>
#include <cstdio>

#include "archive/manifest.h"
#include "backup/jet_error.h"
#include "base/utf.h"
#include "os/clock.h"

namespace ese::cli {

namespace {

constexpr int schema = 1;

// How many bytes at the text's beginning make a character that must not be shown as it is; 0: none.
std::size_t unprintable_bytes(std::string_view text, bool is_utf8) {
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    if (byte(0) < 0x20 || byte(0) == 0x7F || (byte(0) >= 0x80 && !is_utf8)) return 1;
    if (byte(0) == 0xC2 && byte(1) < 0xA0) return 2;  // U+0080 to U+009F
    // U+202A to U+202E and U+2066 to U+2069 turn the direction of what follows.
    if (byte(0) != 0xE2) return 0;
    const bool turns = (byte(1) == 0x80 && byte(2) >= 0xAA && byte(2) <= 0xAE) ||
                       (byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9);
    return turns ? 3 : 0;
}

std::string dump(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string printable(const std::string& text) {
    const bool is_utf8 = utf8_to_utf16(text).has_value();
    std::string shown;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t odd = unprintable_bytes(std::string_view(text).substr(i), is_utf8);
        for (const char c : text.substr(i, odd)) {
            std::array<char, 8> escaped{};
            std::snprintf(escaped.data(), escaped.size(), "\\x%02X", static_cast<unsigned char>(c));
            shown += escaped.data();
        }
        if (odd == 0) shown.push_back(text[i]);
        i += odd == 0 ? 1 : odd;
    }
    return shown;
}

void Output::line(const std::string& text) const {
    if (before_text) before_text();
    const std::string whole = text + "\n";  // in one piece: the thread that tells how far it is writes lines, too
    std::fwrite(whole.data(), 1, whole.size(), stdout);
}

void Output::log(Severity severity, const std::string& text, const Json& details) const {
    if (before_text) before_text();
    std::fflush(stdout);
    if (log_as_json) {
        Json entry = json_line("log");
        entry["time"] = archive::rfc3339(os::real_clock().now_unix_ms());
        entry["severity"] = severity == Severity::error ? "error" : severity == Severity::warning ? "warning" : "info";
        entry["message"] = text;
        entry.update(details);
        std::fprintf(stderr, "%s\n", dump(entry).c_str());
        return;
    }
    const std::string priority = log_is_journal ? "<" + std::to_string(static_cast<int>(severity)) + ">" : "";
    std::fprintf(stderr, "%sesebackup: %s%s\n", priority.c_str(), severity == Severity::warning ? "warning: " : "",
                 printable(text).c_str());
}

void Output::say(const std::string& text) const {
    if (quiet || json) return;
    log_as_json ? log(Severity::information, text) : line(printable(text));
}

void Output::detail(const std::string& text) const {
    if (verbose) say(text);
}

void Output::warn(const std::string& text) const {
    if (json) {
        Json warning = json_line("warning");
        warning["message"] = text;
        line(dump(warning));
        if (!log_as_json) return;
    }
    log(Severity::warning, text);
}

void Output::report(const std::string& text) const { log(Severity::information, text); }

void Output::event(const Json& value) const {
    if (!json) return;
    line(dump(value));
    std::fflush(stdout);
}

void Output::fail(const Error& error, const ExitCode& code, int status) const {
    if (json) line(dump(error_json(error, code, status)));
    const bool is_taken = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    if (json && is_taken && !log_as_json) return;
    if (log_as_json)
        log(Severity::error, error_text(error), {{"code", code.code}, {"exit", status}});
    else
        log(Severity::error, error_text(error) + " [" + std::string(code.code) + "]");
}

void Output::flush() const {
    if (std::fflush(stdout) != 0 || std::ferror(stdout))
        throw Error(ErrorKind::output, "standard output could not be written");
}

std::string error_text(const Error& error) {
    std::string text = error.file().empty() ? error.message() : error.file() + ": " + error.message();
    if (!error.hint().empty()) text += "; " + error.hint();
    if (error.jet() != 0) {
        const std::string name = backup::jet_error_name(error.jet());
        text += " (" + (name.empty() ? std::string("JET_ERR") : name) + ", " + std::to_string(error.jet()) + ")";
    }
    return text;
}

Json error_json(const Error& error, const ExitCode& code, int status) {
    Json line = json_line("error");
    line["code"] = code.code;
    line["exit"] = status;
    line["message"] = error.message();
    if (!error.file().empty()) line["file"] = error.file();
    if (error.jet() != 0) {
        line["jet_error"] = error.jet();
        line["jet_name"] = backup::jet_error_name(error.jet());
    }
    if (!error.hint().empty()) line["hint"] = error.hint();
    return line;
}

Json json_line(const char* type) { return Json{{"type", type}, {"schema", schema}}; }

std::string human_bytes(std::uint64_t bytes) {
    constexpr std::array units{"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; value >= 1024 && unit + 1 < units.size(); ++unit) value /= 1024;
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
    return text.data();
}

std::string counted(std::uint64_t count, const char* one) {
    return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

}  // namespace ese::cli
