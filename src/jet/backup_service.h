#pragma once

// External backups for other processes (JET_paramBackupSocket): brings the server and an instance together.

#include "engine/instance/instance.h"

namespace ese::jet {

// For every instance of this process: serves it where its parameters ask for that.
engine::InstanceHooks backup_service();

}  // namespace ese::jet
