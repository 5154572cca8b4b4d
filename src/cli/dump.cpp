#include "cli/dump.h"

#include <algorithm>
#include <cstdio>

#include "base/utf.h"
#include "format/database/page.h"
#include "format/database/page_checksum.h"

namespace ese::cli {

namespace {

std::string hex(ByteView bytes) {
    std::string text;
    for (const std::uint8_t byte : bytes) {
        char two[3];
        std::snprintf(two, sizeof two, "%02x", byte);
        text += two;
    }
    return text;
}

std::string hex(std::uint64_t value) {
    char text[24];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
    return text;
}

Json value_of(const format::Signature& signature) { return signature.is_zero() ? Json() : Json(signature.to_string()); }
Json value_of(const format::LogTime& time) { return time.is_zero() ? Json() : Json(time.to_string()); }
Json value_of(const format::Lgpos& position) { return position.is_zero() ? Json() : Json(position.to_string()); }
Json value_of(const format::BackupInfo& info) {
    if (info.is_zero()) return {};
    return {{"mark", value_of(info.mark)},
            {"time", value_of(info.time)},
            {"low", info.low.value()},
            {"high", info.high.value()}};
}
Json value_of(format::DatabaseState state) { return format::to_string(state); }

template <class T>
Json value_of(const T& value) {
    if constexpr (std::is_enum_v<T>) {
        return static_cast<std::uint32_t>(value);
    } else if constexpr (requires { value.value(); }) {
        return value.value();
    } else {
        return value;
    }
}

Json dump(const std::vector<format::AttachInfo>& attachments) {
    Json list = Json::array();
    for (const auto& attached : attachments) {
        list.push_back({{"dbid", attached.dbid},
                        {"path", utf16_to_utf8_lossy(attached.path())},
                        {"signature", value_of(attached.database)},
                        {"attach", value_of(attached.attach)},
                        {"consistent", value_of(attached.consistent)},
                        {"dbtime", attached.dbtime},
                        {"last_object", attached.last_object.value()}});
    }
    return list;
}

Json dump(const format::DbmsParam& parameters) {
    using Count = format::DbmsParam::Count;
    return {{"system_path", parameters.system_path()},
            {"log_path", parameters.log_path()},
            {"circular_logging", parameters.circular_logging()},
            {"sessions", parameters.count(Count::sessions)},
            {"log_buffers", parameters.count(Count::log_buffers)},
            {"log_sectors", parameters.count(Count::log_sectors)},
            {"cache_pages", parameters.count(Count::cache_pages)}};
}

}  // namespace

Json dump(const format::DatabaseHeader& header) {
    Json fields;
    fields["version"] = header.version().to_string();
    std::apply([&](const auto&... field) { ((fields[std::string(field.name)] = value_of(header.get(field))), ...); },
               format::header_field::all);
    return fields;
}

Json dump(const format::LogHeader& header) {
    return {{"generation", header.generation.value()},
            {"version", header.version.to_string()},
            {"created", value_of(header.created)},
            {"previous_created", value_of(header.previous_created)},
            {"signature", value_of(header.signature)},
            {"previous_checksum", hex(header.previous_checksum)},
            {"page_bytes", header.page_bytes},
            {"sectors", header.sectors},
            {"sector_bytes", header.sector_bytes},
            {"flags", hex(header.flags)},
            {"circular_logging", (header.flags & format::LogHeader::flag_circular) != 0},
            {"checkpoint", value_of(header.checkpoint)},
            {"engine_format", header.engine_format},
            {"parameters", dump(header.parameters)},
            {"attached", dump(header.attachments)}};
}

Json dump(const format::Checkpoint& checkpoint) {
    return {{"position", value_of(checkpoint.position)},
            {"consistency", value_of(checkpoint.consistency)},
            {"signature", value_of(checkpoint.log_signature)},
            {"full_backup", value_of(checkpoint.full_backup)},
            {"full_backup_time", value_of(checkpoint.full_backup_time)},
            {"incremental_backup", value_of(checkpoint.incremental_backup)},
            {"incremental_backup_time", value_of(checkpoint.incremental_backup_time)},
            {"last_full_backup_checkpoint", value_of(checkpoint.last_full_backup_checkpoint)},
            {"flags", hex(checkpoint.flags)},
            {"parameters", dump(checkpoint.parameters)},
            {"attached", checkpoint.has_attach_list() ? dump(checkpoint.attachments) : Json::array()}};
}

Json dump(const format::Trailer& trailer) {
    return {{"backup", value_of(trailer.backup)},
            {"database_signature", value_of(trailer.database_signature)},
            {"log_signature", value_of(trailer.log_signature)},
            {"min_required", trailer.min_required.value()},
            {"max_required", trailer.max_required.value()},
            {"max_committed", trailer.max_committed.value()},
            {"max_required_time", value_of(trailer.max_required_time)},
            {"max_committed_time", value_of(trailer.max_committed_time)}};
}

Json dump_page(ByteView page, PageNumber number) {
    const auto verdict = format::verify_page(page, number);
    Json result{{"page", number.value()}, {"check", format::to_string(verdict.state)}};
    if (verdict.state == format::PageState::uninitialised) return result;
    if (!verdict.usable()) {
        result["checksum_stored"] = hex(verdict.found);
        result["checksum_computed"] = hex(verdict.expected);
        if (verdict.state == format::PageState::wrong_page_number)
            result["written_for_page"] = verdict.found_page.value();
    }
    const format::PageView view(page);
    result["flags"] = format::page_flags_to_string(view.flags());
    result["dbtime"] = view.dbtime();
    result["previous"] = view.previous().value();
    result["next"] = view.next().value();
    result["object"] = view.object().value();
    result["free_bytes"] = view.free_bytes();
    result["free_offset"] = view.free_offset();
    result["tags"] = view.tag_count();
    const auto structure = format::check_page_structure(view);
    result["structure"] = structure.sound() ? "sound" : structure.problem;
    if (!structure.sound() || !view.is_tree_page()) return result;
    result["external_header"] = hex(view.external_header());
    Json nodes = Json::array();
    for (std::size_t i = 0; i < view.node_count(); ++i) {
        const auto node = view.node(i);
        nodes.push_back({{"flags", node.flags}, {"key", hex(node.key())}, {"data_bytes", node.data.size()}});
    }
    result["nodes"] = std::move(nodes);
    return result;
}

std::string to_text(const Json& value, int indent) {
    std::string text;
    const std::string margin(static_cast<std::size_t>(indent) * 2, ' ');
    for (const auto& [name, field] : value.items()) {
        const bool nested = field.is_object() || (field.is_array() && !field.empty());
        text += margin + (value.is_array() ? "- " + name : name) + ":";
        if (nested)
            text += "\n" + to_text(field, indent + 1);
        else if (field.is_null() || field.is_array())
            text += " -\n";
        else if (field.is_string())
            text += " " + printable(field.get<std::string>()) + "\n";
        else
            text += " " + field.dump() + "\n";
    }
    return text;
}

}  // namespace ese::cli
