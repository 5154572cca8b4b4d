// Trees under many random changes: whatever happens, each has the nodes that it was given, the pages belong to somebody
// exactly once, and a replay of the log makes the same pages.

#include <algorithm>
#include <cstdlib>

#include "engine/btree/test_changes.h"
#include "engine/btree/tree_merge.h"
#include "engine/btree/tree_writer.h"

using namespace test;

namespace {

using Random = std::mt19937;

std::uint32_t below(Random& random, std::uint32_t end) { return std::uniform_int_distribution<std::uint32_t>(0, end - 1)(random); }

// How a tree is used.
struct Habit {
    Tree tree;
    // 0 random, 1 ascending, 2 a long common prefix, 3 descending, 4 several ascending runs, 5 long groups (deep trees)
    int key_kind = 0;
    std::uint32_t most_data = 100;
    std::uint32_t counter = 0;
};

// A node as the test remembers it: by key, and by data where keys are not unique.
using Name = std::pair<std::string, std::string>;
std::string text_of(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }
ByteView bytes_of(const std::string& text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }
struct Remembered {
    Bytes data;
    bool deleted = false;
};

class Workload {
 public:
    Workload(std::uint32_t page_bytes, unsigned seed) : random(seed), changes(page_bytes, 8u << below(random, 5)), page_bytes_(page_bytes) {
        changes.reserved_per_node = below(random, 3) == 0 ? below(random, 40) : 0;
        for (int i = 0; i < 4; ++i) add_tree(format::system_tree::root_page);
    }

    void run(int steps) {
        for (int i = 0; i < steps; ++i) {
            if (below(random, 400) == 0) change_trees();
            if (below(random, 1000) == 0)
                merge_pass(changes, habits[below(random, static_cast<std::uint32_t>(habits.size()))].tree, {}, 50,
                           Merging::also_in_part);
            step(habits[below(random, static_cast<std::uint32_t>(habits.size()))]);
        }
    }

    void check() {
        REQUIRE(changes.problems() == "");
        for (const Habit& habit : habits) check_nodes(habit.tree);
    }

    Random random;
    TestChanges changes;
    std::vector<Habit> habits;

 private:
    void add_tree(PageNumber parent) {
        Habit habit;
        const bool unique = below(random, 3) != 0;
        habit.tree = changes.make_tree(parent, unique, 1 + below(random, below(random, 3) == 0 ? 40 : 6));
        habit.key_kind = static_cast<int>(below(random, 6));
        habit.most_data = below(random, 4) == 0 ? page_bytes_ - 1500 : 1 + below(random, 200);
        if (!unique) habit.most_data = std::min(habit.most_data, 1000u);
        habits.push_back(habit);
        nodes[habit.tree.root].clear();
    }

    void change_trees() {
        if (habits.size() < 8 && below(random, 2) == 0) {
            // Only a tree of the system root has children, as in real databases.
            std::vector<PageNumber> parents{format::system_tree::root_page};
            for (const auto& [root, entry] : changes.parents)
                if (entry.second == format::system_tree::root_page) parents.push_back(root);
            return add_tree(parents[below(random, static_cast<std::uint32_t>(parents.size()))]);
        }
        if (habits.size() < 3) return;
        const std::size_t which = below(random, static_cast<std::uint32_t>(habits.size()));
        const PageNumber root = habits[which].tree.root;
        for (const auto& [other, entry] : changes.parents)
            if (entry.second == root) return;
        changes.drop_tree(root);
        nodes.erase(root);
        habits.erase(habits.begin() + static_cast<std::ptrdiff_t>(which));
    }

    Bytes new_key(Habit& habit) {
        const std::uint32_t number = habit.key_kind == 0   ? static_cast<std::uint32_t>(random())
                                     : habit.key_kind == 3 ? 0xFFFFFFFF - ++habit.counter
                                     : habit.key_kind == 4 ? (below(random, 5) << 24) + ++habit.counter
                                                           : ++habit.counter;
        Bytes key(habit.key_kind == 2 ? 300 : 1, 0x7F);
        if (habit.key_kind == 5) key.assign(300, static_cast<std::uint8_t>(number / 8 * 37));
        // Of one length, so that no key of a tree is the beginning of another; the longer ones end in what differs late.
        key.resize(key.size() + 4);
        store_be(key.data() + key.size() - 4, habit.tree.unique_keys ? number : number % 50);
        return key;
    }

    Bytes new_data(const Habit& habit) {
        Bytes data(1 + below(random, below(random, 10) == 0 ? habit.most_data : 1 + habit.most_data / 8));
        if (!habit.tree.unique_keys) data.resize(std::max<std::size_t>(data.size(), 9));
        for (auto& byte : data) byte = static_cast<std::uint8_t>(random());
        return data;
    }

    std::uint32_t rceid() { return below(random, 2) == 0 ? 0 : ++last_rceid_ * 2 + 1; }

    std::map<Name, Remembered>::iterator some_node(const Habit& habit, bool at_end) {
        auto& known = nodes[habit.tree.root];
        if (known.empty()) return known.end();
        if (at_end) return known.begin();
        Habit copy = habit;
        copy.counter = below(random, std::max(habit.counter, 1u));
        const auto found = known.lower_bound({text_of(new_key(copy)), {}});
        return found == known.end() ? std::prev(found) : found;
    }

    void step(Habit& habit) {
        TreeWriter writer(changes, habit.tree);
        const bool shrinking = changes.records() / 4000 % 3 == 2;
        const std::uint32_t kind = below(random, 10);
        if (kind < (shrinking ? 1u : 5u)) return insert(writer, habit);
        const auto it = some_node(habit, shrinking && habit.key_kind == 1);
        auto& known = nodes[habit.tree.root];
        if (it == known.end()) return;
        const ByteView key = bytes_of(it->first.first), data = habit.tree.unique_keys ? ByteView() : ByteView(it->second.data);
        if (kind == 5 && habit.tree.unique_keys && !it->second.deleted) {
            const Bytes replacement = new_data(habit);
            writer.replace(key, replacement, rceid());
            it->second.data = replacement;
        } else if (kind == 6 && it->second.deleted) {
            const Bytes replacement = habit.tree.unique_keys ? new_data(habit) : it->second.data;
            writer.insert_again(key, replacement, rceid(), 0);
            it->second = {replacement, false};
        } else if (it->second.deleted) {
            writer.erase(key, data);
            known.erase(it);
        } else {
            writer.flag_delete(key, data, rceid());
            it->second.deleted = true;
        }
    }

    void insert(TreeWriter& writer, Habit& habit) {
        const Bytes key = new_key(habit), data = new_data(habit);
        const Name name{text_of(key), habit.tree.unique_keys ? std::string() : text_of(data)};
        if (nodes[habit.tree.root].contains(name)) return;
        // What is erased may have had to stay on its page.
        if (writer.find(key, data))
            writer.insert_again(key, data, rceid(), 0);
        else
            writer.insert(key, data, rceid());
        nodes[habit.tree.root][name] = {data, false};
    }

    void check_nodes(const Tree& tree) {
        auto known = nodes[tree.root];
        std::erase_if(known, [](const auto& entry) { return entry.second.deleted; });
        TreeCursor cursor(changes.cache(), tree);
        auto expected = known.begin();
        for (bool more = cursor.first(); more; more = cursor.next(), ++expected) {
            REQUIRE(expected != known.end());
            const ByteView key = cursor.key(), data = cursor.data();
            REQUIRE(std::ranges::equal(key, bytes_of(expected->first.first)));
            REQUIRE(std::ranges::equal(data, expected->second.data));
        }
        REQUIRE(expected == known.end());
    }

    std::map<PageNumber, std::map<Name, Remembered>> nodes;
    std::uint32_t page_bytes_;
    std::uint32_t last_rceid_ = 0;
};

void run_workload(std::uint32_t page_bytes, unsigned seed, int rounds, int steps) {
    CAPTURE(page_bytes, seed);
    Workload work(page_bytes, seed);
    std::vector<TestChanges::Images> written;  // at the end of each round
    for (int round = 0; round < rounds; ++round) {
        CAPTURE(round);
        work.run(steps);
        work.check();
        written.push_back(work.changes.images());
    }
    work.changes.check_replays();
    // Each page written at another time, or never.
    Random choice(seed);
    for (int i = 0; i < 4; ++i)
        work.changes.check_replay([&](std::uint32_t) {
            const std::uint32_t when = below(choice, static_cast<std::uint32_t>(written.size() + 1));
            return when == written.size() ? nullptr : &written[when];
        });
}

}  // namespace

TEST_CASE("Random changes of trees leave a database without fault, and a log that makes the same pages") {
    const unsigned seed = std::getenv("SEED") ? static_cast<unsigned>(std::atoi(std::getenv("SEED"))) : 1;
    for (const std::uint32_t page_bytes : {4096u, 8192u, 16384u, 32768u})
        for (unsigned i = 0; i < 2; ++i) run_workload(page_bytes, seed + i, 4, 1500);
}

TEST_CASE("Random changes of trees for a long time", "[slow]") {
    const unsigned seed = std::getenv("SEED") ? static_cast<unsigned>(std::atoi(std::getenv("SEED"))) : std::random_device()();
    for (unsigned i = 0; i < 40; ++i) run_workload(4096u << i % 4, seed + i, 10, 3000);
    for (unsigned i = 0; i < 4; ++i) run_workload(4096u << i, seed + i, 6, 40000);
}
