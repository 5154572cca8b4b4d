#include "os/errno_error.h"

#include <system_error>

#include "esent.h"

namespace ese::os {
namespace {

std::int32_t jet_error_of(int code) {
    switch (code) {
        case ENOENT: return JET_errFileNotFound;
        case ENOTDIR:
        case ENAMETOOLONG:
        case ELOOP: return JET_errInvalidPath;
        case EACCES:
        case EPERM:
        case EROFS:
        case EISDIR:
        case EBUSY:
        case ETXTBSY: return JET_errFileAccessDenied;
        case EEXIST: return JET_errFileAlreadyExists;
        case ENOSPC:
        case EDQUOT: return JET_errDiskFull;
        case ENOMEM: return JET_errOutOfMemory;
        case EMFILE:
        case ENFILE: return JET_errTooManyOpenDatabases;
        default: return JET_errDiskIO;
    }
}

}  // namespace

Error errno_error(std::string_view doing, const std::string& path, int code) {
    return Error(jet_error_of(code), std::string(doing) + " failed: " + std::generic_category().message(code))
        .in_file(path);
}

}  // namespace ese::os
