// What belongs to a session: the session itself, which thread has it, its parameters.

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "engine/thread_counters.h"
#include "esent.h"
#include "jet/session_use.h"
#include "jet/text.h"

namespace ese::jet {
namespace {

JET_ERR begin_session(JET_INSTANCE handle, JET_SESID* session) {
    return api_call([&] {
        if (!session)
            throw Error(ErrorKind::usage, JET_errInvalidParameter, "no place for the session handle was given");
        const auto instance =
            Registry::global().in_single_mode() ? Registry::global().single() : Registry::global().find(handle);
        const engine::Instance::Use use(*instance);
        *session = Registry::global().begin_session(instance);
    });
}

Error wrong_size(std::size_t bytes) {
    return {ErrorKind::usage, JET_errInvalidBufferSize, "the parameter has " + std::to_string(bytes) + " bytes"};
}

template <class Value>
void put(const Value& value, void* to, std::uint32_t bytes, std::uint32_t* actual) {
    if (!to && !actual) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no place for the parameter was given");
    if (actual) *actual = sizeof value;
    if (!to) return;
    if (bytes < sizeof value) throw wrong_size(sizeof value);
    std::memcpy(to, &value, sizeof value);
}

template <class Value>
Value take(const void* from, std::uint32_t bytes) {
    if (!from) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no value for the parameter was given");
    if (bytes != sizeof(Value)) throw wrong_size(sizeof(Value));
    Value value{};
    std::memcpy(&value, from, sizeof value);
    return value;
}

Error unknown_parameter(std::uint32_t id) {
    return {ErrorKind::usage, JET_errInvalidSesparamId, "sessions have no parameter " + std::to_string(id)};
}

void get_parameter(engine::Sessions& sessions, JET_SESID session, std::uint32_t id, void* to, std::uint32_t bytes,
                   std::uint32_t* actual) {
    const engine::SessionSettings settings = sessions.settings(session);
    switch (id) {
        case JET_sesparamCommitDefault: return put(settings.commit_default, to, bytes, actual);
        case JET_sesparamTransactionLevel:
            return put(std::uint32_t{sessions.transaction(session)->level()}, to, bytes, actual);
        case JET_sesparamOperationContext: return put(settings.operation, to, bytes, actual);
        case JET_sesparamCorrelationID: return put(settings.correlation, to, bytes, actual);
        default: throw unknown_parameter(id);
    }
}

void set_parameter(engine::Sessions& sessions, JET_SESID session, std::uint32_t id, const void* from,
                   std::uint32_t bytes) {
    engine::SessionSettings settings = sessions.settings(session);
    switch (id) {
        case JET_sesparamCommitDefault:
            settings.commit_default = take<JET_GRBIT>(from, bytes);
            require_known_bits(settings.commit_default, JET_bitCommitLazyFlush, "JET_sesparamCommitDefault");
            break;
        case JET_sesparamOperationContext: settings.operation = take<JET_OPERATIONCONTEXT>(from, bytes); break;
        case JET_sesparamCorrelationID: settings.correlation = take<std::uint32_t>(from, bytes); break;
        case JET_sesparamTransactionLevel:
            throw Error(JET_errFeatureNotAvailable, "the depth of transactions can only be read");
        default: throw unknown_parameter(id);
    }
    sessions.set_settings(session, settings);
}

// A core dump has all memory that the engine uses, whether it is asked for or not.
void configure_crash_dump(JET_GRBIT grbit) {
    constexpr JET_GRBIT fulfilled = JET_bitDumpMaximum | JET_bitDumpCacheMaximum | JET_bitDumpCacheIncludeDirtyPages |
                                    JET_bitDumpCacheIncludeCachedPages | JET_bitDumpCacheIncludeCorruptedPages;
    constexpr JET_GRBIT others = JET_bitDumpMinimum | JET_bitDumpCacheMinimum | JET_bitDumpCacheNoDecommit;
    require_known_bits(grbit, fulfilled | others, "JetConfigureProcessForCrashDump");
    const auto both = [&](JET_GRBIT bits) { return (grbit & bits) == bits; };
    if (grbit == 0 || both(JET_bitDumpMinimum | JET_bitDumpMaximum) ||
        both(JET_bitDumpCacheMinimum | JET_bitDumpCacheMaximum))
        throw Error(ErrorKind::usage, JET_errInvalidGrbit, "a dump has the least or the most, not both or neither");
    if (grbit & others)
        throw Error(JET_errFeatureNotAvailable, "dumps with less than everything are not available in this version");
}

JET_THREADSTATS3 thread_statistics() {
    const engine::ThreadCounters& counters = engine::thread_counters;
    JET_THREADSTATS3 counted{};
    counted.cPageReferenced = counters.pages_referenced;
    counted.cPageRead = counters.pages_read;
    counted.cPagePreread = counters.pages_read_ahead;
    counted.cPageDirtied = counters.pages_dirtied;
    counted.cPageRedirtied = counters.pages_redirtied;
    counted.cLogRecord = counters.log_records;
    counted.cbLogRecord = counters.log_bytes;
    counted.cusecPageCacheMiss = counters.waits.microseconds;
    counted.cPageCacheMiss = counters.waits.pages;
    counted.cSeparatedLongValueRead = counters.long_values_read;
    counted.cusecLongValuePageCacheMiss = counters.long_value_waits.microseconds;
    counted.cLongValuePageCacheMiss = counters.long_value_waits.pages;
    return counted;
}

}  // namespace
}  // namespace ese::jet

using namespace ese::jet;
using ese::Error;
using ese::ErrorKind;
using ese::engine::Instance;

extern "C" {

JET_ERR JetBeginSessionA(JET_INSTANCE instance, JET_SESID* session, const char*, const char*) {
    return begin_session(instance, session);
}
JET_ERR JetBeginSessionW(JET_INSTANCE instance, JET_SESID* session, const char16_t*, const char16_t*) {
    return begin_session(instance, session);
}
JET_ERR JetDupSession(JET_SESID session, JET_SESID* copy) {
    return api_call([&] {
        if (!copy) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no place for the session handle was given");
        const auto instance = Registry::global().of_session(session);
        const Instance::Use use(*instance);
        *copy = Registry::global().begin_session(instance);
    });
}
JET_ERR JetEndSession(JET_SESID session, JET_GRBIT grbit) {
    return with_session(session, [&](Instance&) -> JET_ERR {
        require_known_bits(grbit, 0, "JetEndSession");
        Registry::global().end_session(session);
        return JET_errSuccess;
    });
}

JET_ERR JetSetSessionContext(JET_SESID session, JET_API_PTR context) {
    return with_session(session, [&](Instance& instance) -> JET_ERR {
        if (context == 0 || context == ~JET_API_PTR{0})
            throw Error(ErrorKind::usage, JET_errInvalidParameter, "0 and ~0 are no contexts");
        instance.sessions().set_context(session, context);
        return JET_errSuccess;
    });
}
JET_ERR JetResetSessionContext(JET_SESID session) {
    return with_session(session, [&](Instance& instance) -> JET_ERR {
        instance.sessions().reset_context(session);
        return JET_errSuccess;
    });
}

JET_ERR JetSetSessionParameter(JET_SESID session, std::uint32_t id, void* value, std::uint32_t bytes) {
    return with_session(session, [&](Instance& instance) -> JET_ERR {
        set_parameter(instance.sessions(), session, id, value, bytes);
        return JET_errSuccess;
    });
}
JET_ERR JetGetSessionParameter(JET_SESID session, std::uint32_t id, void* value, std::uint32_t bytes,
                               std::uint32_t* actual) {
    return with_session(session, [&](Instance& instance) -> JET_ERR {
        get_parameter(instance.sessions(), session, id, value, bytes, actual);
        return JET_errSuccess;
    });
}

JET_ERR JetGetThreadStats(void* result, std::uint32_t bytes) {
    return api_call([&] {
        if (!result) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no place for the counters was given");
        if (bytes < sizeof(JET_THREADSTATS))
            throw Error(ErrorKind::usage, JET_errBufferTooSmall,
                        "the counters have at least the size of JET_THREADSTATS");
        JET_THREADSTATS3 counted = thread_statistics();
        counted.cbStruct = std::min(bytes, static_cast<std::uint32_t>(sizeof counted));
        std::memcpy(result, &counted, counted.cbStruct);
    });
}

JET_ERR JetConfigureProcessForCrashDump(const JET_GRBIT grbit) {
    return api_call([&] { configure_crash_dump(grbit); });
}

}  // extern "C"
