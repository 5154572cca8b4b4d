// Rolls an instance's log to a new generation so many times, with its databases attached: the logs are valid and nearly
// empty, as those of an instance that is backed up often.
//
//   roll_logs DIRECTORY PAGE-BYTES LOG-KIB COUNT DATABASE...

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "esent.h"

namespace {

void check(JET_ERR error, const char* doing) {
    if (error >= JET_errSuccess) return;
    std::fprintf(stderr, "roll_logs: %s: error %d\n", doing, static_cast<int>(error));
    std::exit(1);
}

}  // namespace

int main(int argc, char* argv[]) {
    if (argc < 6) return std::fprintf(stderr, "usage: roll_logs DIRECTORY PAGE-BYTES LOG-KIB COUNT DATABASE...\n"), 2;
    JET_INSTANCE instance = 0;
    JET_SESID session = 0;
    check(JetCreateInstanceA(&instance, "roll_logs"), "JetCreateInstance");
    const std::string directory = std::string(argv[1]) + "/";
    for (const auto id : {JET_paramSystemPath, JET_paramLogFilePath, JET_paramTempPath})
        check(JetSetSystemParameterA(&instance, 0, static_cast<JET_UINT32>(id), 0, directory.c_str()), "a path");
    check(JetSetSystemParameterA(&instance, 0, JET_paramDatabasePageSize, std::strtoul(argv[2], nullptr, 10), nullptr),
          "page size");
    check(JetSetSystemParameterA(&instance, 0, JET_paramLogFileSize, std::strtoul(argv[3], nullptr, 10), nullptr),
          "log size");
    check(JetInit(&instance), "JetInit");
    check(JetBeginSessionA(instance, &session, nullptr, nullptr), "JetBeginSession");
    for (int i = 5; i < argc; ++i) check(JetAttachDatabaseA(session, argv[i], 0), "JetAttachDatabase");
    for (unsigned long left = std::strtoul(argv[4], nullptr, 10); left > 0; --left) {
        check(JetBeginExternalBackupInstance(instance, 0), "JetBeginExternalBackup");
        JET_UINT32 bytes = 0;
        check(JetGetLogInfoInstanceA(instance, nullptr, 0, &bytes), "JetGetLogInfo");
        check(JetEndExternalBackupInstance2(instance, JET_bitBackupEndAbort), "JetEndExternalBackup2");
    }
    check(JetTerm(instance), "JetTerm");
    return 0;
}
