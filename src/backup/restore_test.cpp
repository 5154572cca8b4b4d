// A chain that the original engine made (reference/chain-8k), in archives of this tool, restored to each of its ends
// and to places between them.

#include "backup/restore.h"

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "archive/writer.h"
#include "backup/manifest_facts.h"
#include "esent.h"
#include "unit/database_contents.h"
#include "unit/temp_directory.h"

namespace ese::backup {

namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

constexpr std::uint32_t page_bytes = 8192;
constexpr std::uint32_t log_bytes = 128 * 1024;

Bytes read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::optional<std::string> chain_set() {
    const char* data = std::getenv("ESEBACKUP_TEST_DATA");
    if (!data || !fs::exists(std::string(data) + "/chain-8k")) {
        WARN("skipped: chain-8k is not there");
        return std::nullopt;
    }
    return std::string(data) + "/chain-8k";
}

// Puts the files that one backup of the original wrote into an archive.
class Packer {
 public:
    explicit Packer(std::string set) : set_(std::move(set)) {}

    void pack(const std::string& part, archive::BackupKind kind, const std::string& to) {
        archive::BeginRecord begin;
        std::array<std::uint8_t, 10> random{};
        random[0] = ++count_;
        begin.kind = kind;
        begin.id = archive::make_backup_id(1700000000000 + count_, random);
        begin.started = archive::rfc3339(1700000000000 + count_ * 60'000);
        begin.instance = {
            "C:\\ese\\chain-8k\\", "C:\\ese\\chain-8k\\", "C:\\ese\\chain-8k\\", "edb", page_bytes, log_bytes, ""};
        archive::Manifest manifest;
        static_cast<archive::BackupIdentity&>(manifest) = begin;
        archive::FileSink sink(os::real_file_system(), to, 1);
        archive::Writer writer(sink, begin, {});
        if (kind == archive::BackupKind::full) pack_databases(part, writer);
        manifest.databases = databases_;
        if (kind != archive::BackupKind::full) {
            for (auto& database : manifest.databases) {
                database.member.clear();
                database.marks.full_prev = database.marks.current;
            }
        }
        pack_logs(part, writer, manifest);
        manifest.finished = begin.started;
        writer.finish(manifest);
    }

 private:
    void pack_databases(const std::string& part, archive::Writer& writer) {
        for (const char* name : {"data.edb", "second.edb"}) {
            const std::string member = database_member(databases_.size(), name);
            const Bytes stream = read_file(set_ + "/files/" + part + "/" + name);
            add(writer, member, stream, archive::Writer::starts_frame);
            const ByteView all = stream;
            databases_.push_back(database_record(all.first(page_bytes), all.last(page_bytes), member,
                                                 "C:\\ese\\chain-8k\\" + std::string(name), stream.size()));
        }
    }

    void pack_logs(const std::string& part, archive::Writer& writer, archive::Manifest& manifest) {
        std::vector<fs::path> logs;
        for (const auto& entry : fs::directory_iterator(set_ + "/files/" + part))
            if (entry.path().extension() == ".log") logs.push_back(entry.path());
        std::sort(logs.begin(), logs.end());
        for (const fs::path& path : logs) {
            const Bytes file = read_file(path);
            const std::string member = log_member(path.string());
            add(writer, member, file, archive::Writer::shares_frame);
            const auto header = format::parse_log_header(ByteView(file).first(format::log_sector_bytes));
            manifest.logs.signature = header.signature.to_string();
            manifest.logs.generations.push_back(generation_record(header, member));
        }
        manifest.logs.first = manifest.logs.generations.front().generation;
        manifest.logs.last = manifest.logs.generations.back().generation;
        manifest.consistent_through = {manifest.logs.last, manifest.started};
    }

    static void add(archive::Writer& writer, const std::string& member, const Bytes& bytes,
                    archive::Writer::FrameUse use) {
        writer.begin_member(member, bytes.size(), use);
        writer.write(bytes);
        writer.end_member();
    }

    std::string set_;
    std::uint8_t count_ = 0;
    std::vector<archive::DatabaseRecord> databases_;
};

struct ChainOfArchives {
    explicit ChainOfArchives(const std::string& set) {
        Packer packer(set);
        packer.pack("full", archive::BackupKind::full, temp.path("full"));
        packer.pack("inc1", archive::BackupKind::incremental, temp.path("inc1"));
        packer.pack("inc2", archive::BackupKind::incremental, temp.path("inc2"));
    }

    // The archives with these names in the order that choose_chain() makes of them.
    std::vector<std::string> choose(const std::vector<std::string>& names, const std::optional<StopPosition>& until,
                                    bool more_logs = false) const {
        std::vector<std::pair<std::string, archive::Manifest>> archives;
        for (const std::string& name : names) {
            const auto file = os::real_file_system().open(temp.path(name), os::OpenMode::read);
            archives.emplace_back(name, archive::Archive(*file).manifest());
        }
        std::vector<std::string> chosen;
        for (const std::size_t index : choose_chain(archives, until, more_logs)) chosen.push_back(names[index]);
        return chosen;
    }

    RestoreResult restore(const std::vector<std::string>& names, const RestoreRequest& request) const {
        std::vector<std::unique_ptr<os::File>> files;
        std::vector<ArchiveInput> inputs;
        for (const std::string& name : choose(names, request.until, !request.logs.empty())) {
            files.push_back(os::real_file_system().open(temp.path(name), os::OpenMode::read));
            inputs.push_back({files.back().get(), nullptr, name});
        }
        return backup::restore(os::real_file_system(), inputs, request, Watch(),
                               [](std::uint32_t, std::uint32_t, const std::string&) {});
    }

    TempDirectory temp;
};

std::int32_t refusal(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.jet();
    }
    return JET_errSuccess;
}

}  // namespace

TEST_CASE("A chain of archives is restored to each of its ends, whatever the order they are given in") {
    const auto set = chain_set();
    if (!set) return;
    const ChainOfArchives chain(*set);
    struct End {
        std::string name;
        std::vector<std::string> archives;
        bool live;
    };
    for (const End& end : {End{"full", {"full"}, false}, End{"full+inc1", {"inc1", "full"}, false},
                           End{"full+inc1+inc2", {"inc2", "full", "inc1"}, false},
                           End{"full+inc1+inc2+live", {"inc1", "inc2", "full"}, true}}) {
        INFO(end.name);
        RestoreRequest request;
        request.target = chain.temp.path("to-" + end.name);
        if (end.live) request.logs = *set + "/files/live";
        chain.restore(end.archives, request);
        for (const char* database : {"/data.edb", "/second.edb"})
            test::check_same_contents(request.target + database, *set + "/recovered/" + end.name + database);
    }
}

TEST_CASE("A position within a chain is reached through the archives that it takes") {
    const auto set = chain_set();
    if (!set) return;
    const ChainOfArchives chain(*set);
    const std::vector<std::string> all{"inc2", "inc1", "full"};
    CHECK(chain.choose(all, Generation(8)) == std::vector<std::string>{"full"});
    CHECK(chain.choose(all, Generation(9)) == std::vector<std::string>{"full", "inc1"});
    CHECK(chain.choose(all, Generation(14)) == std::vector<std::string>{"full", "inc1", "inc2"});
    CHECK(chain.choose(all, Generation(15), true) == std::vector<std::string>{"full", "inc1", "inc2"});
    CHECK(refusal([&] { chain.choose(all, Generation(15)); }) == JET_errRequiredLogFilesMissing);
    CHECK(refusal([&] { chain.choose(all, Generation(5)); }) == JET_errEndingRestoreLogTooLow);
    CHECK(refusal([&] { chain.choose({"full", "inc2"}, std::nullopt); }) == JET_errRequiredLogFilesMissing);
}

TEST_CASE("A restore until the end of a backup's generations is that backup's state") {
    const auto set = chain_set();
    if (!set) return;
    const ChainOfArchives chain(*set);
    struct Stop {
        std::string name;
        std::uint32_t generation;
    };
    for (const Stop& stop : {Stop{"full", 8}, Stop{"full+inc1", 11}, Stop{"full+inc1+inc2", 14}}) {
        INFO(stop.name);
        RestoreRequest request;
        request.target = chain.temp.path("until-" + stop.name);
        request.logs = *set + "/files/live";
        request.until = Generation(stop.generation);
        const RestoreResult result = chain.restore({"full", "inc1", "inc2"}, request);
        REQUIRE(result.stopped_at);
        CHECK(result.stopped_at->generation == Generation(stop.generation));
        for (const char* database : {"/data.edb", "/second.edb"})
            test::check_same_contents(request.target + database, *set + "/recovered/" + stop.name + database);
    }
}

TEST_CASE("A time stands for the last log segment that was begun by then") {
    const auto set = chain_set();
    if (!set) return;
    const std::string live = *set + "/files/live";
    const auto header =
        format::parse_log_header(ByteView(read_file(live + "/edb0000D.log")).first(format::log_sector_bytes));
    const auto find = [&](std::int64_t unix_ms) {
        return find_stop_position(os::real_file_system(), {live}, format::LogNaming(), StopTime{unix_ms});
    };
    const std::int64_t created = header.created.to_unix_ms();
    CHECK(find(created - 1).generation <= Generation(12));
    const format::Lgpos at = find(created + 1);
    CHECK(at.generation >= Generation(12));
    CHECK(at.generation <= Generation(13));
    CHECK(find(created + 86'400'000).generation == Generation(17));
    CHECK(refusal([&] { find(created - 86'400'000); }) == JET_errEndingRestoreLogTooLow);
}

TEST_CASE("A position before the end of the full backup is refused, and nothing gets its name") {
    const auto set = chain_set();
    if (!set) return;
    const ChainOfArchives chain(*set);
    RestoreRequest request;
    request.target = chain.temp.path("too-early");
    request.until = format::Lgpos{Generation(8), 1, 0};
    CHECK(refusal([&] { chain.restore({"full", "inc1"}, request); }) == JET_errEndingRestoreLogTooLow);
    CHECK_FALSE(fs::exists(request.target + "/data.edb"));
}

}  // namespace ese::backup
