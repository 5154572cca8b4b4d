#pragma once

// One database while logs are replayed over it: its header, its pages, and which changes it has already (LOG-FORMAT 5.3).

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/error.h"
#include "engine/btree/tree_pages.h"
#include "engine/database/database.h"
#include "format/database/database_header.h"
#include "os/clock.h"
#include "os/file_system.h"

namespace ese::engine {

class RecoveringDatabase : public TreePages {
 public:
    struct Surroundings {
        os::Clock* clock;
        std::size_t cache_bytes;
        std::function<void(const format::Lgpos&)> flush_log;
        // Pages of this tree can't be written yet.
        std::function<bool(ObjectId)> held;
        // The generation that pages may come to depend on, and its creation time.
        std::function<std::pair<Generation, format::LogTime>()> newest_generation;
    };

    RecoveringDatabase(std::unique_ptr<os::File> file, std::string path, format::DatabaseHeader header,
                       Surroundings surroundings);

    const std::string& path() const { return path_; }
    const format::DatabaseHeader& header() const { return header_; }
    std::uint32_t page_bytes() const override { return header_.page_bytes(); }
    unsigned reserved_tags() const override;
    PageCache& cache() { return cache_; }

    // The record comes behind the point at which the database was attached.
    bool is_behind_attach(const format::Lgpos& position) const;

    // The page for a change that takes it from one dbtime to another, or null where it has that already, or can't have
    // it before a later record explains why (LOG-FORMAT 5.3). Throws JET_errDbTimeTooOld, JET_errDbTimeTooNew,
    // JET_errDbTimeBeyondMaxRequired, and what CachedPage::require_sound throws.
    CachedPage* page_to_change(PageNumber number, std::uint64_t before, std::uint64_t after,
                               const format::Lgpos& position) override;
    CachedPage* page_to_create(PageNumber number, std::uint64_t after, const format::Lgpos& position) override;
    // The page is taken away or formatted: what was lacking on it does not matter any more.
    void forget_unresolved(PageNumber first, std::uint32_t pages);
    // Throws for a page that lacked a change and that no later record explained. `generation` is where the logs end.
    void require_resolved() const;

    void note_dbtime(std::uint64_t dbtime);
    void note_object(ObjectId object) override;
    // The dbtime of the next change.
    std::uint64_t next_dbtime() { return ++dbtime_; }

    // ExtendDB: the file is at least long enough for this page.
    void grow_to(PageNumber last, const format::Lgpos& position);

    // ShrinkDB: the file ends behind this page, unless it was resized again later.
    void shrink_to(PageNumber last, const format::Lgpos& position);

    void attach(const format::Lgpos& position, const format::Signature& stream, std::uint8_t dbid);
    void set_version(const format::DatabaseVersion& version);
    void creation_finished();
    void stamp_backup(BackupSlot slot, const format::BackupInfo& info) { engine::stamp_backup(header_, slot, info); }
    void clear_backup_marks() { engine::clear_backup_marks(header_); }

    // Writes all pages. False where some can't be written yet, or where something is lacking that is only known of here.
    bool write_back();
    // Nothing before this generation is needed any more: everything from there is on the disk.
    void require_from(Generation generation);

    // All pages, then the header: clean at this position. The database must not be used afterwards.
    void become_clean(const format::Lgpos& position);

 private:
    bool is_in_initial_range(const format::Lgpos& position) const {
        return position.generation <= initial_max_required_;
    }
    void prepare_to_write_pages();
    void write_header();

    std::unique_ptr<os::File> file_;
    std::string path_;
    format::DatabaseHeader header_;
    Surroundings surroundings_;
    Generation initial_max_required_;
    std::uint64_t dbtime_;
    ObjectId last_object_;
    PageCache cache_;
    std::map<PageNumber, Error> unresolved_;
};

}  // namespace ese::engine
