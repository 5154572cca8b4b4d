#include "engine/btree/page_move.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/error.h"
#include "engine/btree/merge.h"
#include "esent.h"
#include "format/database/space.h"
#include "format/log/page_image.h"

namespace ese::engine {

using format::LogRecordType;
using format::PageMoveRecord;

namespace {

[[noreturn]] void corrupt(const std::string& reason) { throw Error(ErrorKind::damage, JET_errLogFileCorrupt, reason); }

void stamp(ByteSpan page, std::uint64_t dbtime) { format::PageWriter(page).set_dbtime(dbtime); }

// The destination gets all of the source page, which lies in the record around the source's free space.
void fill_destination(ByteSpan page, const PageMoveRecord& record) {
    if (record.page_head.size() + record.page_tail.size() > page.size())
        corrupt("the image of a moved page is larger than a page");
    std::ranges::fill(page, std::uint8_t{0});
    std::ranges::copy(record.page_head, page.begin());
    std::ranges::copy(record.page_tail, page.end() - static_cast<std::ptrdiff_t>(record.page_tail.size()));
    const auto structure = format::check_page_structure(format::PageView(page));
    if (!structure.sound()) corrupt("a moved page is no page: " + structure.problem);
    stamp(page, record.head.dbtime);
}

void empty_source(const ChangeTarget& target, const PageMoveRecord& record) {
    const auto& head = record.head;
    CachedPage* source = target.pages.page_to_change(head.page, head.dbtime_before, head.dbtime, target.position);
    if (source == nullptr) return;
    const ByteSpan page = source->change(target.position);
    make_empty_page(page, head.page);
    stamp(page, head.dbtime);
}

void change_links(const ChangeTarget& target, PageNumber number, std::uint64_t before, std::uint64_t dbtime,
                  std::optional<PageNumber> previous, std::optional<PageNumber> next) {
    if (number == PageNumber()) return;
    CachedPage* sibling = target.pages.page_to_change(number, before, dbtime, target.position);
    if (sibling == nullptr) return;
    format::PageWriter writer(sibling->change(target.position));
    writer.set_links(previous.value_or(writer.view().previous()), next.value_or(writer.view().next()));
    writer.set_dbtime(dbtime);
}

// The pages of a root move. A page may be changed by several records of the same dbtimes, so whether it needs them is
// asked once.
class RootMove {
 public:
    RootMove(const ChangeTarget& target, const std::vector<ByteView>& records) : target_(target) {
        for (const ByteView record : records)
            if (format::record_type(record) == LogRecordType::page_move)
                moves_.push_back(PageMoveRecord::parse(record));
    }

    void run(const std::vector<ByteView>& records) {
        for (const PageMoveRecord& move : moves_) fill(move);
        for (const ByteView record : records) {
            switch (format::record_type(record)) {
                case LogRecordType::root_page_move:
                case LogRecordType::page_move: break;
                case LogRecordType::set_external_header: set_external_header(record); break;
                case LogRecordType::replace: replace(record); break;
                default:
                    throw Error(JET_errFeatureNotAvailable,
                                "a move of roots with a record of type " +
                                    std::string(format::record_name(format::record_type(record))) +
                                    " can't be replayed by this version");
            }
        }
        for (const auto& [number, changed] : changed_)
            if (changed.page != nullptr) stamp(changed.page->change(target_.position), changed.dbtime);
        for (const PageMoveRecord& move : moves_) empty_source(target_, move);
    }

 private:
    // Of PageMoveRecord::move_flags.
    static constexpr std::uint32_t flag_root = 1;
    static constexpr std::uint32_t flag_owned_root = 2;

    struct Changed {
        CachedPage* page;
        std::uint64_t dbtime;
    };

    void fill(const PageMoveRecord& move) {
        CachedPage* created = target_.pages.page_to_create(move.destination, move.head.dbtime, target_.position);
        if (created == nullptr) return;
        const ByteSpan page = created->create(target_.position);
        fill_destination(page, move);
        if ((move.move_flags & flag_root) == 0) return;
        // The root knows where its space trees are.
        const auto owned = std::ranges::find_if(
            moves_, [](const PageMoveRecord& other) { return (other.move_flags & flag_owned_root) != 0; });
        if (owned == moves_.end()) corrupt("the root of a tree moves without that of its owned extents");
        format::PageWriter writer(page);
        auto header = format::SpaceHeader::parse(writer.view().external_header());
        header.owned_root = owned->destination;
        require_room(writer.set_external_header(header.to_bytes()), writer.view(), move.destination);
    }

    CachedPage* page_to_change(const format::PageHead& head) {
        const auto found = changed_.find(head.page);
        if (found != changed_.end()) return found->second.page;
        CachedPage* page =
            target_.pages.page_to_change(head.page, head.dbtime_before, head.dbtime, target_.position);
        changed_[head.page] = {page, head.dbtime};
        return page;
    }

    void set_external_header(ByteView bytes) {
        const auto head = format::NodeHead::parse(bytes);
        CachedPage* page = page_to_change(head.page);
        if (page == nullptr) return;
        format::PageWriter writer(page->change(target_.position));
        require_room(writer.set_external_header(format::record_part(bytes, "data")), writer.view(), head.page.page);
    }

    void replace(ByteView bytes) {
        const auto record = format::ReplaceRecord::parse(bytes);
        CachedPage* page = page_to_change(record.head.page);
        if (page == nullptr) return;
        format::PageWriter writer(page->change(target_.position));
        const std::size_t line = record.head.page.line;
        if (writer.view().node(line).data.size() != record.old_bytes)
            throw Error(ErrorKind::damage, JET_errDatabaseCorrupted,
                        "the row of the catalog that names a moved root has another length");
        require_room(writer.replace_data(line, record.data), writer.view(), record.head.page.page);
    }

    const ChangeTarget& target_;
    std::vector<PageMoveRecord> moves_;
    std::map<PageNumber, Changed> changed_;
};

}  // namespace

void apply_page_move(const ChangeTarget& target, ByteView bytes) {
    const auto record = PageMoveRecord::parse(bytes);
    const std::uint64_t dbtime = record.head.dbtime;
    if (record.move_flags != 0) corrupt("the root of a tree moves by itself");
    if (CachedPage* created = target.pages.page_to_create(record.destination, dbtime, target.position))
        fill_destination(created->create(target.position), record);
    empty_source(target, record);
    change_links(target, record.left, record.left_before, dbtime, std::nullopt, record.destination);
    change_links(target, record.right, record.right_before, dbtime, record.destination, std::nullopt);
    CachedPage* parent = target.pages.page_to_change(record.parent, record.parent_before, dbtime, target.position);
    if (parent == nullptr) return;
    std::array<std::uint8_t, 4> entry{};
    store_u32(entry, 0, record.destination.value());
    format::PageWriter writer(parent->change(target.position));
    if (record.parent_line < 0) corrupt("a moved page has no entry in its parent");
    require_room(writer.replace_data(static_cast<std::size_t>(record.parent_line), entry), writer.view(),
                 record.parent);
    writer.set_dbtime(dbtime);
}

void apply_root_move(const ChangeTarget& target, const std::vector<ByteView>& records) {
    RootMove(target, records).run(records);
}

}  // namespace ese::engine
