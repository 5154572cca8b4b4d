#pragma once

// What a check of a database has to say.

#include <cstdint>
#include <functional>
#include <string>

#include "base/error.h"
#include "base/ids.h"
#include "esent.h"

namespace ese::engine {

enum class FindingKind : std::uint32_t {
    damage = 1,
    warning = 2,  // not as it should be, but nothing is lost
    note = 3,     // what could not be checked here
};

struct Finding {
    FindingKind kind = FindingKind::damage;
    std::int32_t jet = 0;
    PageNumber page;    // none: not about one page
    std::string table;  // empty: not about one table
    std::string index;
    std::string text;
};

// Hands findings on as they come, and counts those of damage. A part of a database that is badly damaged would have
// very many: after the first ones of a kind in a place only their number is kept, and told at the end of the place.
class Findings {
 public:
    using Receiver = std::function<void(const Finding&)>;

    // `poll` throws ErrorKind::interrupted where the check is to end early.
    Findings(Receiver receiver, std::function<void()> poll) : receiver_(std::move(receiver)), poll_(std::move(poll)) {}

    // Called for every page and every record.
    void poll() const { poll_(); }

    // What the following findings are about.
    void enter(std::string table, std::string index = {});
    void add(FindingKind kind, std::int32_t jet, PageNumber page, std::string text);
    void damage(std::int32_t jet, PageNumber page, std::string text) {
        add(FindingKind::damage, jet, page, std::move(text));
    }
    void note(std::string text) { add(FindingKind::note, JET_errSuccess, {}, std::move(text)); }
    // Runs `work`; what it throws is damage, unless the check ends early.
    template <class Work>
    void guard(Work work) {
        try {
            work();
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::interrupted) throw;
            if (error.jet() == JET_errFeatureNotAvailable)
                note(error.message());
            else
                damage(error.jet(), {}, error.message());
        }
    }
    void leave() { enter({}); }

    std::uint64_t damaged() const { return damaged_; }

 private:
    static constexpr std::uint64_t most_in_a_place = 20;

    Receiver receiver_;
    std::function<void()> poll_;
    std::string table_, index_;
    std::uint64_t in_this_place_ = 0;
    std::uint64_t damaged_ = 0;
};

}  // namespace ese::engine
