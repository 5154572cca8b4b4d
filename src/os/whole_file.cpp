#include "os/whole_file.h"

#include "base/error.h"
#include "os/pipe.h"

namespace ese::os {

std::string read_whole_file(const std::string& path, std::size_t most_bytes, const std::function<bool()>& stop) {
    FdStream stream(path, stop);
    std::string text(most_bytes + 1, '\0');
    std::size_t done = 0;
    while (done < text.size()) {
        const std::size_t got = stream.read({reinterpret_cast<std::uint8_t*>(text.data()) + done, text.size() - done});
        if (got == 0) break;
        done += got;
    }
    if (done > most_bytes)
        throw Error(ErrorKind::usage, "this is larger than " + std::to_string(most_bytes) + " bytes").in_file(path);
    text.resize(done);
    return text;
}

std::vector<std::uint8_t> read_start(FileSystem& files, const std::string& path, std::size_t bytes) {
    const auto file = files.open(path, OpenMode::read);
    std::vector<std::uint8_t> start(bytes);
    start.resize(file->read_at(0, start));
    return start;
}

}  // namespace ese::os
