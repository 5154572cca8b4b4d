#pragma once

// From the return codes of esent.h to ese::Error, with what the engine has to say about the last failure on this
// thread.

#include <string>

#include "esent.h"
#include "remote/engine_api.h"

namespace ese::backup {

// Returns for success and warnings, throws for everything else. `doing` is used where the engine gives no details
// ("opening the file for backup").
void check(JET_ERR result, const char* doing, const std::string& file = {});
// The same for a call of this table of functions.
void check(const remote::EngineApi& engine, JET_ERR result, const char* doing, const std::string& file = {});

// "JET_errFileNotFound".
std::string jet_error_name(JET_ERR error);

}  // namespace ese::backup
