// Random changes by several sessions, some rolled back, held against a model that knows nothing of the engine.

#include <array>
#include <map>
#include <random>
#include <set>

#include "jet/test_records.h"

using namespace test;

namespace {

struct Row {
    std::int32_t number = 0;
    std::optional<std::string> text;
    std::string note;
    std::vector<std::string> values;
    std::int32_t version = 0;
    bool operator==(const Row&) const = default;
};
using Rows = std::map<std::int32_t, Row>;

// A session of the engine, what it has changed since its transaction began, and what was committed then.
struct Actor {
    Session session;
    Records records;
    bool in_transaction = false;
    Rows begun;  // as the transaction sees the table
    std::map<std::int32_t, std::optional<Row>> changed;
    std::set<std::int32_t> changed_by_others;  // and committed, since its transaction began

    const Row* find(const Rows& committed, std::int32_t key) const {
        if (const auto own = changed.find(key); own != changed.end()) return own->second ? &*own->second : nullptr;
        const Rows& seen = in_transaction ? begun : committed;
        const auto found = seen.find(key);
        return found == seen.end() ? nullptr : &found->second;
    }
};

class Simulation {
 public:
    explicit Simulation(std::uint32_t seed) : random_(seed), scratch_(std::array{4096u, 8192u, 32768u}[seed % 3]) {
        scratch_.create("t",
                        {{"key", JET_coltypLong, JET_bitColumnFixed | JET_bitColumnNotNULL},
                         {"number", JET_coltypLong, JET_bitColumnFixed},
                         {"version", JET_coltypLong, JET_bitColumnFixed | JET_bitColumnVersion},
                         {"text", JET_coltypText, 0, {}, 100},
                         {"note", JET_coltypLongText, JET_bitColumnTagged},
                         {"values", JET_coltypBinary, JET_bitColumnTagged | JET_bitColumnMultiValued, {}, 60}},
                        {{"pk", "+key", JET_bitIndexPrimary},
                         {"by_number", "-number"},
                         {"by_text", "+text", JET_bitIndexIgnoreNull},
                         {"by_values", "+values"}});
        for (int i = 0; i < 3; ++i) {
            const Session session(scratch_.engine, scratch_.path);
            actors_.push_back({session, Records(session, "t"), false, {}, {}, {}});
        }
    }

    void run(int steps) {
        for (int i = 0; i < steps; ++i) step(actors_[below(3)]);
        for (Actor& actor : actors_)
            if (actor.in_transaction) end(actor, true);
        for (const Actor& actor : actors_) compare(actor);
        CHECK(scratch_.damage().empty());
    }

 private:
    std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }
    std::string text(std::size_t most) {
        std::string made(below(static_cast<std::uint32_t>(most)), ' ');
        for (char& c : made) c = static_cast<char>('a' + below(20));
        return made;
    }

    void begin(Actor& actor) {
        actor.session.begin();
        actor.in_transaction = true;
        actor.begun = committed_;
        actor.changed.clear();
        actor.changed_by_others.clear();
    }
    void end(Actor& actor, bool commit) {
        commit ? actor.session.commit() : actor.session.roll_back();
        actor.in_transaction = false;
        if (commit) take_over(actor);
        actor.changed.clear();
    }
    void take_over(const Actor& actor) {
        for (const auto& [key, row] : actor.changed) {
            if (row)
                committed_[key] = *row;
            else
                committed_.erase(key);
            for (Actor& other : actors_)
                if (&other != &actor) other.changed_by_others.insert(key);
        }
    }

    void step(Actor& actor) {
        const std::uint32_t what = below(20);
        if (!actor.in_transaction && what < 8) return begin(actor);
        if (actor.in_transaction && what < 3) return end(actor, what != 0);
        if (what == 19) return compare(actor);
        change(actor);
        if (!actor.in_transaction) {
            take_over(actor);
            actor.changed.clear();
        }
    }

    // Others stand in the way where they have changed the record, and this transaction can't see it.
    bool may_conflict(const Actor& actor, std::int32_t key) const {
        for (const Actor& other : actors_)
            if (&other != &actor && other.changed.contains(key)) return true;
        return actor.in_transaction && actor.changed_by_others.contains(key);
    }

    void fill(const Actor& actor, Row& row) {
        const Records& r = actor.records;
        if (below(2)) REQUIRE(r.set("number", raw(row.number = static_cast<std::int32_t>(below(30)) - 10)) == JET_errSuccess);
        if (below(2)) {
            row.text = below(4) ? std::optional(text(90)) : std::nullopt;
            REQUIRE(r.set("text", row.text) == JET_errSuccess);
        }
        if (below(3) == 0) REQUIRE(r.set("note", row.note = text(below(2) ? 20000 : 600)) == JET_errSuccess);
        if (below(4) == 0 && !row.note.empty()) {
            const std::string more = text(5000);
            row.note += more;
            REQUIRE(r.set("note", more, 1, JET_bitSetAppendLV) == JET_errSuccess);
        }
        for (std::uint32_t i = below(3); i > 0; --i) {
            row.values.push_back(text(50));
            REQUIRE(r.set("values", row.values.back(), 0) == JET_errSuccess);
        }
        if (!row.values.empty() && below(3) == 0) {
            const std::uint32_t at = below(static_cast<std::uint32_t>(row.values.size()));
            row.values.erase(row.values.begin() + at);
            REQUIRE(r.set("values", std::nullopt, at + 1) == JET_errSuccess);
        }
    }

    void change(Actor& actor) {
        const auto key = static_cast<std::int32_t>(below(60));
        const Row* const seen = actor.find(committed_, key);
        const bool conflict = may_conflict(actor, key);
        const Records& r = actor.records;
        const JET_ERR sought = r.seek({raw(key)}, JET_bitSeekEQ);
        REQUIRE(sought == (seen ? JET_errSuccess : JET_errRecordNotFound));
        if (seen && below(4) == 0) {
            const JET_ERR result = r.remove();
            INFO(result << " " << test::detail());
            REQUIRE(result == (conflict ? JET_errWriteConflict : JET_errSuccess));
            if (!conflict) actor.changed[key] = std::nullopt;
            return;
        }
        Row row = seen ? *seen : Row();
        const JET_ERR prepared = r.prepare(seen ? JET_prepReplace : JET_prepInsert);
        if (prepared == JET_errWriteConflict) {
            REQUIRE(conflict);
            return;
        }
        REQUIRE(prepared == JET_errSuccess);
        if (!seen) REQUIRE(r.set("key", raw(key)) == JET_errSuccess);
        fill(actor, row);
        row.version = seen ? row.version + 1 : 0;
        const JET_ERR result = r.update();
        if (result < 0) {
            INFO(result << " " << test::detail());
            REQUIRE(conflict);
            REQUIRE((result == JET_errWriteConflict || (!seen && result == JET_errKeyDuplicate)));
            REQUIRE(r.prepare(JET_prepCancel) == JET_errSuccess);
            return;
        }
        REQUIRE_FALSE(conflict);
        actor.changed[key] = row;
    }

    // The whole table, and the number of entries of its indexes, as the session sees them.
    void compare(const Actor& actor) {
        Rows expected = actor.in_transaction ? actor.begun : committed_;
        for (const auto& [key, row] : actor.changed) {
            if (row)
                expected[key] = *row;
            else
                expected.erase(key);
        }
        const Records& r = actor.records;
        REQUIRE(r.index(nullptr) == JET_errSuccess);
        Rows found;
        for (JET_ERR e = r.move(JET_MoveFirst); e >= 0; e = r.move(JET_MoveNext)) {
            Row row;
            row.number = number<std::int32_t>(r.get("number").value_or(raw(0)));
            row.version = number<std::int32_t>(*r.get("version"));
            row.text = r.get("text");
            row.note = r.get("note").value_or("");
            for (JET_UINT32 i = 1;; ++i) {
                const auto value = r.get("values", i);
                if (!value) break;
                row.values.push_back(*value);
            }
            found[number<std::int32_t>(*r.get("key"))] = row;
        }
        REQUIRE(found.size() == expected.size());
        REQUIRE(found == expected);
        std::size_t texts = 0;
        for (const auto& [key, row] : expected) texts += row.text ? 1 : 0;
        for (const auto& [index, entries] : {std::pair("by_number", expected.size()), {"by_text", texts}}) {
            REQUIRE(r.index(index) == JET_errSuccess);
            std::size_t count = 0;
            for (JET_ERR e = r.move(JET_MoveFirst); e >= 0; e = r.move(JET_MoveNext)) ++count;
            REQUIRE(count == entries);
        }
        REQUIRE(r.index(nullptr) == JET_errSuccess);
    }

    std::mt19937 random_;
    Scratch scratch_;
    std::vector<Actor> actors_;
    Rows committed_;
};

}  // namespace

TEST_CASE("Random changes by three sessions leave what a model of them has, and a sound database") {
    const std::uint32_t seed = GENERATE(take(3, random(1u, 1000000u)));
    INFO("seed " << seed);
    Simulation(seed).run(400);
}
