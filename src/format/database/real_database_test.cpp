// What must hold for every database that the original engine wrote, across the layouts of this folder.

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "format/database/catalog.h"
#include "format/database/page_checksum.h"
#include "format/database/space.h"
#include "format/database/test_data.h"

using namespace ese;
using namespace ese::format;
using test::Bytes;

namespace {

// Greatest page that the database owns: the last key of the system root's OE tree. Pages behind it may hold anything.
PageNumber last_owned_page(const test::Database& db) {
    const SpaceHeader header = SpaceHeader::parse(PageView(db.page(system_tree::root_page)).external_header());
    PageNumber last;
    test::for_each_node(db, header.owned_root, [&](const Node& node) {
        if (!node.is_deleted()) last = std::max(last, ExtentNode::parse(node).extent.last);
    });
    return last;
}

std::vector<std::pair<Bytes, Bytes>> live_nodes(const test::Database& db, PageNumber root) {
    std::vector<std::pair<Bytes, Bytes>> nodes;
    test::for_each_node(db, root, [&](const Node& node) {
        if (!node.is_deleted()) nodes.emplace_back(node.key(), Bytes(node.data.begin(), node.data.end()));
    });
    return nodes;
}

// Leaves are linked in order, and keys rise (in trees of non-unique keys: do not fall).
void check_tree(const test::Database& db, PageNumber root) {
    std::vector<PageNumber> leaves;
    test::collect_leaves(db, root, leaves);
    const ObjectId object = PageView(db.page(root)).object();
    Bytes previous;
    bool first = true;
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        const PageView page(db.page(leaves[i]));
        REQUIRE(page.object() == object);
        REQUIRE(page.previous() == (i == 0 ? PageNumber() : leaves[i - 1]));
        REQUIRE(page.next() == (i + 1 == leaves.size() ? PageNumber() : leaves[i + 1]));
        for (std::size_t k = 0; k < page.node_count(); ++k) {
            const Node node = page.node(k);
            const int order = first ? 1 : node.compare_key(previous);
            REQUIRE(
                (page.has(page_flag::non_unique_keys) && !page.has(page_flag::space_tree) ? order >= 0 : order > 0));
            previous = node.key();
            first = false;
        }
    }
}

}  // namespace

TEST_CASE("every page of the real databases verifies, but for garbage behind the last owned page") {
    const auto files = test::databases();
    if (files.empty()) WARN(test::no_data);
    std::map<std::string, std::size_t> states;
    for (const auto& path : files) {
        const test::Database db(path);
        INFO(db.name);
        const PageNumber last = last_owned_page(db);
        CHECK(last.value() <= db.page_count());
        std::uint64_t greatest_dbtime = 0;
        ObjectId greatest_object;
        for (PageNumber number(1); number <= last && number.value() <= db.page_count(); number = number.next()) {
            INFO("page " << number.value());
            const PageVerdict verdict = verify_page(db.page(number), number);
            ++states[std::string(to_string(verdict.state))];
            REQUIRE((verdict.state == PageState::valid || verdict.state == PageState::uninitialised));
            if (verdict.state == PageState::uninitialised) continue;
            const PageView page(db.page(number));
            greatest_dbtime = std::max(greatest_dbtime, page.dbtime());
            greatest_object = std::max(greatest_object, page.object());
        }
        for (PageNumber number = last.next(); number.value() <= db.page_count(); number = number.next()) {
            ++states["behind: " + std::string(to_string(verify_page(db.page(number), number).state))];
        }
        if (db.header.state() != DatabaseState::clean_shutdown) continue;
        CHECK(db.header.get(header_field::dbtime_dirtied) >= greatest_dbtime);
        CHECK(db.header.get(header_field::last_object) >= greatest_object);
    }
    if (!files.empty()) CHECK(states["valid"] > 1000);
    // The documents know a file with garbage behind its last owned page; here there are only pages of zeros.
    CHECK(states["behind: bad"] == 0);
}

TEST_CASE("the real catalogs equal their shadows and lead to sound trees") {
    const auto files = test::databases();
    if (files.empty()) WARN(test::no_data);
    std::size_t trees = 0;
    for (const auto& path : files) {
        const test::Database db(path);
        INFO(db.name);
        const auto catalog = live_nodes(db, system_tree::catalog_page);
        const bool same_as_shadow = catalog == live_nodes(db, system_tree::shadow_catalog_page);
        // That one was killed with uncommitted data definition, some of it written to one of the two only.
        REQUIRE(same_as_shadow != (db.name.find("dirty-8k-ddl/files") != std::string::npos));
        // A page of a dirty database may be older than its neighbour: what is split between them only recovery knows.
        if (db.header.state() != DatabaseState::clean_shutdown) continue;
        std::set<PageNumber> roots{system_tree::root_page};
        for (const auto& [key, record] : catalog) {
            const CatalogRow row = CatalogRow::parse(record, db.large());
            if (row.type != CatalogType::column && row.type != CatalogType::callback) roots.insert(row.root_page());
        }
        for (const PageNumber root : roots) {
            INFO("tree at page " << root.value());
            const PageView page(db.page(root));
            REQUIRE((page.is_tree_page() && page.has(page_flag::root)));
            check_tree(db, root);
            ++trees;
            const SpaceHeader space = SpaceHeader::parse(page.external_header());
            if (!space.multiple_extent) continue;
            check_tree(db, space.owned_root);
            check_tree(db, space.available_root());
        }
    }
    if (!files.empty()) CHECK(trees > 50);
}
