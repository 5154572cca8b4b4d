#include "engine/recovery/attachments.h"

#include "base/utf.h"
#include "format/log/log_record_types.h"

namespace ese::engine {

Attachments::Attachments(const std::vector<format::AttachInfo>& list, OnChange on_change)
    : on_change_(std::move(on_change)) {
    for (const format::AttachInfo& info : list)
        entries_[info.dbid] = {info.database, utf16_to_utf8_lossy(info.path()), info.attach};
}

void Attachments::record(const std::string& log, const format::LogRecord& record) {
    using format::LogRecordEffect;
    using format::LogRecordType;
    switch (record.type) {
        case LogRecordType::attach_db: {
            const auto attach = format::AttachDbRecord::parse(record.bytes);
            this->attach(attach.dbid, {attach.database, utf16_to_utf8_lossy(attach.path), record.position});
            return;
        }
        case LogRecordType::create_db: {
            const auto create = format::CreateDbRecord::parse(record.bytes);
            attach(create.dbid, {create.database, utf16_to_utf8_lossy(create.path), record.position});
            break;
        }
        case LogRecordType::detach_db: {
            const auto entry = entries_.find(format::DetachDbRecord::parse(record.bytes).dbid);
            if (entry == entries_.end()) return;
            detached_.push_back({entry->second, record.position});
            entries_.erase(entry);
            return;
        }
        // A run that ended cleanly detached everything, headers included.
        case LogRecordType::term:
        case LogRecordType::term2:
        case LogRecordType::recovery_quit:
        case LogRecordType::recovery_quit2:
            entries_.clear();
            detached_.clear();
            return;
        case LogRecordType::set_db_version:
        case LogRecordType::signal_attach_db:
        case LogRecordType::re_attach:
        case LogRecordType::backup2: return;
        default: break;
    }
    const LogRecordEffect effect = format::effect_of(record.type);
    if (effect != LogRecordEffect::pages && effect != LogRecordEffect::size && effect != LogRecordEffect::database)
        return;
    const auto dbid = format::dbid_of(record.bytes);
    const auto entry = dbid ? entries_.find(*dbid) : entries_.end();
    if (entry != entries_.end()) on_change_(entry->second, log, record);
}

void Attachments::attach(std::uint8_t dbid, Entry entry) {
    std::erase_if(detached_, [&](const Detached& other) { return other.entry.signature == entry.signature; });
    entries_[dbid] = std::move(entry);
}

std::string describe(const format::LogRecord& record) {
    return std::string(format::record_name(record.type)) + " at " + record.position.to_string();
}

}  // namespace ese::engine
