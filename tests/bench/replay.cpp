// How fast logs are replayed, and where the time goes. Each LOGS is a directory with the logs of one stream from its
// first generation on, so that its databases come out of the logs alone; they are made in SCRATCH, which should be in
// memory.
//
//   replay ROUNDS SCRATCH LOGS...
//
// Calls of the operating system are timed while the logs are replayed. Checksums and decoding are timed by themselves
// over the same logs and pages, as often as they were read and written; what remains is the work on pages.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "base/error.h"
#include "engine/instance/instance.h"
#include "format/database/page_checksum.h"
#include "format/log/log_stream.h"
#include "timed_file_system.h"

using namespace ese;
namespace fs = std::filesystem;

namespace {

template <class Work>
double seconds_of(Work work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Figures {
    double log_bytes = 0, records = 0, total = 0, io = 0, checksum = 0, decode = 0;

    void operator+=(const Figures& other) {
        log_bytes += other.log_bytes;
        records += other.records;
        total += other.total;
        io += other.io;
        checksum += other.checksum;
        decode += other.decode;
    }
};

struct Log {
    std::vector<std::uint8_t> bytes;
    format::LogHeader header;
};

std::vector<Log> logs_in(const std::string& directory) {
    std::vector<Log> logs;
    for (const auto& entry : fs::directory_iterator(directory)) {
        const auto name = format::parse_log_file_name("edb", entry.path().filename().string());
        if (!name || name->kind == format::LogFileKind::temporary) continue;
        const auto file = os::real_file_system().open(entry.path(), os::OpenMode::read);
        Log log{std::vector<std::uint8_t>(file->size()), {}};
        file->read_exactly_at(0, log.bytes);
        log.header = format::parse_log_header(ByteView(log.bytes).first(format::log_sector_bytes));
        logs.push_back(std::move(log));
    }
    if (logs.empty()) throw Error(ErrorKind::usage, "no logs lie there").in_file(directory);
    return logs;
}

engine::Parameters parameters_for(const std::string& directory, const format::LogHeader& header) {
    engine::Parameters parameters;
    for (const auto id :
         {JET_paramSystemPath, JET_paramLogFilePath, JET_paramTempPath, JET_paramAlternateDatabaseRecoveryPath})
        parameters.set_text(static_cast<std::uint32_t>(id), directory, false);
    parameters.set_number(JET_paramDatabasePageSize, header.page_bytes, false);
    parameters.set_number(JET_paramLogFileSize, header.file_bytes() / 1024, false);
    return parameters;
}

// What reading the logs costs without I/O: the sum of their checksums, and then their records.
void measure_logs(const std::vector<Log>& logs, std::uint64_t log_bytes_read, Figures& figures) {
    std::vector<format::SegmentScan> scans;
    std::uint64_t bytes = 0;
    const double scan = seconds_of([&] {
        for (const Log& log : logs) scans.push_back(format::scan_segments(log.header, format::sectors_of(log.bytes)));
    });
    const double walk = seconds_of([&] {
        for (std::size_t i = 0; i < logs.size(); ++i) {
            format::LogStream stream(scans[i], format::sectors_of(logs[i].bytes));
            format::LogRecord record;
            while (stream.next(record)) ++figures.records;
        }
    });
    for (const Log& log : logs) bytes += log.bytes.size();
    figures.log_bytes = static_cast<double>(bytes);
    // A walk checks each segment once more.
    figures.checksum += scan * static_cast<double>(log_bytes_read) / figures.log_bytes;
    figures.decode = std::max(0.0, walk - scan);
}

void measure_pages(const std::string& path, std::uint32_t page_bytes, std::uint64_t read, std::uint64_t written,
                   Figures& figures) {
    const auto file = os::real_file_system().open(path, os::OpenMode::read);
    std::vector<std::uint8_t> pages(file->size());
    file->read_exactly_at(0, pages);
    const auto each = [&](auto work) {
        for (std::size_t at = 2 * page_bytes, number = 1; at + page_bytes <= pages.size(); at += page_bytes, ++number)
            work(ByteSpan(pages).subspan(at, page_bytes), PageNumber(static_cast<std::uint32_t>(number)));
    };
    std::size_t good = 0;
    const double verify =
        seconds_of([&] { each([&](ByteSpan page, PageNumber n) { good += format::verify_page(page, n).usable(); }); });
    const double stamp = seconds_of([&] { each(format::stamp_page_checksum); });
    if (good == 0) throw Error(ErrorKind::damage, "no page of it is sound").in_file(path);
    figures.checksum += (verify * static_cast<double>(read) + stamp * static_cast<double>(written)) /
                        static_cast<double>(pages.size());
}

Figures replay(const std::string& scratch, const std::string& from) {
    fs::remove_all(scratch);
    fs::create_directories(scratch);
    for (const auto& entry : fs::directory_iterator(from))
        if (entry.path().extension() == ".log") fs::copy(entry.path(), fs::path(scratch) / entry.path().filename());
    const std::vector<Log> logs = logs_in(scratch);
    const engine::Parameters parameters = parameters_for(scratch, logs.front().header);
    TimedFileSystem files(os::real_file_system());
    Figures figures;
    figures.total = seconds_of([&] {
        engine::Instance instance(files, os::real_clock(), "replay", parameters);
        instance.init(0);
        instance.term(0);
    });
    figures.io = files.seconds();
    measure_logs(logs, files.bytes_read(".log"), figures);
    for (const auto& entry : fs::directory_iterator(scratch))
        if (entry.path().extension() == ".edb")
            measure_pages(entry.path(), parameters.page_bytes(), files.bytes_read(".edb"), files.bytes_written(".edb"),
                          figures);
    return figures;
}

void print(const std::string& name, const Figures& f) {
    const double pages = std::max(0.0, f.total - f.io - f.checksum - f.decode);
    std::printf("%-28s %7.1f MiB of log a second, %6.0f thousand records; checksums %2.0f %%, decoding %2.0f %%, pages "
                "%2.0f %%, I/O %2.0f %%\n",
                name.c_str(), f.log_bytes / f.total / (1 << 20), f.records / f.total / 1000, 100 * f.checksum / f.total,
                100 * f.decode / f.total, 100 * pages / f.total, 100 * f.io / f.total);
}

}  // namespace

int main(int argc, char* argv[]) {
    const int rounds = argc < 4 ? 0 : std::atoi(argv[1]);
    if (rounds < 1) return std::fprintf(stderr, "usage: replay ROUNDS SCRATCH LOGS...\n"), 2;
    try {
        Figures all;
        for (int i = 3; i < argc; ++i) {
            Figures sum;
            for (int round = 0; round < rounds; ++round) sum += replay(argv[2], argv[i]);
            print(argv[i], sum);
            all += sum;
        }
        print("all", all);
    } catch (const std::exception& error) {
        return std::fprintf(stderr, "replay: %s\n", error.what()), 1;
    }
    return 0;
}
