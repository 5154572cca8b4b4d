#include <memory>

#include "archive/keys.h"
#include "archive/manifest.h"
#include "cli/command.h"
#include "os/as_output.h"
#include "os/clock.h"
#include "os/file_system.h"

namespace ese::cli {

namespace {

// Only its owner may read it (OpenMode).
void write_new(const std::string& path, const std::string& text) {
    os::FileSystem& files = os::real_file_system();
    if (files.info(path))
        throw Error(ErrorKind::usage, "this exists already, and may be the only key to archives").in_file(path);
    os::as_output(path, [&] {
        const auto file = files.open(path, os::OpenMode::create_private);
        try {
            file->write_at(0, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
            file->sync();
        } catch (const Error&) {
            files.remove(path);
            throw;
        }
        files.sync_directory(os::directory_of(path));
    });
}

int generate(const Shell& shell, const std::string& path) {
    const archive::Identity identity = archive::Identity::generate(os::real_clock());
    const std::string recipient = identity.recipient().to_string();
    write_new(path, "# created: " + archive::rfc3339(os::real_clock().now_unix_ms()) + "\n# public key: " + recipient +
                        "\n" + identity.to_string() + "\n");
    shell.output.say(recipient);
    Json line = json_line("summary");
    line["command"] = "keygen";
    line["path"] = path;
    line["recipient"] = recipient;
    shell.output.event(line);
    return exit_status::done;
}

}  // namespace

void add_keygen(CLI::App& parent, Shell& shell) {
    const auto path = std::make_shared<std::string>();
    CLI::App* command = add_command(parent, shell, "keygen", "Make a key pair for encrypted archives", Subject::source,
                                    [&shell, path] { return generate(shell, *path); });
    command
        ->add_option("-o,--out", *path, "A new file for the secret key; the public one is said, and stands in it, too")
        ->required()
        ->type_name("FILE");
}

}  // namespace ese::cli
