#include <catch2/catch.hpp>

#include "base/error.h"
#include "esent.h"
#include "format/log/log_record_types.h"
#include "format/log/log_stream.h"
#include "format/log/segment_packer.h"

using namespace ese;
using namespace ese::format;

namespace {

using Bytes = std::vector<std::uint8_t>;
using Type = LogRecordType;

constexpr Generation generation{5};
constexpr std::uint16_t sectors = 16;

Lgpos at(unsigned sector, unsigned offset) {
    return {generation, static_cast<std::uint16_t>(sector), static_cast<std::uint16_t>(offset)};
}

Bytes record_of(std::size_t bytes) { return make_record(Type::ignored9, Bytes(bytes - 5, 0xC5)); }
Bytes undo_record() { return RecoveryUndoRecord{LogTime::from_unix_ms(1'790'000'000'000)}.serialise(); }
Bytes term_record() { return RunEndRecord{}.serialise(); }

// A log file put together from packed segments and from raw ones.
struct LogFile {
    Bytes bytes = Bytes(std::size_t{sectors} * log_sector_bytes);
    std::uint16_t last = 0;

    ByteSpan segment(std::uint16_t sector) {
        return ByteSpan(bytes).subspan(sector * log_sector_bytes, log_sector_bytes);
    }
    void put(const PackedSegment& packed) {
        std::ranges::copy(packed.bytes, segment(packed.sector).begin());
        stamp_segment(segment(packed.sector));
        last = std::max(last, packed.sector);
    }
    void put(SegmentPacker& packer) {
        for (const PackedSegment& packed : packer.take_full()) put(packed);
        if (const auto partial = packer.partial()) put(*partial);
    }
    // The next segment, holding exactly these bytes.
    void put_raw(const Bytes& content) {
        PackedSegment raw{static_cast<std::uint16_t>(last + 1), {}};
        at(raw.sector, 0).write(raw.bytes, 8);
        std::ranges::copy(content, raw.bytes.begin() + segment_head_bytes);
        put(raw);
    }
    SegmentScan scan() const {
        LogHeader header;
        header.generation = generation;
        header.sectors = sectors;
        return scan_segments(header, sectors_of(bytes));
    }
    LogStream stream() const { return {scan(), sectors_of(bytes)}; }
};

void append(SegmentPacker& packer, const Bytes& record) { packer.append(record, LogTime{}); }

Bytes joined(std::initializer_list<Bytes> parts) {
    Bytes all;
    for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

Bytes fragment_begin(std::uint32_t total, const Bytes& piece) {
    Bytes head = make_record(Type::fragment_begin, piece);
    set_record_field(head, "cbTotalLRSize", total);
    set_record_field(head, "cbFragmentSize", piece.size());
    return head;
}

Bytes fragment(const Bytes& piece) {
    Bytes head = make_record(Type::fragment, piece);
    set_record_field(head, "cbFragmentSize", piece.size());
    return head;
}

// The reason why reading the file to its end fails; empty if it does not.
std::string failure(LogStream stream, std::int32_t jet = JET_errLogFileCorrupt) {
    LogRecord record;
    try {
        while (stream.next(record)) {
        }
    } catch (const Error& error) {
        CHECK(error.jet() == jet);
        return error.message();
    }
    return {};
}

}  // namespace

TEST_CASE("Reading begins at any record and skips the rest of an earlier one") {
    SegmentPacker packer(generation, sectors);
    const std::size_t sizes[] = {100, 9000, 70, 4000, 60, 12000, 20};
    std::vector<Lgpos> positions;
    for (const std::size_t size : sizes) positions.push_back(packer.append(record_of(size), LogTime{}));
    LogFile file;
    file.put(packer);
    for (std::size_t i = 0; i < positions.size(); ++i) {
        LogStream stream = file.stream();
        stream.seek(positions[i]);
        CHECK(stream.position() == positions[i]);
        LogRecord record;
        for (std::size_t k = i; k < positions.size(); ++k) {
            REQUIRE(stream.next(record));
            CHECK(record.position == positions[k]);
            CHECK(record.bytes.size() == sizes[k]);
            CHECK(record.end == stream.position());
        }
        CHECK_FALSE(stream.next(record));
        CHECK(stream.position() == packer.position());
    }
    LogStream stream = file.stream();
    LogRecord record;
    stream.seek(at(2, 0));  // in the middle of the second record
    REQUIRE(stream.next(record));
    CHECK(record.position == positions[2]);
    stream.seek(at(15, 0));
    CHECK_FALSE(stream.next(record));
    CHECK_THROWS_AS(stream.seek(at(1, 41)), Error);
    CHECK_THROWS_AS(stream.seek(at(1, 20)), Error);
    CHECK_THROWS_AS(stream.seek(Lgpos{Generation(6), 1, 0}), Error);
}

TEST_CASE("A restart after a half-written record discards it and begins at its own segment") {
    SegmentPacker packer(generation, sectors);
    append(packer, record_of(4000));
    append(packer, record_of(10000));
    LogFile file;
    file.put(packer.take_full().at(0));  // the rest of the second record never reached the file

    LogStream cut = file.stream();
    LogRecord record;
    REQUIRE(cut.next(record));
    CHECK_FALSE(cut.next(record));
    CHECK(cut.ends_in_fragment());

    SegmentPacker restarted(generation, sectors, 2);
    append(restarted, undo_record());
    append(restarted, term_record());
    file.put(restarted);
    LogStream stream = file.stream();
    REQUIRE(stream.next(record));
    REQUIRE(stream.next(record));
    CHECK(record.type == Type::recovery_undo2);
    CHECK(record.position == at(2, 0));
    REQUIRE(stream.next(record));
    CHECK(record.type == Type::term2);
    CHECK_FALSE(stream.next(record));
    CHECK_FALSE(stream.ends_in_fragment());
}

TEST_CASE("Anything else between the fragments of a record is damage") {
    const Bytes half = joined({record_of(4000), fragment_begin(100, Bytes(49, 1))});
    const auto after_half = [&](const Bytes& next) {
        LogFile file;
        file.put_raw(half);
        file.put_raw(next);
        return failure(file.stream());
    };
    CHECK(after_half(undo_record()).empty());
    CHECK(after_half(Bytes{17}).empty());
    CHECK(after_half(record_of(10)).find("5:2:28") != std::string::npos);
    CHECK_FALSE(after_half(term_record()).empty());
    CHECK_FALSE(after_half(joined({Bytes(1), undo_record()})).empty());  // not at the start of its segment
    CHECK_FALSE(after_half(fragment(Bytes(52, 1))).empty());             // more than is missing
    CHECK_FALSE(after_half(fragment(Bytes{})).empty());
    CHECK_FALSE(after_half(fragment_begin(100, Bytes(49, 1))).empty());
    CHECK(after_half(fragment_begin(100, Bytes(49, 36))).empty());  // a recovery's UndoInfo, itself cut off
}

TEST_CASE("Records that do not parse are named with place and reason") {
    const auto reading = [](const Bytes& content) {
        LogFile file;
        file.put_raw(content);
        return failure(file.stream());
    };
    CHECK(reading(joined({record_of(60), Bytes(10, 200)})).find("5:1:64") != std::string::npos);
    CHECK_FALSE(reading(joined({record_of(4000), make_record(Type::ignored9, Bytes(51))})).empty() == false);
    CHECK_FALSE(reading(joined({record_of(4000), Bytes{75, 52, 0, 0, 0}})).empty());  // one byte over the end
    CHECK_FALSE(reading(joined({record_of(4050), Bytes{49, 1}})).empty());            // fixed part over the end
    CHECK_FALSE(reading(fragment(Bytes(5, 1))).empty());                              // of no record
    CHECK_FALSE(reading(fragment_begin(5, Bytes(5, 1))).empty());                     // would not be a fragment
    CHECK_FALSE(reading(Bytes{5, 1, 0, 0}).empty());                                  // Begin of no level

    LogFile wrong_total;  // the fragments make less than one record
    wrong_total.put_raw(joined({record_of(4000), fragment_begin(60, joined({Bytes{75, 80, 0, 0, 0}, Bytes(44)}))}));
    wrong_total.put_raw(fragment(Bytes(11)));
    CHECK_FALSE(failure(wrong_total.stream()).empty());

    LogFile file;
    file.put_raw(Bytes(10, 200));
    LogStream stream = file.stream();
    stream.set_corrupt_error(JET_errLogCorruptDuringHardRestore);
    CHECK_FALSE(failure(std::move(stream), JET_errLogCorruptDuringHardRestore).empty());
}

TEST_CASE("The last record tells whether a log was closed") {
    SegmentPacker packer(generation, sectors);
    append(packer, record_of(100));
    LogFile file;
    CHECK_FALSE(last_record(file.scan(), sectors_of(file.bytes)).has_value());
    file.put(packer);
    CHECK(last_record(file.scan(), sectors_of(file.bytes))->type == Type::ignored9);
    CHECK(last_record(file.scan(), sectors_of(file.bytes))->position == at(1, 0));

    const Lgpos term = packer.append(term_record(), LogTime{});
    packer.fill(LogTime{});
    file.put(packer);
    const auto last = last_record(file.scan(), sectors_of(file.bytes));
    CHECK(is_run_end(last->type));
    CHECK(last->position == term);
    CHECK(last->written_at == term);
}

TEST_CASE("A last record behind padding has the position of the padding too") {
    SegmentPacker packer(generation, sectors);
    append(packer, record_of(4056 - 20));
    const Lgpos term = packer.append(term_record(), LogTime{});
    CHECK(term == at(1, 4076));
    LogFile file;
    file.put(packer);
    const auto last = last_record(file.scan(), sectors_of(file.bytes));
    CHECK(last->position == at(2, 0));
    CHECK(last->written_at == term);
}
