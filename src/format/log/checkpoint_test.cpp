#include <catch2/catch.hpp>

#include "base/error.h"
#include "esent.h"
#include "format/log/checkpoint.h"

using namespace ese;
using namespace ese::format;

namespace {

std::int32_t error_of(auto&& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.jet();
    }
    return 0;
}

Checkpoint sample() {
    Checkpoint checkpoint;
    checkpoint.position = {Generation(8), 1, 0};
    checkpoint.consistency = {Generation(10), 7, 0x123};
    checkpoint.log_signature = {5, LogTime::from_unix_ms(1'790'000'000'000), {}};
    checkpoint.parameters.set_count(DbmsParam::Count::sessions, 32);
    checkpoint.full_backup = {Generation(3), 2, 0x50};
    checkpoint.full_backup_time = LogTime::from_unix_ms(1'780'000'000'000);
    checkpoint.incremental_backup = {Generation(6), 1, 0};
    checkpoint.incremental_backup_time = LogTime::from_unix_ms(1'785'000'000'000);
    checkpoint.flags = Checkpoint::flag_attach_list;
    AttachInfo attached;
    attached.dbid = 2;
    attached.set_path(u"/srv/data.edb");
    checkpoint.attachments = {attached};
    return checkpoint;
}

std::vector<std::uint8_t> file_of(const LogSector& first, const LogSector& second) {
    std::vector<std::uint8_t> file(first.begin(), first.end());
    file.insert(file.end(), second.begin(), second.end());
    return file;
}

}  // namespace

TEST_CASE("A checkpoint comes back from its bytes with every field") {
    const Checkpoint checkpoint = sample();
    const LogSector copy = serialise_checkpoint(checkpoint);
    const Checkpoint back = parse_checkpoint(file_of(copy, copy));
    CHECK(back.position == checkpoint.position);
    CHECK(back.consistency == checkpoint.consistency);
    CHECK(back.log_signature == checkpoint.log_signature);
    CHECK(back.parameters == checkpoint.parameters);
    CHECK(back.full_backup == checkpoint.full_backup);
    CHECK(back.full_backup_time == checkpoint.full_backup_time);
    CHECK(back.incremental_backup == checkpoint.incremental_backup);
    CHECK(back.incremental_backup_time == checkpoint.incremental_backup_time);
    CHECK(back.has_attach_list());
    CHECK(back.attachments == checkpoint.attachments);
    CHECK(serialise_checkpoint(back) == copy);
}

TEST_CASE("Clearing the flag of a checkpoint clears its attach list") {
    const LogSector copy = serialise_checkpoint(sample());
    Checkpoint checkpoint = parse_checkpoint(copy);
    checkpoint.flags = 0;
    const LogSector cleared = serialise_checkpoint(checkpoint);
    CHECK(is_all_zero(ByteView(cleared).subspan(679, attach_list_bytes)));
    CHECK(parse_checkpoint(cleared).attachments.empty());
}

TEST_CASE("The first valid copy of a checkpoint is used") {
    Checkpoint checkpoint = sample();
    const LogSector older = serialise_checkpoint(checkpoint);
    checkpoint.position.sector = 2;
    LogSector newer = serialise_checkpoint(checkpoint);
    CHECK(parse_checkpoint(file_of(newer, older)).position.sector == 2);
    newer[200] ^= 1;
    CHECK(parse_checkpoint(file_of(newer, older)).position.sector == 1);
    CHECK(parse_checkpoint(file_of(older, newer)).position.sector == 1);
    CHECK(error_of([&] { parse_checkpoint(file_of(newer, newer)); }) == JET_errCheckpointCorrupt);
    CHECK(error_of([&] { parse_checkpoint(ByteView(older).first(4000)); }) == JET_errCheckpointCorrupt);
    CHECK(error_of([&] { parse_checkpoint(file_of(LogSector{}, LogSector{})); }) == JET_errCheckpointCorrupt);
    CHECK(error_of([&] { parse_checkpoint({}); }) == JET_errCheckpointFileNotFound);
}

TEST_CASE("Another kind of file is not a checkpoint, another stream's checkpoint not ours") {
    LogSector copy = serialise_checkpoint(sample());
    CHECK_NOTHROW(check_checkpoint_signature(parse_checkpoint(copy), sample().log_signature));
    CHECK(error_of([&] { check_checkpoint_signature(parse_checkpoint(copy), Signature{}); }) ==
          JET_errBadCheckpointSignature);
    copy[667] = 3;
    stamp_header_checksum(copy);
    CHECK(error_of([&] { parse_checkpoint(copy); }) == JET_errFileInvalidType);
    copy = serialise_checkpoint(sample());
    copy[679 + 3] = 0xFF;
    stamp_header_checksum(copy);
    CHECK(error_of([&] { parse_checkpoint(copy); }) == JET_errCheckpointCorrupt);
}
