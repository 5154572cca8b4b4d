#include "backup/instance_status.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "format/log/checkpoint.h"
#include "unit/temp_directory.h"

namespace ese::backup {

namespace {

namespace field = format::header_field;
constexpr std::int64_t now = 1800000000000;
constexpr std::int64_t hour_ms = 3'600'000;

// While somebody waits, `meanwhile` happens.
struct TestClock : os::Clock {
    std::int64_t now_unix_ms() override { return now; }
    void sleep_ms(unsigned) override {
        ++pauses;
        if (meanwhile) meanwhile();
    }
    void random_bytes(ByteSpan) override {}

    std::function<void()> meanwhile;
    unsigned pauses = 0;
};

// A set whose instance was shut down cleanly: closed logs 1 to 11, checkpoint and current log in generation 12.
struct Instance {
    TempDirectory temp;
    bool there = temp.copy_set("clean-4k", "app");

    InstanceStatus look() const {
        TestClock clock;
        return look(clock);
    }
    InstanceStatus look(os::Clock& clock) const {
        InstanceRequest request;
        request.directory = temp.path("app");
        return look_at_instance(os::real_file_system(), clock, request);
    }
    // What a backup of these logs, so many hours ago, leaves in the header.
    template <class Field>
    void stamp(Field which, std::uint32_t low, std::uint32_t high, std::int64_t hours_ago) const {
        const auto file = os::real_file_system().open(temp.path("app/data.edb"), os::OpenMode::read_write);
        std::vector<std::uint8_t> start(format::header_probe_bytes);
        start.resize(file->read_at(0, start));
        format::DatabaseHeader header = format::pick_header(start)->header;
        header.set(which, format::BackupInfo{{Generation(high), 1, 0},
                                             format::LogTime::from_unix_ms(now - hours_ago * hour_ms),
                                             Generation(low),
                                             Generation(high)});
        header.set(field::full_previous_type, format::BackupType::streaming);
        const auto page = header.stamped();
        file->write_at(0, page);
        file->write_at(page.size(), page);
    }
};

}  // namespace

TEST_CASE("an instance that was never backed up has all of its logs unbacked, and needs a full backup") {
    const Instance instance;
    if (!instance.there) return;
    const InstanceStatus status = instance.look();
    REQUIRE(status.databases.size() == 1);
    CHECK_FALSE(status.last.full);
    CHECK_FALSE(status.last.of_chain());
    CHECK(status.unbacked.count == 11);
    CHECK(status.unbacked.first == Generation(1));
    CHECK(status.unbacked.last == Generation(11));
    CHECK(status.unbacked.bytes == 11 * 128 * 1024);
    CHECK(status.freeable.count == 11);
    CHECK(status.next.kind == archive::BackupKind::full);
    CHECK(status.next.why.find("needs a full backup first") != std::string::npos);
}

TEST_CASE("what the headers remember is told with its time, and only the chain counts for what is backed up") {
    const Instance instance;
    if (!instance.there) return;
    instance.stamp(field::full_previous, 3, 5, 30);
    instance.stamp(field::copy_previous, 3, 11, 1);
    instance.stamp(field::differential_previous, 6, 10, 2);
    InstanceStatus status = instance.look();
    REQUIRE(status.last.full);
    CHECK(status.last.full->unix_ms == now - 30 * hour_ms);
    CHECK(status.last.of_chain()->high == Generation(5));
    CHECK(status.last.differential->high == Generation(10));
    CHECK(status.unbacked.count == 6);
    CHECK(status.unbacked.first == Generation(6));
    CHECK(status.next.kind == archive::BackupKind::incremental);

    instance.stamp(field::incremental_previous, 6, 8, 20);
    status = instance.look();
    CHECK(status.last.of_chain()->unix_ms == now - 20 * hour_ms);
    CHECK(status.unbacked.first == Generation(9));
    CHECK(status.unbacked.count == 3);
    // A new full backup supersedes the older incremental one.
    instance.stamp(field::full_previous, 9, 9, 10);
    CHECK(instance.look().last.of_chain()->high == Generation(9));
}

TEST_CASE("what truncation could free ends at the checkpoint; without one nothing is said to go") {
    const Instance instance;
    if (!instance.there) return;
    const std::string path = instance.temp.path("app/edb.chk");
    {
        const auto file = os::real_file_system().open(path, os::OpenMode::read_write);
        std::vector<std::uint8_t> bytes(format::Checkpoint::file_bytes);
        file->read_exactly_at(0, bytes);
        format::Checkpoint checkpoint = format::parse_checkpoint(bytes);
        checkpoint.position = checkpoint.consistency = {Generation(4), 1, 0};
        const auto copy = format::serialise_checkpoint(checkpoint);
        file->write_at(0, copy);
        file->write_at(copy.size(), copy);
    }
    const InstanceStatus behind = instance.look();
    CHECK(behind.freeable.count == 3);
    CHECK(behind.freeable.last == Generation(3));
    std::filesystem::remove(path);
    const InstanceStatus without = instance.look();
    CHECK(without.freeable.count == 0);
    CHECK(without.kept_because == "there is no checkpoint file");
}

TEST_CASE("what a running program is just writing or renaming is looked at again; what stays damaged is told") {
    const Instance instance;
    if (!instance.there) return;
    instance.stamp(field::full_previous, 3, 5, 30);
    const auto flip = [&](const char* name, std::streamoff at) {
        std::fstream file(instance.temp.path(name), std::ios::binary | std::ios::in | std::ios::out);
        file.seekg(at);
        const int byte = file.get();
        file.seekp(at);
        file.put(static_cast<char>(byte ^ 0xff));
    };
    const auto move = [&](const char* from, const char* to) {
        std::filesystem::rename(instance.temp.path(from), instance.temp.path(to));
    };
    const auto expect_whole_after = [&](std::function<void()> meanwhile) {
        TestClock clock;
        clock.meanwhile = std::move(meanwhile);
        const InstanceStatus status = instance.look(clock);
        CHECK(clock.pauses == 1);
        CHECK(status.found.notes.empty());
        CHECK(status.next.kind == archive::BackupKind::incremental);
        CHECK(status.unbacked.count == 6);
        CHECK(status.freeable.count == 11);
    };
    constexpr std::streamoff in_first_segment = 4096 + 100, in_header = 100;
    for (const std::streamoff at : {in_first_segment, in_header}) {
        flip("app/edb.log", at);
        expect_whole_after([&] { flip("app/edb.log", at); });
    }
    move("app/edb0000B.log", "app/closing");
    expect_whole_after([&] { move("app/closing", "app/edb0000B.log"); });
    const auto flip_checkpoint = [&] {
        flip("app/edb.chk", 100);
        flip("app/edb.chk", 4096 + 100);
    };
    flip_checkpoint();
    expect_whole_after(flip_checkpoint);

    flip("app/edb.log", in_first_segment);
    TestClock patient;
    CHECK(instance.look(patient).found.notes.front().find("edb.log: damaged behind sector 0") != std::string::npos);
    CHECK(patient.pauses == 9);
    flip("app/edb.log", in_first_segment);

    std::filesystem::remove(instance.temp.path("app/edb00007.log"));
    TestClock clock;
    CHECK(instance.look(clock).next.why.find("log generation 7") != std::string::npos);
    CHECK(clock.pauses == 9);
}

TEST_CASE("the choice of a kind says why: circumstances, age, and what the directory lacks") {
    const Instance instance;
    if (!instance.there) return;
    const auto choose = [&](const std::string& directory, std::optional<std::int64_t> full_every_ms) {
        return choose_kind(os::real_file_system(), instance.look().found, directory, {}, full_every_ms, now);
    };
    CHECK(choose("", std::nullopt).kind == archive::BackupKind::full);
    instance.stamp(field::full_previous, 5, 5, 30);
    CHECK(choose("", std::nullopt).kind == archive::BackupKind::incremental);
    CHECK(choose("", 31 * hour_ms).kind == archive::BackupKind::incremental);
    const KindChoice old = choose("", 30 * hour_ms);
    CHECK(old.kind == archive::BackupKind::full);
    CHECK(old.why.find("and it is time for another one") != std::string::npos);
    std::filesystem::create_directory(instance.temp.path("empty"));
    CHECK(choose(instance.temp.path("empty"), std::nullopt).why.find("is not in " + instance.temp.path("empty")) !=
          std::string::npos);
    std::filesystem::remove(instance.temp.path("app/edb00007.log"));
    const KindChoice gap = choose("", std::nullopt);
    CHECK(gap.kind == archive::BackupKind::full);
    CHECK(gap.why.find("edb00007.log: log generation 7") != std::string::npos);
}

}  // namespace ese::backup
