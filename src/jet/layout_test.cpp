// The layout of the public structures on 64-bit Windows (BACKUP-SEMANTICS 6.4), which programs and their buffers rely
// on.

#include <catch2/catch.hpp>
#include <cstddef>

#include "esent.h"

static_assert(sizeof(JET_ERR) == 4 && sizeof(JET_GRBIT) == 4 && sizeof(JET_DBID) == 4 && sizeof(JET_COLUMNID) == 4);
static_assert(sizeof(JET_API_PTR) == 8 && sizeof(JET_INSTANCE) == 8 && sizeof(JET_SESID) == 8);

static_assert(sizeof(JET_LGPOS) == 8 && sizeof(JET_LOGTIME) == 8 && sizeof(JET_BKLOGTIME) == 8);
static_assert(sizeof(JET_BKINFO) == 24 && sizeof(JET_SIGNATURE) == 28);
static_assert(sizeof(JET_DBINFOMISC) == 216 && sizeof(JET_DBINFOMISC2) == 296 && sizeof(JET_DBINFOMISC3) == 300);
static_assert(sizeof(JET_DBINFOMISC4) == 348 && sizeof(JET_DBINFOMISC5) == 380 && sizeof(JET_DBINFOMISC6) == 400);
static_assert(sizeof(JET_DBINFOMISC7) == 416);
static_assert(offsetof(JET_DBINFOMISC7, dbstate) == 36 && offsetof(JET_DBINFOMISC7, lgposAttach) == 64);
static_assert(offsetof(JET_DBINFOMISC7, signLog) == 88 && offsetof(JET_DBINFOMISC7, bkinfoFullPrev) == 116);
static_assert(offsetof(JET_DBINFOMISC7, cbPageSize) == 212 && offsetof(JET_DBINFOMISC7, ulRepairCount) == 232);
static_assert(offsetof(JET_DBINFOMISC7, genCommitted) == 296 && offsetof(JET_DBINFOMISC7, bkinfoDiffPrev) == 324);
static_assert(offsetof(JET_DBINFOMISC7, ulPagePatchCount) == 364);
static_assert(offsetof(JET_DBINFOMISC7, cpgDatabaseChecked) == 396);
static_assert(offsetof(JET_DBINFOMISC7, lgposLastReAttach) == 408);

static_assert(sizeof(JET_LOGINFOMISC) == 80 && sizeof(JET_LOGINFOMISC2) == 88 && sizeof(JET_LOGINFOMISC3) == 104);
static_assert(offsetof(JET_LOGINFOMISC3, checksumPrevLogAllSegments) == 96);
static_assert(sizeof(JET_LOGINFO_A) == 16 && sizeof(JET_LOGINFO_W) == 20);
static_assert(sizeof(JET_RSTMAP_A) == 16 && sizeof(JET_RSTMAP_W) == 16 && sizeof(JET_RSTMAP2_A) == 40);
static_assert(sizeof(JET_RSTINFO_A) == 48 && sizeof(JET_RSTINFO2_A) == 56);
static_assert(sizeof(JET_INSTANCE_INFO_A) == 48 && sizeof(JET_INSTANCE_INFO_W) == 48);
static_assert(sizeof(JET_ERRINFOBASIC_W) == 152 && offsetof(JET_ERRINFOBASIC_W, rgszSourceFile) == 24);
static_assert(sizeof(JET_COMMIT_ID) == 40 && offsetof(JET_COMMIT_ID, commitId) == 32);

static_assert(sizeof(JET_COLUMNDEF) == 28 && sizeof(JET_COLUMNBASE_A) == 540 && sizeof(JET_COLUMNBASE_W) == 1052);
static_assert(sizeof(JET_COLUMNCREATE_A) == 56 && sizeof(JET_CONDITIONALCOLUMN_A) == 24);
static_assert(sizeof(JET_INDEXCREATE_A) == 80 && sizeof(JET_INDEXCREATE2_A) == 88 && sizeof(JET_INDEXCREATE3_A) == 88);
static_assert(sizeof(JET_TABLECREATE_A) == 80 && sizeof(JET_TABLECREATE2_A) == 96);
static_assert(sizeof(JET_TABLECREATE3_A) == 120 && sizeof(JET_TABLECREATE4_A) == 120);
static_assert(sizeof(JET_OPENTEMPORARYTABLE) == 64 && sizeof(JET_SPACEHINTS) == 32 && sizeof(JET_UNICODEINDEX2) == 16);
static_assert(sizeof(JET_OBJECTLIST) == 56 && sizeof(JET_COLUMNLIST) == 80 && sizeof(JET_INDEXLIST) == 88);
static_assert(sizeof(JET_OBJECTINFO) == 40 && sizeof(JET_INDEXID) == 20 && sizeof(JET_RECORDLIST) == 24);
static_assert(sizeof(JET_RETINFO) == 16 && sizeof(JET_SETINFO) == 12 && sizeof(JET_RECPOS) == 16);
static_assert(sizeof(JET_SETCOLUMN) == 40 && sizeof(JET_RETRIEVECOLUMN) == 48);
static_assert(sizeof(JET_ENUMCOLUMNID) == 16 && sizeof(JET_ENUMCOLUMNVALUE) == 24 && sizeof(JET_ENUMCOLUMN) == 24);
static_assert(sizeof(JET_RECSIZE) == 64 && sizeof(JET_RECSIZE2) == 88 && sizeof(JET_INDEX_COLUMN) == 24);

TEST_CASE("The milliseconds of a log time lie where Windows has them") {
    JET_LOGTIME time{};
    time.fTimeIsUTC = 1;
    time.bMillisecondsLow = 0x55;
    time.bMillisecondsHigh = 5;
    CHECK(static_cast<unsigned char>(time.bFiller1) == 0xAB);
    CHECK(static_cast<unsigned char>(time.bFiller2) == 0x0A);
    JET_BKLOGTIME backup{};
    backup.fOSSnapshot = 1;
    CHECK(backup.bFiller2 == 1);
}
