#include "engine/check/database_check.h"

#include "engine/btree/line_search.h"
#include "engine/check/space_check.h"
#include "engine/check/table_check.h"

namespace ese::engine {

namespace hf = format::header_field;
namespace system_tree = format::system_tree;

namespace {

class DatabaseCheck {
 public:
    DatabaseCheck(const QuietDatabase& database, format::DatabaseHeader header, Findings& findings)
        : database_(database), header_(std::move(header)), findings_(findings), space_(database.cache(), owners_, findings) {}

    void run(std::uint64_t file_bytes) {
        findings_.enter({});
        visit({system_tree::root_page, system_tree::root_object}, {});
        findings_.guard([&] { compare_catalogs(); });
        const Catalog* catalog = nullptr;
        findings_.guard([&] { catalog = &database_.catalog(); });
        if (catalog) {
            for (const auto& [name, table] : catalog->tables()) visit_trees(*table);
            findings_.enter({});
            check_space(file_bytes);
            for (const auto& [name, table] : catalog->tables()) check_table(database_, *table, findings_);
        }
        findings_.enter({});
        check_header();
        findings_.leave();
    }

 private:
    void visit(const Tree& tree, PageNumber parent) {
        last_object_ = std::max(last_object_, tree.object);
        space_.add(tree, check_tree(database_.cache(), tree, owners_, findings_), parent);
    }

    void visit_trees(const Table& table) {
        findings_.enter(table.name);
        visit(table.tree, system_tree::root_page);
        if (table.long_values) visit(*table.long_values, table.tree.root);
        for (const Index& index : table.indexes) {
            if (index.is_primary()) continue;
            findings_.enter(table.name, index.name);
            visit(index.tree, table.tree.root);
        }
    }

    // Both have the same rows, byte for byte (DATABASE-FORMAT 0).
    void compare_catalogs() {
        TreeCursor ours(database_.cache(), {system_tree::catalog_page, system_tree::catalog_object});
        TreeCursor shadow(database_.cache(), {system_tree::shadow_catalog_page, system_tree::shadow_catalog_object});
        bool in_ours = ours.first(), in_shadow = shadow.first();
        for (; in_ours && in_shadow; in_ours = ours.next(), in_shadow = shadow.next()) {
            findings_.poll();
            if (compare_bytes(ours.key(), shadow.key()) != 0 || compare_bytes(ours.data(), shadow.data()) != 0)
                return findings_.damage(JET_errCatalogCorrupted, {}, "the catalog and its shadow have different rows");
        }
        if (in_ours != in_shadow)
            findings_.damage(JET_errCatalogCorrupted, {}, "one of the catalog and its shadow has more rows");
    }

    void check_space(std::uint64_t file_bytes) {
        const PageNumber last = space_.finish();
        const std::uint64_t needed = page_offset(last, header_.page_bytes()) + header_.page_bytes();
        if (file_bytes < needed)
            findings_.damage(
                JET_errFileIOBeyondEOF, last,
                "the file has " + std::to_string(file_bytes) + " bytes, but its pages take " + std::to_string(needed));
    }

    void check_header() {
        if (database_.last_object() < last_object_)
            findings_.damage(JET_errDatabaseCorrupted, {},
                             "the header knows no object after " +
                                 std::to_string(database_.last_object().value()) + ", but there is " +
                                 std::to_string(last_object_.value()));
        // Only a clean header keeps up with the pages (DATABASE-FORMAT 0).
        if (header_.state() == format::DatabaseState::clean_shutdown &&
            header_.get(hf::dbtime_dirtied) < owners_.highest_dbtime())
            findings_.damage(JET_errDatabaseCorrupted, {}, "a page is newer than the header says");
    }

    const QuietDatabase& database_;
    format::DatabaseHeader header_;
    Findings& findings_;
    PageOwners owners_;
    SpaceCheck space_;
    ObjectId last_object_;
};

}  // namespace

std::uint64_t check_database(LiveDatabase& live, Findings::Receiver receiver, std::function<void()> poll) {
    const QuietDatabase database(live);
    Findings findings(std::move(receiver), std::move(poll));
    DatabaseCheck(database, database.file().header(), findings).run(database.file().file().size());
    return findings.damaged();
}

}  // namespace ese::engine
