#include "engine/txn/live_database.h"

#include <algorithm>

#include "engine/txn/engine_core.h"
#include "engine/txn/transaction.h"
#include "format/log/tree_records.h"

namespace ese::engine {

namespace hf = format::header_field;

namespace {

constexpr std::uint32_t first_with_reserved_tags = 270;  // update-major; DATABASE-FORMAT 3
constexpr std::uint64_t first_dbtime = 0x40;             // LOG-FORMAT, scalar types
constexpr std::size_t batch_pages = 256;

// What a node was before a change that is not committed yet (LOG-FORMAT 4.4, UndoInfo).
std::vector<std::uint8_t> undo_info_record(const NodeVersion& version, PageNumber page, std::size_t bytes_now) {
    const Version& change = version.change;
    std::vector<std::uint8_t> tail = change.key;
    tail.insert(tail.end(), change.data.begin(), change.data.end());
    tail.insert(tail.end(), change.before_image.begin(), change.before_image.end());
    auto record = format::make_record(format::LogRecordType::undo_info, tail);
    format::NodeHead head;
    head.page.type = format::LogRecordType::undo_info;
    head.page.session = version.owner->session();
    head.page.dbid = change.dbid;
    head.page.page = page;
    head.page.dbtime = head.page.dbtime_before = format::dbtime_nil;
    head.page.trx = static_cast<std::uint32_t>(version.owner->begun());
    head.page.level = change.level;
    head.page.flags = change.unique ? format::PageHead::flag_unique : std::uint8_t{0};
    head.rceid = change.rceid;
    head.tree_root = change.tree_root;
    head.object = change.object;
    head.write(record);
    format::set_record_field(record, "cbBookmarkKey", change.key.size());
    format::set_record_field(record, "cbBookmarkData", change.data.size());
    format::set_record_field(record, "oper", static_cast<std::uint64_t>(change.operation));
    format::set_record_field(record, "cbData", change.before_image.size());
    if (change.operation == format::UndoneOperation::replace)
        format::set_record_field(record, "cbMaxSize", std::max(change.before_image.size(), bytes_now));
    return record;
}

}  // namespace

LiveDatabase::LiveDatabase(EngineCore& core, std::shared_ptr<Database> database, std::size_t cache_bytes)
    : core_(core),
      database_(std::move(database)),
      dbtime_(std::max(database_->header().get(hf::dbtime_dirtied), first_dbtime)),
      last_object_(database_->header().get(hf::last_object)),
      cache_(database_->file(), database_->page_bytes(),
             {cache_bytes,
              [this](const format::Lgpos& position) {
                  if (core_.log) core_.log->flush_to(position);
              },
              [](const CachedPage&) { return true; }, [this](const CachedPage& page) { return log_undo_information(page); },
              [this](PageNumber first, PageNumber last, const std::function<void()>& write) {
                  const RangeLock::Writing hold(database_->range_lock(), first, last);
                  write();
              }}) {}

unsigned LiveDatabase::reserved_tags() const {
    return database_->header().version().update_major >= first_with_reserved_tags ? 1 : 0;
}

CachedPage* LiveDatabase::page_to_change(PageNumber number, std::uint64_t, std::uint64_t, const format::Lgpos&) {
    CachedPage& page = cache_.page(number);
    page.require_sound();
    page.require_replay_from(changes_begun_);
    return &page;
}

CachedPage* LiveDatabase::page_to_create(PageNumber number, std::uint64_t, const format::Lgpos&) {
    CachedPage& page = cache_.page(number);
    page.require_replay_from(changes_begun_);
    return &page;
}

void LiveDatabase::note_object(ObjectId object) { last_object_ = std::max(last_object_, object); }

// Else nothing could undo it (LOG-FORMAT 7.3).
format::Lgpos LiveDatabase::log_undo_information(const CachedPage& page) {
    format::Lgpos last;
    const format::PageView view = page.view();
    if (!core_.log || !view.is_tree_page() || !view.has(format::page_flag::leaf) ||
        !core_.versions.has_undo_information(dbid(), view.object()))
        return last;
    const Tree tree{{}, view.object(), !view.has(format::page_flag::non_unique_keys)};
    for (std::size_t line = 0; line < view.node_count(); ++line) {
        auto* chain = core_.versions.find(NodeName::of(dbid(), tree, view.node(line)));
        if (!chain) continue;
        for (NodeVersion& version : *chain) {
            if (!version.owner || version.undo_info_logged || !version.has_undo_information()) continue;
            last = core_.log->append(undo_info_record(version, page.number(), view.node(line).data.size()));
            version.undo_info_logged = true;
        }
    }
    return last;
}

void LiveDatabase::write_pages(std::size_t most_pages, const std::optional<format::Lgpos>& changed_before) {
    const std::lock_guard one_at_a_time(writing_mutex_);
    for (std::size_t written = 0; written < most_pages;) {
        PageCache::Batch batch;
        {
            const std::lock_guard hold(core_.latch);
            batch = cache_.begin_batch(std::min(batch_pages, most_pages - written), changed_before);
        }
        if (batch.empty()) return;
        written += batch.pages.size();
        try {
            cache_.write_batch(batch);
        } catch (...) {
            const std::lock_guard hold(core_.latch);
            cache_.end_batch(batch, false);
            throw;
        }
        const std::lock_guard hold(core_.latch);
        cache_.end_batch(batch, true);
    }
}

void LiveDatabase::keep_to_budget() {
    while (cache_.is_over_budget()) {
        {
            const std::lock_guard hold(core_.latch);
            if (cache_.evict()) return;
        }
        write_pages(batch_pages, std::nullopt);
    }
}

}  // namespace ese::engine
