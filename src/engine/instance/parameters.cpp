#include "engine/instance/parameters.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/error.h"
#include "engine/table/index_definition.h"
#include "engine/table/long_values.h"

namespace ese::engine {
namespace {

struct NumberRule {
    std::uint32_t id;
    JET_API_PTR initial, low, high;
    bool fixed_at_init;
};

constexpr JET_API_PTR any = ~JET_API_PTR{0};

// Defaults and ranges as documented for Windows; a parameter that only tunes the original's internals has the full
// range.
constexpr auto number_rules = std::to_array<NumberRule>({
    {JET_paramMaxSessions, 16, 1, 0x7FFFFFFF, true},
    {JET_paramMaxOpenTables, 300, 1, 0x7FFFFFFF, true},
    {JET_paramPreferredMaxOpenTables, 300, 0, 0x7FFFFFFF, false},
    {JET_paramMaxCursors, 1024, 1, 0x7FFFFFFF, true},
    {JET_paramMaxVerPages, 64, 1, 0x7FFFFFFF, true},
    {JET_paramPreferredVerPages, 58, 1, 0x7FFFFFFF, false},
    {JET_paramMaxTemporaryTables, 20, 0, 0x7FFFFFFF, true},
    {JET_paramLogFileSize, 5120, 64, 32768, true},  // KiB
    {JET_paramLogBuffers, 126, 1, 0x7FFFFFFF, true},
    {JET_paramCircularLog, 0, 0, 1, false},
    {JET_paramDbExtensionSize, 256, 1, 0x7FFFFFFF, false},
    {JET_paramPageTempDBMin, 0, 0, 0x7FFFFFFF, true},
    {JET_paramCheckpointDepthMax, 20 * 1024 * 1024, 0, 0x7FFFFFFF, false},  // bytes
    {JET_paramWaypointLatency, 0, 0, 1024, false},
    {JET_paramDeleteOldLogs, 0, 0, 1, true},
    {JET_paramDeleteOutOfRangeLogs, 0, 0, 1, true},
    {JET_paramCleanupMismatchedLogFiles, 0, 0, 1, true},
    {JET_paramIgnoreLogVersion, 0, 0, 1, true},
    {JET_paramCacheSizeMin, 1, 1, any, false},
    {JET_paramCacheSizeMax, any >> 1, 1, any, false},
    {JET_paramDatabasePageSize, 4096, 2048, 32768, true},
    {JET_paramNoInformationEvent, 0, 0, 1, false},
    {JET_paramEventLoggingLevel, 100, 0, 100, false},
    {JET_paramExceptionAction, 1, 0, any, false},
    {JET_paramDisablePerfmon, 0, 0, 1, true},
    {JET_paramCreatePathIfNotExist, 0, 0, 1, true},
    {JET_paramEnableOnlineDefrag, 1, 0, 0xFFFF, false},
    {JET_paramLegacyFileNames, JET_bitESE98FileNames | JET_bitEightDotThreeSoftCompat, 0, 3, true},
    {JET_paramEngineFormatVersion, 0, 0, any, true},
    {JET_paramZeroDatabaseDuringBackup, 0, 0, 0, false},
    {JET_paramBackupChunkSize, 16, 1, 0x7FFFFFFF, false},
    {JET_paramBackupOutstandingReads, 8, 1, 0x7FFFFFFF, false},
    {JET_paramMaxInstances, 1024, 1, 0x7FFFFFFF, true},
    {JET_paramVersionStoreTaskQueueMax, 32, 0, 0x7FFFFFFF, false},
    {JET_paramConfiguration, 1, 0, any, true},
    {JET_paramEnableAdvanced, 1, 0, 1, true},
    {JET_paramEventCallback, 0, 0, any, false},
    {JET_paramEventCallbackContext, 0, 0, any, false},
    {JET_paramDurableCommitCallback, 0, 0, any, false},
    {JET_paramCommitDefault, 0, 0, JET_bitCommitLazyFlush, false},
    {JET_paramRuntimeCallback, 0, 0, any, false},
    {JET_paramOneDatabasePerSession, 0, 0, 1, false},
    {JET_paramEnableIndexChecking, 1, 0, 2, false},
    {JET_paramDefragmentSequentialBTrees, 1, 0, 1, false},
    {JET_paramDbScanThrottle, 100, 0, 0x7FFFFFFF, false},
    {JET_paramDbScanIntervalMinSec, 12 * 60 * 60, 0, 0x7FFFFFFF, false},
    {JET_paramDbScanIntervalMaxSec, 14 * 24 * 60 * 60, 0, 0x7FFFFFFF, false},
    {JET_paramOutstandingIOMax, 1024, 1, 65536, false},
    {JET_paramStartFlushThreshold, 1, 0, 0x7FFFFFFF, false},
    {JET_paramStopFlushThreshold, 2, 0, 0x7FFFFFFF, false},
    {JET_paramCachedClosedTables, 64, 0, 0x7FFFFFFF, false},
    {JET_paramEnableFileCache, 1, 0, 1, true},
    {JET_paramEnableViewCache, 0, 0, 1, true},
    {JET_paramMaxCoalesceReadSize, 0x100000, 0, 0x7FFFFFFF, false},
    {JET_paramMaxCoalesceWriteSize, 0x100000, 0, 0x7FFFFFFF, false},
    {JET_paramMaxCoalesceReadGapSize, 0x40000, 0, 0x7FFFFFFF, false},
    {JET_paramMaxCoalesceWriteGapSize, 0, 0, 0x7FFFFFFF, false},
    {JET_paramCachePriority, 100, 0, 1000, false},
    {JET_paramPrereadIOMax, 0, 0, 0x7FFFFFFF, false},
    {JET_paramHungIOThreshold, 60000, 0, 0x7FFFFFFF, false},
    {JET_paramAcceptBadPages, 0, 0, 1, false},
    {JET_paramBackupSocket, 0, 0, 1, true},
    {JET_paramBackupSocketTimeout, 300'000, 100, 86'400'000, true},  // milliseconds
});

struct TextRule {
    std::uint32_t id;
    const char* initial;
    bool fixed_at_init;
};

constexpr auto text_rules = std::to_array<TextRule>({
    {JET_paramSystemPath, ".", true},
    {JET_paramTempPath, ".", true},
    {JET_paramLogFilePath, ".", true},
    {JET_paramBaseName, "edb", true},
    {JET_paramRecovery, "on", true},
    {JET_paramEventSource, "", false},
    {JET_paramEventSourceKey, "", false},
    {JET_paramProcessFriendlyName, "", false},
    {JET_paramAlternateDatabaseRecoveryPath, "", true},
    {JET_paramBackupSocketGroup, "", true},
});

const NumberRule* number_rule(std::uint32_t id) {
    const auto* found =
        std::find_if(number_rules.begin(), number_rules.end(), [&](const NumberRule& rule) { return rule.id == id; });
    return found == number_rules.end() ? nullptr : found;
}

const TextRule* text_rule(std::uint32_t id) {
    const auto* found =
        std::find_if(text_rules.begin(), text_rules.end(), [&](const TextRule& rule) { return rule.id == id; });
    return found == text_rules.end() ? nullptr : found;
}

Error unknown(std::uint32_t id) {
    return {ErrorKind::usage, JET_errInvalidParameter,
            "system parameter " + std::to_string(id) + " is not known or not of this kind"};
}

void refuse_after_init(std::uint32_t id, bool fixed, bool instance_runs) {
    if (fixed && instance_runs)
        throw Error(JET_errAlreadyInitialized,
                    "system parameter " + std::to_string(id) + " can't be changed once the instance is initialised");
}

void check_text(std::uint32_t id, const std::string& value) {
    // LOG-FORMAT 1.1: the base name is exactly three characters; it becomes part of file names.
    if (id == JET_paramBaseName) {
        const bool plain = value.size() == 3 && std::all_of(value.begin(), value.end(), [](unsigned char c) {
                               return std::isalnum(c) != 0 || c == '_' || c == '-';
                           });
        if (!plain)
            throw Error(ErrorKind::usage, JET_errInvalidParameter,
                        "the base name \"" + value + "\" is not three letters or digits");
    }
    if (id == JET_paramRecovery && value != "on" && value != "off" && value != "On" && value != "Off")
        throw Error(ErrorKind::usage, JET_errInvalidParameter,
                    "JET_paramRecovery is \"on\" or \"off\", not \"" + value + "\"");
}

}  // namespace

Parameters::Parameters() {
    for (const auto& rule : number_rules) numbers_.emplace(rule.id, rule.initial);
    for (const auto& rule : text_rules) texts_[rule.id] = rule.initial;
}

bool Parameters::is_text(std::uint32_t id) { return text_rule(id) != nullptr; }

void Parameters::set_number(std::uint32_t id, JET_API_PTR value, bool instance_runs) {
    const NumberRule* rule = number_rule(id);
    if (!rule) throw unknown(id);
    refuse_after_init(id, rule->fixed_at_init, instance_runs);
    const bool page_size = id == JET_paramDatabasePageSize;
    if (value < rule->low || value > rule->high || (page_size && (value & (value - 1)) != 0))
        throw Error(ErrorKind::usage, JET_errInvalidParameter,
                    "system parameter " + std::to_string(id) + " can't be " + std::to_string(value));
    numbers_.at(id).value = value;
}

void Parameters::set_text(std::uint32_t id, const std::string& value, bool instance_runs) {
    const TextRule* rule = text_rule(id);
    if (!rule) throw unknown(id);
    refuse_after_init(id, rule->fixed_at_init, instance_runs);
    check_text(id, value);
    texts_[id] = value;
}

JET_API_PTR Parameters::number(std::uint32_t id) const {
    if (id == JET_paramKeyMost) return most_key_bytes(page_bytes());
    if (id == JET_paramLVChunkSizeMost) return default_chunk_bytes(page_bytes());
    const auto found = numbers_.find(id);
    if (found == numbers_.end()) throw unknown(id);
    return found->second.value;
}

const std::string& Parameters::text(std::uint32_t id) const {
    const auto found = texts_.find(id);
    if (found == texts_.end()) throw unknown(id);
    return found->second;
}

bool Parameters::recovery_on() const { return text(JET_paramRecovery) != "off" && text(JET_paramRecovery) != "Off"; }

}  // namespace ese::engine
