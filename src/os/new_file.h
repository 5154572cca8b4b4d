#pragma once

// Files and directories that are made, and whom they belong to. A process of root works in directories of others, whose
// programs have to go on with what it leaves there.

#include <string>

#include "os/descriptor.h"

namespace ese::os {

enum class NewOwner {
    process,            // whoever runs it, and nobody else may read it
    directory,          // of root's: whoever the directory belongs to
    directory_writers,  // the same, and whoever may write to the directory may open it
};

// Of an owner alone (0600), unless `owner` says otherwise. `flags` are open()'s, and more than O_CREAT: with O_TRUNC a
// file that is there is emptied and stays whose it is, without it that is an error.
Descriptor make_file(const std::string& path, int flags, NewOwner owner);

// And its parents. Fine if it exists. Of root's: belongs to whom the directory above belongs to.
void make_directories(const std::string& path);

// Gives a file of ours owner, group and permissions of the file `other`; nothing happens if there is none, or this is
// not root. `path` is for messages.
void give_to_owner_of(const std::string& other, int fd, const std::string& path);

}  // namespace ese::os
