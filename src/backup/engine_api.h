#pragma once

#include "remote/engine_api.h"

namespace ese::backup {

// The table of functions that the sequence is written over.
using remote::EngineApi;
using remote::esent;

}  // namespace ese::backup
