#pragma once

// What the structures of esent.h ask for when tables, columns and indexes are made, in the engine's terms.

#include <cstddef>
#include <span>
#include <type_traits>

#include "base/error.h"
#include "engine/table/definition.h"
#include "esent.h"
#include "jet/definition_bits.h"
#include "jet/gate.h"
#include "jet/text.h"

namespace ese::jet {

// Throws JET_errInvalidParameter for a structure of another size.
void require_size(std::uint32_t given, std::size_t expected, const char* name);

engine::ColumnRequest column_request(std::string name, JET_COLTYP type, std::uint32_t max_bytes, JET_GRBIT grbit,
                                     std::uint32_t code_page, const void* default_value, std::uint32_t default_bytes);

// The key of an index: names with their signs, and behind them what some callers put there.
template <class Char>
struct IndexKeyText {
    std::vector<std::basic_string<Char>> parts;
    std::uint16_t language = 0;
    std::uint16_t var_segment_max = 0;
};
// Throws JET_errIndexInvalidDef.
template <class Char>
IndexKeyText<Char> parse_index_key(const Char* key, std::uint32_t bytes);
extern template IndexKeyText<char> parse_index_key(const char*, std::uint32_t);
extern template IndexKeyText<char16_t> parse_index_key(const char16_t*, std::uint32_t);

// Grbit of an index, without what needs more of the structure.
void add_index_bits(engine::IndexRequest& request, JET_GRBIT grbit);
// JET_errIndexTuplesInvalidLimits.
void add_tuple_limits(engine::IndexRequest& request, const JET_TUPLELIMITS* limits);
// Throws JET_errInvalidLanguageId for a language that is not known by number.
std::string locale_of(std::uint32_t language);
std::uint32_t sort_map_flags(std::uint32_t flags);
// What is not said elsewhere of an index or a table, and what is: density and first pages.
struct Space {
    std::uint32_t density = 0;
    std::uint32_t pages = 0;
    std::optional<std::vector<std::uint8_t>> rest;
};
// JET_errSpaceHintsInvalid. `pages_are_said`: the catalog has the number of pages of tables elsewhere.
Space space_of(const JET_SPACEHINTS* hints, std::uint32_t density, std::uint32_t page_bytes, bool pages_are_said);
// Those of a table's long values, as the catalog keeps them.
std::optional<std::vector<std::uint8_t>> long_value_hints(const JET_SPACEHINTS* hints, std::uint32_t page_bytes);

template <class Char>
void add_key(engine::IndexRequest& request, const Char* text, std::uint32_t bytes) {
    const IndexKeyText<Char> key = parse_index_key(text, bytes);
    for (const auto& part : key.parts)
        request.columns.push_back({text_from(part.c_str() + 1), part.front() == Char('-')});
    if (key.language != 0) request.locale = locale_of(key.language);
    request.var_segment_max = key.var_segment_max;
}

template <class Create>
void add_locale(engine::IndexRequest& request, const Create& given) {
    if constexpr (requires { given.lcid; }) {
        if (given.grbit & JET_bitIndexUnicode) {
            if (!given.pidxunicode)
                throw Error(ErrorKind::usage, JET_errIndexInvalidDef, "no JET_UNICODEINDEX was given");
            request.locale = locale_of(given.pidxunicode->lcid);
            request.locale_map_flags = sort_map_flags(given.pidxunicode->dwMapFlags);
        } else if (given.lcid != 0) {
            request.locale = locale_of(given.lcid);
        }
    } else if (given.pidxunicode) {
        request.locale = text_from(given.pidxunicode->szLocaleName);
        request.locale_map_flags = sort_map_flags(given.pidxunicode->dwMapFlags);
    }
}

// Of JET_INDEXCREATE and its successors.
template <class Create>
engine::IndexRequest index_request(const Create& given, std::uint32_t page_bytes) {
    constexpr bool has_hints = requires { given.pSpacehints; };
    // The first form of the structure ended before cbKeyMost.
    const bool is_short = !has_hints && given.cbStruct == offsetof(Create, cbKeyMost);
    if (!is_short) require_size(given.cbStruct, sizeof(Create), "JET_INDEXCREATE");
    engine::IndexRequest request;
    request.name = text_from(given.szIndexName);
    add_key(request, given.szKey, given.cbKey);
    add_index_bits(request, given.grbit);
    add_locale(request, given);
    if (given.cConditionalColumn != 0 && !given.rgconditionalcolumn)
        throw Error(ErrorKind::usage, JET_errInvalidParameter, "no conditions were given");
    for (std::uint32_t i = 0; i < given.cConditionalColumn; ++i) {
        const auto& condition = given.rgconditionalcolumn[i];
        require_size(condition.cbStruct, sizeof condition, "JET_CONDITIONALCOLUMN");
        if (condition.grbit != JET_bitIndexColumnMustBeNull && condition.grbit != JET_bitIndexColumnMustBeNonNull)
            throw Error(ErrorKind::usage, JET_errInvalidGrbit,
                        "a condition is that a column is NULL, or that it is not");
        request.conditions.push_back(
            {text_from(condition.szColumnName), condition.grbit == JET_bitIndexColumnMustBeNull});
    }
    const bool has_limits = (given.grbit & JET_bitIndexTupleLimits) != 0;
    if (has_limits)
        add_tuple_limits(request, given.ptuplelimits);
    else if (given.cbVarSegMac != 0)
        request.var_segment_max = given.cbVarSegMac;
    if (given.grbit & JET_bitIndexKeyMost) {
        if (is_short) throw Error(ErrorKind::usage, JET_errInvalidParameter, "the structure has no cbKeyMost");
        request.key_most = given.cbKeyMost;
    } else if (!is_short && given.cbKeyMost != 0) {
        throw Error(ErrorKind::usage, JET_errInvalidParameter, "cbKeyMost was given without JET_bitIndexKeyMost");
    }
    const JET_SPACEHINTS* hints = nullptr;
    if constexpr (has_hints) hints = given.pSpacehints;
    Space space = space_of(hints, given.ulDensity, page_bytes, false);
    request.density = space.density;
    request.first_pages = space.pages;
    request.space_hints = std::move(space.rest);
    return request;
}

// Of JET_TABLECREATE and its successors, without columns and indexes.
template <class Create>
engine::TableRequest table_request(const Create& given, std::uint32_t page_bytes) {
    constexpr JET_GRBIT table_bits = JET_bitTableCreateFixedDDL | JET_bitTableCreateTemplateTable |
                                     JET_bitTableCreateNoFixedVarColumnsInDerivedTables |
                                     JET_bitTableCreateImmutableStructure;
    require_size(given.cbStruct, sizeof(Create), "JET_TABLECREATE");
    require_known_bits(given.grbit, table_bits, "JetCreateTableColumnIndex");
    const bool is_template = (given.grbit & JET_bitTableCreateTemplateTable) != 0;
    if ((given.grbit & JET_bitTableCreateNoFixedVarColumnsInDerivedTables) && !is_template)
        throw Error(ErrorKind::usage, JET_errInvalidGrbit, "only a template table has derived tables");
    engine::TableRequest request;
    request.name = text_from(given.szTableName);
    request.template_name = text_from(given.szTemplateTableName);
    if (is_template && !request.template_name.empty())
        throw Error(ErrorKind::usage, JET_errInvalidGrbit, "a template table is not derived from another one");
    request.flags = table_flags(given.grbit);
    const JET_SPACEHINTS* hints = nullptr;
    if constexpr (requires { given.szCallback; }) {
        if (given.szCallback)
            throw Error(JET_errFeatureNotAvailable, "callbacks of tables are not available in this version");
    }
    if constexpr (requires { given.pSeqSpacehints; }) {
        hints = given.pSeqSpacehints;
        request.long_value_space_hints = long_value_hints(given.pLVSpacehints, page_bytes);
        request.most_inline_bytes = given.cbSeparateLV;
    }
    Space space = space_of(hints, given.ulDensity, page_bytes, true);
    request.density = space.density;
    request.pages = std::max(given.ulPages, space.pages);
    request.space_hints = std::move(space.rest);
    return request;
}

}  // namespace ese::jet
