// Writes an archive of 16 TiB into a file that is a hole but for its end: what `esebackup list` reads of it.
//
//   make_huge_archive FILE

#include <cstdio>

#include "archive/huge_archive.h"
#include "os/file_system.h"

int main(int argc, char* argv[]) {
    if (argc != 2) return std::fprintf(stderr, "usage: make_huge_archive FILE\n"), 2;
    const auto huge = ese::archive::test::huge_archive(2'000'000, 2000);
    ese::os::real_file_system().open(argv[1], ese::os::OpenMode::create_new)->write_at(huge.hole, huge.end);
    return 0;
}
