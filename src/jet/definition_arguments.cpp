#include "jet/definition_arguments.h"

#include <cstring>

namespace ese::jet {

namespace {

constexpr std::uint32_t english = 0x409, invariant = 0x7F, user_default = 0x400, system_default = 0x800;
constexpr std::uint32_t sort_key_flag = 0x400;  // LCMAP_SORTKEY

}  // namespace

void require_size(std::uint32_t given, std::size_t expected, const char* name) {
    if (given != expected)
        throw Error(ErrorKind::usage, JET_errInvalidParameter,
                    std::string(name) + " has " + std::to_string(expected) + " bytes, not " + std::to_string(given));
}

engine::ColumnRequest column_request(std::string name, JET_COLTYP type, std::uint32_t max_bytes, JET_GRBIT grbit,
                                     std::uint32_t code_page, const void* default_value, std::uint32_t default_bytes) {
    constexpr JET_GRBIT reported_only = JET_bitColumnUpdatable | JET_bitColumnMaybeNull;
    constexpr JET_GRBIT known = reported_only | JET_bitColumnFixed | JET_bitColumnTagged | JET_bitColumnNotNULL |
                                JET_bitColumnVersion | JET_bitColumnAutoincrement | JET_bitColumnMultiValued |
                                JET_bitColumnEscrowUpdate | JET_bitColumnUnversioned | JET_bitColumnFinalize |
                                JET_bitColumnUserDefinedDefault | JET_bitColumnDeleteOnZero | JET_bitColumnCompressed;
    require_known_bits(grbit, known, "a column");
    if (grbit & JET_bitColumnUnversioned)
        throw Error(JET_errFeatureNotAvailable, "JET_bitColumnUnversioned is not available in this version");
    engine::ColumnRequest request;
    request.name = std::move(name);
    request.type = type;
    request.max_bytes = max_bytes;
    request.code_page = code_page;
    request.flags = column_flags(grbit);
    request.fixed = (grbit & JET_bitColumnFixed) != 0;
    request.tagged = (grbit & JET_bitColumnTagged) != 0;
    if (default_bytes != 0) {
        if (!default_value) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no default was given");
        const auto* const at = static_cast<const std::uint8_t*>(default_value);
        request.default_value.emplace(at, at + default_bytes);
    }
    return request;
}

template <class Char>
IndexKeyText<Char> parse_index_key(const Char* key, std::uint32_t bytes) {
    const auto invalid = [](const std::string& reason) {
        return Error(ErrorKind::usage, JET_errIndexInvalidDef, "the key of the index " + reason);
    };
    if (!key || bytes % sizeof(Char) != 0) throw invalid("is no list of names");
    const std::span<const Char> all(key, bytes / sizeof(Char));
    IndexKeyText<Char> parsed;
    std::size_t at = 0;
    while (true) {
        const auto end = std::find(all.begin() + static_cast<std::ptrdiff_t>(at), all.end(), Char(0));
        if (end == all.end()) throw invalid("does not end with two zeros");
        std::basic_string<Char> part(all.begin() + static_cast<std::ptrdiff_t>(at), end);
        at += part.size() + 1;
        if (part.empty()) break;
        // Without a sign it is ascending.
        if (part.front() != Char('+') && part.front() != Char('-')) part.insert(part.begin(), Char('+'));
        parsed.parts.push_back(std::move(part));
    }
    if (parsed.parts.empty()) throw invalid("names no column");
    const std::size_t rest = (all.size() - at) * sizeof(Char);
    constexpr std::size_t word = sizeof(std::uint16_t);
    if (rest != 0 && rest != word && rest != 2 * word) throw invalid("goes on behind its end");
    if (rest >= word) std::memcpy(&parsed.language, all.data() + at, word);
    if (rest == 2 * word)
        std::memcpy(&parsed.var_segment_max, reinterpret_cast<const std::uint8_t*>(all.data() + at) + word, word);
    return parsed;
}
template IndexKeyText<char> parse_index_key(const char*, std::uint32_t);
template IndexKeyText<char16_t> parse_index_key(const char16_t*, std::uint32_t);

void add_index_bits(engine::IndexRequest& request, JET_GRBIT grbit) {
    constexpr JET_GRBIT known =
        JET_bitIndexUnique | JET_bitIndexPrimary | JET_bitIndexDisallowNull | JET_bitIndexIgnoreNull |
        JET_bitIndexIgnoreAnyNull | JET_bitIndexIgnoreFirstNull | JET_bitIndexLazyFlush | JET_bitIndexEmpty |
        JET_bitIndexUnversioned | JET_bitIndexSortNullsHigh | JET_bitIndexUnicode | JET_bitIndexTuples |
        JET_bitIndexTupleLimits | JET_bitIndexCrossProduct | JET_bitIndexKeyMost | JET_bitIndexDisallowTruncation |
        JET_bitIndexNestedTable | JET_bitIndexDotNetGuid | JET_bitIndexImmutableStructure;
    require_known_bits(grbit, known, "an index");
    if ((grbit & JET_bitIndexEmpty) && !(grbit & JET_bitIndexIgnoreAnyNull))
        throw Error(ErrorKind::usage, JET_errInvalidGrbit, "JET_bitIndexEmpty needs JET_bitIndexIgnoreAnyNull");
    request.flags = index_flags(grbit);
    request.ignore_all_null = (grbit & JET_bitIndexIgnoreNull) != 0;
    request.ignore_any_null = (grbit & JET_bitIndexIgnoreAnyNull) != 0;
    request.ignore_first_null = (grbit & JET_bitIndexIgnoreFirstNull) != 0;
    if (grbit & (JET_bitIndexTuples | JET_bitIndexTupleLimits)) request.tuples = engine::IndexRequest::Tuples{};
}

void add_tuple_limits(engine::IndexRequest& request, const JET_TUPLELIMITS* limits) {
    if (!limits) throw Error(ErrorKind::usage, JET_errIndexTuplesInvalidLimits, "no JET_TUPLELIMITS was given");
    request.tuples = engine::IndexRequest::Tuples{};
    engine::IndexRequest::Tuples& tuples = *request.tuples;
    // 0 is the usual.
    const auto take = [](std::uint32_t& into, std::uint32_t given) { into = given == 0 ? into : given; };
    take(tuples.least, limits->chLengthMin);
    take(tuples.most, limits->chLengthMax);
    take(tuples.up_to, limits->chToIndexMax);
    take(tuples.increment, limits->cchIncrement);
    take(tuples.start, limits->ichStart);
}

std::string locale_of(std::uint32_t language) {
    switch (language) {
        case 0:
        case english:
        case user_default:
        case system_default: return "en-US";
        case invariant: return "";
        default:
            throw Error(ErrorKind::usage, JET_errInvalidLanguageId,
                        "the language " + std::to_string(language) + " is not known; name it (JetCreateIndex4)");
    }
}

// Text is sorted by sort keys, whether that is said or not.
std::uint32_t sort_map_flags(std::uint32_t flags) { return flags == 0 ? 0 : flags | sort_key_flag; }

Space space_of(const JET_SPACEHINTS* hints, std::uint32_t density, std::uint32_t page_bytes, bool pages_are_said) {
    Space space{density, 1, std::nullopt};
    if (!hints) return space;
    const auto refuse = [](const std::string& reason) {
        return Error(ErrorKind::usage, JET_errSpaceHintsInvalid, "the space hints " + reason);
    };
    if (hints->cbStruct != sizeof *hints) throw refuse("have another size than JET_SPACEHINTS");
    if (density != 0 && hints->ulInitialDensity != 0 && density != hints->ulInitialDensity)
        throw refuse("have another density than is said beside them");
    if (hints->cbInitial % page_bytes != 0) throw refuse("begin with less than whole pages");
    if (hints->ulInitialDensity != 0) space.density = hints->ulInitialDensity;
    space.pages = std::max(hints->cbInitial / page_bytes, 1u);
    std::vector<std::uint32_t> rest{hints->grbit, hints->ulMaintDensity, hints->ulGrowth, hints->cbMinExtent,
                                    hints->cbMaxExtent};
    if (!pages_are_said) rest.insert(rest.begin(), hints->cbInitial);
    space.rest = engine::space_hint_bytes(std::move(rest));
    return space;
}

std::optional<std::vector<std::uint8_t>> long_value_hints(const JET_SPACEHINTS* hints, std::uint32_t page_bytes) {
    if (!hints) return std::nullopt;
    (void)space_of(hints, 0, page_bytes, false);  // which refuses what contradicts itself
    return engine::space_hint_bytes({hints->ulInitialDensity, hints->cbInitial, hints->grbit, hints->ulMaintDensity,
                                     hints->ulGrowth, hints->cbMinExtent, hints->cbMaxExtent});
}

}  // namespace ese::jet
