#include "jet/definition_bits.h"

#include <utility>

namespace ese::jet {

namespace {

namespace column_flag = format::column_flag;
namespace index_flag = format::index_flag;
using FlagPair = std::pair<std::uint32_t, JET_GRBIT>;

constexpr FlagPair column_pairs[] = {{column_flag::not_null, JET_bitColumnNotNULL},
                                     {column_flag::version, JET_bitColumnVersion},
                                     {column_flag::auto_increment, JET_bitColumnAutoincrement},
                                     {column_flag::multi_valued, JET_bitColumnMultiValued},
                                     {column_flag::escrow, JET_bitColumnEscrowUpdate},
                                     {column_flag::finalize, JET_bitColumnFinalize},
                                     {column_flag::user_default, JET_bitColumnUserDefinedDefault},
                                     {column_flag::delete_on_zero, JET_bitColumnDeleteOnZero},
                                     {column_flag::compressed, JET_bitColumnCompressed}};

constexpr FlagPair index_pairs[] = {{index_flag::unique, JET_bitIndexUnique},
                                    {index_flag::primary, JET_bitIndexPrimary},
                                    {index_flag::no_null_segment, JET_bitIndexDisallowNull},
                                    {index_flag::nulls_high, JET_bitIndexSortNullsHigh},
                                    {index_flag::cross_product, JET_bitIndexCrossProduct},
                                    {index_flag::disallow_truncation, JET_bitIndexDisallowTruncation},
                                    {index_flag::nested_table, JET_bitIndexNestedTable},
                                    {index_flag::dotnet_guid, JET_bitIndexDotNetGuid}};

template <std::size_t N>
JET_GRBIT translate(std::uint32_t flags, const FlagPair (&pairs)[N]) {
    JET_GRBIT bits = 0;
    for (const auto& [flag, bit] : pairs)
        if ((flags & flag) != 0) bits |= bit;
    return bits;
}

template <std::size_t N>
std::uint32_t flags_from(JET_GRBIT grbit, const FlagPair (&pairs)[N]) {
    std::uint32_t flags = 0;
    for (const auto& [flag, bit] : pairs)
        if ((grbit & bit) != 0) flags |= flag;
    return flags;
}

}  // namespace

std::uint32_t column_flags(JET_GRBIT grbit) { return flags_from(grbit, column_pairs); }

std::uint32_t index_flags(JET_GRBIT grbit) { return flags_from(grbit, index_pairs); }

std::uint32_t table_flags(JET_GRBIT grbit) {
    namespace table_flag = format::table_flag;
    // The definition of a template table never changes: those that are derived from it rely on it.
    constexpr FlagPair pairs[] = {{table_flag::fixed_ddl, JET_bitTableCreateFixedDDL},
                                  {table_flag::fixed_ddl | table_flag::template_table, JET_bitTableCreateTemplateTable},
                                  {table_flag::no_derived_fixed, JET_bitTableCreateNoFixedVarColumnsInDerivedTables}};
    return flags_from(grbit, pairs);
}

JET_GRBIT column_bits(const engine::Column& column) {
    return translate(column.flags, column_pairs) | (column.is_fixed() ? JET_bitColumnFixed : 0u) |
           (column.is_tagged() ? JET_bitColumnTagged : 0u);
}

JET_GRBIT index_bits(const engine::Index& index) {
    JET_GRBIT bits = translate(index.flags, index_pairs);
    if (index.tuple_limits) bits |= JET_bitIndexTuples;
    if (index.has(index_flag::no_null_segment)) return bits;  // then there are none to leave out
    if (!index.has(index_flag::allow_all_null)) bits |= JET_bitIndexIgnoreNull;
    if (!index.has(index_flag::allow_first_null)) bits |= JET_bitIndexIgnoreFirstNull;
    if (!index.has(index_flag::allow_some_null)) bits |= JET_bitIndexIgnoreAnyNull;
    return bits;
}

}  // namespace ese::jet
