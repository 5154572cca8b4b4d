#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace ese::engine {

enum class Severity : std::uint32_t { information = 0, warning = 1, error = 2 };

// What an operator should know about: reported to the callback that the application set (JET_paramEventCallback). The
// numbers are those of the original's event log (BACKUP-SEMANTICS 1.8).
using EventSink = std::function<void(std::uint32_t event_id, Severity severity, const std::string& text)>;

}  // namespace ese::engine
