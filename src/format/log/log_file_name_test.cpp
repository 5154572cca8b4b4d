#include <catch2/catch.hpp>

#include "format/log/log_file_name.h"

using namespace ese;
using namespace ese::format;

TEST_CASE("Log files are named by generation in five or eight upper-case digits") {
    const LogNaming legacy;
    CHECK(legacy.current() == "edb.log");
    CHECK(legacy.archived(Generation(0x1A)) == "edb0001A.log");
    CHECK(legacy.archived(Generation(0xFFFFF)) == "edbFFFFF.log");
    CHECK(legacy.archived(Generation(0x100000)) == "edb00100000.log");
    CHECK(legacy.temporary() == "edbtmp.log");
    CHECK(legacy.reserve(1) == "edbres00001.jrs");
    CHECK(legacy.checkpoint() == "edb.chk");
    const LogNaming modern{"V01", false, false};
    CHECK(modern.current() == "V01.jtx");
    CHECK(modern.archived(Generation(0x1A)) == "V010000001A.jtx");
    CHECK(modern.temporary() == "V01tmp.jtx");
    CHECK(modern.reserve(2) == "V01res00002.jrs");
    CHECK(modern.checkpoint() == "V01.jcp");
}

TEST_CASE("Names of log files are told from each other and from other files") {
    using Kind = LogFileKind;
    const auto parse = [](std::string_view name) { return parse_log_file_name("edb", name); };
    CHECK(parse("edb.log") == LogFileName{Kind::current, true});
    CHECK(parse("EDB.JTX") == LogFileName{Kind::current, false});
    CHECK(parse("edb0001A.log") == LogFileName{Kind::archived, true, 0x1A});
    CHECK(parse("edb0010001a.jtx") == LogFileName{Kind::archived, false, 0x10001A});
    CHECK(parse("edb0001A.log")->generation() == Generation(0x1A));
    CHECK(parse("edbtmp.log") == LogFileName{Kind::temporary, true});
    CHECK(parse("edbres00002.jrs") == LogFileName{Kind::reserve, false, 2});
    CHECK(parse("edb.chk") == LogFileName{Kind::checkpoint, true});
    CHECK(parse("edb.jcp") == LogFileName{Kind::checkpoint, false});
    CHECK(parse("edb0001A.jsl") == LogFileName{Kind::shadow, false});
    for (const char* other :
         {"", "edb", "edb.edb", "edc.log", "edb1.log", "edb00000.log", "edbFFFFFFFF.log", "edb0001G.log",
          "edb000001.log", "edb0001A.chk", "edbres1.jrs", "res1.log", "log", ".log", "edb.log.bak", "edb0001A.log "}) {
        CAPTURE(other);
        CHECK_FALSE(parse(other).has_value());
    }
}
