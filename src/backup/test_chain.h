#pragma once

// For tests: a chain that the original engine made (reference/chain-8k), in archives of this tool.

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "archive/writer.h"
#include "backup/manifest_facts.h"
#include "backup/restore.h"
#include "unit/temp_directory.h"

namespace ese::backup::test_chain {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

constexpr std::uint32_t page_bytes = 8192;
constexpr std::uint32_t log_bytes = 128 * 1024;

inline Bytes read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline std::optional<std::string> chain_set() {
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

    void pack(const std::string& part, archive::BackupKind kind, const std::string& to,
              const std::string& log_signature = "") {
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
        if (!log_signature.empty()) manifest.logs.signature = log_signature;
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
        const Opened opened(*this, choose(names, request.until, !request.logs.empty()));
        return backup::restore(os::real_file_system(), opened.inputs, request, Watch(),
                               [](std::uint32_t, std::uint32_t, const std::string&) {});
    }
    // Of all these archives, in this order.
    ReplayPlan plan(const std::vector<std::string>& names, const RestoreRequest& request) const {
        return plan_restore(os::real_file_system(), Opened(*this, names).inputs, request);
    }

    struct Opened {
        Opened(const ChainOfArchives& chain, const std::vector<std::string>& names) {
            for (const std::string& name : names) {
                files.push_back(os::real_file_system().open(chain.temp.path(name), os::OpenMode::read));
                inputs.push_back({files.back().get(), nullptr, name});
            }
        }
        std::vector<std::unique_ptr<os::File>> files;
        std::vector<ArchiveInput> inputs;
    };

    TempDirectory temp;
};

}  // namespace ese::backup::test_chain
