// Logs that end anywhere: recovery leaves what the transactions committed up to there have left, and nothing else.

#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "base/error.h"
#include "engine/instance/instance.h"
#include "engine/recovery/log_cut.h"
#include "engine/recovery/log_sequence.h"
#include "engine/recovery/redo.h"
#include "unit/log_meaning.h"
#include "unit/temp_directory.h"

using namespace ese;
using namespace ese::engine;
using test::Meaning;

namespace {

constexpr std::uint8_t the_database = 1;  // its dbid: these streams have one

// A log stream from its first generation on, and no database.
struct Stream {
    TempDirectory temp;
    std::string data;

    explicit Stream(const std::string& set) {
        const char* const root = std::getenv("ESEBACKUP_TEST_DATA");
        if (!root || !std::filesystem::exists(std::filesystem::path(root) / set / "files")) return;
        data = std::string(root) + "/" + set;
        put_logs(temp.path("logs"));
    }
    void put_logs(const std::string& directory) const {
        std::filesystem::create_directory(directory);
        for (const auto& entry : std::filesystem::directory_iterator(data + "/files"))
            if (entry.path().extension() == ".log" && entry.path().stem() != "edbtmp")
                std::filesystem::copy(entry.path(), directory);
    }
    LogSequence logs() const {
        os::FileSystem& files = os::real_file_system();
        const auto directory = scan_log_directory(files, temp.path("logs"), {"edb", true, true});
        const LogFile last = open_log_file(files, directory.current_path());
        return {files, directory, {directory.current_path(), last.header, last.scan()}, std::nullopt};
    }
};

// What every position means, for those that are asked for: told one after the other, as all of them together may be more
// than memory holds.
void tell_meanings(const Stream& stream, const std::set<format::Lgpos>& asked,
                   const std::function<void(const format::Lgpos&, const Meaning::Contents&)>& tell) {
    const LogSequence logs = stream.logs();
    const std::string path = stream.temp.path("replayed.edb");
    RedoSurroundings surroundings{&os::real_file_system(),
                                  &os::real_clock(),
                                  logs.last().header.signature,
                                  std::size_t{64} << 20,
                                  [&](const std::string&, const format::Signature&) { return path; },
                                  logs.last().header.generation,
                                  logs.last().header.created};
    surroundings.page_bytes = logs.last().header.page_bytes;
    Redo redo(std::move(surroundings));
    Meaning meaning;
    std::size_t told = 0;
    const auto node_at = [&](const format::PageHead& head) {
        return redo.attached().at(head.dbid).database->cache().page(head.page).view().node(head.line);
    };
    logs.for_each_record([&](const std::vector<format::AttachInfo>& list,
                             const format::Lgpos& start) { redo.attach_listed(list, start); },
                         [&](const format::LogRecord& record) {
                             meaning.apply(record, node_at);
                             redo.replay(record);
                             if (!asked.contains(record.position)) return;
                             tell(record.position, meaning.committed());
                             ++told;
                         });
    CHECK(told == asked.size());
}

// Recovery of the logs up to `stop`, from no database at all.
void recover_to(const Stream& stream, const std::string& directory, const format::Lgpos& stop) {
    stream.put_logs(directory);
    const auto log = open_log_file(os::real_file_system(), directory + "/edb.log");
    Parameters parameters;
    for (const auto id :
         {JET_paramSystemPath, JET_paramLogFilePath, JET_paramTempPath, JET_paramAlternateDatabaseRecoveryPath})
        parameters.set_text(static_cast<std::uint32_t>(id), directory, false);
    parameters.set_number(JET_paramDatabasePageSize, log.header.page_bytes, false);
    parameters.set_number(JET_paramLogFileSize, log.header.file_bytes() / 1024, false);
    Instance instance(os::real_file_system(), os::real_clock(), "cut", parameters);
    RecoveryOptions options;
    options.stop = stop;
    instance.init(JET_bitRecoveryUndoAtStop, options);
    instance.term(0);
}

void check_cuts(const Stream& stream, const std::vector<format::Lgpos>& positions) {
    const auto check_cut = [&](const format::Lgpos& position, const Meaning::Contents& contents) {
        INFO("cut behind " << position.to_string());
        const TempDirectory temp;
        const std::string directory = temp.path("cut");
        try {
            recover_to(stream, directory, position);
        } catch (const Error& error) {
            FAIL_CHECK(error.what());
            return;
        }
        test::check_trees(contents, the_database, directory + "/data.edb");
    };
    tell_meanings(stream, {positions.begin(), positions.end()}, check_cut);
}

std::vector<format::Lgpos> all_positions(const Stream& stream) {
    std::vector<format::Lgpos> positions;
    stream.logs().for_each_record([](const std::vector<format::AttachInfo>&, const format::Lgpos&) {},
                                  [&](const format::LogRecord& record) { positions.push_back(record.position); });
    return positions;
}

}  // namespace

TEST_CASE("Wherever the logs end, the databases hold what was committed up to there") {
    const char* set = GENERATE("clean-4k", "dirty-4k", "dirty-8k", "clean-32k", "clean-8k-efv9600");
    const Stream stream(set);
    if (stream.data.empty()) return;
    const unsigned seed = std::random_device()();
    INFO(set << ", seed " << seed);
    const auto all = all_positions(stream);
    std::mt19937 random(seed);
    std::vector<format::Lgpos> sample{all.front(), all.back()};
    for (int i = 0; i < 6; ++i) sample.push_back(all[random() % all.size()]);
    std::ranges::sort(sample);
    sample.erase(std::unique(sample.begin(), sample.end()), sample.end());
    check_cuts(stream, sample);
}

TEST_CASE("At the end of all logs it is what the original engine made of them") {
    const char* set = GENERATE("clean-4k", "dirty-4k", "dirty-8k", "clean-32k", "clean-8k-efv9600");
    const Stream stream(set);
    if (stream.data.empty()) return;
    INFO(set);
    const auto all = all_positions(stream);
    tell_meanings(stream, {all.back()}, [&](const format::Lgpos&, const Meaning::Contents& contents) {
        test::check_trees(contents, the_database, stream.data + "/recovered/data.edb");
    });
}

// Some ten thousand recoveries: two minutes where the temporary directory (TMPDIR) is in memory, hours on a slow disk.
TEST_CASE("The same behind every single record", "[.slow]") {
    const char* set = GENERATE("dirty-4k", "dirty-8k");
    const Stream stream(set);
    if (stream.data.empty()) return;
    check_cuts(stream, all_positions(stream));
}
