#include "backup/move_journal.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/error.h"

namespace ese::backup {

namespace {

// Which file it is, whatever it is called: another one at its place must not be taken for it.
struct Identity {
    std::uint64_t inode = 0, size = 0;
    std::int64_t modified_unix_ms = 0;

    bool operator==(const Identity&) const = default;
};

struct Entry {
    Move move;
    Identity identity;
};

std::optional<Identity> identity_of(os::FileSystem& files, const std::string& path) {
    const auto info = files.info(path);
    if (!info) return std::nullopt;
    return Identity{info->inode, info->size, info->modified_unix_ms};
}

// Also a symbolic link that leads nowhere from the directory to which it was moved.
bool is_there(os::FileSystem& files, const std::string& path) {
    const std::string directory = os::directory_of(path);
    if (!files.info(directory)) return false;
    const auto names = files.list(directory);
    return std::ranges::find(names, os::name_of(path)) != names.end();
}

std::set<std::string> directories_of(const std::vector<Move>& moves) {
    std::set<std::string> directories;
    for (const Move& move : moves) directories.insert({os::directory_of(move.from), os::directory_of(move.to)});
    return directories;
}

// Fields that end with a zero byte, which no path has: what it is, from, to, inode, size, time.
constexpr std::size_t fields_of_entry = 6;
constexpr std::string_view found_text = "found", made_text = "made";

std::string to_text(const Entry& entry) {
    std::string text;
    for (const std::string& field :
         {std::string(entry.move.what == Move::What::found ? found_text : made_text), entry.move.from, entry.move.to,
          std::to_string(entry.identity.inode), std::to_string(entry.identity.size),
          std::to_string(entry.identity.modified_unix_ms)})
        text += field + '\0';
    return text;
}

template <class Number>
Number number_in(const std::string& text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        throw Error(ErrorKind::damage, "\"" + text + "\" is no number");
    return value;
}

std::vector<Entry> read_entries(os::FileSystem& files, const std::string& path) {
    const auto file = files.open(path, os::OpenMode::read);
    constexpr std::uint64_t most = std::uint64_t{64} << 20;
    if (file->size() > most) throw Error(ErrorKind::damage, "it is larger than any list of moves");
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(file->size()));
    file->read_exactly_at(0, bytes);
    std::vector<std::string> fields;
    for (auto at = bytes.begin(); at != bytes.end();) {
        const auto end = std::find(at, bytes.end(), std::uint8_t{0});
        if (end == bytes.end()) throw Error(ErrorKind::damage, "it ends in the middle");
        fields.emplace_back(at, end);
        at = end + 1;
    }
    if (fields.size() % fields_of_entry != 0) throw Error(ErrorKind::damage, "it ends in the middle");
    std::vector<Entry> entries;
    for (auto field = fields.begin(); field != fields.end(); field += fields_of_entry) {
        if (field[0] != found_text && field[0] != made_text)
            throw Error(ErrorKind::damage, "\"" + field[0] + "\" is no kind of file");
        if (!field[1].starts_with('/') || !field[2].starts_with('/'))
            throw Error(ErrorKind::damage, "it has a path that is not absolute");
        entries.push_back({{field[0] == found_text ? Move::What::found : Move::What::made, field[1], field[2]},
                           {number_in<std::uint64_t>(field[3]), number_in<std::uint64_t>(field[4]),
                            number_in<std::int64_t>(field[5])}});
    }
    return entries;
}

// The list lies where others may be able to write, too.
void require_within(const Move& move, const std::set<std::string>& directories, const std::string& list) {
    for (const std::string& path : {move.from, move.to}) {
        const std::string directory = os::directory_of(path);
        if (directories.contains(directory) || directories.contains(os::directory_of(directory))) continue;
        throw Error(ErrorKind::usage, "a restore of another backup was interrupted here: it moved " + path)
            .in_file(list)
            .with_hint("run that restore again first");
    }
}

// From where it was moved to, back to where it was.
void take_back(os::FileSystem& files, const Entry& entry) {
    const auto& [what, from, to] = entry.move;
    const bool moved = what == Move::What::made ? identity_of(files, to) == entry.identity : is_there(files, to);
    if (!moved) return;
    if (!is_there(files, from)) return files.rename_new(to, from);
    // On a file system without a rename that never replaces, both names are there for a moment.
    const auto here = files.info(from), there = files.info(to);
    if (here && there && here->inode == there->inode && here->device == there->device) return files.remove(to);
    throw Error(ErrorKind::usage, "a restore that was interrupted moved what was here to " + to +
                                      ", and something else has come to its place")
        .in_file(from)
        .with_hint("move away what is not to be kept; the same restore then puts back what it had moved");
}

}  // namespace

void MoveJournal::write(const std::vector<Move>& moves) {
    std::string text;
    for (const Move& move : moves) text += to_text({move, identity_of(files_, move.from).value_or(Identity())});
    const std::string draft = path_ + ".unrecovered";
    const auto list = files_.open(draft, os::OpenMode::create_or_truncate);
    list->write_at(0, ByteView(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
    list->sync();
    files_.rename(draft, path_);  // whole, or not there
    files_.sync_directory(os::directory_of(path_));
}

void MoveJournal::carry_out(const std::vector<Move>& moves) {
    // What is written down has to be there after a loss of power, too.
    for (const Move& move : moves)
        if (move.what == Move::What::made) files_.sync_directory(os::directory_of(move.from));
    write(moves);
    try {
        for (const Move& move : moves) {
            files_.make_directory(os::directory_of(move.to));
            files_.rename_new(move.from, move.to);
        }
        for (const std::string& directory : directories_of(moves)) files_.sync_directory(directory);
        files_.remove(path_);
        files_.sync_directory(os::directory_of(path_));
    } catch (...) {
        try {
            undo(directories_of(moves));
        } catch (const Error&) {  // the next run does it, and what went wrong first is what is told
        }
        throw;
    }
}

void MoveJournal::undo(const std::set<std::string>& directories) {
    if (!files_.info(path_)) return;
    std::vector<Entry> entries;
    try {
        entries = read_entries(files_, path_);
    } catch (const Error& error) {
        throw Error(ErrorKind::damage,
                    "what an interrupted restore moved can't be told from this list: " + error.message())
            .in_file(path_);
    }
    for (const Entry& entry : entries) require_within(entry.move, directories, path_);
    std::set<std::string> changed, aside;
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
        take_back(files_, *entry);
        changed.insert(os::directory_of(entry->move.from));
        (entry->move.what == Move::What::found ? aside : changed).insert(os::directory_of(entry->move.to));
    }
    for (const std::string& directory : aside)
        if (files_.info(directory) && files_.list(directory).empty()) files_.remove_directory(directory);
    for (const std::string& directory : changed)
        if (files_.info(directory)) files_.sync_directory(directory);
    files_.remove(path_);
    files_.sync_directory(os::directory_of(path_));
}

}  // namespace ese::backup
