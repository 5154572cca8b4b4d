// A program that owns an instance and lets other processes back it up: what the end-to-end tests take backups of.
//
//   host_program DIRECTORY [--unserved] [--group GROUP] [--timeout MILLISECONDS] DATABASE...
//
// Says "ready" on standard output when the databases are attached, and every event on standard error. SIGTERM ends it
// with JetTerm, which ends a backup that is in progress; SIGINT does not as long as one is.

#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "esent.h"
#include "format/database/database_header.h"

namespace {

void check(JET_ERR error, const std::string& doing) {
    if (error >= JET_errSuccess) return;
    char detail[4096] = {};
    EsentGetErrorDetail(detail, sizeof detail);
    std::fprintf(stderr, "host_program: %s: %s (%d)\n", doing.c_str(), detail, static_cast<int>(error));
    std::exit(1);
}

void set(JET_INSTANCE& instance, JET_UINT32 parameter, JET_API_PTR number, const std::string& text = {}) {
    check(JetSetSystemParameterA(&instance, 0, parameter, number, text.c_str()),
          "system parameter " + std::to_string(parameter));
}

std::uint32_t page_bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::vector<std::uint8_t> start(ese::format::header_probe_bytes);
    file.read(reinterpret_cast<char*>(start.data()), static_cast<std::streamsize>(start.size()));
    start.resize(static_cast<std::size_t>(file.gcount()));
    const auto picked = ese::format::pick_header(start);
    if (!picked) check(JET_errDatabaseCorrupted, path);
    return picked->header.page_bytes();
}

std::uint32_t log_kib_of(const std::string& directory) {
    std::ifstream file(directory + "/edb.log", std::ios::binary | std::ios::ate);
    return file ? static_cast<std::uint32_t>(file.tellg() / 1024) : 128;
}

extern "C" void JET_API tell_event(JET_INSTANCE, JET_UINT32 event, JET_UINT32 severity, const char* text, void*) {
    std::fprintf(stderr, "event %u %u %s\n", event, severity, text);
}

}  // namespace

int main(int argc, char* argv[]) {
    if (argc < 2) return std::fprintf(stderr, "usage: host_program DIRECTORY [OPTIONS] DATABASE...\n"), 2;
    const std::string directory = argv[1];
    std::string group, timeout;
    bool is_served = true;
    std::vector<std::string> databases;
    for (int i = 2; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == "--unserved")
            is_served = false;
        else if (word == "--group" && i + 1 < argc)
            group = argv[++i];
        else if (word == "--timeout" && i + 1 < argc)
            timeout = argv[++i];
        else
            databases.push_back(word);
    }
    sigset_t ends;
    ::sigemptyset(&ends);
    ::sigaddset(&ends, SIGTERM);
    ::sigaddset(&ends, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);

    JET_INSTANCE instance = 0;
    JET_SESID session = 0;
    check(JetCreateInstanceA(&instance, "host"), "JetCreateInstance");
    for (const auto path : {JET_paramSystemPath, JET_paramLogFilePath, JET_paramTempPath})
        set(instance, static_cast<JET_UINT32>(path), 0, directory);
    if (!databases.empty()) set(instance, JET_paramDatabasePageSize, page_bytes_of(databases.front()));
    set(instance, JET_paramLogFileSize, log_kib_of(directory));
    set(instance, JET_paramEventCallback, reinterpret_cast<JET_API_PTR>(&tell_event));
    set(instance, JET_paramBackupSocket, is_served ? 1 : 0);
    if (!group.empty()) set(instance, JET_paramBackupSocketGroup, 0, group);
    if (!timeout.empty()) set(instance, JET_paramBackupSocketTimeout, std::stoul(timeout));
    check(JetInit(&instance), "JetInit");
    check(JetBeginSessionA(instance, &session, nullptr, nullptr), "JetBeginSession");
    for (const std::string& database : databases)
        check(JetAttachDatabaseA(session, database.c_str(), 0), "JetAttachDatabase");
    std::printf("ready\n");
    std::fflush(stdout);

    for (int signal = 0;;) {
        ::sigwait(&ends, &signal);
        const JET_ERR ended =
            JetTerm2(instance, signal == SIGTERM ? JET_bitTermComplete | JET_bitTermStopBackup : JET_bitTermComplete);
        if (ended == JET_errBackupInProgress) {
            std::fprintf(stderr, "a backup is in progress\n");
            continue;
        }
        check(ended, "JetTerm");
        return 0;
    }
}
