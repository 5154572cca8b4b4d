#pragma once

// Files that go with a database and lie beside it under its name: patch files, flush maps.

#include <string>

#include "os/file_system.h"

namespace ese::backup {

// "/srv/app.pat" of "/srv/app.edb" and ".pat".
inline std::string file_beside(const std::string& database, const char* extension) {
    const std::string name = os::name_of(database);
    return database.substr(0, database.size() - name.size()) + name.substr(0, name.rfind('.')) + extension;
}

}  // namespace ese::backup
