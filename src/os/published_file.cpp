#include "os/published_file.h"

#include <fcntl.h>
#include <unistd.h>

#include "os/as_output.h"
#include "os/errno_error.h"
#include "os/file_system.h"
#include "os/pipe.h"
#include "os/process.h"

namespace ese::os {

namespace {

void write_whole(const std::string& path, const std::string& text) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd < 0) throw errno_error("opening", path);
    FdStream file(fd, path);
    file.write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    if (::fsync(fd) != 0) throw errno_error("flushing to disk", path);
    file.close();
}

}  // namespace

void publish_file(const std::string& path, const std::string& text) {
    FileSystem& files = real_file_system();
    const std::string partial =
        join(directory_of(path), "." + name_of(path) + ".partial-" + std::to_string(process_id()));
    as_output(path, [&] {
        try {
            write_whole(partial, text);
            files.rename(partial, path);
        } catch (const Error&) {
            files.remove(partial);
            throw;
        }
        files.sync_directory(directory_of(path));
    });
}

}  // namespace ese::os
