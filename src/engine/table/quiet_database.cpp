#include "engine/table/quiet_database.h"

#include "base/error.h"
#include "esent.h"

namespace ese::engine {

const Catalog& QuietDatabase::catalog() const {
    if (!catalog_) {
        try {
            catalog_ = std::make_unique<Catalog>(cache());
        } catch (Error& error) {
            error.set_file(file().path());
            throw;
        }
    }
    return *catalog_;
}

const Table& QuietDatabase::table(std::string_view name) const {
    const Table* found = catalog().find(name);
    if (!found)
        throw Error(ErrorKind::usage, JET_errObjectNotFound, "there is no table " + std::string(name))
            .in_file(file().path());
    return *found;
}

}  // namespace ese::engine
