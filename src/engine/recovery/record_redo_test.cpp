// Records that none of the original's logs here hold, replayed over pages made for them (LOG-FORMAT 4.5, 4.6).

#include <catch2/catch.hpp>
#include <cstring>

#include "base/error.h"
#include "engine/btree/page_nodes.h"
#include "engine/recovery/recovering_database.h"
#include "engine/btree/tree_change.h"
#include "engine/recovery/recovering_database.h"
#include "engine/txn/replayed_sessions.h"
#include "esent.h"
#include "format/database/space.h"
#include "unit/temp_directory.h"

using namespace ese;
using namespace ese::engine;
using format::LogRecordType;
using format::PageHead;
namespace page_flag = format::page_flag;

namespace {

using Bytes = std::vector<std::uint8_t>;
constexpr std::uint32_t page_bytes = 4096;
constexpr std::uint64_t before = 100, after = 200;

Bytes text(const char* characters) { return {characters, characters + std::strlen(characters)}; }
Bytes child_entry(std::uint32_t page) {
    Bytes bytes(4);
    store_u32(bytes, 0, page);
    return bytes;
}

// A database with pages of our making, and no log.
class Scratch {
 public:
    Scratch() : path_(temp_.path("scratch.edb")) {
        auto file = os::real_file_system().open(path_, os::OpenMode::create_new);
        format::DatabaseHeader header(page_bytes);
        header.set(format::header_field::state, format::DatabaseState::dirty_shutdown);
        header.set(format::header_field::max_required, Generation(1));  // pages may be newer than the log
        file->resize(page_offset(PageNumber(100), page_bytes));
        write_database_header(*file, os::real_clock(), header);
        database_ = std::make_unique<RecoveringDatabase>(
            std::move(file), path_, header,
            RecoveringDatabase::Surroundings{&os::real_clock(), std::size_t{1} << 20, [](const format::Lgpos&) {},
                                             [](ObjectId) { return false; },
                                             [] { return std::pair(Generation(1), format::LogTime()); }});
    }

    ChangeTarget target() { return {*database_, sessions_, {Generation(1), 1, 40}}; }
    RecoveringDatabase& database() { return *database_; }
    format::PageView page(std::uint32_t number) { return database_->cache().page(PageNumber(number)).view(); }
    Bytes image(std::uint32_t number) {
        const ByteView bytes = page(number).bytes();
        return {bytes.begin(), bytes.end()};
    }
    std::uint64_t file_bytes() const { return std::filesystem::file_size(path_); }

    void make_page(std::uint32_t number, std::uint32_t flags, const Bytes& header,
                   const std::vector<std::pair<Bytes, Bytes>>& nodes, std::uint32_t previous = 0,
                   std::uint32_t next = 0) {
        std::vector<OwnedNode> owned;
        for (const auto& [key, data] : nodes) owned.push_back({key, data, 0});
        write_nodes(database_->cache().page(PageNumber(number)).create({}),
                    {PageNumber(number), before, PageNumber(previous), PageNumber(next), ObjectId(7), flags}, header,
                    owned, 0);
    }

 private:
    TempDirectory temp_;
    std::string path_;
    ReplayedSessions sessions_;
    std::unique_ptr<RecoveringDatabase> database_;
};

PageHead head_for(LogRecordType type, std::uint32_t page, std::uint16_t line = 0) {
    PageHead head;
    head.type = type;
    head.session = 5;
    head.dbid = 1;
    head.page = PageNumber(page);
    head.dbtime = after;
    head.dbtime_before = before;
    head.level = 1;
    head.line = line;
    return head;
}

Bytes node_record(LogRecordType type, std::uint32_t page, std::uint16_t line, const Bytes& tail) {
    Bytes record = format::make_record(type, tail);
    format::NodeHead head;
    head.page = head_for(type, page, line);
    head.object = ObjectId(7);
    head.write(record);
    return record;
}

struct Move {
    std::uint32_t from, to, left = 0, right = 0, parent = 0;
    std::int32_t line = 0;
    std::uint32_t flags = 0;
};

// All of the page is its head; there is no gap.
Bytes move_record(Scratch& scratch, const Move& move) {
    const Bytes image = scratch.image(move.from);
    Bytes record = format::make_record(LogRecordType::page_move, image);
    head_for(LogRecordType::page_move, move.from).write(record);
    const auto set = [&](const char* name, std::uint64_t value) { format::set_record_field(record, name, value); };
    set("pgnoDest", move.to);
    set("pgnoLeft", move.left);
    set("pgnoRight", move.right);
    set("pgnoParent", move.parent);
    set("dbtimeLeftBefore", move.left ? before : format::dbtime_nil);
    set("dbtimeRightBefore", move.right ? before : format::dbtime_nil);
    set("dbtimeParentBefore", move.parent ? before : format::dbtime_nil);
    set("ilineParent", static_cast<std::uint64_t>(move.line));
    set("fMoveFlags", move.flags);
    set("cbPageHeader", image.size());
    return record;
}

// One level of a merge. What the leaf says goes for all.
struct Merge {
    std::uint32_t page;
    std::uint16_t line = 0;
    std::uint8_t flags = 0;
    format::MergeKind kind = format::MergeKind::none;
    std::uint32_t left = 0, right = 0;
    Bytes image = {};
};

Bytes merge_record(const Merge& merge) {
    Bytes record = format::make_record(LogRecordType::merge2, merge.image);
    head_for(LogRecordType::merge2, merge.page, merge.line).write(record);
    const auto set = [&](const char* name, std::uint64_t value) { format::set_record_field(record, name, value); };
    set("pgnoLeft", merge.left);
    set("pgnoRight", merge.right);
    set("dbtimeLeftBefore", merge.left ? before : format::dbtime_nil);
    set("dbtimeRightBefore", merge.right ? before : format::dbtime_nil);
    set("fLRMergeFlags", merge.flags);
    set("mergetype", static_cast<std::uint64_t>(merge.kind));
    set("cbPageBeforeImage", merge.image.size());
    return record;
}

void redo_merge(Scratch& scratch, const std::vector<Merge>& levels) {
    std::vector<Bytes> records;
    for (const Merge& level : levels) records.push_back(merge_record(level));
    apply_macro(scratch.target(), {records.begin(), records.end()});
}

// A root with two internal pages; the first has one leaf, the second two.
void make_three_levels(Scratch& scratch, const std::vector<std::pair<Bytes, Bytes>>& first_leaf) {
    const Bytes space = format::SpaceHeader::single(1, PageNumber(1), false).to_bytes();
    scratch.make_page(10, page_flag::root, space, {{text("c"), child_entry(20)}, {{}, child_entry(21)}});
    scratch.make_page(20, page_flag::parent_of_leaf, {}, {{text("c"), child_entry(30)}});
    scratch.make_page(21, page_flag::parent_of_leaf, {}, {{text("e"), child_entry(31)}, {{}, child_entry(32)}});
    scratch.make_page(30, page_flag::leaf, {}, first_leaf, 0, 31);
    scratch.make_page(31, page_flag::leaf, {}, {{text("d"), text("3")}}, 30, 32);
    scratch.make_page(32, page_flag::leaf, {}, {{text("f"), text("4")}}, 31, 0);
}

void check_nodes(Scratch& scratch, std::uint32_t page, const std::vector<std::pair<Bytes, Bytes>>& expected) {
    std::vector<std::pair<Bytes, Bytes>> found;
    for (const OwnedNode& node : nodes_of(scratch.page(page))) found.emplace_back(node.key, node.data);
    CHECK(found == expected);
}

}  // namespace

TEST_CASE("A page moves: its siblings and its parent follow, and it is empty") {
    Scratch scratch;
    scratch.make_page(10, page_flag::parent_of_leaf, {},
                      {{text("b"), child_entry(11)}, {text("d"), child_entry(12)}, {{}, child_entry(13)}});
    scratch.make_page(11, page_flag::leaf, {}, {{text("a"), text("1")}}, 0, 12);
    scratch.make_page(12, page_flag::leaf, {}, {{text("b"), text("2")}, {text("c"), text("3")}}, 11, 13);
    scratch.make_page(13, page_flag::leaf, {}, {{text("d"), text("4")}}, 12, 0);
    const Bytes record = move_record(scratch, {12, 40, 11, 13, 10, 1});
    for (int time = 0; time < 2; ++time) {  // the second time every page has it already
        apply_tree_record(scratch.target(), record);
        check_nodes(scratch, 40, {{text("b"), text("2")}, {text("c"), text("3")}});
        CHECK(scratch.page(40).previous() == PageNumber(11));
        CHECK(scratch.page(40).next() == PageNumber(13));
        CHECK(scratch.page(11).next() == PageNumber(40));
        CHECK(scratch.page(13).previous() == PageNumber(40));
        check_nodes(scratch, 10, {{text("b"), child_entry(11)}, {text("d"), child_entry(40)}, {{}, child_entry(13)}});
        CHECK(scratch.page(12).has(page_flag::empty));
        for (const std::uint32_t page : {10u, 11u, 12u, 13u, 40u}) CHECK(scratch.page(page).dbtime() == after);
    }
}

TEST_CASE("A move of roots takes the space trees along, and everything that names the root follows") {
    Scratch scratch;
    constexpr std::uint32_t root = page_flag::root | page_flag::leaf;
    format::SpaceHeader space;
    space.pages = 20;
    space.parent = PageNumber(1);
    space.multiple_extent = true;
    space.owned_root = PageNumber(11);
    scratch.make_page(10, root, space.to_bytes(), {{text("k"), text("row")}});
    scratch.make_page(11, root | page_flag::space_tree, format::SplitBuffer().to_bytes(), {});
    scratch.make_page(12, root | page_flag::space_tree, format::SplitBuffer().to_bytes(), {});
    format::SpaceHeader child = format::SpaceHeader::single(1, PageNumber(10), false);
    scratch.make_page(30, root, child.to_bytes(), {});
    child.parent = PageNumber(50);
    scratch.make_page(4, page_flag::leaf, {}, {{text("t"), text("at 10")}, {text("u"), text("at 10 too")}});
    scratch.make_page(24, page_flag::leaf, {}, {{text("t"), text("at 10")}, {text("u"), text("at 10 too")}});

    Bytes begin = format::make_record(LogRecordType::root_page_move);
    format::set_record_field(begin, "dbtimeAfter", after);
    std::vector<Bytes> records{begin, move_record(scratch, {.from = 10, .to = 50, .flags = 1}),
                               move_record(scratch, {.from = 11, .to = 51, .flags = 2}),
                               move_record(scratch, {.from = 12, .to = 52, .flags = 4}),
                               node_record(LogRecordType::set_external_header, 30, 0, child.to_bytes())};
    format::set_record_field(records.back(), "cbData", child.to_bytes().size());
    for (const std::uint32_t catalog : {4u, 24u})
        for (const auto& [line, row] : {std::pair<std::uint16_t, Bytes>{0, text("at 50")}, {1, text("at 50 too")}}) {
            records.push_back(node_record(LogRecordType::replace, catalog, line, row));
            for (const char* name : {"cbAndDiff2", "cbOldData", "cbNewData"})
                format::set_record_field(records.back(), name, row.size());
        }
    const std::vector<ByteView> views(records.begin(), records.end());
    // Once over pages that all lack it, once over pages that all have it, and once where the catalog alone lacks it.
    for (int time = 0; time < 3; ++time) {
        INFO("time " << time);
        if (time == 2)
            scratch.make_page(4, page_flag::leaf, {}, {{text("t"), text("at 10")}, {text("u"), text("at 10 too")}});
        apply_macro(scratch.target(), views);
        const auto moved = format::SpaceHeader::parse(scratch.page(50).external_header());
        CHECK(moved.owned_root == PageNumber(51));
        CHECK(moved.parent == PageNumber(1));
        check_nodes(scratch, 50, {{text("k"), text("row")}});
        CHECK(scratch.page(51).has(page_flag::space_tree));
        CHECK(format::SpaceHeader::parse(scratch.page(30).external_header()).parent == PageNumber(50));
        for (const std::uint32_t page : {4u, 24u})
            check_nodes(scratch, page, {{text("t"), text("at 50")}, {text("u"), text("at 50 too")}});
        for (const std::uint32_t page : {10u, 11u, 12u}) CHECK(scratch.page(page).has(page_flag::empty));
        for (const std::uint32_t page : {4u, 10u, 11u, 12u, 24u, 30u, 50u, 51u, 52u})
            CHECK(scratch.page(page).dbtime() == after);
    }
    // Between the two: a page that lost a change.
    scratch.make_page(24, page_flag::leaf, {}, {{text("t"), text("at 10")}, {text("u"), text("at 10 too")}});
    format::PageWriter(scratch.database().cache().page(PageNumber(24)).change({})).set_dbtime(before + 1);
    CHECK_THROWS_AS(apply_macro(scratch.target(), views), Error);
}

TEST_CASE("A leaf that is alone under its parent takes the parent with it when it leaves the tree") {
    using format::MergeRecord;
    Scratch scratch;
    make_three_levels(scratch, {});
    const std::vector<Merge> levels{
        {10, 0, MergeRecord::flag_delete_node},
        {20, 0, MergeRecord::flag_empty_page},
        {30, 0, MergeRecord::flag_empty_page, format::MergeKind::empty_page, 0, 31}};
    // Pages that all lack it, that all have it, and where one alone lacks it.
    for (const std::uint32_t lacking : {0u, 0u, 10u, 20u, 31u}) {
        if (lacking == 10)
            scratch.make_page(10, page_flag::root, {}, {{text("c"), child_entry(20)}, {{}, child_entry(21)}});
        if (lacking == 20) scratch.make_page(20, page_flag::parent_of_leaf, {}, {{text("c"), child_entry(30)}});
        if (lacking == 31) scratch.make_page(31, page_flag::leaf, {}, {{text("d"), text("3")}}, 30, 32);
        redo_merge(scratch, levels);
        check_nodes(scratch, 10, {{{}, child_entry(21)}});
        for (const std::uint32_t page : {20u, 30u}) CHECK(scratch.page(page).has(page_flag::empty));
        check_nodes(scratch, 20, {});
        check_nodes(scratch, 31, {{text("d"), text("3")}});
        CHECK(scratch.page(31).previous() == PageNumber());
        for (const std::uint32_t page : {10u, 20u, 30u, 31u}) CHECK(scratch.page(page).dbtime() == after);
        for (const std::uint32_t page : {21u, 32u}) CHECK(scratch.page(page).dbtime() == before);
    }
}

TEST_CASE("A leaf's entries go to the right, from its image where it is empty already, and its parent becomes empty") {
    using format::MergeRecord;
    Scratch scratch;
    make_three_levels(scratch, {{text("a"), text("1")}, {text("b"), text("2")}});
    const std::vector<Merge> levels{
        {10, 0, MergeRecord::flag_delete_node},
        {20, 0, MergeRecord::flag_empty_page},
        {30, 0, MergeRecord::flag_empty_page, format::MergeKind::full_right, 0, 31, scratch.image(30)}};
    for (int time = 0; time < 3; ++time) {
        if (time == 2) scratch.make_page(31, page_flag::leaf, {}, {{text("d"), text("3")}}, 30, 32);
        redo_merge(scratch, levels);
        check_nodes(scratch, 31, {{text("a"), text("1")}, {text("b"), text("2")}, {text("d"), text("3")}});
        for (const std::uint32_t page : {20u, 30u}) CHECK(scratch.page(page).has(page_flag::empty));
        check_nodes(scratch, 10, {{{}, child_entry(21)}});
    }
}

TEST_CASE("Where the last entry of a page goes, the one before it becomes the last, whose key is empty") {
    using format::MergeRecord;
    Scratch scratch;
    make_three_levels(scratch, {{text("a"), text("1")}});
    redo_merge(scratch, {{21, 1, MergeRecord::flag_delete_node},
                         {32, 0, MergeRecord::flag_empty_page, format::MergeKind::empty_page, 31, 0}});
    check_nodes(scratch, 21, {{{}, child_entry(31)}});
    CHECK(scratch.page(31).next() == PageNumber());
    CHECK(scratch.page(32).has(page_flag::empty));
}

TEST_CASE("What is called a merge and is none is refused before anything changes") {
    using format::MergeRecord;
    for (const auto kind : {format::MergeKind::empty_tree, format::MergeKind::page_move, format::MergeKind::none}) {
        Scratch scratch;
        make_three_levels(scratch, {});
        CHECK_THROWS_AS(redo_merge(scratch, {{10, 0, MergeRecord::flag_delete_node}, {30, 0, 0, kind, 0, 31}}), Error);
        for (const std::uint32_t page : {10u, 30u, 31u}) CHECK(scratch.page(page).dbtime() == before);
    }
}

TEST_CASE("A tree becomes empty: its root a leaf, its pages nobody's") {
    Scratch scratch;
    const Bytes space = format::SpaceHeader::single(1, PageNumber(1), false).to_bytes();
    scratch.make_page(10, page_flag::root | page_flag::parent_of_leaf, space,
                      {{text("b"), child_entry(11)}, {{}, child_entry(12)}});
    scratch.make_page(11, page_flag::leaf, {}, {{text("a"), text("1")}}, 0, 12);
    scratch.make_page(12, page_flag::leaf, {}, {{text("b"), text("2")}}, 11, 0);
    Bytes pages(2 * 16);
    for (const std::size_t i : {0u, 1u}) {
        store_u64(pages, 16 * i, before);
        store_u32(pages, 16 * i + 8, static_cast<std::uint32_t>(11 + i));
        store_u32(pages, 16 * i + 12, page_flag::leaf);
    }
    Bytes record = node_record(LogRecordType::empty_tree, 10, 0, pages);
    format::set_record_field(record, "cbEmptyPageList", pages.size());
    for (int time = 0; time < 2; ++time) {
        apply_tree_record(scratch.target(), record);
        CHECK(scratch.page(10).has(page_flag::leaf));
        CHECK_FALSE(scratch.page(10).has(page_flag::parent_of_leaf));
        check_nodes(scratch, 10, {});
        const ByteView header = scratch.page(10).external_header();
        CHECK(Bytes(header.begin(), header.end()) == space);
        for (const std::uint32_t page : {11u, 12u}) CHECK(scratch.page(page).has(page_flag::empty));
    }
}

TEST_CASE("Scrubbing wipes what deleted nodes held and nothing else") {
    Scratch scratch;
    scratch.make_page(10, page_flag::leaf, {}, {{text("a"), text("kept")}, {text("b"), text("gone")}});
    Bytes record = node_record(LogRecordType::scrub, 10, 0, {0, 1});
    format::set_record_field(record, "cscrubOper", 2);
    format::set_record_field(record, "cbData", 2);
    apply_node_record(scratch.target(), record);
    check_nodes(scratch, 10, {{text("a"), text("kept")}, {text("b"), Bytes(4)}});
    CHECK(scratch.page(10).dbtime() == after);

    scratch.make_page(10, page_flag::leaf, {}, {{text("a"), text("gone")}});
    format::set_record_field(record, "fFlags", 1);
    apply_node_record(scratch.target(), record);
    check_nodes(scratch, 10, {});

    scratch.make_page(10, page_flag::leaf, {}, {{text("a"), text("kept")}});
    format::set_record_field(record, "fFlags", 0);
    CHECK_THROWS_AS(apply_node_record(scratch.target(), record), Error);
}

TEST_CASE("A database that shrinks loses the pages at its end, and what was lacking on them") {
    Scratch scratch;
    RecoveringDatabase& database = scratch.database();
    CHECK(database.page_to_change(PageNumber(90), before, after, {Generation(1), 1, 40}) == nullptr);
    CHECK_THROWS_AS(database.require_resolved(), Error);
    database.shrink_to(PageNumber(50), {Generation(1), 2, 0});
    CHECK_NOTHROW(database.require_resolved());
    CHECK(scratch.file_bytes() == page_offset(PageNumber(51), page_bytes));
    database.grow_to(PageNumber(60), {Generation(1), 3, 0});
    CHECK(scratch.file_bytes() == page_offset(PageNumber(61), page_bytes));

    CHECK(database.page_to_change(PageNumber(55), before, after, {Generation(1), 1, 40}) == nullptr);
    database.forget_unresolved(PageNumber(50), 5);
    CHECK_THROWS_AS(database.require_resolved(), Error);
    database.forget_unresolved(PageNumber(50), 6);
    CHECK_NOTHROW(database.require_resolved());
}
