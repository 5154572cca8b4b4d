// The table behind log_record.h: every record type with name, length and fields (LOG-FORMAT 4.2).

#include <array>

#include "format/log/log_record.h"

namespace ese::format {

namespace {

using enum LogFieldKind;

constexpr LogRecordField u8_at(std::string_view name, std::uint16_t at) { return {name, at, u8, 1}; }
constexpr LogRecordField u16_at(std::string_view name, std::uint16_t at) { return {name, at, u16, 2}; }
constexpr LogRecordField u32_at(std::string_view name, std::uint16_t at) { return {name, at, u32, 4}; }
constexpr LogRecordField u64_at(std::string_view name, std::uint16_t at) { return {name, at, u64, 8}; }
constexpr LogRecordField i16_at(std::string_view name, std::uint16_t at) { return {name, at, i16, 2}; }
constexpr LogRecordField i32_at(std::string_view name, std::uint16_t at) { return {name, at, i32, 4}; }
constexpr LogRecordField i64_at(std::string_view name, std::uint16_t at) { return {name, at, i64, 8}; }
constexpr LogRecordField lgpos_at(std::string_view name, std::uint16_t at) { return {name, at, lgpos, 8}; }
constexpr LogRecordField time_at(std::string_view name, std::uint16_t at) { return {name, at, time, 8}; }
constexpr LogRecordField signature_at(std::string_view name, std::uint16_t at) { return {name, at, signature, 28}; }
constexpr LogRecordField param_at(std::string_view name, std::uint16_t at) { return {name, at, dbms_param, 567}; }

constexpr LogRecordPart part16(std::string_view name, std::uint16_t at) { return {name, at, 2, 0xFFFF}; }
constexpr LogRecordPart part32(std::string_view name, std::uint16_t at) { return {name, at, 4, 0xFFFFFFFF}; }

// The heads.
constexpr LogRecordField session_head[] = {u16_at("procid", 1)};
constexpr LogRecordField ignored_head[] = {u32_at("cb", 1)};
constexpr LogRecordField node_head[] = {u16_at("procid", 1), u8_at("dbid", 3),           u32_at("pgno", 4),
                                        u64_at("dbtime", 8), u64_at("dbtimeBefore", 16), u32_at("trxBegin0", 24),
                                        u8_at("level", 28),  u16_at("iline", 29),        u8_at("flags", 31),
                                        u32_at("rceid", 32), u32_at("pgnoFDP", 36),      u32_at("objidFDP", 40)};
constexpr std::size_t page_head_fields = 9;

// The fields behind the heads.
constexpr LogRecordField init[] = {param_at("dbms_param", 1)};
constexpr LogRecordField init2[] = {param_at("dbms_param", 1), time_at("logtime", 568)};
constexpr LogRecordField term[] = {lgpos_at("lgposBack", 1), lgpos_at("lgposRedoFrom", 9), u8_at("fHard", 17)};
constexpr LogRecordField term2[] = {lgpos_at("lgposBack", 1), lgpos_at("lgposRedoFrom", 9), u8_at("fHard", 17),
                                    time_at("logtime", 18)};
constexpr LogRecordField ms[] = {u16_at("ibForwardLink", 1), u32_at("ulCheckSum", 3), u16_at("isecForwardLink", 7)};
constexpr LogRecordField begin[] = {u8_at("levels", 3)};
constexpr LogRecordField begin0[] = {u8_at("levels", 3), u32_at("trxBegin0", 4)};
constexpr LogRecordField commit[] = {u8_at("levelCommitTo", 3)};
constexpr LogRecordField commit0[] = {u8_at("levelCommitTo", 3), u32_at("trxCommit0", 4)};
constexpr LogRecordField rollback[] = {u8_at("levelRollback", 3)};
constexpr LogRecordField refresh[] = {u32_at("trxBegin0", 3)};
constexpr LogRecordField macro[] = {u64_at("dbtime", 3)};
constexpr LogRecordField create_db[] = {
    u8_at("dbid", 3),           u32_at("grbit", 4),   u32_at("cpgDatabaseSizeMax", 8),
    signature_at("signDb", 12), u16_at("cbPath", 40), u8_at("fFlags", 42)};
constexpr LogRecordField attach_db[] = {
    u8_at("dbid", 3),           u32_at("cpgDatabaseSizeMax", 4), lgpos_at("lgposConsistent", 8),
    signature_at("signDb", 16), signature_at("signLog", 44),     u16_at("cbPath", 72),
    u8_at("fFlags", 74)};
constexpr LogRecordField detach_db[] = {u8_at("dbid", 3), u16_at("cbPath", 4), u8_at("fFlags", 6)};
constexpr LogRecordField path_only[] = {u16_at("cbPath", 1)};
constexpr LogRecordField jet_op[] = {u8_at("op", 3)};
constexpr LogRecordField text[] = {u16_at("cb", 3)};
constexpr LogRecordField create_multiple[] = {u32_at("objidFDP", 32),   u32_at("pgnoOE", 36),
                                              u32_at("pgnoAE", 40),     u32_at("pgnoFDPParent", 44),
                                              i32_at("cpgPrimary", 48), u32_at("fPageFlags", 52)};
constexpr LogRecordField create_single[] = {u32_at("objidFDP", 32), u32_at("pgnoFDPParent", 36),
                                            i32_at("cpgPrimary", 40), u32_at("fPageFlags", 44)};
constexpr LogRecordField convert2[] = {
    u32_at("objidFDP", 32),           u32_at("pgnoOE", 36),     u32_at("pgnoAE", 40),       u32_at("pgnoFDPParent", 44),
    u32_at("pgnoSecondaryFirst", 48), i32_at("cpgPrimary", 52), i32_at("cpgSecondary", 56), u32_at("rgbitAvail", 60),
    u32_at("fCpageFlags", 64)};
constexpr std::size_t convert_fields = 7;
constexpr LogRecordField split2[] = {
    u32_at("pgnoNew", 32),          u32_at("pgnoRight", 36),          u64_at("dbtimeRightBefore", 40),
    u32_at("pgnoParent", 48),       u64_at("dbtimeParentBefore", 52), u32_at("pgnoFDP", 60),
    u32_at("objidFDP", 64),         u8_at("splittype", 68),           u8_at("splitoper", 69),
    u16_at("ilineOper", 70),        u16_at("ilineSplit", 72),         u16_at("clines", 74),
    u32_at("fNewPageFlags", 76),    u32_at("fSplitPageFlags", 80),    i16_at("cbUncFreeSrc", 84),
    i16_at("cbUncFreeDest", 86),    i32_at("ilinePrefixSplit", 88),   i32_at("ilinePrefixNew", 92),
    u16_at("cbPrefixSplitOld", 96), u16_at("cbPrefixSplitNew", 98),   u16_at("cbKeyParent", 100),
    u32_at("imageFlags", 102),      u32_at("cbPageBeforeImage", 106)};
constexpr std::size_t split_fields = 21;
constexpr LogRecordField merge2[] = {
    u32_at("pgnoRight", 32),        u64_at("dbtimeRightBefore", 36), u32_at("pgnoLeft", 44),
    u64_at("dbtimeLeftBefore", 48), u32_at("pgnoParent", 56),        u64_at("dbtimeParentBefore", 60),
    u32_at("pgnoFDP", 68),          u32_at("objidFDP", 72),          u16_at("cbSizeTotal", 76),
    u16_at("cbSizeMaxTotal", 78),   u16_at("cbUncFreeDest", 80),     u16_at("ilineMerge", 82),
    u8_at("fLRMergeFlags", 84),     u8_at("mergetype", 85),          u16_at("cbKeyParentSep", 86),
    u32_at("imageFlags", 88),       u32_at("cbPageBeforeImage", 92)};
constexpr std::size_t merge_fields = 15;
constexpr LogRecordField insert[] = {u16_at("cbSuffix", 44), u16_at("cbPrefix", 46), u16_at("cbData", 48)};
constexpr LogRecordField flag_insert[] = {u16_at("cbKey", 44), u16_at("cbData", 46)};
constexpr LogRecordField flag_insert_replace[] = {u16_at("cbKey", 44), u16_at("cbData", 46),
                                                  u32_at("rceidReplace", 48)};
constexpr LogRecordField replace[] = {u16_at("cbAndDiff2", 44), u16_at("cbOldData", 46), u16_at("cbNewData", 48)};
constexpr LogRecordField undo_info[] = {u16_at("cbBookmarkKey", 44), u16_at("cbBookmarkData", 46),
                                        u16_at("oper", 48),          i16_at("cbMaxSize", 50),
                                        i16_at("cbDelta", 52),       u16_at("cbData", 54)};
constexpr LogRecordField delta[] = {u16_at("cbBookmarkKey", 44), u16_at("cbBookmarkData", 46), i32_at("delta", 48),
                                    u16_at("cbOffset", 52)};
constexpr LogRecordField delta64[] = {u16_at("cbBookmarkKey", 44), u16_at("cbBookmarkData", 46), i64_at("delta", 48),
                                      u16_at("cbOffset", 56)};
constexpr LogRecordField external_header[] = {u16_at("cbData", 44)};
constexpr LogRecordField undo[] = {u16_at("cbBookmarkKey", 44), u16_at("cbBookmarkData", 46), u16_at("oper", 48),
                                   u8_at("levelUndone", 50)};
constexpr LogRecordField checksum[] = {u32_at("cbBackwards", 1),      u32_at("cbForwards", 5),
                                       u32_at("cbNext", 9),           u32_at("ulChecksum", 13),
                                       u32_at("ulShortChecksum", 17), u8_at("bUseShortChecksum", 21)};
constexpr LogRecordField info_only[] = {u16_at("cbInfo", 1)};
constexpr LogRecordField backup[] = {u8_at("fBackupType", 1), u8_at("reserved", 2), u16_at("cbPath", 3)};
constexpr LogRecordField empty_tree[] = {u16_at("cbEmptyPageList", 44)};
constexpr LogRecordField recovery_undo2[] = {time_at("logtime", 1)};
constexpr LogRecordField prep_commit[] = {u32_at("cbData", 3)};
constexpr LogRecordField backup2[] = {u8_at("phase", 1),    u32_at("type", 2),        u8_at("scope", 6),
                                      u8_at("dbid", 7),     lgpos_at("lgposMark", 8), time_at("logtime", 16),
                                      u32_at("genLow", 24), u32_at("genHigh", 28),    u8_at("reserved", 32),
                                      u16_at("cbPath", 33)};
constexpr LogRecordField scrub[] = {u32_at("fFlags", 44), u32_at("cscrubOper", 48), u16_at("cbData", 52)};
constexpr LogRecordField page_move[] = {
    u32_at("pgnoDest", 32),           u32_at("pgnoLeft", 36),         u32_at("pgnoRight", 40),
    u32_at("pgnoParent", 44),         u64_at("dbtimeLeftBefore", 48), u64_at("dbtimeRightBefore", 56),
    u64_at("dbtimeParentBefore", 64), u32_at("pgnoFDP", 72),          u32_at("objidFDP", 76),
    i32_at("ilineParent", 80),        u32_at("fMoveFlags", 84),       u32_at("cbPageHeader", 88),
    u32_at("cbPageTrailer", 92)};
constexpr LogRecordField page_patch[] = {
    u8_at("dbid", 1), u32_at("pgno", 2), u64_at("dbtime", 6), {"reserved", 14, reserved, 32}};
constexpr LogRecordField fragment_begin[] = {u32_at("cbTotalLRSize", 1), u16_at("cbFragmentSize", 5)};
constexpr LogRecordField fragment[] = {u16_at("cbFragmentSize", 1)};
constexpr LogRecordField shrink[] = {u8_at("dbid", 1), u32_at("pgnoLast", 2), u32_at("cpgShrunk", 6)};
constexpr LogRecordField shrink3[] = {u8_at("dbid", 1), u32_at("pgnoLast", 2), u32_at("cpgShrunk", 6),
                                      u64_at("dbtime", 10)};
constexpr LogRecordField session_dbid[] = {u8_at("dbid", 3)};
constexpr LogRecordField trim[] = {u8_at("dbid", 1), u32_at("pgnoStartZeroes", 2), u32_at("cpgZeroLength", 6)};
constexpr LogRecordField set_version[] = {u8_at("dbid", 1), u32_at("major", 2), u32_at("updMajor", 6),
                                          u32_at("updMinor", 10)};
constexpr LogRecordField new_page[] = {u8_at("dbid", 3), u32_at("pgno", 4), u32_at("objid", 8),
                                       u64_at("dbtimeAfter", 12)};
constexpr LogRecordField root_move[] = {u64_at("dbtimeAfter", 1), u8_at("dbid", 9), u32_at("objid", 10),
                                        u16_at("procid", 14)};
constexpr LogRecordField plain_dbid[] = {u8_at("dbid", 1)};
constexpr LogRecordField scan_check2[] = {u8_at("dbid", 1),        u32_at("pgno", 2),           u8_at("flagsAndScs", 6),
                                          u64_at("dbtimePage", 7), u64_at("dbtimeCurrent", 15), u32_at("ulChksum", 23)};
constexpr LogRecordField extent_freed2[] = {u8_at("dbid", 1), u32_at("pgnoFirst", 2), i32_at("cpgExtent", 6),
                                            u8_at("fFlags", 10), u64_at("dbtime", 11)};
constexpr std::size_t extent_freed_fields = 4;
// Behind the head of a record that any reader may skip.
constexpr LogRecordField extend_db[] = {u8_at("dbid", 5), u32_at("pgnoLast", 6)};
constexpr LogRecordField commit_ctx[] = {u16_at("procid", 5), u8_at("fFlags", 7)};
constexpr LogRecordField scan_check[] = {
    u8_at("dbid", 5),         u32_at("pgno", 6),           u64_at("unusedPageDbtime", 10), u64_at("unusedDbDbtime", 18),
    u64_at("dbtimePage", 26), u64_at("dbtimeCurrent", 34), u16_at("usChksum", 42)};
constexpr LogRecordField re_attach[] = {u8_at("dbid", 5), lgpos_at("lgposAttach", 6), lgpos_at("lgposConsistent", 14),
                                        signature_at("signDb", 22)};
constexpr LogRecordField macro_info2[] = {u8_at("dbid", 5), u32_at("count", 6)};
constexpr LogRecordField free_fdp[] = {u8_at("dbid", 5), u32_at("pgnoFDP", 6), u32_at("trxCommitted", 10),
                                       u8_at("fdpType", 14)};

// What follows the fixed part, in order.
constexpr LogRecordPart path_at_1[] = {part16("path", 1)};
constexpr LogRecordPart path_at_3[] = {part16("path", 3)};
constexpr LogRecordPart path_at_4[] = {part16("path", 4)};
constexpr LogRecordPart path_at_33[] = {part16("path", 33)};
constexpr LogRecordPart path_at_72[] = {part16("path", 72)};
// The version is there, 4 bytes long, if bit 4 of fFlags is set: the masked flag is its length.
constexpr LogRecordPart create_db_parts[] = {{"version", 42, 1, 4}, part16("path", 40)};
constexpr LogRecordPart text_part[] = {part16("text", 3)};
constexpr LogRecordPart info_part[] = {part16("info", 1)};
constexpr LogRecordPart split_parts[] = {part16("keyParent", 100), part16("prefixSplitOld", 96),
                                         part16("prefixSplitNew", 98), part32("pageBeforeImage", 106)};
constexpr std::size_t split_part_count = 3;
constexpr LogRecordPart merge_parts[] = {part16("keyParentSep", 86), part32("pageBeforeImage", 92)};
constexpr std::size_t merge_part_count = 1;
constexpr LogRecordPart insert_parts[] = {part16("prefix", 46), part16("suffix", 44), part16("data", 48)};
constexpr LogRecordPart key_data_parts[] = {part16("key", 44), part16("data", 46)};
constexpr LogRecordPart replace_parts[] = {{"data", 44, 2, 0x7FFF}};
constexpr LogRecordPart bookmark_parts[] = {part16("bookmarkKey", 44), part16("bookmarkData", 46)};
constexpr LogRecordPart undo_info_parts[] = {part16("bookmarkKey", 44), part16("bookmarkData", 46), part16("data", 54)};
constexpr LogRecordPart data_at_44[] = {part16("data", 44)};
constexpr LogRecordPart page_list[] = {part16("emptyPages", 44)};
constexpr LogRecordPart prep_commit_parts[] = {part32("data", 3)};
constexpr LogRecordPart scrub_parts[] = {part16("data", 52)};
constexpr LogRecordPart page_move_parts[] = {part32("pageHeader", 88), part32("pageTrailer", 92)};
constexpr LogRecordPart fragment_begin_parts[] = {part16("piece", 5)};
constexpr LogRecordPart fragment_parts[] = {part16("piece", 1)};
constexpr LogRecordPart ignored_parts[] = {part32("rest", 1)};

template <class T, std::size_t N>
constexpr std::span<const T> first(const T (&all)[N], std::size_t count) {
    return std::span<const T>(all).first(count);
}

using Type = LogRecordType;
using Head = LogRecordHead;
using Effect = LogRecordEffect;

constexpr LogRecordLayout layouts[] = {
    {Type::nop, "NOP", Head::plain, 1, Effect::none, {}, {}},
    {Type::init, "Init", Head::plain, 568, Effect::stream, init, {}},
    {Type::term, "Term", Head::plain, 18, Effect::stream, term, {}},
    {Type::ms, "MS", Head::plain, 9, Effect::none, ms, {}},
    {Type::end, "End", Head::plain, 1, Effect::none, {}, {}},
    {Type::begin, "Begin", Head::session, 4, Effect::transaction, begin, {}},
    {Type::commit, "Commit", Head::session, 4, Effect::transaction, commit, {}},
    {Type::rollback, "Rollback", Head::session, 4, Effect::transaction, rollback, {}},
    {Type::begin0, "Begin0", Head::session, 8, Effect::transaction, begin0, {}},
    {Type::commit0, "Commit0", Head::session, 8, Effect::transaction, commit0, {}},
    {Type::refresh, "Refresh", Head::session, 7, Effect::transaction, refresh, {}},
    {Type::macro_begin, "MacroBegin", Head::session, 11, Effect::transaction, macro, {}},
    {Type::macro_commit, "MacroCommit", Head::session, 11, Effect::transaction, macro, {}},
    {Type::macro_abort, "MacroAbort", Head::session, 11, Effect::transaction, macro, {}},
    {Type::create_db, "CreateDB", Head::session, 43, Effect::database, create_db, create_db_parts},
    {Type::attach_db, "AttachDB", Head::session, 75, Effect::database, attach_db, path_at_72},
    {Type::detach_db, "DetachDB", Head::session, 7, Effect::database, detach_db, path_at_4},
    {Type::recovery_undo, "RecoveryUndo", Head::plain, 1, Effect::stream, {}, {}},
    {Type::recovery_quit, "RecoveryQuit", Head::plain, 18, Effect::stream, term, {}},
    {Type::full_backup, "FullBackup", Head::plain, 3, Effect::none, path_only, path_at_1},
    {Type::inc_backup, "IncBackup", Head::plain, 3, Effect::none, path_only, path_at_1},
    {Type::jet_op, "JetOp", Head::session, 4, Effect::none, jet_op, {}},
    {Type::trace, "Trace", Head::session, 5, Effect::none, text, text_part},
    {Type::shut_down_mark, "ShutDownMark", Head::plain, 1, Effect::stream, {}, {}},
    {Type::create_multiple_extent_fdp, "CreateMultipleExtentFDP", Head::page, 56, Effect::pages, create_multiple, {}},
    {Type::create_single_extent_fdp, "CreateSingleExtentFDP", Head::page, 48, Effect::pages, create_single, {}},
    {Type::convert_fdp, "ConvertFDP", Head::page, 60, Effect::pages, first(convert2, convert_fields), {}},
    {Type::split, "Split", Head::page, 102, Effect::pages, first(split2, split_fields),
     first(split_parts, split_part_count)},
    {Type::merge, "Merge", Head::page, 88, Effect::pages, first(merge2, merge_fields),
     first(merge_parts, merge_part_count)},
    {Type::insert, "Insert", Head::node, 50, Effect::pages, insert, insert_parts},
    {Type::flag_insert, "FlagInsert", Head::node, 48, Effect::pages, flag_insert, key_data_parts},
    {Type::flag_insert_and_replace_data, "FlagInsertAndReplaceData", Head::node, 52, Effect::pages, flag_insert_replace,
     key_data_parts},
    {Type::flag_delete, "FlagDelete", Head::node, 44, Effect::pages, {}, {}},
    {Type::replace, "Replace", Head::node, 50, Effect::pages, replace, replace_parts},
    {Type::replace_d, "ReplaceD", Head::node, 50, Effect::pages, replace, replace_parts},
    {Type::delete_node, "Delete", Head::node, 44, Effect::pages, {}, {}},
    {Type::undo_info, "UndoInfo", Head::node, 56, Effect::transaction, undo_info, undo_info_parts},
    {Type::delta, "Delta", Head::node, 54, Effect::pages, delta, bookmark_parts},
    {Type::set_external_header, "SetExternalHeader", Head::node, 46, Effect::pages, external_header, data_at_44},
    {Type::undo, "Undo", Head::node, 51, Effect::pages, undo, bookmark_parts},
    {Type::checksum, "Checksum", Head::plain, 22, Effect::none, checksum, {}},
    {Type::ext_restore, "ExtRestore", Head::plain, 3, Effect::none, info_only, info_part},
    {Type::backup, "Backup", Head::plain, 5, Effect::none, backup, path_at_3},
    {Type::empty_tree, "EmptyTree", Head::node, 46, Effect::pages, empty_tree, page_list},
    {Type::init2, "Init2", Head::plain, 576, Effect::stream, init2, {}},
    {Type::term2, "Term2", Head::plain, 26, Effect::stream, term2, {}},
    {Type::recovery_undo2, "RecoveryUndo2", Head::plain, 9, Effect::stream, recovery_undo2, {}},
    {Type::recovery_quit2, "RecoveryQuit2", Head::plain, 26, Effect::stream, term2, {}},
    {Type::begin_dt, "BeginDT", Head::session, 8, Effect::transaction, begin0, {}},
    {Type::prep_commit, "PrepCommit", Head::session, 7, Effect::transaction, prep_commit, prep_commit_parts},
    {Type::prep_rollback, "PrepRollback", Head::session, 3, Effect::transaction, {}, {}},
    {Type::force_write_log, "ForceWriteLog", Head::session, 3, Effect::none, {}, {}},
    {Type::convert_fdp2, "ConvertFDP2", Head::page, 68, Effect::pages, convert2, {}},
    {Type::ext_restore2, "ExtRestore2", Head::plain, 3, Effect::none, info_only, info_part},
    {Type::backup2, "Backup2", Head::plain, 35, Effect::database, backup2, path_at_33},
    {Type::force_log_rollover, "ForceLogRollover", Head::session, 5, Effect::none, text, text_part},
    {Type::split2, "Split2", Head::page, 110, Effect::pages, split2, split_parts},
    {Type::merge2, "Merge2", Head::page, 96, Effect::pages, merge2, merge_parts},
    {Type::scrub, "Scrub", Head::node, 54, Effect::pages, scrub, scrub_parts},
    {Type::page_move, "PageMove", Head::page, 96, Effect::pages, page_move, page_move_parts},
    {Type::page_patch_request, "PagePatchRequest", Head::plain, 46, Effect::none, page_patch, {}},
    {Type::macro_info, "MacroInfo", Head::ignored, 5, Effect::none, {}, ignored_parts},
    {Type::extend_db, "ExtendDB", Head::ignored, 5, Effect::size, extend_db, ignored_parts},
    {Type::commit_ctx, "CommitCtx", Head::ignored, 5, Effect::none, commit_ctx, ignored_parts},
    {Type::scan_check, "ScanCheck", Head::ignored, 5, Effect::none, scan_check, ignored_parts},
    {Type::nop2, "NOP2", Head::ignored, 5, Effect::none, {}, ignored_parts},
    {Type::re_attach, "ReAttach", Head::ignored, 5, Effect::database, re_attach, ignored_parts},
    {Type::macro_info2, "MacroInfo2", Head::ignored, 5, Effect::none, macro_info2, ignored_parts},
    {Type::free_fdp, "FreeFDP", Head::ignored, 5, Effect::none, free_fdp, ignored_parts},
    {Type::ignored9, "Ignored9", Head::ignored, 5, Effect::none, {}, ignored_parts},
    {Type::fragment_begin, "FragmentBegin", Head::plain, 7, Effect::stream, fragment_begin, fragment_begin_parts},
    {Type::fragment, "Fragment", Head::plain, 3, Effect::stream, fragment, fragment_parts},
    {Type::shrink_db, "ShrinkDB", Head::plain, 10, Effect::pages, shrink, {}},
    {Type::create_db_finish, "CreateDBFinish", Head::session, 4, Effect::database, session_dbid, {}},
    {Type::recovery_quit_keep_attachments, "RecoveryQuitKeepAttachments", Head::plain, 26, Effect::stream, term2, {}},
    {Type::trim_db, "TrimDB", Head::plain, 10, Effect::pages, trim, {}},
    {Type::ignored10, "Ignored10", Head::ignored, 5, Effect::none, {}, ignored_parts},
    {Type{83}, "Ignored11", Head::ignored, 5, Effect::none, {}, ignored_parts},
    {Type{84}, "Ignored12", Head::ignored, 5, Effect::none, {}, ignored_parts},
    {Type{85}, "Ignored13", Head::ignored, 5, Effect::none, {}, ignored_parts},
    {Type{86}, "Ignored14", Head::ignored, 5, Effect::none, {}, ignored_parts},
    {Type{87}, "Ignored15", Head::ignored, 5, Effect::none, {}, ignored_parts},
    {Type{88}, "Ignored16", Head::ignored, 5, Effect::none, {}, ignored_parts},
    {Type{89}, "Ignored17", Head::ignored, 5, Effect::none, {}, ignored_parts},
    {Type{90}, "Ignored18", Head::ignored, 5, Effect::none, {}, ignored_parts},
    {Type::ignored19, "Ignored19", Head::ignored, 5, Effect::none, {}, ignored_parts},
    {Type::set_db_version, "SetDbVersion", Head::plain, 14, Effect::database, set_version, {}},
    {Type::delta64, "Delta64", Head::node, 58, Effect::pages, delta64, bookmark_parts},
    {Type::shrink_db2, "ShrinkDB2", Head::plain, 10, Effect::pages, shrink, {}},
    {Type::new_page, "NewPage", Head::session, 20, Effect::pages, new_page, {}},
    {Type::root_page_move, "RootPageMove", Head::plain, 16, Effect::pages, root_move, {}},
    {Type::signal_attach_db, "SignalAttachDb", Head::plain, 2, Effect::none, plain_dbid, {}},
    {Type::scan_check2, "ScanCheck2", Head::plain, 27, Effect::none, scan_check2, {}},
    {Type::shrink_db3, "ShrinkDB3", Head::plain, 18, Effect::pages, shrink3, {}},
    {Type::extent_freed, "ExtentFreed", Head::plain, 11, Effect::none, first(extent_freed2, extent_freed_fields), {}},
    {Type::extent_freed2, "ExtentFreed2", Head::plain, 19, Effect::none, extent_freed2, {}},
};

constexpr std::size_t type_count = 102;

constexpr std::array<const LogRecordLayout*, type_count> by_type = [] {
    std::array<const LogRecordLayout*, type_count> table{};
    for (const LogRecordLayout& layout : layouts) table[static_cast<std::size_t>(layout.type)] = &layout;
    return table;
}();

constexpr std::size_t head_bytes(LogRecordHead head) {
    switch (head) {
        case Head::plain: return 1;
        case Head::session: return 3;
        case Head::ignored: return 5;
        case Head::page: return 32;
        case Head::node: return 44;
    }
    return 0;
}

// In the fixed part the fields lie end to end, from the head to the size: a mistyped offset does not compile.
constexpr bool fields_are_gapless() {
    for (const LogRecordLayout& layout : layouts) {
        std::size_t pos = head_bytes(layout.head);
        for (const LogRecordField& field : layout.fields) {
            if (field.offset != pos) return false;
            pos += field.bytes;
        }
        if (layout.head != Head::ignored && pos != layout.fixed_bytes) return false;
    }
    return true;
}
static_assert(fields_are_gapless());

}  // namespace

const LogRecordLayout* find_record_layout(std::uint8_t type) { return type < type_count ? by_type[type] : nullptr; }

std::span<const LogRecordField> head_fields(LogRecordHead head) {
    switch (head) {
        case Head::plain: return {};
        case Head::session: return session_head;
        case Head::ignored: return ignored_head;
        case Head::page: return first(node_head, page_head_fields);
        case Head::node: return node_head;
    }
    return {};
}

}  // namespace ese::format
