#pragma once

// A database for tests of trees: pages of its own making, a log in memory, and a look at whether all fits together.

#include <catch2/catch.hpp>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "engine/btree/change_maker.h"
#include "engine/btree/space.h"
#include "engine/check/space_check.h"
#include "engine/check/tree_check.h"
#include "format/database/catalog.h"
#include "format/log/log_record.h"
#include "os/file_system.h"
#include "unit/temp_directory.h"

namespace test {

using namespace ese;
using namespace ese::engine;
using Bytes = std::vector<std::uint8_t>;

// Changes are taken back by nobody here, unless a test looks for the versions.
struct KeptVersions : Versions {
    void add(format::SessionNumber, Version version) override {
        if (keep) kept.push_back(std::move(version));
    }
    std::optional<Version> take(format::SessionNumber, std::uint32_t rceid) override {
        for (auto it = kept.begin(); it != kept.end(); ++it)
            if (it->rceid == rceid) {
                Version version = *it;
                kept.erase(it);
                return version;
            }
        return std::nullopt;
    }
    bool keep = false;
    std::vector<Version> kept;
};

// Pages as a replay finds them: some may have a change already (LOG-FORMAT 5.3).
struct ReplayPages : TreePages {
    ReplayPages(PageCache& pages, std::uint32_t bytes) : cache(pages), page_size(bytes) {}
    CachedPage* page_to_change(PageNumber number, std::uint64_t before, std::uint64_t after,
                               const format::Lgpos&) override {
        CachedPage& page = cache.page(number);
        page.require_sound();
        if (page.view().dbtime() >= after) return nullptr;
        INFO("page " << number.value() << " at " << page.view().dbtime() << ", change " << before << " -> " << after);
        REQUIRE(page.view().dbtime() == before);
        return &page;
    }
    CachedPage* page_to_create(PageNumber number, std::uint64_t after, const format::Lgpos&) override {
        CachedPage& page = cache.page(number);
        return page.is_sound() && page.view().dbtime() >= after ? nullptr : &page;
    }
    void note_object(ObjectId) override {}
    std::uint32_t page_bytes() const override { return page_size; }
    unsigned reserved_tags() const override { return 0; }

    PageCache& cache;
    std::uint32_t page_size;
};

class TestChanges : public TreeChanges {
 public:
    explicit TestChanges(std::uint32_t bytes, std::uint32_t growth = 16, std::uint32_t first_pages = 46)
        : page_bytes_(bytes),
          growth_(growth),
          file_(os::real_file_system().open(temp_.path("trees.edb"), os::OpenMode::create_new)),
          cache_(*file_, bytes, {std::size_t{1} << 24, [](const format::Lgpos&) {}, [](const CachedPage&) { return false; }}),
          pages_(cache_, bytes),
          last_page_(first_pages),
          maker_{pages_, cache_, versions, 5, 1, 4, 1, [this] { return ++dbtime_; },
                 [this](ByteView record) {
                     format::check_record(record);
                     if (keep_log) log.emplace_back(record.begin(), record.end());
                     ++records_;
                     return format::Lgpos{Generation(1), 1, 0};
                 }} {
        create_system_tree(*this, first_pages);
    }

    PageCache& cache() override { return cache_; }
    std::uint32_t page_bytes() const override { return page_bytes_; }
    unsigned reserved_tags() const override { return 0; }
    ObjectId new_object() override { return ObjectId(++last_object_); }
    void make(Record record) override { maker_.make(std::move(record)); }
    void make_together(std::vector<Record> records) override { maker_.make_together(std::move(records)); }
    void grow_file(PageNumber last) override {
        REQUIRE(last > last_page_);
        last_page_ = last;
    }
    std::uint32_t growth_pages() const override { return growth_; }
    // A number that splits divide among the pages, as they do with what versions need.
    std::size_t reserved_bytes(const Tree&, const format::PageView& page) const override {
        return reserved_per_node * page.node_count();
    }

    Tree make_tree(PageNumber parent, bool unique, std::uint32_t pages = 1, std::uint32_t flags = 0) {
        NewTree tree;
        tree.parent = parent;
        tree.object = new_object();
        tree.pages = pages;
        tree.unique_keys = unique;
        tree.page_flags = flags;
        const PageNumber root = create_tree(*this, tree);
        parents.emplace(root, std::pair(Tree{root, tree.object, unique, false}, parent));
        return parents.at(root).first;
    }
    void drop_tree(PageNumber root) {
        free_tree(*this, root);
        parents.erase(root);
    }

    // All that the check of a database says of its trees and their pages, in words; empty if all is well.
    std::string problems() {
        std::string text;
        Findings findings([&](const Finding& finding) { text += finding.text + "\n"; }, [] {});
        PageOwners owners;
        SpaceCheck space(cache_, owners, findings);
        const Tree system{format::system_tree::root_page, format::system_tree::root_object, true, false};
        space.add(system, check_tree(cache_, system, owners, findings), {});
        for (const auto& [root, tree] : parents)
            space.add(tree.first, check_tree(cache_, tree.first, owners, findings), tree.second);
        if (space.finish() > last_page_) text += "the database owns pages behind its end\n";
        return text;
    }

    PageNumber last_page() const { return last_page_; }
    std::size_t records() const { return records_; }
    Bytes image(std::uint32_t number) {
        const ByteView bytes = cache_.page(PageNumber(number)).view().bytes();
        return {bytes.begin(), bytes.end()};
    }

    // All pages as they are now.
    std::map<std::uint32_t, Bytes> images() {
        std::map<std::uint32_t, Bytes> all;
        for (std::uint32_t number = 1; number <= last_page_.value(); ++number)
            if (cache_.page(PageNumber(number)).is_sound()) all.emplace(number, image(number));
        return all;
    }

    // Replays the log over pages of which some were written at some time, and compares each with what it became here.
    // `written` says of a page what the file has: images at that time, or null for nothing.
    using Images = std::map<std::uint32_t, Bytes>;
    template <class Written>
    void check_replay(Written written) {
        TempDirectory temp;
        auto file = os::real_file_system().open(temp.path("replayed.edb"), os::OpenMode::create_new);
        PageCache cache(*file, page_bytes_,
                        {std::size_t{1} << 40, [](const format::Lgpos&) {}, [](const CachedPage&) { return false; }});
        for (std::uint32_t number = 1; number <= last_page_.value(); ++number)
            if (const Images* images = written(number); images && images->contains(number))
                std::ranges::copy(images->at(number), cache.page(PageNumber(number)).create({}).begin());
        ReplayPages pages(cache, page_bytes_);
        KeptVersions none;
        const ChangeTarget target{pages, none, {}};
        std::optional<std::vector<ByteView>> macro;
        for (const Bytes& record : log) replay(target, record, macro);
        REQUIRE_FALSE(macro);
        std::size_t different = 0;
        for (std::uint32_t number = 1; number <= last_page_.value(); ++number) {
            const ByteView replayed = cache.page(PageNumber(number)).view().bytes();
            if (!std::ranges::equal(replayed, image(number))) ++different;
        }
        CHECK(different == 0);
    }

    // Nothing was written before; or half of the pages, in two ways.
    void check_replays() {
        const Images now = images();
        check_replay([](std::uint32_t) { return nullptr; });
        for (const std::uint32_t odd : {0u, 1u})
            check_replay([&](std::uint32_t page) { return page % 2 == odd ? &now : nullptr; });
    }

    KeptVersions versions;
    std::map<PageNumber, std::pair<Tree, PageNumber>> parents;  // every tree but the system root, by its root page
    std::vector<Bytes> log;
    bool keep_log = true;
    std::size_t reserved_per_node = 0;

 private:
    static void replay(const ChangeTarget& target, const Bytes& record, std::optional<std::vector<ByteView>>& macro) {
        using enum format::LogRecordType;
        switch (format::record_type(record)) {
            case macro_begin: macro.emplace(); return;
            case macro_commit:
                apply_macro(target, *macro);
                macro.reset();
                return;
            case create_single_extent_fdp:
            case create_multiple_extent_fdp:
            case convert_fdp2:
            case empty_tree: return apply_tree_record(target, record);
            default: break;
        }
        if (macro)
            macro->emplace_back(record);
        else
            apply_node_record(target, record);
    }

    std::uint32_t page_bytes_, growth_;
    TempDirectory temp_;
    std::unique_ptr<os::File> file_;
    PageCache cache_;
    ReplayPages pages_;
    PageNumber last_page_;
    std::uint64_t dbtime_ = 0x40;
    std::uint32_t last_object_ = 1;
    std::size_t records_ = 0;
    ChangeMaker maker_;
};

}  // namespace test
