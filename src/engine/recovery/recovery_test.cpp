// Recovery against what the original engine made of the same files.

#include "engine/recovery/recovery.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/error.h"
#include "engine/database/database.h"
#include "engine/instance/instance.h"
#include "format/database/page_checksum.h"
#include "os/faulty_file_system.h"
#include "unit/temp_directory.h"

using namespace ese;
using namespace ese::engine;
namespace hf = ese::format::header_field;
namespace page_flag = ese::format::page_flag;

namespace {

using Bytes = std::vector<std::uint8_t>;

struct LiveNode {
    Bytes key, data;
    bool operator==(const LiveNode&) const = default;
};

// Every tree of a database by its object number: the nodes that are not deleted, in order.
std::map<std::uint32_t, std::vector<LiveNode>> trees_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    const Bytes file{std::istreambuf_iterator<char>(in), {}};
    const auto picked = format::pick_header(file);
    REQUIRE(picked);
    const std::uint32_t page_bytes = picked->header.page_bytes();
    const auto page = [&](PageNumber number) {
        const std::uint64_t at = page_offset(number, page_bytes);
        REQUIRE(at + page_bytes <= file.size());
        return format::PageView(ByteView(file).subspan(static_cast<std::size_t>(at), page_bytes));
    };
    std::map<std::uint32_t, std::vector<LiveNode>> trees;
    for (std::uint32_t number = 1; page_offset(PageNumber(number), page_bytes) + page_bytes <= file.size(); ++number) {
        format::PageView view = page(PageNumber(number));
        if (is_all_zero(view.bytes())) continue;
        INFO("page " << number);
        CHECK(format::verify_page(view.bytes(), PageNumber(number)).usable());
        CHECK(format::check_page_structure(view).problem == "");
        if (!view.is_tree_page() || !view.has(page_flag::root) || view.has(page_flag::space_tree)) continue;
        auto& nodes = trees[view.object().value()];
        while (!view.has(page_flag::leaf)) view = page(view.child(0));
        while (true) {
            for (std::size_t i = 0; i < view.node_count(); ++i) {
                const auto node = view.node(i);
                if (!node.is_deleted()) nodes.push_back({node.key(), {node.data.begin(), node.data.end()}});
            }
            if (view.next() == PageNumber()) break;
            view = page(view.next());
        }
    }
    return trees;
}

Parameters parameters_for(const std::string& directory, std::uint32_t page_bytes, std::uint64_t log_bytes) {
    Parameters parameters;
    for (const auto id : {JET_paramSystemPath, JET_paramLogFilePath, JET_paramTempPath,
                          JET_paramAlternateDatabaseRecoveryPath})
        parameters.set_text(static_cast<std::uint32_t>(id), directory, false);
    parameters.set_number(JET_paramDatabasePageSize, page_bytes, false);
    parameters.set_number(JET_paramLogFileSize, log_bytes / 1024, false);
    return parameters;
}

// JetInit over a directory, and a proper end.
void recover(const std::string& directory, os::FileSystem& files = os::real_file_system()) {
    const auto log = open_log_file(os::real_file_system(), os::join(directory, "edb.log"));
    Instance instance(files, os::real_clock(), "recovery",
                      parameters_for(directory, log.header.page_bytes, log.header.file_bytes()));
    instance.init(0);
    instance.term(0);
}

void check_same_contents(const std::string& ours, const std::string& theirs) {
    const auto found = trees_of(ours), expected = trees_of(theirs);
    CHECK(found.size() == expected.size());
    for (const auto& [object, nodes] : expected) {
        INFO("object " << object);
        REQUIRE(found.contains(object));
        const auto& got = found.at(object);
        CHECK(got.size() == nodes.size());
        std::size_t different = 0;
        for (std::size_t i = 0; i < std::min(got.size(), nodes.size()); ++i) different += got[i] == nodes[i] ? 0 : 1;
        CHECK(different == 0);
    }
    const auto header = read_database_header(*os::real_file_system().open(ours, os::OpenMode::read), 0).header;
    CHECK(header.state() == format::DatabaseState::clean_shutdown);
    CHECK(header.get(hf::max_required) == Generation());
}

}  // namespace

TEST_CASE("Databases of killed runs recover to what the original engine makes of them") {
    for (const char* set : {"dirty-4k", "dirty-8k", "dirty-32k", "dirty-8k-circ", "dirty-8k-ddl", "torn-log-onebit",
                            "torn-log-zero-last-sector"}) {
        INFO(set);
        TempDirectory temp;
        if (!temp.copy_set(set, "files")) continue;
        const std::string recovered = std::string(std::getenv("ESEBACKUP_TEST_DATA")) + "/" + set + "/recovered/data.edb";
        try {
            recover(temp.path("files"));
        } catch (const Error& error) {
            FAIL_CHECK(set << ": " << error.what());
            continue;
        }
        check_same_contents(temp.path("files") + "/data.edb", recovered);
    }
}

TEST_CASE("Recovery that is killed at any write is recovered by the next one") {
    const char* set = GENERATE("dirty-4k", "dirty-8k", "dirty-8k-ddl", "dirty-32k");
    const TempDirectory original;
    if (!original.copy_set(set, "files")) {
        WARN("no data");
        return;
    }
    os::FaultyFileSystem counting(os::real_file_system());
    {
        const TempDirectory temp;
        REQUIRE(temp.copy_set(set, "files"));
        recover(temp.path("files"), counting);
    }
    const std::uint64_t calls = counting.calls();
    // Some forty places of each set, others in every set.
    const std::uint64_t step = std::max<std::uint64_t>(1, calls / 40);
    for (std::uint64_t call = 1 + calls % step; call <= calls; call += step) {
        INFO(set << ", killed at call " << call << " of " << calls);
        const TempDirectory temp;
        REQUIRE(temp.copy_set(set, "files"));
        os::FaultyFileSystem files(os::real_file_system());
        files.fail_at(call, os::FaultyFileSystem::Fault::death, JET_errDiskIO, false);
        try {
            recover(temp.path("files"), files);
        } catch (const Error&) {
        }
        recover(temp.path("files"));
        check_same_contents(temp.path("files") + "/data.edb",
                            std::string(std::getenv("ESEBACKUP_TEST_DATA")) + "/" + set + "/recovered/data.edb");
    }
}
