// How fast a database is read for a backup: by the calls of esent.h in this process, and by the same calls over the
// backup socket of another one. Nothing is compressed or written, so this is the most that the socket can cost.
//
//   socket_speed IDLE-DIRECTORY SOCKET ROUNDS
//
// Both instances have a database data.edb of the same size; that of the socket is another process's. Each round reads
// both, so that other load on the machine falls on both.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "format/database/database_header.h"
#include "remote/client.h"

namespace {

using ese::remote::EngineApi;

constexpr std::uint32_t read_bytes = 1 << 20;

void check(JET_ERR error, const char* doing) {
    if (error >= JET_errSuccess) return;
    std::fprintf(stderr, "socket_speed: %s: error %d\n", doing, static_cast<int>(error));
    std::exit(1);
}

// MiB in a second.
double read_database(const EngineApi& engine, JET_INSTANCE instance, std::uint8_t* buffer) {
    check(engine.begin_external_backup(instance, 0), "JetBeginExternalBackup");
    std::vector<char> list(1 << 16);
    JET_UINT32 bytes = 0;
    check(engine.get_attach_info(instance, list.data(), 1 << 16, &bytes), "JetGetAttachInfo");
    JET_HANDLE handle = 0;
    JET_UINT32 low = 0, high = 0;
    const auto start = std::chrono::steady_clock::now();
    check(engine.open_file(instance, list.data(), &handle, &low, &high), "JetOpenFile");
    std::uint64_t done = 0;
    for (JET_UINT32 got = 1; got > 0; done += got)
        check(engine.read_file(instance, handle, buffer, read_bytes, &got), "JetReadFile");
    check(engine.close_file(instance, handle), "JetCloseFile");
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    check(engine.end_external_backup(instance, JET_bitBackupEndAbort), "JetEndExternalBackup");
    return static_cast<double>(done) / (1 << 20) / seconds.count();
}

JET_INSTANCE start(const std::string& directory) {
    const std::string database = directory + "/data.edb";
    std::ifstream file(database, std::ios::binary);
    std::vector<std::uint8_t> head(ese::format::header_probe_bytes);
    file.read(reinterpret_cast<char*>(head.data()), static_cast<std::streamsize>(head.size()));
    const auto picked = ese::format::pick_header(head);
    std::ifstream log(directory + "/edb.log", std::ios::binary | std::ios::ate);
    if (!picked || !log) check(JET_errFileNotFound, database.c_str());
    JET_INSTANCE instance = 0;
    JET_SESID session = 0;
    const auto set = [&](JET_UINT32 id, JET_API_PTR number, const char* text) {
        check(JetSetSystemParameterA(&instance, 0, id, number, text), "JetSetSystemParameter");
    };
    check(JetCreateInstanceA(&instance, "socket_speed"), "JetCreateInstance");
    for (const auto id : {JET_paramSystemPath, JET_paramLogFilePath, JET_paramTempPath})
        set(static_cast<JET_UINT32>(id), 0, directory.c_str());
    set(JET_paramDatabasePageSize, picked->header.page_bytes(), nullptr);
    set(JET_paramLogFileSize, static_cast<JET_API_PTR>(log.tellg() / 1024), nullptr);
    check(JetInit(&instance), "JetInit");
    check(JetBeginSessionA(instance, &session, nullptr, nullptr), "JetBeginSession");
    check(JetAttachDatabaseA(session, database.c_str(), 0), "JetAttachDatabase");
    return instance;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

}  // namespace

int main(int argc, char* argv[]) {
    if (argc != 4) return std::fprintf(stderr, "usage: socket_speed IDLE-DIRECTORY SOCKET ROUNDS\n"), 2;
    const auto client = ese::remote::Client::connect(argv[2], "socket_speed");
    if (!client) return std::fprintf(stderr, "%s: nobody listens\n", argv[2]), 1;
    const JET_INSTANCE instance = start(argv[1]);
    auto* buffer = static_cast<std::uint8_t*>(std::aligned_alloc(4096, read_bytes));
    std::vector<double> in_process, over_socket, ratios;
    for (long round = std::atol(argv[3]); round > 0; --round) {
        in_process.push_back(read_database(ese::remote::esent(), instance, buffer));
        over_socket.push_back(read_database(client->api(), instance, buffer));
        ratios.push_back(over_socket.back() / in_process.back());
    }
    std::printf("  read     %6.2f   %.0f MiB/s over the socket; in process %.0f MiB/s\n", median(ratios),
                median(over_socket), median(in_process));
    std::free(buffer);
    check(JetTerm(instance), "JetTerm");
    return 0;
}
