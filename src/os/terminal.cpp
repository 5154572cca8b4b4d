#include "os/terminal.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include "base/error.h"

namespace ese::os {

bool is_terminal(int fd) { return ::isatty(fd) == 1; }

unsigned terminal_width(int fd) {
    struct winsize size {};
    return ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

int take_standard_output() {
    std::fflush(stdout);
    // Not below 3: a closed standard stream must not be given to the archive by chance.
    const int archive = ::fcntl(standard_output, F_DUPFD_CLOEXEC, 3);
    if (archive < 0 || ::dup2(standard_error, standard_output) < 0) {
        throw Error(ErrorKind::output, "standard output cannot be written to").with_hint("give it a file or a pipe");
    }
    return archive;
}

}  // namespace ese::os
