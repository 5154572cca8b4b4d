// The functions of esent.h that are not available yet. Each says so and does nothing.

#include <string>

#include "base/error.h"
#include "esent.h"
#include "jet/gate.h"

namespace {

JET_ERR not_available(const char* function) {
    return ese::jet::api_call([&] {
        throw ese::Error(JET_errFeatureNotAvailable,
                         std::string(function) + " is not available in this version of libesent");
    });
}

}  // namespace

// Two steps, so that the name is whole before it is quoted.
#define NOT_AVAILABLE(...) DEFINE_NOT_AVAILABLE(__VA_ARGS__)
#define DEFINE_NOT_AVAILABLE(name, ...) \
    JET_ERR name(__VA_ARGS__) { return not_available(#name); }

extern "C" {

#define TEXT char
#define FLAVOUR(name) name##A
#define STRUCT(name) name##_A
#include "jet/not_available.inc"
#undef TEXT
#undef FLAVOUR
#undef STRUCT

#define TEXT char16_t
#define FLAVOUR(name) name##W
#define STRUCT(name) name##_W
#include "jet/not_available.inc"
#undef TEXT
#undef FLAVOUR
#undef STRUCT

// Data definition
NOT_AVAILABLE(JetComputeStats, JET_SESID, JET_TABLEID)

// Volume snapshots
NOT_AVAILABLE(JetOSSnapshotPrepare, JET_OSSNAPID*, JET_GRBIT)
NOT_AVAILABLE(JetOSSnapshotPrepareInstance, JET_OSSNAPID, JET_INSTANCE, JET_GRBIT)
NOT_AVAILABLE(JetOSSnapshotThaw, JET_OSSNAPID, JET_GRBIT)
NOT_AVAILABLE(JetOSSnapshotAbort, JET_OSSNAPID, JET_GRBIT)
NOT_AVAILABLE(JetOSSnapshotTruncateLog, JET_OSSNAPID, JET_GRBIT)
NOT_AVAILABLE(JetOSSnapshotTruncateLogInstance, JET_OSSNAPID, JET_INSTANCE, JET_GRBIT)
NOT_AVAILABLE(JetOSSnapshotEnd, JET_OSSNAPID, JET_GRBIT)

}  // extern "C"
