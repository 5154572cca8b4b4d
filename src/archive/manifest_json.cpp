#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include "archive/frame.h"
#include "archive/hostile_text.h"
#include "archive/manifest.h"
#include "archive/tar.h"
#include "base/error.h"

namespace ese::archive {

namespace {

using Out = nlohmann::ordered_json;  // fields come out in the order of the manual
using In = nlohmann::json;

constexpr std::array<std::string_view, 0> known_features{};  // that an archive may require

// --- writing -------------------------------------------------------------------------------------------------------

std::string dump(const Out& value) { return value.dump(-1, ' ', false, Out::error_handler_t::replace); }

// One line for each field, and for each element of the lists, so that a person can read it and grep it.
std::string to_lines(const Out& object) {
    std::string text = "{\n";
    bool first_field = true;
    for (const auto& [key, value] : object.items()) {
        if (!first_field) text += ",\n";
        first_field = false;
        text += dump(key) + ": ";
        if (!value.is_array() || value.empty() || !value.front().is_object()) {
            text += dump(value);
            continue;
        }
        text += "[";
        for (std::size_t i = 0; i < value.size(); ++i) text += (i == 0 ? "\n " : ",\n ") + dump(value[i]);
        text += "\n]";
    }
    return text + "\n}\n";
}

std::string hex_u64(std::uint64_t value) {
    std::uint8_t bytes[8];
    store_be(bytes, value);
    return to_hex(bytes);
}

const char* field_name(DigestKind kind) { return kind == DigestKind::sha256 ? "sha256" : "xxh3_128"; }

Out instance_to_json(const InstanceRecord& instance) {
    Out out{{"directory", instance.directory},
            {"log_directory", instance.log_directory},
            {"system_directory", instance.system_directory},
            {"base_name", instance.base_name},
            {"page_bytes", instance.page_bytes},
            {"log_file_bytes", instance.log_file_bytes},
            {"log_signature", instance.log_signature}};
    if (instance.served_by)
        out["served_by"] = {{"process", instance.served_by->process}, {"socket", instance.served_by->socket}};
    return out;
}

Out identity_to_json(const BackupIdentity& identity) {
    return Out{{"format", {{"major", identity.format.major}, {"minor", identity.format.minor}}},
               {"features_required", identity.features_required},
               {"features_optional", identity.features_optional},
               {"id", identity.id},
               {"kind", to_string(identity.kind)},
               {"tool", identity.tool},
               {"host", identity.host},
               {"instance", instance_to_json(identity.instance)},
               {"started", identity.started}};
}

void put_mark(Out& marks, const char* key, const std::optional<BackupMark>& mark) {
    if (!mark) return;
    marks[key] =
        Out{{"mark", mark->mark}, {"time", mark->time}, {"gen_low", mark->gen_low}, {"gen_high", mark->gen_high}};
}

Out to_json(const DatabaseRecord& database) {
    Out marks = Out::object();
    put_mark(marks, "full_prev", database.marks.full_prev);
    put_mark(marks, "inc_prev", database.marks.inc_prev);
    put_mark(marks, "copy_prev", database.marks.copy_prev);
    put_mark(marks, "diff_prev", database.marks.diff_prev);
    put_mark(marks, "current", database.marks.current);
    Out damage = Out::array();
    for (const PageDamage& page : database.damage) {
        damage.push_back(
            Out{{"page", page.page}, {"reason", page.reason}, {"expected", page.expected}, {"found", page.found}});
    }
    Out out = Out::object();
    if (!database.member.empty()) out["member"] = database.member;
    out["original_path"] = database.original_path;
    out["signature"] = database.signature;
    out["state"] = database.state;
    out["page_bytes"] = database.page_bytes;
    out["pages"] = database.pages;
    out["backup_marks"] = std::move(marks);
    out["required_logs"] =
        Out{{"min", database.required.min}, {"max", database.required.max}, {"committed", database.required.committed}};
    out["damage"] = std::move(damage);
    return out;
}

Out to_json(const LogsRecord& logs) {
    Out generations = Out::array();
    for (const GenerationRecord& log : logs.generations) {
        Out entry{{"generation", log.generation},
                  {"member", log.member},
                  {"created", log.created},
                  {"previous_created", log.previous_created},
                  {"accumulated_checksum_previous", hex_u64(log.accumulated_checksum_previous)}};
        if (log.accumulated_checksum) entry["accumulated_checksum"] = hex_u64(*log.accumulated_checksum);
        generations.push_back(std::move(entry));
    }
    return Out{{"signature", logs.signature},
               {"first", logs.first},
               {"last", logs.last},
               {"generations", std::move(generations)}};
}

Out to_json(const MemberRecord& member) {
    return Out{{"path", member.path},
               {"size", member.size},
               {field_name(member.digest_kind), member.digest},
               {"frame", member.frame},
               {"offset_in_frame", member.offset_in_frame},
               {"pages_checked", member.pages_checked}};
}

Out to_json(const FrameRecord& frame) {
    return Out{{"raw_bytes", frame.raw_bytes},
               {"compressed_bytes", frame.compressed_bytes},
               {"xxh3_128", to_hex(frame.xxh3_128)},
               {"sha256", to_hex(frame.sha256)}};
}

template <class Record>
Out list_to_json(const std::vector<Record>& records) {
    Out out = Out::array();
    for (const Record& record : records) out.push_back(to_json(record));
    return out;
}

// --- reading -------------------------------------------------------------------------------------------------------

// A value and how it is reached, so that a complaint can name it.
class Field {
 public:
    Field(const In& value, std::string name) : value_(value), parent_(nullptr), key_(std::move(name)) {}
    Field(const In& value, const Field& parent, std::string key)
        : value_(value), parent_(&parent), key_(std::move(key)) {}

    std::string name() const {
        return parent_ == nullptr ? key_ : parent_->name() + (key_.starts_with('[') ? "" : ".") + key_;
    }
    [[noreturn]] void fail(const std::string& must) const {
        throw Error(ErrorKind::damage, name() + " must be " + must);
    }

    bool has(const char* key) const { return value_.is_object() && value_.contains(key); }
    Field at(const char* key) const {
        if (!value_.is_object()) fail("an object");
        const auto found = value_.find(key);
        if (found == value_.end()) throw Error(ErrorKind::damage, name() + " has no \"" + key + "\"");
        return Field(*found, *this, key);
    }
    template <class Int>
    void get(Int& into) const {
        constexpr std::uint64_t max = std::numeric_limits<Int>::max();
        if (!value_.is_number_unsigned() || value_.get<std::uint64_t>() > max) {
            fail("a whole number from 0 to " + std::to_string(max));
        }
        into = static_cast<Int>(value_.get<std::uint64_t>());
    }
    void get(std::string& into) const {
        if (!value_.is_string()) fail("text");
        into = value_.get_ref<const std::string&>();
    }
    std::string text() const {
        std::string result;
        get(result);
        return result;
    }
    std::string text_if(bool (*is_valid)(std::string_view), const char* must) const {
        std::string result = text();
        if (!is_valid(result)) fail(must);
        return result;
    }
    std::string hex(std::size_t digits) const {
        std::string result = text();
        if (!is_hex(result, digits)) fail(std::to_string(digits) + " hexadecimal digits in lower case");
        return result;
    }
    template <class Record, class Read>
    void list(std::vector<Record>& into, Read read) const {
        if (!value_.is_array()) fail("a list");
        into.reserve(value_.size());
        for (std::size_t i = 0; i < value_.size(); ++i) {
            const Field element(value_[i], *this, "[" + std::to_string(i) + "]");
            into.push_back(read(element));
        }
    }

 private:
    const In& value_;
    const Field* parent_;
    std::string key_;
};

std::string time_of(const Field& field) {
    return field.text_if(is_rfc3339_utc, "a time in UTC like 2024-05-01T12:34:56Z");
}
// The engine makes names of files of it.
bool is_base_name(std::string_view text) {
    return text.size() == 3 && is_safe_member_path(text) && text.find('/') == std::string_view::npos;
}
std::uint64_t checksum_of(const Field& field) { return std::stoull(field.hex(16), nullptr, 16); }
std::string path_of(const Field& field) { return field.text_if(is_safe_member_path, "a relative path without \"..\""); }

BackupKind kind_of(const Field& field) {
    const std::string text = field.text();
    for (const BackupKind kind :
         {BackupKind::full, BackupKind::incremental, BackupKind::differential, BackupKind::copy}) {
        if (text == to_string(kind)) return kind;
    }
    field.fail("full, incremental, differential or copy");
}

std::size_t count_names(const In& value) {
    std::size_t names = value.is_object() ? value.size() : 0;
    for (const In& element : value) {
        if (element.is_structured()) names += count_names(element);
    }
    return names;
}

In parse_json(ByteView text, const std::string& name, std::uint64_t max_bytes) {
    if (text.size() > max_bytes)
        throw Error(ErrorKind::damage, name + " has " + std::to_string(text.size()) + " bytes, and at most " +
                                           std::to_string(max_bytes) + " are possible");
    const std::size_t names = check_json_limits(text, name);
    try {
        In json = In::parse(text.begin(), text.end());
        // Readers differ in which one they take.
        if (json.is_structured() && count_names(json) != names)
            throw Error(ErrorKind::damage, name + " has a field twice");
        return json;
    } catch (const In::parse_error& error) {
        throw Error(ErrorKind::damage, name + " is not JSON, at byte " + std::to_string(error.byte));
    } catch (const In::exception& error) {
        throw Error(ErrorKind::damage, name + " is not JSON: " + error.what());
    }
}

// First of all, because nothing else has to hold for an archive of the future.
void read_version(const Field& root, BackupIdentity& into) {
    const Field format = root.at("format");
    format.at("major").get(into.format.major);
    format.at("minor").get(into.format.minor);
    const auto needs_newer = [&](const std::string& what) {
        return Error(ErrorKind::not_possible, "this archive " + what + ", which this version of esebackup cannot read")
            .with_hint("read it with a newer esebackup; zstd -dc ARCHIVE | tar x gives its files");
    };
    if (into.format.major > format_major) {
        throw needs_newer("has format version " + std::to_string(into.format.major) + "." +
                          std::to_string(into.format.minor));
    }
    if (into.format.major == 0) format.at("major").fail("1 or more");
    const auto text = [](const Field& field) { return field.text(); };
    root.at("features_required").list(into.features_required, text);
    root.at("features_optional").list(into.features_optional, text);
    for (const std::string& feature : into.features_required) {
        if (std::find(known_features.begin(), known_features.end(), feature) == known_features.end()) {
            throw needs_newer("needs the feature \"" + feature + "\"");
        }
    }
}

void read_identity(const Field& root, BackupIdentity& into) {
    read_version(root, into);
    into.id = root.at("id").text_if(is_uuid, "a UUID in lower case");
    into.kind = kind_of(root.at("kind"));
    root.at("tool").get(into.tool);
    root.at("host").get(into.host);
    const Field instance = root.at("instance");
    instance.at("directory").get(into.instance.directory);
    instance.at("log_directory").get(into.instance.log_directory);
    instance.at("system_directory").get(into.instance.system_directory);
    into.instance.base_name = instance.at("base_name").text_if(is_base_name, "three characters of a file's name");
    instance.at("page_bytes").get(into.instance.page_bytes);
    instance.at("log_file_bytes").get(into.instance.log_file_bytes);
    instance.at("log_signature").get(into.instance.log_signature);
    if (instance.has("served_by")) {
        const Field server = instance.at("served_by");
        into.instance.served_by = InstanceRecord::Server{};
        server.at("process").get(into.instance.served_by->process);
        server.at("socket").get(into.instance.served_by->socket);
    }
    into.started = time_of(root.at("started"));
}

std::optional<BackupMark> read_mark(const Field& marks, const char* key) {
    if (!marks.has(key)) return std::nullopt;
    const Field field = marks.at(key);
    BackupMark mark;
    field.at("mark").get(mark.mark);
    field.at("time").get(mark.time);
    field.at("gen_low").get(mark.gen_low);
    field.at("gen_high").get(mark.gen_high);
    return mark;
}

PageDamage read_damage(const Field& field) {
    PageDamage damage;
    field.at("page").get(damage.page);
    field.at("reason").get(damage.reason);
    field.at("expected").get(damage.expected);
    field.at("found").get(damage.found);
    return damage;
}

DatabaseRecord read_database(const Field& field) {
    DatabaseRecord database;
    if (field.has("member")) database.member = path_of(field.at("member"));
    field.at("original_path").get(database.original_path);
    field.at("signature").get(database.signature);
    field.at("state").get(database.state);
    field.at("page_bytes").get(database.page_bytes);
    field.at("pages").get(database.pages);
    const Field marks = field.at("backup_marks");
    database.marks = {read_mark(marks, "full_prev"), read_mark(marks, "inc_prev"), read_mark(marks, "copy_prev"),
                      read_mark(marks, "diff_prev"), read_mark(marks, "current")};
    const Field required = field.at("required_logs");
    required.at("min").get(database.required.min);
    required.at("max").get(database.required.max);
    required.at("committed").get(database.required.committed);
    field.at("damage").list(database.damage, read_damage);
    return database;
}

GenerationRecord read_generation(const Field& field) {
    GenerationRecord log;
    field.at("generation").get(log.generation);
    log.member = path_of(field.at("member"));
    field.at("created").get(log.created);
    field.at("previous_created").get(log.previous_created);
    log.accumulated_checksum_previous = checksum_of(field.at("accumulated_checksum_previous"));
    if (field.has("accumulated_checksum")) log.accumulated_checksum = checksum_of(field.at("accumulated_checksum"));
    return log;
}

LogsRecord read_logs(const Field& field) {
    LogsRecord logs;
    field.at("signature").get(logs.signature);
    field.at("first").get(logs.first);
    field.at("last").get(logs.last);
    const Field generations = field.at("generations");
    generations.list(logs.generations, read_generation);
    const bool none = logs.generations.empty();
    if ((none ? 0 : logs.generations.front().generation) != logs.first ||
        (none ? 0 : logs.generations.back().generation) != logs.last) {
        generations.fail("the generations from \"first\" to \"last\"");
    }
    for (std::size_t i = 0; i < logs.generations.size(); ++i) {
        if (logs.generations[i].generation != std::uint64_t{logs.first} + i) generations.fail("consecutive");
    }
    return logs;
}

MemberRecord read_member(const Field& field) {
    MemberRecord member;
    member.path = path_of(field.at("path"));
    field.at("size").get(member.size);
    const bool sha = field.has("sha256");
    member.digest_kind = sha ? DigestKind::sha256 : DigestKind::xxh3_128;
    member.digest = field.at(field_name(member.digest_kind)).hex(sha ? 64 : 32);
    field.at("frame").get(member.frame);
    field.at("offset_in_frame").get(member.offset_in_frame);
    field.at("pages_checked").get(member.pages_checked);
    return member;
}

FrameRecord read_frame(const Field& field) {
    FrameRecord frame;
    field.at("raw_bytes").get(frame.raw_bytes);
    field.at("compressed_bytes").get(frame.compressed_bytes);
    from_hex(field.at("xxh3_128").hex(2 * frame.xxh3_128.size()), frame.xxh3_128);
    from_hex(field.at("sha256").hex(2 * frame.sha256.size()), frame.sha256);
    return frame;
}

void read_frames(const Field& root, Manifest& into) {
    const Field frames = root.at("frames");
    frames.at("count").get(into.frames.count);
    frames.at("raw_bytes").get(into.frames.raw_bytes);
    frames.at("compressed_bytes").get(into.frames.compressed_bytes);
    const Field of_list = root.at("frames_of_list");
    of_list.list(into.frames_of_list, read_frame);
    FrameSums sums;
    for (const FrameRecord& frame : into.frames_of_list) sums.add(frame.raw_bytes, frame.compressed_bytes);
    if (sums.count == 0 || sums.count >= into.frames.count || sums.raw_bytes > into.frames.raw_bytes ||
        sums.compressed_bytes > into.frames.compressed_bytes) {
        of_list.fail("the last of the frames");
    }
}

// Members lie one after the other; the last one is the list of frames, which starts the frames that it does not list.
void check_places(const Manifest& manifest, const std::string& name) {
    std::uint64_t frame = 0, offset = 0, left = manifest.frames.raw_bytes;
    for (std::size_t i = 0; i < manifest.members.size(); ++i) {
        const MemberRecord& member = manifest.members[i];
        const bool behind = member.frame > frame || (member.frame == frame && member.offset_in_frame >= offset);
        if (!behind || member.frame >= manifest.frames.count || member.offset_in_frame > max_frame_raw_bytes ||
            member.size > left) {
            throw Error(ErrorKind::damage, name + ": members[" + std::to_string(i) + "] has no place in the frames");
        }
        frame = member.frame;
        offset = member.offset_in_frame;
        left -= member.size;
    }
    if (frame != manifest.frames_listed())
        throw Error(ErrorKind::damage, name + ": " + frames_name + " is not where the frames end that it lists");
}

void check_members(const Manifest& manifest, const std::string& name) {
    std::set<std::string_view> paths;
    for (const MemberRecord& member : manifest.members) {
        if (!paths.insert(member.path).second)
            throw Error(ErrorKind::damage, name + ": members has \"" + member.path + "\" twice");
    }
    if (manifest.members.size() < 2 || manifest.members.front().path != begin_name ||
        manifest.members.back().path != frames_name) {
        throw Error(ErrorKind::damage,
                    name + ": members does not begin with " + begin_name + " and end with " + frames_name);
    }
    for (const char* reserved : {manifest_name, commit_name}) {
        if (paths.contains(reserved)) throw Error(ErrorKind::damage, name + ": members has " + reserved);
    }
    const auto must_exist = [&](const std::string& member, const std::string& where) {
        if (!paths.contains(member))
            throw Error(ErrorKind::damage, name + ": " + where + " names \"" + member + "\", which is not in members");
    };
    for (const DatabaseRecord& database : manifest.databases) {
        if (!database.member.empty()) must_exist(database.member, "databases");
    }
    for (const GenerationRecord& log : manifest.logs.generations) must_exist(log.member, "logs");
}

}  // namespace

std::string to_json(const BeginRecord& record) {
    Out out = identity_to_json(record);
    out["member_digest"] = field_name(record.member_digest);
    Out& databases = out["databases"] = Out::array();
    for (const BeginDatabase& database : record.databases) {
        Out entry = Out::object();
        if (!database.member.empty()) entry["member"] = database.member;
        entry["original_path"] = database.original_path;
        entry["bytes"] = database.bytes;
        databases.push_back(std::move(entry));
    }
    return to_lines(out);
}

std::string to_json(const Manifest& manifest) {
    Out out = identity_to_json(manifest);
    out["finished"] = manifest.finished;
    out["databases"] = list_to_json(manifest.databases);
    out["logs"] = to_json(manifest.logs);
    out["consistent_through"] =
        Out{{"generation", manifest.consistent_through.generation}, {"time", manifest.consistent_through.time}};
    if (const auto& plan = manifest.truncation_planned) {
        out["truncation_planned"] = Out{{"first", plan->first}, {"last", plan->last}, {"bound", plan->bound}};
    }
    out["warnings"] = manifest.warnings;
    out["members"] = list_to_json(manifest.members);
    out["frames"] = Out{{"count", manifest.frames.count},
                        {"raw_bytes", manifest.frames.raw_bytes},
                        {"compressed_bytes", manifest.frames.compressed_bytes}};
    out["frames_of_list"] = list_to_json(manifest.frames_of_list);
    return to_lines(out);
}

BeginRecord parse_begin_record(ByteView text) {
    const std::string name = begin_name;
    const In json = parse_json(text, name, max_begin_record_bytes);
    const Field root(json, name);
    BeginRecord record;
    read_identity(root, record);
    const Field digest = root.at("member_digest");
    const std::string kind = digest.text();
    if (kind != "xxh3_128" && kind != "sha256") digest.fail("xxh3_128 or sha256");
    record.member_digest = kind == "sha256" ? DigestKind::sha256 : DigestKind::xxh3_128;
    root.at("databases").list(record.databases, [](const Field& field) {
        BeginDatabase database;
        if (field.has("member")) database.member = path_of(field.at("member"));
        field.at("original_path").get(database.original_path);
        field.at("bytes").get(database.bytes);
        return database;
    });
    return record;
}

Manifest parse_manifest(ByteView text) {
    const std::string name = manifest_name;
    const In json = parse_json(text, name, max_manifest_bytes);
    const Field root(json, name);
    Manifest manifest;
    read_identity(root, manifest);
    manifest.finished = time_of(root.at("finished"));
    root.at("databases").list(manifest.databases, read_database);
    manifest.logs = read_logs(root.at("logs"));
    const Field through = root.at("consistent_through");
    through.at("generation").get(manifest.consistent_through.generation);
    through.at("time").get(manifest.consistent_through.time);
    if (root.has("truncation_planned")) {
        const Field plan = root.at("truncation_planned");
        manifest.truncation_planned.emplace();
        plan.at("first").get(manifest.truncation_planned->first);
        plan.at("last").get(manifest.truncation_planned->last);
        plan.at("bound").get(manifest.truncation_planned->bound);
    }
    root.at("warnings").list(manifest.warnings, [](const Field& field) { return field.text(); });
    root.at("members").list(manifest.members, read_member);
    read_frames(root, manifest);
    check_members(manifest, name);
    check_places(manifest, name);
    return manifest;
}

}  // namespace ese::archive
