// How the checkpoint of a running instance moves on (LOG-FORMAT 5.6, 6).

#include <algorithm>
#include <array>
#include <cstring>
#include <shared_mutex>

#include "base/error.h"
#include "engine/instance/instance.h"

namespace ese::engine {

namespace {

constexpr std::size_t most_pages_at_a_time = 1024;

}  // namespace

format::Lgpos Instance::checkpoint_position() const {
    const std::lock_guard hold(checkpoint_mutex_);
    return checkpoint_.position;
}

void Instance::save_checkpoint(const format::Lgpos& position) {
    const std::lock_guard hold(checkpoint_mutex_);
    checkpoint_.log_signature = stream_;
    checkpoint_.position = checkpoint_.consistency = position;
    checkpoint_.attachments = attach_list(position);
    checkpoint_.flags = checkpoint_.attachments.empty() ? 0 : format::Checkpoint::flag_attach_list;
    write_checkpoint(files_, checkpoint_path_, checkpoint_);
}

// The start of a generation, so that what is attached there is what its header lists (LOG-FORMAT 5.1).
void Instance::save_recovery_checkpoint(const format::Lgpos& position) {
    const std::lock_guard hold(checkpoint_mutex_);
    checkpoint_.log_signature = stream_;
    checkpoint_.position = checkpoint_.consistency = position;
    checkpoint_.attachments.clear();
    checkpoint_.flags = 0;
    write_checkpoint(files_, checkpoint_path_, checkpoint_);
}

// Where a replay has to begin: at the oldest transaction that is open, or whose changes are not all on the disk.
format::Lgpos Instance::oldest_needed(std::vector<Counters>& counters) const {
    const auto all = live_databases();
    const std::shared_lock hold(core_->latch);
    format::Lgpos oldest = log_->tip();
    if (const auto begun = core_->transactions.oldest_logged_begin()) oldest = std::min(oldest, *begun);
    for (const auto& live : all) {
        if (live->is_read_only()) continue;
        if (const auto begun = live->cache().oldest_begin()) oldest = std::min(oldest, *begun);
        counters.push_back({live, live->dbtime(), live->last_object()});
    }
    return oldest;
}

// By whole generations. First the pages are on stable storage, then the headers say from where the logs are required,
// then the checkpoint does (LOG-FORMAT 6).
void Instance::advance_checkpoint() {
    if (!log_ || recovery_ || log_->is_dead()) return;
    const std::lock_guard one_at_a_time(advance_mutex_);
    std::vector<Counters> counters;
    const Generation from = oldest_needed(counters).generation;
    if (from <= checkpoint_position().generation) return;
    for (const auto& [live, dbtime, last_object] : counters) {
        live->file().file().sync();
        live->file().require_from(from, dbtime, last_object);
    }
    save_checkpoint({from, 1, 0});
}

// A commit that nobody waits for is durable a moment later, and whoever has asked to be told is.
void Instance::make_lazy_commits_durable() {
    if (log_->durable_end() < log_->tip()) log_->flush();
    tell_what_is_durable();
}

// Told is where the log goes on behind what is durable: the number of every durable commit is less. What comes later is
// told later.
void Instance::tell_what_is_durable() {
    const auto callback =
        reinterpret_cast<JET_PFNDURABLECOMMITCALLBACK>(parameters_.number(JET_paramDurableCommitCallback));
    if (!callback) return;
    const std::lock_guard one_at_a_time(told_mutex_);
    const format::Lgpos end = log_->durable_end();
    if (end == told_durable_) return;
    told_durable_ = end;
    JET_COMMIT_ID id = commit_id(end);
    callback(reinterpret_cast<JET_INSTANCE>(this), &id, 0);
}

std::optional<format::Signature> Instance::log_signature() const {
    return log_ ? std::optional(stream_) : std::nullopt;
}

// Positions in the log grow, so they number the commits (LOG-FORMAT 7.2).
JET_COMMIT_ID Instance::commit_id(const format::Lgpos& position) const {
    JET_COMMIT_ID id{};
    std::array<std::uint8_t, sizeof id.signLog> signature{};
    stream_.write(signature, 0);
    std::memcpy(&id.signLog, signature.data(), signature.size());
    id.commitId = static_cast<std::int64_t>(std::uint64_t{position.generation.value()} << 32 |
                                            std::uint64_t{position.sector} << 16 | position.offset);
    return id;
}

void Instance::quiet(JET_GRBIT tasks) {
    quieted_ |= tasks;
    upkeep_->wake();
}

void Instance::resume(JET_GRBIT tasks) {
    quieted_ &= ~tasks;
    upkeep_->wake();
}

// Pages that were changed so long ago that the log since then is longer than JET_paramCheckpointDepthMax are written.
bool Instance::keep_up() {
    bool more = core_->transactions.clean_up();
    const JET_GRBIT quieted = quieted_;
    if (!(quieted & JET_bitStopServiceBackgroundUserTasks)) more |= defragment_some();
    if (!log_ || log_->is_dead()) return more;
    make_lazy_commits_durable();
    log_->prepare_next();
    const std::uint64_t depth =
        quieted & JET_bitStopServiceQuiesceCaches ? 0 : parameters_.number(JET_paramCheckpointDepthMax);
    const std::uint64_t generations = depth / parameters_.log_file_bytes() + 1;
    const Generation now = log_->generation();
    if (now.value() - checkpoint_position().generation.value() < generations) return more;
    const format::Lgpos changed_before{Generation(now.value() - static_cast<std::uint32_t>(generations) + 1), 0, 0};
    for (const auto& live : live_databases())
        if (!live->is_read_only()) live->write_pages(most_pages_at_a_time, changed_before);
    advance_checkpoint();
    return more;
}

}  // namespace ese::engine
