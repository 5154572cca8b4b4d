#pragma once

// An instance that a running program has. Where that program lets other processes back it up (JET_paramBackupSocket),
// what is there is asked of it and not looked for in the files, which it goes on writing.

#include <optional>
#include <string>

#include "backup/instance_finder.h"
#include "backup/job_lock.h"
#include "os/file_system.h"

namespace ese::backup {

// Nothing where no running program serves it. `client`: who we are, as the program is told. Throws where several are
// served here, or the one that is does not take us as a client (remote::Client::connect).
std::optional<FoundInstance> find_served_instance(os::FileSystem& files, const InstanceRequest& request,
                                                  const std::string& client);

// What that program tells of it, or, where none has it, what lies there. Throws as both do, and ErrorKind::busy where a
// program has the instance and does not serve it.
FoundInstance find_usable_instance(os::FileSystem& files, const InstanceRequest& request, const std::string& client);

// True as soon as no program that serves the instance has a backup in progress; false if patience ends before. What
// such a backup is of is known to the program alone: who takes it may be on no lock.
bool await_other_backup(os::FileSystem& files, const InstanceRequest& request, const std::string& client,
                        Patience& patience);

// Of a served instance: throws where databases are asked for by name, or none is attached.
void require_attached_databases(const InstanceRequest& request, const FoundInstance& found);

// Throws ErrorKind::busy where a process has an instance here, which then does not serve it.
void require_idle(os::FileSystem& files, const InstanceRequest& request);

// "process 1234 through /srv/app/edb-backup.socket"
std::string served_by(const FoundInstance& found);

}  // namespace ese::backup
