#include <catch2/catch.hpp>

#include "base/error.h"
#include "esent.h"
#include "format/log/log_record.h"
#include "format/log/log_record_types.h"
#include "unit/hex_bytes.h"

using namespace ese;
using namespace ese::format;
using test::hex;

namespace {

using Bytes = std::vector<std::uint8_t>;

bool is_refused(ByteView record) {
    try {
        check_record(record);
    } catch (const Error& error) {
        CHECK(error.jet() == JET_errLogFileCorrupt);
        return true;
    }
    return false;
}

// Every vector is a whole record: its size follows from its head, and neither one byte less nor one more is accepted.
void check_vector(const Bytes& record, std::string_view name) {
    CAPTURE(name);
    CHECK_NOTHROW(check_record(record));
    CHECK(record_name(record_type(record)) == name);
    REQUIRE(record_size(record).has_value());
    CHECK(*record_size(record) == record.size());
    Bytes longer = record;
    longer.push_back(0);
    CHECK(is_refused(longer));
    CHECK(*record_size(longer) == record.size());
    CHECK(is_refused(ByteView(record).first(record.size() - 1)));
}

std::uint64_t value(ByteView record, std::string_view name) { return record_field(record, name).value(); }

// The 44-byte head that starts the node vectors, as LOG-FORMAT 4.7 writes it.
const char* const undo_of_insert =
    "27 0600 01 49010000 8014000000000000 7914000000000000 d0010000 01 0600 04 43000000 34000000 14000000 |"
    "0400 0000 0100 01 | 0000000e";
const char* const undo_info_of_replace =
    "24 0500 01 b9040000 ffffffffffffffff ffffffffffffffff b0060000 01 0000 04 491b0000 26000000 13000000 |"
    "0400 0000 0200 0800 0000 0800 | 0000036e | 01000000 ae0f0000";
const char* const split_append =
    "3e 0500 01 c3000000 5d12000000000000 3e12000000000000 18090000 02 0000 04 |"
    "c5000000 00000000 ffffffffffffffff 23000000 5e11000000000000"
    "23000000 0c000000 02 01 3600 3600 3700 422c0100 422c0100 0000 0000 ffffffff 00000000 0000 0000 0200 00000000 "
    "00000000 | 7fff";

}  // namespace

TEST_CASE("Transaction records of the original engine parse and are written the same") {
    const Bytes begin0 = hex("08 05 00 10 04 00 00 00");
    check_vector(begin0, "Begin0");
    CHECK(BeginRecord::parse(begin0).session == 5);
    CHECK(BeginRecord::parse(begin0).from_level == 0);
    CHECK(BeginRecord::parse(begin0).levels == 1);
    CHECK(BeginRecord::parse(begin0).trx == 4);
    CHECK(BeginRecord::parse(begin0).serialise() == begin0);

    const Bytes begin = hex("05 05 00 11");
    check_vector(begin, "Begin");
    CHECK(BeginRecord::parse(begin).from_level == 1);
    CHECK(BeginRecord::parse(begin).serialise() == begin);

    const Bytes commit = hex("06 05 00 01");
    check_vector(commit, "Commit");
    CHECK(CommitRecord::parse(commit).to_level == 1);
    CHECK(CommitRecord::parse(commit).serialise() == commit);

    const Bytes commit0 = hex("09 05 00 00 08 00 00 00");
    check_vector(commit0, "Commit0");
    CHECK(CommitRecord::parse(commit0).trx == 8);
    CHECK(CommitRecord::parse(commit0).serialise() == commit0);

    const Bytes rollback = hex("07 06 00 01");
    check_vector(rollback, "Rollback");
    CHECK(RollbackRecord::parse(rollback).session == 6);
    CHECK(RollbackRecord::parse(rollback).levels == 1);
    CHECK(RollbackRecord::parse(rollback).serialise() == rollback);

    const Bytes macro = hex("0b 05 00 | 72 2f 00 00 00 00 00 00");
    check_vector(macro, "MacroBegin");
    CHECK(MacroRecord::parse(macro).dbtime == 0x2F72);
    CHECK(MacroRecord::parse(macro).serialise() == macro);
    CHECK(session_of(macro) == 5);
}

TEST_CASE("Database and stream records of the original engine parse and are written the same") {
    const Bytes extend = hex("44 05 00 00 00 | 01 | 2e 00 00 00");
    check_vector(extend, "ExtendDB");
    CHECK(ExtendDbRecord::parse(extend).last == PageNumber(46));
    CHECK(ExtendDbRecord::parse(extend).serialise() == extend);
    CHECK(dbid_of(extend) == 1);

    const Bytes new_page = hex("5f 05 00 | 01 | 1d 00 00 00 | 06 00 00 00 | 35 01 00 00 00 00 00 00");
    check_vector(new_page, "NewPage");
    CHECK(value(new_page, "pgno") == 29);
    CHECK(value(new_page, "objid") == 6);
    CHECK(value(new_page, "dbtimeAfter") == 0x135);

    const Bytes version = hex("5c 01 | 20 06 00 00 | 6e 00 00 00 | f0 00 00 00");
    check_vector(version, "SetDbVersion");
    CHECK(SetDbVersionRecord::parse(version).major == 1568);
    CHECK(SetDbVersionRecord::parse(version).update_major == 110);
    CHECK(SetDbVersionRecord::parse(version).update_minor == 240);
    CHECK(SetDbVersionRecord::parse(version).serialise() == version);

    const Bytes term = hex("32 | 00 00 01 00 01 00 00 00 | 00 00 00 00 00 00 00 00 | 00 | 39 11 0e 17 03 7a 6d 08");
    check_vector(term, "Term2");
    CHECK(RunEndRecord::parse(term).back == Lgpos{Generation(1), 1, 0});
    CHECK(RunEndRecord::parse(term).time.to_string() == "2022-03-23T14:17:57.566Z");
    CHECK(RunEndRecord::parse(term).serialise() == term);

    const Bytes undo = hex("33 | 36 2b 14 16 0b 7e d3 08");
    check_vector(undo, "RecoveryUndo2");
    CHECK(RecoveryUndoRecord::parse(undo).time.to_string() == "2026-11-22T20:43:54.617Z");
    CHECK(RecoveryUndoRecord::parse(undo).serialise() == undo);

    const Bytes quit = hex("34 | 00 00 37 00 10 00 00 00 | 00 00 01 00 08 00 00 00 | 00 | 36 2b 14 16 0b 7e 3f 0a");
    check_vector(quit, "RecoveryQuit2");
    CHECK(RunEndRecord::parse(quit).back == Lgpos{Generation(0x10), 0x37, 0});
    CHECK(RunEndRecord::parse(quit).redo_from == Lgpos{Generation(8), 1, 0});
    CHECK_FALSE(RunEndRecord::parse(quit).hard);
    CHECK(RunEndRecord::parse(quit).serialise() == quit);
    CHECK(is_run_end(RunEndRecord::parse(quit).type));
    CHECK_FALSE(is_run_end(LogRecordType::shut_down_mark));

    const Bytes info = hex("43 | 08 00 00 00 | 04 00 00 00 | 0d 00 00 00");
    check_vector(info, "MacroInfo");
    CHECK(shut_down_mark_record() == hex("17"));
}

TEST_CASE("Backup records of the original engine parse and are written the same") {
    const Bytes begin =
        hex("3c 01 00000000 01 00 | 0000000000000000 03 36 13 16 0b 7e 53 0a 00000000 00000000 | 00 0000");
    check_vector(begin, "Backup2");
    CHECK(BackupRecord::parse(begin).phase == BackupPhase::begin);
    CHECK(BackupRecord::parse(begin).scope == BackupScope::full);
    CHECK(BackupRecord::parse(begin).info.mark.is_zero());
    CHECK(BackupRecord::parse(begin).serialise() == begin);

    const Bytes update =
        hex("3c 04 00000000 01 01 | c70c10001a000000 38 35 13 16 0b 7e a1 06 14000000 1c000000 | 00 0000");
    check_vector(update, "Backup2");
    CHECK(BackupRecord::parse(update).phase == BackupPhase::update_header);
    CHECK(BackupRecord::parse(update).dbid == 1);
    CHECK(BackupRecord::parse(update).info.mark == Lgpos{Generation(0x1A), 0x10, 0xCC7});
    CHECK(BackupRecord::parse(update).info.low == Generation(20));
    CHECK(BackupRecord::parse(update).info.high == Generation(28));
    CHECK(BackupRecord::parse(update).serialise() == update);

    const Bytes differential =
        hex("3c 04 00000000 06 01 | 0000010022000000 39 35 13 16 0b 7e eb 00 15000000 22000000 | 00 0000");
    check_vector(differential, "Backup2");
    CHECK(BackupRecord::parse(differential).scope == BackupScope::differential);
}

TEST_CASE("Page records of the original engine parse field by field") {
    const Bytes replace =
        hex("21 05 00 01 03000000 4a00000000000000 4900000000000000 0c000000 01 0000 0c 00000000 01000000 01000000 |"
            "0400 0400 0400 | 17000000");
    check_vector(replace, "Replace");
    const NodeHead node = NodeHead::parse(replace);
    CHECK(node.page.session == 5);
    CHECK(node.page.page == PageNumber(3));
    CHECK(node.page.dbtime == 0x4A);
    CHECK(node.page.dbtime_before == 0x49);
    CHECK(node.page.flags == (PageHead::flag_unique | PageHead::flag_space));
    CHECK(node.object == ObjectId(1));
    Bytes rewritten = replace;
    std::fill_n(rewritten.begin(), NodeHead::size, std::uint8_t{0});
    node.write(rewritten);
    CHECK(rewritten == replace);
    CHECK(std::ranges::equal(record_part(replace, "data"), hex("17000000")));

    const Bytes undo = hex(undo_of_insert);
    check_vector(undo, "Undo");
    CHECK(value(undo, "pgno") == 329);
    CHECK(value(undo, "rceid") == 67);
    CHECK(value(undo, "oper") == 1);
    CHECK(std::ranges::equal(record_part(undo, "bookmarkKey"), hex("0000000e")));

    const Bytes delta =
        hex("25 0500 01 ae040000 be2f000000000000 0f2f000000000000 b0060000 02 0000 05 b11b0000 26000000 13000000 |"
            "0400 0000 ffffffff 0000 | 00000366");
    check_vector(delta, "Delta");
    CHECK(static_cast<std::int64_t>(value(delta, "delta")) == -1);

    check_vector(
        hex("1f 0600 01 28000000 7706000000000000 6106000000000000 e8010000 01 0000 0c 00000000 26000000 13000000 |"
            "0400 0400 00000000 | 00000029 01000000"),
        "FlagInsertAndReplaceData");
    check_vector(
        hex("22 0600 01 6d010000 b61b000000000000 af1b000000000000 9c160000 02 2400 05 370b0000 2f000000 0f000000 |"
            "0500 0d00 0d00 | 0b20 02 6768"),
        "ReplaceD");
    check_vector(
        hex("27 0500 01 35000000 a207000000000000 a107000000000000 64030000 02 0000 04 6d090000 2f000000 10000000 |"
            "0500 0000 0300 02 | 7f80000000"),
        "Undo");
    check_vector(
        hex("24 0700 01 79000000 ffffffffffffffff ffffffffffffffff ac020000 01 0000 04 870a0000 26000000 13000000 |"
            "0400 0000 0300 0000 0000 0000 | 00000029"),
        "UndoInfo");

    const Bytes undo_info = hex(undo_info_of_replace);
    check_vector(undo_info, "UndoInfo");
    CHECK(std::ranges::equal(record_part(undo_info, "bookmarkKey"), hex("0000036e")));
    CHECK(std::ranges::equal(record_part(undo_info, "data"), hex("01000000ae0f0000")));
}

TEST_CASE("Split, merge and conversion records of the original engine parse field by field") {
    const Bytes path_only =
        hex("3e 0500 01 16040000 722f000000000000 6c2f000000000000 b0060000 02 0000 04 |"
            "00000000 00000000 ffffffffffffffff 00000000 ffffffffffffffff"
            "26000000 13000000 00 00 8200 0000 0000 00000000 00000000 0000 0000 00000000 00000000 0000 0000 0000 "
            "00000000 00000000");
    check_vector(path_only, "Split2");
    CHECK(value(path_only, "ilineOper") == 0x82);

    const Bytes append = hex(split_append);
    check_vector(append, "Split2");
    CHECK(value(append, "pgnoNew") == 197);
    CHECK(value(append, "splittype") == 2);
    CHECK(value(append, "clines") == 55);
    CHECK(static_cast<std::int64_t>(value(append, "ilinePrefixSplit")) == -1);
    CHECK(std::ranges::equal(record_part(append, "keyParent"), hex("7fff")));

    const Bytes merge =
        hex("3f 0600 01 29000000 7606000000000000 7506000000000000 e8010000 01 0000 04 |"
            "2a000000 5a05000000000000 00000000 ffffffffffffffff 26000000 6406000000000000"
            "26000000 13000000 0000 0000 0000 0000 04 01 0000 00000000 00000000");
    check_vector(merge, "Merge2");
    CHECK(value(merge, "pgnoRight") == 42);
    CHECK(value(merge, "mergetype") == 1);

    const Bytes convert =
        hex("3a 0500 01 26000000 9f02000000000000 9702000000000000 14010000 02 0000 04 |"
            "13000000 27000000 28000000 1f000000 27000000 01000000 03000000 00000000 80080000");
    check_vector(convert, "ConvertFDP2");
    CHECK(value(convert, "pgnoOE") == 39);
    CHECK(value(convert, "fCpageFlags") == 0x880);
    CHECK(describe_record(convert).find("pgnoSecondaryFirst=39") != std::string::npos);
}

TEST_CASE("Records that the engine writes come back as they were") {
    InitRecord init;
    init.parameters.set_paths("a", "b");
    init.time = LogTime::from_unix_ms(1'790'000'000'123);
    check_vector(init.serialise(), "Init2");
    CHECK(InitRecord::parse(init.serialise()).parameters == init.parameters);
    CHECK(InitRecord::parse(init.serialise()).time == init.time);

    CreateDbRecord create;
    create.session = 3;
    create.dbid = 1;
    create.grbit = 0x40;
    create.database.random = 77;
    create.path = u"/srv/d.edb";
    check_vector(create.serialise(), "CreateDB");
    CHECK(create.serialise().size() == 43 + 4 + 22);
    CHECK(std::ranges::equal(record_part(create.serialise(), "version"), hex("02000000")));
    const CreateDbRecord created = CreateDbRecord::parse(create.serialise());
    CHECK(created.path == create.path);
    CHECK(created.database == create.database);
    CHECK(created.procedure_version == 2);
    CHECK(created.serialise() == create.serialise());
    create.flags = CreateDbRecord::flag_utf16;
    CHECK(create.serialise().size() == 43 + 22);
    check_vector(create.serialise(), "CreateDB");

    AttachDbRecord attach;
    attach.session = 4;
    attach.dbid = 2;
    attach.consistent = {Generation(4), 0x1B, 0x5B4};
    attach.log.random = 5;
    attach.path = u"/srv/d.edb";
    check_vector(attach.serialise(), "AttachDB");
    CHECK(AttachDbRecord::parse(attach.serialise()).consistent == attach.consistent);
    CHECK(AttachDbRecord::parse(attach.serialise()).log == attach.log);
    CHECK(AttachDbRecord::parse(attach.serialise()).path == attach.path);

    DetachDbRecord detach;
    detach.session = 4;
    detach.dbid = 2;
    detach.path = u"/srv/d.edb";
    check_vector(detach.serialise(), "DetachDB");
    CHECK(DetachDbRecord::parse(detach.serialise()).path == detach.path);

    check_vector(CreateDbFinishRecord{4, 2}.serialise(), "CreateDBFinish");
    CHECK(CreateDbFinishRecord::parse(CreateDbFinishRecord{4, 2}.serialise()).dbid == 2);
    check_vector(SignalAttachDbRecord{3}.serialise(), "SignalAttachDb");
    CHECK(SignalAttachDbRecord::parse(SignalAttachDbRecord{3}.serialise()).dbid == 3);

    const TraceRecord trace{7, "backup of data.edb begins"};
    check_vector(trace.serialise(), "Trace");
    CHECK(TraceRecord::parse(trace.serialise()).text == trace.text);

    check_vector(filler_record(5), "NOP2");
    check_vector(filler_record(3040), "NOP2");
    CHECK(filler_record(3040).size() == 3040);

    Bytes generic = make_record(LogRecordType::root_page_move);
    set_record_field(generic, "dbid", 1);
    set_record_field(generic, "dbtimeAfter", 0x1122334455667788);
    check_vector(generic, "RootPageMove");
    CHECK(value(generic, "dbtimeAfter") == 0x1122334455667788);
}

TEST_CASE("Records that contradict themselves are refused") {
    const auto refused_after = [](Bytes record, std::string_view name, std::uint64_t changed) {
        CHECK_NOTHROW(check_record(record));
        set_record_field(record, name, changed);
        return is_refused(record);
    };
    CHECK(refused_after(hex(undo_of_insert), "pgno", 0));
    CHECK(refused_after(hex(undo_of_insert), "dbtimeBefore", 0x1480));
    CHECK(refused_after(hex(undo_of_insert), "dbid", 0));
    CHECK(refused_after(hex(undo_of_insert), "dbid", 7));
    CHECK_FALSE(refused_after(hex(undo_of_insert), "dbtimeBefore", dbtime_nil));
    CHECK(refused_after(hex(undo_of_insert), "cbBookmarkKey", 5));
    CHECK(refused_after(hex(split_append), "cbPageBeforeImage", 0xFFFFFFFF));
    CHECK(is_refused(hex("08 05 00 11 04 00 00 00")));  // Begin0 from level 1
    CHECK(is_refused(hex("05 05 00 10")));              // Begin from level 0
    CHECK(is_refused(hex("05 05 00 01")));              // of no level
    CHECK(is_refused(hex("05 05 00 8F")));
    CHECK(is_refused(hex("44 04 00 00 00 | 01 | 2e 00 00")));
    CHECK(is_refused(hex("43 07 00 00 00 | 04 00 00 00 | 0d 00 00")));
    CHECK(is_refused(hex("49 09 00 00 00 | 01 | 02 00 00 00 | 0d 00 00 00")));
    CHECK(is_refused(hex("10 05 00 01 01 00 10 41")));  // half of a UTF-16 character
    CHECK_FALSE(is_refused(hex("10 05 00 01 01 00 00 41")));
    for (const int type : {40, 41, 43, 44, 47, 56, 102, 255}) {
        const Bytes unknown(64, static_cast<std::uint8_t>(type));
        CHECK(is_refused(unknown));
        CHECK(find_record_layout(static_cast<std::uint8_t>(type)) == nullptr);
    }
    CHECK(is_refused(Bytes{}));
}

TEST_CASE("What a record changes is known from its type") {
    using Type = LogRecordType;
    for (const Type type :
         {Type::insert, Type::replace, Type::replace_d, Type::split2, Type::merge2, Type::undo, Type::delta64,
          Type::new_page, Type::convert_fdp2, Type::set_external_header, Type::shrink_db3, Type::trim_db,
          Type::empty_tree, Type::page_move, Type::scrub, Type::create_single_extent_fdp}) {
        CAPTURE(static_cast<int>(type));
        CHECK(is_page_change(type));
    }
    for (const Type type : {Type::nop2, Type::init2, Type::term2, Type::attach_db, Type::begin0, Type::undo_info,
                            Type::macro_commit, Type::trace, Type::backup2, Type::extend_db, Type::set_db_version,
                            Type::ignored9, Type::ignored19, Type::scan_check2, Type{200}}) {
        CAPTURE(static_cast<int>(type));
        CHECK_FALSE(is_page_change(type));
    }
    CHECK(effect_of(Type::extend_db) == LogRecordEffect::size);
    CHECK(effect_of(Type::backup2) == LogRecordEffect::database);
}
