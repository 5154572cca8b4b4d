#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>

#include "esent.h"

namespace ese::engine {

// The system parameters of one instance, or of the process (the defaults that a new instance starts from). Every
// parameter that esent.h declares with a range here can be set and read; those without effect in this engine are kept
// as they were given. Numbers may be read while they are set; texts that may be set while the instance runs have no
// reader but the application.
class Parameters {
 public:
    Parameters();

    // JET_errInvalidParameter: no such parameter, wrong kind, or out of range; JET_errAlreadyInitialized: fixed once
    // the instance runs.
    void set_number(std::uint32_t id, JET_API_PTR value, bool instance_runs);
    void set_text(std::uint32_t id, const std::string& value, bool instance_runs);
    static bool is_text(std::uint32_t id);

    JET_API_PTR number(std::uint32_t id) const;
    const std::string& text(std::uint32_t id) const;

    std::uint32_t page_bytes() const { return static_cast<std::uint32_t>(number(JET_paramDatabasePageSize)); }
    // Whole sectors of 4 KiB: a file cannot have the size that the parameter asks for otherwise.
    std::uint32_t log_file_bytes() const { return static_cast<std::uint32_t>(number(JET_paramLogFileSize)) / 4 * 4096; }
    bool circular_logging() const { return number(JET_paramCircularLog) != 0; }
    bool recovery_on() const;
    const std::string& system_path() const { return text(JET_paramSystemPath); }
    const std::string& log_path() const { return text(JET_paramLogFilePath); }
    const std::string& base_name() const { return text(JET_paramBaseName); }

 private:
    struct Number {
        explicit Number(JET_API_PTR initial) : value(initial) {}
        Number(const Number& other) : value(other.value.load()) {}
        Number& operator=(const Number&) = delete;
        std::atomic<JET_API_PTR> value;
    };
    std::map<std::uint32_t, Number> numbers_;
    std::map<std::uint32_t, std::string> texts_;
};

}  // namespace ese::engine
