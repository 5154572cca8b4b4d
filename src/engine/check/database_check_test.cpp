#include "engine/check/database_check.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "engine/btree/search.h"
#include "engine/table/quiet_database.h"
#include "engine/table/test_database.h"
#include "format/database/page_checksum.h"
#include "format/database/space.h"
#include "unit/temp_directory.h"

using namespace ese;
using namespace ese::engine;

namespace {

using Bytes = std::vector<std::uint8_t>;

struct Checked {
    std::uint64_t damaged = 0;
    std::vector<Finding> findings;

    bool has(FindingKind kind, const std::string& table, const std::string& index, const std::string& text) const {
        for (const Finding& f : findings)
            if (f.kind == kind && f.table == table && f.index == index && f.text.find(text) != std::string::npos)
                return true;
        return false;
    }
    std::string text() const {
        std::string all;
        for (const Finding& f : findings)
            all += std::to_string(static_cast<unsigned>(f.kind)) + " " + f.table + " " + f.index + ": " + f.text + "\n";
        return all;
    }
};

Checked check(const std::string& path, std::uint32_t page_bytes, const std::function<void()>& poll = [] {}) {
    const test::TestDatabase database(path, page_bytes);
    Checked result;
    result.damaged = check_database(*database.live, [&](const Finding& finding) { result.findings.push_back(finding); }, poll);
    return result;
}

// A copy of clean-4k's database, whose pages a test changes.
class Altered {
 public:
    static constexpr std::uint32_t page_bytes = 4096;

    Altered() {
        if (!temp_.copy_set("clean-4k", "files")) return;
        path_ = temp_.path("files/data.edb");
        database_ = std::make_unique<test::TestDatabase>(path_, page_bytes);
    }
    bool is_there() const { return !path_.empty(); }

    Tree tree_of(const std::string& table, const std::string& index = {}) const {
        const QuietDatabase database(*database_->live);
        const Table& found = database.table(table);
        return index.empty() ? found.tree : found.find_index(index)->tree;
    }
    Tree long_values_of(const std::string& table) const { return *QuietDatabase(*database_->live).table(table).long_values; }
    // The leftmost leaf of a tree.
    PageNumber first_leaf(const Tree& tree) const {
        PageNumber number = tree.root;
        while (!format::PageView(page(number)).has(format::page_flag::leaf)) {
            const Bytes bytes = page(number);
            number = format::PageView(bytes).child(0);
        }
        return number;
    }
    Bytes page(PageNumber number) const {
        std::ifstream file(path_, std::ios::binary);
        file.seekg(static_cast<std::streamoff>(page_offset(number, page_bytes)));
        Bytes bytes(page_bytes);
        file.read(reinterpret_cast<char*>(bytes.data()), page_bytes);
        return bytes;
    }
    template <class Change>
    void change(PageNumber number, Change work) {
        Bytes bytes = page(number);
        work(bytes);
        format::stamp_page_checksum(bytes, number);
        std::fstream file(path_, std::ios::binary | std::ios::in | std::ios::out);
        file.seekp(static_cast<std::streamoff>(page_offset(number, page_bytes)));
        file.write(reinterpret_cast<const char*>(bytes.data()), page_bytes);
    }
    Checked check(const std::function<void()>& poll = [] {}) const { return ::check(path_, page_bytes, poll); }

 private:
    TempDirectory temp_;
    std::string path_;
    std::unique_ptr<test::TestDatabase> database_;
};

}  // namespace

TEST_CASE("A check ends where it is told to, wherever it is, and takes that for no damage") {
    const Altered database;
    std::size_t polls = 0;
    CHECK(database.check([&polls] { ++polls; }).damaged == 0);
    CHECK(polls > 1000);  // pages, records and entries
    for (std::size_t end = 1; end <= polls; end += polls / 97) {
        INFO("poll " << end << " of " << polls);
        std::size_t count = 0;
        std::optional<ErrorKind> ended_with;
        try {
            (void)database.check([&] {
                if (++count == end) throw Error(ErrorKind::interrupted, JET_errClientRequestToStopJetService, "enough");
            });
        } catch (const Error& error) {
            ended_with = error.kind();
        }
        CHECK(ended_with == ErrorKind::interrupted);
        CHECK(count == end);
    }
}

TEST_CASE("What the original engine wrote has nothing wrong") {
    const char* data = std::getenv("ESEBACKUP_TEST_DATA");
    if (!data) {
        WARN("no data");
        return;
    }
    int checked = 0;
    const auto check_clean = [&](const std::filesystem::path& path, std::uint32_t page_bytes) {
        if (!std::filesystem::exists(path)) return;
        INFO(path);
        const Checked result = check(path.string(), page_bytes);
        INFO(result.text());
        CHECK(result.damaged == 0);
        // A kill while tables were being deleted costs pages in the original engine, too.
        const bool may_have_lost_pages = path.string().find("dirty-8k-ddl") != std::string::npos;
        for (const Finding& finding : result.findings)
            CHECK((finding.kind == FindingKind::note || may_have_lost_pages));
        // Every text in them has a sort key.
        CHECK(result.text().find("keys are not checked") == std::string::npos);
        ++checked;
    };
    const std::filesystem::path sets(data);
    for (const auto& [set, page_bytes] : {std::pair{"clean-4k", 4096u},
                                          {"clean-8k", 8192u},
                                          {"clean-16k", 16384u},
                                          {"clean-32k", 32768u},
                                          {"clean-8k-efv9600", 8192u},
                                          {"dirty-4k", 4096u},
                                          {"dirty-8k", 8192u},
                                          {"dirty-32k", 32768u},
                                          {"dirty-8k-circ", 8192u},
                                          {"dirty-8k-ddl", 8192u},
                                          {"fullbackup-4k", 4096u},
                                          {"fullbackup-8k", 8192u},
                                          {"fullbackup-32k", 32768u}})
        check_clean(sets / set / "recovered/data.edb", page_bytes);
    for (const char* name : {"dissect-basic.edb", "dissect-binary.edb", "dissect-default.edb", "dissect-index.edb",
                             "dissect-multi.edb", "dissect-text.edb", "srum-SRUDB.dat", "ual-SystemIdentity.mdb"})
        check_clean(sets / name, 4096);
    check_clean(sets / "dissect-large.edb", 32768);
    if (checked == 0) WARN("no data");
}

// Made by Windows, with users' names and addresses in indexes of several columns. Its logs are lost; what it holds is
// consistent nevertheless.
TEST_CASE("Windows' user access log has no entry that its records do not have") {
    const TempDirectory temp;
    const char* data = std::getenv("ESEBACKUP_TEST_DATA");
    const std::filesystem::path original = std::filesystem::path(data ? data : "") / "ual-Current-dirty.mdb";
    if (!data || !std::filesystem::exists(original)) {
        WARN("no data");
        return;
    }
    const std::string path = temp.path("Current.mdb");
    std::filesystem::copy_file(original, path);
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    Bytes page(4096);
    file.read(reinterpret_cast<char*>(page.data()), 4096);
    format::DatabaseHeader header = format::DatabaseHeader::parse(page).value();
    header.set(format::header_field::state, format::DatabaseState::clean_shutdown);
    file.seekp(0);
    for (int copy = 0; copy < 2; ++copy) file.write(reinterpret_cast<const char*>(header.stamped().data()), 4096);
    file.close();
    const Checked result = check(path, 4096);
    INFO(result.text());
    CHECK(result.damaged == 0);
    CHECK(result.findings.empty());
}

TEST_CASE("Text with a character whose sort weight is not known: its record is still compared") {
    Altered database;
    if (!database.is_there()) {
        WARN("no data");
        return;
    }
    // An ideograph in column "vtextw" of the first record that has one there becomes a Hangul syllable.
    database.change(database.first_leaf(database.tree_of("AllTypes")), [](Bytes& page) {
        const format::PageView view(page);
        const auto at = static_cast<std::size_t>(view.node(0).data.data() - page.data());
        const Bytes ideograph{0x87, 0x65}, syllable{0x5C, 0xD5};
        const auto found =
            std::search(page.begin() + static_cast<std::ptrdiff_t>(at), page.end(), ideograph.begin(), ideograph.end());
        REQUIRE(found != page.end());
        std::ranges::copy(syllable, found);
    });
    const Checked result = database.check();
    INFO(result.text());
    CHECK(result.has(FindingKind::note, "AllTypes", "iTextW", "U+D55C"));
    CHECK(result.damaged == 0);
}

TEST_CASE("A page that two trees have, and one that nobody has any more") {
    Altered database;
    if (!database.is_there()) {
        WARN("no data");
        return;
    }
    const Tree tree = database.tree_of("AllTypes");
    const PageNumber other = database.first_leaf(database.tree_of("Many"));
    REQUIRE_FALSE(format::PageView(database.page(tree.root)).has(format::page_flag::leaf));
    database.change(tree.root, [&](Bytes& page) {
        const format::PageView view(page);
        const auto at = static_cast<std::size_t>(view.node(1).data.data() - page.data());
        store_u32(page, at, other.value());
    });
    const Checked result = database.check();
    INFO(result.text());
    CHECK(result.damaged > 0);
    CHECK((result.has(FindingKind::damage, "Many", "", "two places") ||
           result.has(FindingKind::damage, "AllTypes", "", "belongs to object")));
}

TEST_CASE("A record that changed under its index") {
    Altered database;
    if (!database.is_there()) {
        WARN("no data");
        return;
    }
    // Column "long" of the first record, which iLong is over.
    database.change(database.first_leaf(database.tree_of("AllTypes")), [](Bytes& page) {
        const format::PageView view(page);
        const auto at = static_cast<std::size_t>(view.node(0).data.data() - page.data());
        page[at + 4 + 4 * 4 + 1 + 1 + 2] ^= 1;
    });
    const Checked result = database.check();
    INFO(result.text());
    CHECK(result.has(FindingKind::damage, "AllTypes", "iLong", "is not what the record"));
    CHECK(result.has(FindingKind::damage, "AllTypes", "iLong", "has no entry"));
    CHECK_FALSE(result.has(FindingKind::damage, "AllTypes", "iAuto", ""));
}

TEST_CASE("An index entry that is gone, keys out of order, and a record under a wrong key") {
    Altered database;
    if (!database.is_there()) {
        WARN("no data");
        return;
    }
    database.change(database.first_leaf(database.tree_of("AllTypes", "iGuid")),
                    [](Bytes& page) { format::PageWriter(page).erase(0); });
    const Checked result = database.check();
    INFO(result.text());
    CHECK(result.has(FindingKind::damage, "AllTypes", "iGuid", "has no entry"));
    CHECK(result.damaged == 1);

    database.change(database.first_leaf(database.tree_of("Seq")), [](Bytes& page) {
        const format::PageView view(page);
        const auto at = static_cast<std::size_t>(view.node(1).suffix.data() - page.data());
        page[at + view.node(1).suffix.size() - 1] = 0xFE;
    });
    const Checked second = database.check();
    INFO(second.text());
    CHECK(second.has(FindingKind::damage, "Seq", "", "out of order"));
}

TEST_CASE("Long values with a wrong count of references, and without their end") {
    Altered database;
    if (!database.is_there()) {
        WARN("no data");
        return;
    }
    database.change(database.first_leaf(database.long_values_of("AllTypes")), [](Bytes& page) {
        const format::PageView view(page);
        for (std::size_t line = 0; line < view.node_count(); ++line) {
            if (view.node(line).key_bytes() != 4 || view.node(line).is_deleted()) continue;
            const auto at = static_cast<std::size_t>(view.node(line).data.data() - page.data());
            store_u32(page, at, 7);
            store_u32(page, at + 4, load_u32(page, at + 4) + 5000);
            break;
        }
    });
    const Checked result = database.check();
    INFO(result.text());
    CHECK(result.has(FindingKind::damage, "AllTypes", "", "counts 7 references"));
    CHECK(result.has(FindingKind::damage, "AllTypes", "", "bytes, not"));
}

TEST_CASE("Pages that are in use and free at once, and pages that are lost") {
    Altered database;
    if (!database.is_there()) {
        WARN("no data");
        return;
    }
    const Tree tree = database.tree_of("Meta");
    database.change(tree.root, [](Bytes& page) {
        format::SpaceHeader header = format::SpaceHeader::parse(format::PageView(page).external_header());
        REQUIRE_FALSE(header.multiple_extent);
        header.pages += 1;
        REQUIRE(format::PageWriter(page).set_external_header(header.to_bytes()));
    });
    const Checked result = database.check();
    INFO(result.text());
    CHECK(result.damaged > 0);
}

TEST_CASE("A shadow catalog with another row") {
    Altered database;
    if (!database.is_there()) {
        WARN("no data");
        return;
    }
    const Tree shadow{format::system_tree::shadow_catalog_page, format::system_tree::shadow_catalog_object};
    database.change(database.first_leaf(shadow), [](Bytes& page) {
        const format::PageView view(page);
        const auto at = static_cast<std::size_t>(view.node(3).data.data() - page.data());
        page[at + view.node(3).data.size() - 1] ^= 0x20;
    });
    const Checked result = database.check();
    INFO(result.text());
    CHECK(result.has(FindingKind::damage, "", "", "different rows"));
}
