#pragma once

// An archive that is read: a file, `-` for standard input, or what a command gives.

#include <memory>
#include <string>
#include <vector>

#include "archive/keys.h"
#include "backup/damage.h"
#include "backup/restore.h"
#include "cli/output.h"
#include "os/file_system.h"
#include "os/pipe.h"

namespace ese::cli {

class Input {
 public:
    // What is encrypted is read with these identities, of which the caller keeps hold. With a command (--from-exec)
    // `name` is that of an archive which the command gives on its standard output; it runs once for each Input that is
    // read. Throws ErrorKind::usage where there is no such file, and for a terminal.
    Input(const std::string& name, const std::vector<archive::Identity>& identities, const std::string& from_exec = {});

    bool is_stream() const { return source_ != nullptr; }
    const os::File& file() const { return *file_; }
    archive::ByteSource& source() { return *source_; }
    backup::ArchiveInput archive();

 private:
    std::string name_;
    std::unique_ptr<os::File> file_;
    std::unique_ptr<os::FdStream> stream_;
    std::unique_ptr<archive::ByteSource> raw_;  // as it comes, perhaps encrypted
    std::unique_ptr<archive::ByteSource> source_;
};

// The archives that an argument means: itself, or those that lie in the directory that it names, in order of their
// names.
std::vector<std::string> archives_in(const std::string& argument);
// The same of all arguments. With a command they are names for it, and no directories.
std::vector<std::string> archives_in(const std::vector<std::string>& arguments, const std::string& from_exec);
bool is_directory(const std::string& argument);

// "databases/00/app.edb: page 17 at 73728: …"
std::string damage_text(const backup::Damage& damage);
Json damage_json(const char* type, const backup::Damage& damage);

}  // namespace ese::cli
