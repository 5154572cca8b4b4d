#include "collation/sort_key.h"

#include <array>
#include <cstdio>
#include <string>

#include "base/error.h"
#include "collation/weights.h"
#include "esent.h"

namespace ese::collation {

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint8_t separator = 0x01, terminator = 0x00;
// Weights that say nothing are left out at the end of their section.
constexpr std::uint8_t least_weight = 0x02;
constexpr std::array<std::uint8_t, 2> ideograph_lead{0xFD, 0xFF};

// Bits of a case weight.
constexpr std::uint8_t case_full_width = 0x01, case_small = 0x04, case_upper_or_subscript = 0x18, case_katakana = 0x20;

constexpr std::uint32_t all_case = map_flag::ignore_case | map_flag::ignore_kana_type | map_flag::ignore_width;

bool is_high_surrogate(char16_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low_surrogate(char16_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

[[noreturn]] void refuse(char16_t unit, const std::string& why) {
    std::array<char, 8> number{};
    std::snprintf(number.data(), number.size(), "U+%04X", static_cast<unsigned>(unit));
    throw Error(JET_errUnicodeNormalizationNotSupported,
                "no sort key can be made in this version of a text with " + std::string(number.data()) + ": " + why);
}

// The sections of a key, as far as they are made.
class Sections {
 public:
    explicit Sections(std::uint32_t map_flags) : map_flags_(map_flags) {
        if (has(map_flag::ignore_case)) case_mask_ &= static_cast<std::uint8_t>(~case_upper_or_subscript);
        if (has(map_flag::ignore_width)) case_mask_ &= static_cast<std::uint8_t>(~case_full_width);
        if (has(map_flag::ignore_kana_type)) case_mask_ &= static_cast<std::uint8_t>(~case_katakana);
    }

    void add(char16_t unit) {
        const auto weight = weight_of(unit);
        if (!weight) refuse(unit, "the weights of that character are not known");
        switch (weight->script) {
            case script::ignored: return;
            case script::nonspacing_mark: add_mark(unit, *weight); return;
            case script::expansion:
                add(expansion_of(unit).first);
                add(expansion_of(unit).second);
                return;
            case script::punctuation: add_punctuation(*weight); return;
            default: add_letter(unit, *weight);
        }
    }

    // Windows has no case weights at all in a key that ignores all three kinds of case, not even the bit of surrogates
    // and of superscripts (ª º ¹ ² ³) that stands for none of them. Wine writes 06 for each of these there, under the
    // same sort version. No other covered character differs.
    Bytes key() const {
        Bytes key = primary_;
        key.push_back(separator);
        if (!has(map_flag::ignore_nonspacing)) append_trimmed(diacritics_, key);
        key.push_back(separator);
        if (!ignores_all_case()) append_trimmed(cases_, key);
        key.insert(key.end(), {separator, separator});  // between them are weights of Kana
        key.insert(key.end(), special_.begin(), special_.end());
        key.push_back(terminator);
        return key;
    }

 private:
    bool has(std::uint32_t flag) const { return (map_flags_ & flag) != 0; }
    bool ignores_all_case() const { return (map_flags_ & all_case) == all_case; }

    void add_letter(char16_t unit, const Weight& weight) {
        if ((weight.letter_case & case_small) != 0 && has(all_case) && !ignores_all_case())
            refuse(unit, "what the flags of the index leave of its case weight is not known");
        cases_.push_back(static_cast<std::uint8_t>(weight.letter_case & case_mask_));
        if (weight.script == script::extension_a) {
            primary_.insert(primary_.end(), ideograph_lead.begin(), ideograph_lead.end());
            primary_.insert(primary_.end(), {weight.alphabetic, weight.diacritic});
            diacritics_.push_back(least_weight);
            return;
        }
        primary_.insert(primary_.end(), {weight.script, weight.alphabetic});
        diacritics_.push_back(weight.diacritic);
    }

    // Marks add their weight to that of the letter in front of them.
    void add_mark(char16_t unit, const Weight& mark) {
        if (diacritics_.empty()) {
            diacritics_.push_back(mark.diacritic);
            return;
        }
        if (mark.diacritic > 0xFF - diacritics_.back()) refuse(unit, "the letter before it has too many marks");
        diacritics_.back() = static_cast<std::uint8_t>(diacritics_.back() + mark.diacritic);
    }

    // In a section of its own, so that "co-op" sorts beside "coop": its place, counted backwards in pairs of primary
    // weights, and its weights.
    void add_punctuation(const Weight& weight) {
        const auto place = static_cast<std::uint16_t>(~(primary_.size() / 2));
        special_.push_back(static_cast<std::uint8_t>(place >> 8));
        special_.push_back(static_cast<std::uint8_t>(place));
        special_.push_back(weight.alphabetic);
        special_.push_back(static_cast<std::uint8_t>(weight.diacritic << 3 | (weight.letter_case & case_mask_)));
    }

    static void append_trimmed(const Bytes& weights, Bytes& key) {
        std::size_t size = weights.size();
        while (size > 0 && weights[size - 1] <= least_weight) --size;
        key.insert(key.end(), weights.begin(), weights.begin() + static_cast<std::ptrdiff_t>(size));
    }

    std::uint32_t map_flags_;
    std::uint8_t case_mask_ = 0x3F;
    Bytes primary_, diacritics_, cases_, special_;
};

}  // namespace

bool is_known_mapping(std::uint32_t map_flags) {
    constexpr std::uint32_t known = default_map_flags | map_flag::ignore_nonspacing;
    return (map_flags & map_flag::sort_key) != 0 && (map_flags & ~known) == 0;
}

std::vector<std::uint8_t> sort_key(std::u16string_view text, std::uint32_t map_flags) {
    Sections sections(map_flags);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool paired = is_high_surrogate(text[i]) && i + 1 < text.size() && is_low_surrogate(text[i + 1]);
        if (paired)
            sections.add(text[i++]);
        else if (is_high_surrogate(text[i]) || is_low_surrogate(text[i]))
            refuse(text[i], "it is half of a surrogate pair");
        sections.add(text[i]);
    }
    return sections.key();
}

}  // namespace ese::collation
