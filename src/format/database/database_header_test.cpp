#include "format/database/database_header.h"

#include <catch2/catch.hpp>
#include <cstring>

#include "base/error.h"
#include "esent.h"
#include "format/database/test_data.h"

using namespace ese;
using namespace ese::format;
namespace field = ese::format::header_field;

namespace {

template <class T>
std::size_t size_on_disk() {
    if constexpr (requires { T::size; }) return T::size;
    return sizeof(T);
}

DatabaseHeader clean_header(std::uint32_t page_bytes = 8192) {
    DatabaseHeader header(page_bytes);
    header.set(field::database_signature, {0x1234, LogTime::from_unix_ms(1700000000000), {}});
    header.set(field::last_object, ObjectId(22));
    header.set(field::state, DatabaseState::clean_shutdown);
    return header;
}

std::int32_t attach_error(const DatabaseHeader& header, const AttachLimits& limits = {}) {
    try {
        check_attachable(header, limits);
    } catch (const Error& error) {
        CHECK_FALSE(error.message().empty());
        return error.jet();
    }
    return 0;
}

test::Bytes two_copies(DatabaseHeader& header) {
    const ByteView page = header.stamped();
    test::Bytes file(page.begin(), page.end());
    file.insert(file.end(), page.begin(), page.end());
    file.resize(file.size() + 3 * page.size());
    return file;
}

}  // namespace

TEST_CASE("the fields of the database header follow each other without overlap to byte 748") {
    std::size_t end = 0, reserved = 0;
    std::apply(
        [&](const auto&... each) {
            const auto visit = [&]<class T>(const HeaderField<T>& f) {
                INFO(f.name);
                CHECK(f.offset >= end);
                reserved += f.offset - end;
                end = f.offset + size_on_disk<T>();
            };
            (visit(each), ...);
        },
        field::all);
    CHECK(end == DatabaseHeader::defined_bytes);
    CHECK(reserved == 3 + 1);  // at 664 and 671
}

TEST_CASE("what is set in a database header is read back, and nothing else changes") {
    DatabaseHeader header(4096);
    const BackupInfo info{{Generation(7), 8, 9}, LogTime::from_unix_ms(1650000000123), Generation(5), Generation(6)};
    header.set(field::full_previous, info);
    header.set(field::incremental_previous_type, BackupType::os_snapshot);
    header.set(field::min_required, Generation(0x80000001));
    const test::Bytes before(header.bytes().begin(), header.bytes().end());
    CHECK(header.get(field::full_previous) == info);
    CHECK(header.get(field::incremental_previous_type) == BackupType::os_snapshot);
    CHECK(header.get(field::min_required) == Generation(0x80000001));
    header.set(field::dbtime_dirtied, 0x1122334455667788);
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (i < 16 || i >= 24) REQUIRE(header.bytes()[i] == before[i]);
    }
}

TEST_CASE("a header that does not state the size of its page is none") {
    DatabaseHeader header = clean_header(8192);
    const ByteView page = header.stamped();
    CHECK(DatabaseHeader::parse(page) == header);
    CHECK_FALSE(DatabaseHeader::parse(page.first(4096)));  // the checksum fits, the rest being zero
    CHECK_FALSE(DatabaseHeader::parse(page.first(100)));
    CHECK_FALSE(DatabaseHeader::parse({}));
    header.set(field::page_bytes, 0);
    CHECK_FALSE(DatabaseHeader::parse(header.stamped()));
    DatabaseHeader old = clean_header(4096);
    old.set(field::page_bytes, 0);
    CHECK(DatabaseHeader::parse(old.stamped()));
}

TEST_CASE("the first header copy wins while it is sound, else the second one serves") {
    const std::uint32_t page_bytes = GENERATE(2048u, 4096u, 8192u, 16384u, 32768u);
    DatabaseHeader header = clean_header(page_bytes);
    test::Bytes file = two_copies(header);
    auto picked = pick_header(file);
    REQUIRE(picked);
    CHECK((picked->copy == 0 && !picked->rewrite_other && picked->header == header));

    file[page_bytes + 40] = 1;
    picked = pick_header(file);
    REQUIRE(picked);
    CHECK((picked->copy == 0 && picked->rewrite_other));

    file = two_copies(header);
    file[236] = 1;
    picked = pick_header(file);
    REQUIRE(picked);
    CHECK((picked->copy == 1 && picked->rewrite_other && picked->header.page_bytes() == page_bytes));

    file[page_bytes] = static_cast<std::uint8_t>(file[page_bytes] ^ 1);
    CHECK_FALSE(pick_header(file));
    CHECK_FALSE(pick_header(ByteView(file).first(100)));
}

TEST_CASE("only a clean database of a known version and the right page size is attachable") {
    CHECK(attach_error(clean_header()) == 0);
    CHECK(attach_error(clean_header(), {4096, 290}) == JET_errPageSizeMismatch);
    const auto with = [](const auto& f, const auto& value) {
        DatabaseHeader header = clean_header();
        header.set(f, value);
        return attach_error(header);
    };
    CHECK(with(field::update_major, 290u) == 0);
    CHECK(with(field::update_minor, 60000u) == 0);
    CHECK(with(field::update_major, 291u) == JET_errInvalidDatabaseVersion);
    CHECK(with(field::version_major, 0x600u) == JET_errInvalidDatabaseVersion);
    CHECK(with(field::state, DatabaseState::dirty_shutdown) == JET_errDatabaseDirtyShutdown);
    CHECK(with(field::state, DatabaseState::incremental_reseed) == JET_errDatabaseIncompleteIncrementalReseed);
    CHECK(with(field::file_type, FileType::log) == JET_errFileInvalidType);
    CHECK(with(field::last_object, ObjectId()) == JET_errDatabaseCorrupted);
    CHECK(with(field::attributes, 1u) == JET_errDatabaseCorrupted);

    DatabaseHeader raw = clean_header();
    raw.set(field::state, DatabaseState::dirty_shutdown);
    raw.set(field::full_current, {{Generation(3), 1, 0}, {}, Generation(3), {}});
    CHECK(attach_error(raw) == JET_errSoftRecoveryOnBackupDatabase);

    DatabaseHeader large = clean_header(32768);
    large.set(field::update_major, 0x10u);
    CHECK(attach_error(large) == JET_errInvalidDatabaseVersion);
}

TEST_CASE("a database that becomes clean needs no log any more") {
    DatabaseHeader header = clean_header();
    header.set(field::update_major, 110);
    header.set(field::state, DatabaseState::dirty_shutdown);
    header.set(field::min_required, Generation(4));
    header.set(field::max_required, Generation(5));
    header.set(field::max_committed, Generation(6));
    header.set(field::max_committed_time, LogTime::from_unix_ms(1700000000000));
    header.set(field::consistent_lgpos, {Generation(6), 7, 8});
    header.become_clean();
    CHECK(header.state() == DatabaseState::clean_shutdown);
    CHECK(header.get(field::max_committed) == Generation());
    CHECK(header.get(field::max_committed_time).is_zero());
    CHECK(header.get(field::detach_lgpos) == Lgpos{Generation(6), 7, 8});
    CHECK(header.get(field::last_resize_lgpos) == Lgpos{Generation(6), 7, 8});
}

TEST_CASE("the headers of real databases have two equal copies and obey the rules for their state") {
    const auto files = test::databases();
    if (files.empty()) WARN(test::no_data);
    for (const auto& path : files) {
        INFO(path);
        const test::Bytes file = test::read_file(path);
        const auto picked = pick_header(file);
        REQUIRE(picked);
        CHECK((picked->copy == 0 && !picked->rewrite_other));
        DatabaseHeader header = picked->header;
        CHECK(is_all_zero(header.bytes().subspan(DatabaseHeader::defined_bytes)));
        const test::Bytes before(header.bytes().begin(), header.bytes().end());
        CHECK(std::ranges::equal(header.stamped(), before));
        CHECK(header.get(field::created_update) == 20);
        const auto state = header.state();
        CHECK((state == DatabaseState::clean_shutdown || state == DatabaseState::dirty_shutdown));
        if (state == DatabaseState::clean_shutdown) {
            CHECK(attach_error(header) == 0);
            header.become_clean();
            CHECK(std::ranges::equal(header.stamped(), before));
        } else {
            CHECK(attach_error(header) ==
                  (header.is_raw_backup() ? JET_errSoftRecoveryOnBackupDatabase : JET_errDatabaseDirtyShutdown));
            CHECK(header.get(field::min_required) >= Generation(1));
            CHECK(header.get(field::min_required) <= header.get(field::max_required));
            CHECK(header.get(field::max_required) <= header.get(field::max_committed));
        }
    }
}
