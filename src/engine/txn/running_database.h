#pragma once

// For tests of transactions: a running instance with a database that the original engine made, and in it a tree that
// stands in no catalog.

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "base/error.h"
#include "engine/btree/space.h"
#include "engine/instance/instance.h"
#include "engine/txn/tree_editor.h"
#include "engine/txn/writing.h"
#include "format/database/catalog.h"
#include "unit/engine_parameters.h"
#include "unit/temp_directory.h"

namespace ese::engine::test {

using Bytes = std::vector<std::uint8_t>;

inline Bytes bytes(const std::string& text) { return {text.begin(), text.end()}; }
inline std::string text(ByteView view) { return {view.begin(), view.end()}; }

template <class Work>
std::int32_t jet_error_of(Work work) {
    try {
        work();
    } catch (const Error& error) {
        return error.jet();
    }
    return 0;
}

class Running {
 public:
    explicit Running(const std::string& directory, os::FileSystem& files = os::real_file_system())
        : directory_(directory), files_(&files) {}

    void start(JET_GRBIT grbit = 0, std::uint64_t version_pages = 1024) {
        Parameters parameters = ::test::engine_parameters(directory_, 4096, 64 * 1024);
        parameters.set_number(JET_paramMaxVerPages, version_pages, false);
        parameters.set_number(JET_paramCacheSizeMax, 64, false);
        parameters.set_number(JET_paramCheckpointDepthMax, 64 * 1024, false);
        instance_ = std::make_unique<Instance>(*files_, os::real_clock(), "test", parameters);
        instance_->init(grbit);
        instance_->attach(path(), false);
        for (JET_SESID session = 1; session <= 4; ++session) {
            instance_->begin_session(session);
            dbid_ = instance_->open(session, path());
        }
    }
    void end() {
        for (JET_SESID session = 1; session <= 4; ++session) instance_->end_session(session);
        instance_->term(0);
        instance_.reset();
    }
    void use(os::FileSystem& files) { files_ = &files; }
    // As if the process had been killed: nothing more is written.
    void crash() {
        CHECK(jet_error_of([&] { instance_->term(JET_bitTermDirty); }) == JET_errDirtyShutdown);
        instance_.reset();
    }

    std::string path() const { return directory_ + "/data.edb"; }
    Instance& instance() { return *instance_; }
    LiveDatabase& database() { return *instance_->live_database(1, dbid_); }
    Transaction& transaction(JET_SESID session) { return *instance_->sessions().transaction(session); }
    void begin(JET_SESID session) { instance_->begin_transaction(session, false); }
    void commit(JET_SESID session, bool durable = true) { instance_->commit_transaction(session, durable); }
    void roll_back(JET_SESID session) { instance_->roll_back(session, false); }

    template <class Work>
    auto edit(JET_SESID session, Work work) {
        Writing writing(database(), transaction(session));
        TreeEditor editor(writing.changes(), tree_);
        return work(editor);
    }
    void insert(JET_SESID session, const std::string& key, const std::string& data) {
        edit(session, [&](TreeEditor& editor) { editor.insert(bytes(key), bytes(data)); });
    }
    void replace(JET_SESID session, const std::string& key, const std::string& data) {
        edit(session, [&](TreeEditor& editor) { editor.replace(bytes(key), bytes(data)); });
    }
    void remove(JET_SESID session, const std::string& key) {
        edit(session, [&](TreeEditor& editor) { editor.remove(bytes(key)); });
    }
    std::map<std::string, std::string> all(JET_SESID session) {
        const Reading reading(database(), transaction(session));
        TreeCursor cursor(reading.cache(), tree_, &reading.view());
        std::map<std::string, std::string> found;
        for (bool there = cursor.first(); there; there = cursor.next()) found[text(cursor.key())] = text(cursor.data());
        std::map<std::string, std::string> backwards;
        for (bool there = cursor.last(); there; there = cursor.previous())
            backwards[text(cursor.key())] = text(cursor.data());
        CHECK(found == backwards);
        return found;
    }
    void make_tree() {
        begin(1);
        {
            Writing writing(database(), transaction(1));
            tree_.object = writing.changes().new_object();
            tree_.root = create_tree(writing.changes(), {format::system_tree::root_page, tree_.object, 1,
                                                         format::page_flag::new_record_format, true});
        }
        commit(1);
    }
    // The tree is in no catalog: who starts again has to know it.
    Tree tree_;

 private:
    std::string directory_;
    os::FileSystem* files_;
    std::unique_ptr<Instance> instance_;
    JET_DBID dbid_ = 0;
};

// In `temp`, running, with the empty tree.
inline Running running_on(const TempDirectory& temp, os::FileSystem& files = os::real_file_system()) {
    const char* const data = std::getenv("ESEBACKUP_TEST_DATA");
    REQUIRE(data != nullptr);
    std::filesystem::copy_file(std::string(data) + "/clean-4k/recovered/data.edb", temp.path("data.edb"));
    Running running(temp.path(), files);
    running.start();
    running.make_tree();
    return running;
}

using Rows = std::map<std::string, std::string>;

}  // namespace ese::engine::test
