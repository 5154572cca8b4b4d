#include "engine/check/findings.h"

namespace ese::engine {

void Findings::enter(std::string table, std::string index) {
    if (in_this_place_ > most_in_a_place)
        receiver_({FindingKind::note,
                   JET_errSuccess,
                   {},
                   table_,
                   index_,
                   std::to_string(in_this_place_ - most_in_a_place) + " more findings here are left out"});
    table_ = std::move(table);
    index_ = std::move(index);
    in_this_place_ = 0;
}

void Findings::add(FindingKind kind, std::int32_t jet, PageNumber page, std::string text) {
    if (kind == FindingKind::damage) ++damaged_;
    if (++in_this_place_ <= most_in_a_place) receiver_({kind, jet, page, table_, index_, std::move(text)});
}

}  // namespace ese::engine
