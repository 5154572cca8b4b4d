#include "engine/table/tables.h"

#include "base/error.h"
#include "esent.h"

namespace ese::engine {

namespace {

// Nothing is changed through cursors yet.
CacheRules reading_only(std::size_t budget_bytes) {
    return {budget_bytes, [](const format::Lgpos&) {}, [](const CachedPage&) { return false; }};
}

}  // namespace

Tables::Tables(std::shared_ptr<Database> database, std::size_t cache_bytes)
    : database_(std::move(database)), cache_(database_->file(), database_->page_bytes(), reading_only(cache_bytes)) {}

const Catalog& Tables::Use::catalog() const {
    if (!tables_.catalog_) {
        try {
            tables_.catalog_ = std::make_unique<Catalog>(tables_.cache_);
        } catch (Error& error) {
            error.set_file(tables_.database_->path());
            throw;
        }
    }
    return *tables_.catalog_;
}

const Table& Tables::Use::table(std::string_view name) const {
    const Table* found = catalog().find(name);
    if (!found)
        throw Error(ErrorKind::usage, JET_errObjectNotFound, "there is no table " + std::string(name))
            .in_file(tables_.database_->path());
    return *found;
}

}  // namespace ese::engine
