// restore --until: at whatever position between the full backup's end and the present, what was committed up to there.

#include <random>

#include "backup/test_chain.h"
#include "base/error.h"
#include "engine/recovery/log_set.h"
#include "engine/recovery/redo.h"
#include "engine/recovery/restored_database.h"
#include "unit/log_meaning.h"

namespace ese::backup {

namespace {

using namespace test_chain;
using format::LogRecordType;
using ::test::Meaning;

constexpr std::uint32_t end_of_full = 8;  // the full backup's last generation, and the earliest stop
const std::map<std::uint8_t, std::string> databases{{1, "data.edb"}, {2, "second.edb"}};  // by dbid

// The databases of the full backup, and all logs of the chain in one directory.
class WholeChain {
 public:
    explicit WholeChain(const std::string& set) : set_(set) {
        fs::create_directory(temp_.path("logs"));
        for (const char* part : {"full", "inc1", "inc2", "live"})
            for (const auto& entry : fs::directory_iterator(set + "/files/" + part))
                if (entry.path().extension() == ".log" && entry.path().stem() != "edbtmp")
                    fs::copy(entry.path(), temp_.path("logs"), fs::copy_options::overwrite_existing);
        for (const auto& [dbid, name] : databases) {
            fs::copy(set + "/files/full/" + name, temp_.path(name));
            engine::RestoredDatabase database(os::real_file_system(), name, temp_.path(name));
            signatures_[name] = database.header().get(format::header_field::database_signature);
            database.become_recoverable(os::real_clock());
        }
    }

    // What every commit leaves behind, and the end of each generation.
    std::map<format::Lgpos, Meaning::Contents> meanings() {
        engine::LogSet logs(os::real_file_system(), temp_.path("logs"), format::LogNaming(), Generation(6),
                            Generation(16));
        logs.add_target(temp_.path("logs"));
        const format::LogHeader& last = logs.logs().back().header;
        engine::Redo redo({&os::real_file_system(), &os::real_clock(), last.signature, std::size_t{64} << 20,
                           [this](const std::string&, const format::Signature& signature) { return place(signature); },
                           last.generation, last.created, true});
        redo.attach_listed(logs.logs().front().header.attachments, {Generation(6), 1, 0});
        std::optional<Meaning> meaning;
        std::map<format::Lgpos, Meaning::Contents> found;
        const auto node_at = [&](const format::PageHead& head) {
            return redo.attached().at(head.dbid).database->cache().page(head.page).view().node(head.line);
        };
        logs.for_each_record([&](const engine::SetLog&, const format::LogRecord& record) {
            const bool behind_full = record.position.generation > Generation(end_of_full);
            if (behind_full && !meaning) meaning.emplace(start(redo));
            if (meaning) meaning->apply(record, node_at);
            redo.replay(record);
            if (meaning && record.type == LogRecordType::commit0) found[record.position] = meaning->committed();
        });
        return found;
    }

 private:
    std::string place(const format::Signature& signature) const {
        for (const auto& [name, its] : signatures_)
            if (its == signature) return temp_.path(name);
        return {};
    }
    // With nothing open there, what the original engine recovered is what the logs go on from.
    Meaning start(engine::Redo& redo) const {
        REQUIRE_FALSE(redo.sessions().any_open());
        std::map<std::uint8_t, std::string> paths;
        for (const auto& [dbid, name] : databases) {
            REQUIRE(redo.attached().at(dbid).signature == signatures_.at(name));
            paths[dbid] = set_ + "/recovered/full/" + name;
        }
        return Meaning(paths);
    }

    std::string set_;
    TempDirectory temp_;
    std::map<std::string, format::Signature> signatures_;
};

void check_until(const std::string& set, const ChainOfArchives& chain,
                 const std::map<format::Lgpos, Meaning::Contents>& expected) {
    for (const auto& [position, contents] : expected) {
        INFO("until " << position.to_string());
        const TempDirectory temp;
        RestoreRequest request;
        request.target = temp.path("restored");
        request.logs = set + "/files/live";
        request.until = position;
        try {
            const RestoreResult result = chain.restore({"full", "inc1", "inc2"}, request);
            CHECK(result.replayed_to == position);
        } catch (const Error& error) {
            FAIL_CHECK(error.what());
            continue;
        }
        for (const auto& [dbid, name] : databases) ::test::check_trees(contents, dbid, request.target + "/" + name);
    }
}

}  // namespace

TEST_CASE("A restore until a commit has what was committed up to it, and nothing of what was open") {
    const auto set = chain_set();
    if (!set) return;
    auto all = WholeChain(*set).meanings();
    REQUIRE(all.size() > 20);
    const unsigned seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    std::map<format::Lgpos, Meaning::Contents> sample;
    for (int i = 0; i < 5; ++i) {
        const auto chosen = std::next(all.begin(), static_cast<std::ptrdiff_t>(random() % all.size()));
        sample.insert(*chosen);
    }
    sample.insert(*all.rbegin());
    check_until(*set, ChainOfArchives(*set), sample);
}

TEST_CASE("The same for every single commit", "[.slow]") {
    const auto set = chain_set();
    if (!set) return;
    check_until(*set, ChainOfArchives(*set), WholeChain(*set).meanings());
}

}  // namespace ese::backup
