#include "engine/recovery/attachments.h"

#include "base/utf.h"
#include "format/log/log_record_types.h"

namespace ese::engine {

Attachments::Attachments(const std::vector<format::AttachInfo>& list) {
    for (const format::AttachInfo& info : list) entries_[info.dbid] = {info.database, utf16_to_utf8_lossy(info.path())};
}

void Attachments::record(const format::LogRecord& record) {
    using format::LogRecordType;
    switch (record.type) {
        case LogRecordType::attach_db: {
            const auto attach = format::AttachDbRecord::parse(record.bytes);
            entries_[attach.dbid] = {attach.database, utf16_to_utf8_lossy(attach.path)};
            return;
        }
        case LogRecordType::create_db: {
            const auto create = format::CreateDbRecord::parse(record.bytes);
            entries_[create.dbid] = {create.database, utf16_to_utf8_lossy(create.path)};
            return;
        }
        case LogRecordType::detach_db: entries_.erase(format::DetachDbRecord::parse(record.bytes).dbid); return;
        // A run that ended cleanly detached everything, headers included.
        case LogRecordType::term:
        case LogRecordType::term2:
        case LogRecordType::recovery_quit:
        case LogRecordType::recovery_quit2: entries_.clear(); return;
        default: return;
    }
}

}  // namespace ese::engine
