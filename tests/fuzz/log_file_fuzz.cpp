// A log file of any bytes: header, end-of-log rules, every record. The first byte of the input says what the rest is:
//   0  a log file; checksums, positions and size are put right first, because they would hide the parsers from the
//   fuzzer 1  a log file as it is 2  the records in the segments of an otherwise sound log

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "format/log/log_record_types.h"
#include "format/log/log_stream.h"

using namespace ese;
using namespace ese::format;

namespace {

constexpr std::size_t most_sectors = 12;

void stamp(std::vector<std::uint8_t>& file) {
    const std::size_t sectors = file.size() / log_sector_bytes;
    const ByteSpan header = ByteSpan(file).first(log_sector_bytes);
    store_u16(header, 12, static_cast<std::uint16_t>(sectors));
    stamp_header_checksum(header);
    for (std::size_t sector = 1; sector < sectors; ++sector) {
        const ByteSpan segment = ByteSpan(file).subspan(sector * log_sector_bytes, log_sector_bytes);
        if (is_all_zero(segment)) continue;
        Lgpos{Generation(load_u32(header, 4)), static_cast<std::uint16_t>(sector), 0}.write(segment, 8);
        stamp_segment(segment);
    }
}

void use(const LogRecord& record) {
    static_cast<void>(describe_record(record.bytes));
    static_cast<void>(dbid_of(record.bytes));
    static_cast<void>(session_of(record.bytes));
    switch (record.type) {
        case LogRecordType::create_db: static_cast<void>(CreateDbRecord::parse(record.bytes).serialise()); break;
        case LogRecordType::attach_db: static_cast<void>(AttachDbRecord::parse(record.bytes).serialise()); break;
        case LogRecordType::detach_db: static_cast<void>(DetachDbRecord::parse(record.bytes).serialise()); break;
        case LogRecordType::backup2: static_cast<void>(BackupRecord::parse(record.bytes).serialise()); break;
        case LogRecordType::trace: static_cast<void>(TraceRecord::parse(record.bytes).serialise()); break;
        case LogRecordType::extend_db: static_cast<void>(ExtendDbRecord::parse(record.bytes).serialise()); break;
        default:
            if (is_run_end(record.type)) static_cast<void>(RunEndRecord::parse(record.bytes).serialise());
            break;
    }
}

void read_log(ByteView file) {
    const LogHeader header = parse_log_header(file.first(log_sector_bytes));
    const LogSector page = serialise_log_header(header);
    if (!std::ranges::equal(page, file.first(log_sector_bytes))) __builtin_trap();
    check_log_file_size(header, file.size());
    const SectorReader read = sectors_of(file);
    const SegmentScan scan = scan_segments(header, read);
    try {
        static_cast<void>(last_record(scan, read));
    } catch (const Error&) {
        // The stream below may still read what comes before.
    }
    LogStream stream(scan, read);
    std::vector<Lgpos> positions;
    LogRecord record;
    try {
        while (stream.next(record)) {
            if (!positions.empty() && record.position < positions.back()) __builtin_trap();
            positions.push_back(record.position);
            use(record);
        }
    } catch (const Error&) {
        // What was read before the damage can be read again.
    }
    for (const Lgpos& position : positions) {
        stream.seek(position);
        if (!stream.next(record) || record.position != position) __builtin_trap();
    }
}

std::vector<std::uint8_t> whole_file(ByteView bytes) {
    const std::size_t sectors = std::clamp<std::size_t>(bytes.size() / log_sector_bytes, 3, most_sectors);
    std::vector<std::uint8_t> file(sectors * log_sector_bytes);
    std::copy_n(bytes.begin(), std::min(bytes.size(), file.size()), file.begin());
    return file;
}

std::vector<std::uint8_t> file_of_records(ByteView records) {
    LogHeader header;
    header.generation = Generation(1);
    header.sectors = most_sectors;
    std::vector<std::uint8_t> file(most_sectors * log_sector_bytes);
    std::ranges::copy(serialise_log_header(header), file.begin());
    for (std::size_t sector = 1; sector + 1 < most_sectors && !records.empty(); ++sector) {
        const ByteView content = records.first(std::min<std::size_t>(records.size(), segment_record_bytes));
        std::ranges::copy(content,
                          file.begin() + static_cast<std::ptrdiff_t>(sector * log_sector_bytes + segment_head_bytes));
        records = records.subspan(content.size());
    }
    return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const int kind = data[0] % 3;
    const ByteView input(data + 1, size - 1);
    std::vector<std::uint8_t> file = kind == 2 ? file_of_records(input) : whole_file(input);
    if (kind != 1) stamp(file);
    try {
        read_log(file);
    } catch (const Error&) {
        // Refused, as most inputs must be.
    }
    return 0;
}
