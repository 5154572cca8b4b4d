#include "jet/index_id.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"

namespace ese::jet {

JET_INDEXID id_of_index(const engine::Table& table, const engine::Index& index) {
    JET_INDEXID id{};
    id.cbStruct = sizeof id;
    static_assert(sizeof id.rgbIndexId == 16);
    store_le(id.rgbIndexId, std::uint64_t{table.tree.object.value()});
    store_le(id.rgbIndexId + 8, index.tree.object.value());
    store_le(id.rgbIndexId + 12, index.tree.root.value());
    return id;
}

const engine::Index& index_of_id(const engine::Table& table, const JET_INDEXID& id) {
    const auto found = std::ranges::find_if(table.indexes, [&](const engine::Index& index) {
        const JET_INDEXID own = id_of_index(table, index);
        return id.cbStruct == own.cbStruct && std::memcmp(id.rgbIndexId, own.rgbIndexId, sizeof own.rgbIndexId) == 0;
    });
    if (found == table.indexes.end())
        throw Error(ErrorKind::usage, JET_errInvalidIndexId, "this JET_INDEXID is of no index of table " + table.name);
    return *found;
}

}  // namespace ese::jet
