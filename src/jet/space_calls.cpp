// The size of databases, and upkeep on request.

#include <chrono>
#include <functional>

#include "base/error.h"
#include "engine/btree/space.h"
#include "engine/table/definition.h"
#include "engine/txn/nested_level.h"
#include "esent.h"
#include "jet/session_use.h"
#include "jet/text.h"

namespace ese::jet {
namespace {

// The database has at least so many pages then; a smaller number changes nothing. Returns how many it has.
std::uint32_t grow_to(engine::Instance& instance, JET_SESID session, JET_DBID dbid, std::uint32_t pages) {
    const auto live = instance.live_database(session, dbid);
    const auto transaction = instance.sessions().transaction(session);
    engine::NestedLevel level(*live, *transaction);
    std::uint32_t owned = 0;
    {
        engine::Writing writing(*live, *transaction);
        owned = engine::database_space(writing.cache()).owned_pages;
        if (pages > owned) {
            engine::grow_database(writing.changes(), pages - owned);
            owned = engine::database_space(writing.cache()).owned_pages;
        }
    }
    level.commit();
    return owned;
}

std::uint32_t owned_pages(engine::Instance& instance, JET_SESID session, JET_DBID dbid) {
    return grow_to(instance, session, dbid, 0);
}

// A database that is attached for one call, where it is not already.
class AttachedMeanwhile {
 public:
    AttachedMeanwhile(engine::Instance& instance, const std::string& path)
        : instance_(instance), path_(path), attached_(instance.attach(path, false)) {}
    ~AttachedMeanwhile() {
        try {
            if (attached_) instance_.detach(path_);
        } catch (const Error&) {  // it stays attached: another session has opened it, or a backup has begun
        }
    }
    AttachedMeanwhile(const AttachedMeanwhile&) = delete;
    AttachedMeanwhile& operator=(const AttachedMeanwhile&) = delete;

 private:
    engine::Instance& instance_;
    std::string path_;
    bool attached_;
};

class OpenMeanwhile {
 public:
    OpenMeanwhile(engine::Instance& instance, JET_SESID session, const std::string& path)
        : instance_(instance), session_(session), dbid_(instance.open(session, path)) {}
    ~OpenMeanwhile() { instance_.close(session_, dbid_); }
    OpenMeanwhile(const OpenMeanwhile&) = delete;
    OpenMeanwhile& operator=(const OpenMeanwhile&) = delete;
    JET_DBID dbid() const { return dbid_; }

 private:
    engine::Instance& instance_;
    JET_SESID session_;
    JET_DBID dbid_;
};

template <class Char>
JET_ERR set_size(JET_SESID session, const Char* path, std::uint32_t pages, std::uint32_t* actual) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        if (!actual) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no place for the size was given");
        const std::string database = text_from(path);
        if (database.empty()) throw Error(ErrorKind::usage, JET_errDatabaseInvalidPath, "no database was named");
        const AttachedMeanwhile attached(instance, database);
        const OpenMeanwhile open(instance, session, database);
        *actual = grow_to(instance, session, open.dbid(), pages);
        return JET_errSuccess;
    });
}

// --- defragmentation

// What is told at the end. The session may be gone by then.
std::function<void()> completion(JET_SESID session, JET_DBID dbid, JET_CALLBACK callback, void* context) {
    if (!callback) return {};
    return
        [=] { callback(session, dbid, JET_tableidNil, JET_cbtypOnlineDefragCompleted, nullptr, nullptr, context, 0); };
}

template <class Char>
JET_ERR defragment(JET_SESID session, JET_DBID dbid, const Char* table, std::uint32_t* passes, std::uint32_t* seconds,
                   JET_CALLBACK callback, void* context, JET_GRBIT grbit) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        require_known_bits(grbit,
                           JET_bitDefragmentBatchStart | JET_bitDefragmentBatchStop |
                               JET_bitDefragmentAvailSpaceTreesOnly | JET_bitDefragmentNoPartialMerges |
                               JET_bitDefragmentBTree,
                           "JetDefragment");
        if (instance.live_database(session, dbid)->is_read_only())
            throw Error(ErrorKind::usage, JET_errDatabaseFileReadOnly, "the database was attached to be read only");
        if (grbit & (JET_bitDefragmentAvailSpaceTreesOnly | JET_bitDefragmentBTree))
            throw Error(JET_errFeatureNotAvailable, "all trees of a table are gone through, and no space trees");
        const bool starts = (grbit & JET_bitDefragmentBatchStart) != 0;
        if (starts == ((grbit & JET_bitDefragmentBatchStop) != 0))
            throw Error(ErrorKind::usage, JET_errInvalidGrbit, "it is either started or stopped");
        if (!starts) return instance.stop_defragmentation(session, dbid) ? JET_errSuccess : JET_wrnDefragNotRunning;
        engine::DefragmentationRequest request;
        request.table = text_from(table);
        if (grbit & JET_bitDefragmentNoPartialMerges) request.merging = engine::Merging::whole_pages;
        if (seconds && *seconds != 0) request.until = std::chrono::steady_clock::now() + std::chrono::seconds(*seconds);
        request.done = completion(session, dbid, callback, context);
        // One pass over everything is all there is to do.
        if (passes) *passes = 1;
        const bool started = instance.start_defragmentation(session, dbid, std::move(request));
        return started ? JET_errSuccess : JET_wrnDefragAlreadyRunning;
    });
}

template <class Char>
JET_ERR defragment_by_path(JET_SESID session, const Char* path, const Char* table, std::uint32_t* passes,
                           std::uint32_t* seconds, JET_CALLBACK callback, void* context, JET_GRBIT grbit) {
    JET_DBID dbid = JET_dbidNil;
    const JET_ERR opened = with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        dbid = instance.open(session, text_from(path));
        return JET_errSuccess;
    });
    if (opened < 0) return opened;
    const JET_ERR result = defragment(session, dbid, table, passes, seconds, callback, context, grbit);
    (void)JetCloseDatabase(session, dbid, 0);
    return result;
}

// --- copying

template <class Char>
JET_ERR compact(JET_SESID session, const Char* source, const Char* copy, JET_PFNSTATUS status, const void* convert,
                JET_GRBIT grbit) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        require_known_bits(grbit, 0, "JetCompact");
        if (convert) throw Error(ErrorKind::usage, JET_errInvalidParameter, "JET_CONVERT is obsolete");
        const auto tell = [&](JET_SNT what, std::uint32_t done, std::uint32_t all) {
            if (!status) return;
            JET_SNPROG progress{sizeof progress, done, all};
            if (const JET_ERR stop = status(session, JET_snpCompact, what, &progress); stop < 0)
                throw Error(ErrorKind::interrupted, stop, "the program stopped the copying");
        };
        tell(JET_sntBegin, 0, 0);
        instance.compact(session, text_from(source), text_from(copy),
                         [&](std::uint32_t done, std::uint32_t all) { tell(JET_sntProgress, done, all); });
        tell(JET_sntComplete, 0, 0);
        return JET_errSuccess;
    });
}

}  // namespace
}  // namespace ese::jet

using namespace ese::jet;
using ese::Error;
using ese::ErrorKind;

extern "C" {

JET_ERR JetGrowDatabase(JET_SESID session, JET_DBID dbid, std::uint32_t pages, std::uint32_t* actual) {
    return with_session(session, [&](ese::engine::Instance& instance) -> JET_ERR {
        if (!actual) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no place for the size was given");
        *actual = grow_to(instance, session, dbid, pages);
        return JET_errSuccess;
    });
}

JET_ERR JetResizeDatabase(JET_SESID session, JET_DBID dbid, std::uint32_t pages, std::uint32_t* actual,
                          const JET_GRBIT grbit) {
    return with_session(session, [&](ese::engine::Instance& instance) -> JET_ERR {
        require_known_bits(grbit, JET_bitResizeDatabaseOnlyGrow | JET_bitResizeDatabaseOnlyShrink, "JetResizeDatabase");
        if (!actual) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no place for the size was given");
        const std::uint32_t owned = owned_pages(instance, session, dbid);
        const bool shrinks = pages < owned && !(grbit & JET_bitResizeDatabaseOnlyGrow);
        if (shrinks)
            throw Error(JET_errFeatureNotAvailable,
                        "databases are not made smaller in this version; JetCompact copies one");
        *actual = grbit & JET_bitResizeDatabaseOnlyShrink ? owned : grow_to(instance, session, dbid, pages);
        return JET_errSuccess;
    });
}

JET_ERR JetIdle(JET_SESID session, JET_GRBIT grbit) {
    return with_session(session, [&](ese::engine::Instance& instance) -> JET_ERR {
        require_known_bits(grbit, JET_bitIdleFlushBuffers | JET_bitIdleCompact | JET_bitIdleStatus, "JetIdle");
        if (grbit & JET_bitIdleFlushBuffers) instance.wait_for_commits(session, true);
        if (grbit & JET_bitIdleStatus) return JET_errSuccess;
        return instance.clean_up_versions() ? JET_errSuccess : JET_wrnNoIdleActivity;
    });
}

#define SPACE_CALLS(FLAVOUR, CHAR)                                                                                   \
    JET_ERR JetSetDatabaseSize##FLAVOUR(JET_SESID session, const CHAR* path, std::uint32_t pages,                    \
                                        std::uint32_t* actual) {                                                     \
        return set_size(session, path, pages, actual);                                                               \
    }                                                                                                                \
    JET_ERR JetCompact##FLAVOUR(JET_SESID session, const CHAR* source, const CHAR* copy, JET_PFNSTATUS status,       \
                                JET_CONVERT_##FLAVOUR* convert, JET_GRBIT grbit) {                                   \
        return compact(session, source, copy, status, convert, grbit);                                               \
    }                                                                                                                \
    JET_ERR JetDefragment##FLAVOUR(JET_SESID session, JET_DBID dbid, const CHAR* table, std::uint32_t* passes,       \
                                   std::uint32_t* seconds, JET_GRBIT grbit) {                                        \
        return defragment(session, dbid, table, passes, seconds, nullptr, nullptr, grbit);                           \
    }                                                                                                                \
    JET_ERR JetDefragment2##FLAVOUR(JET_SESID session, JET_DBID dbid, const CHAR* table, std::uint32_t* passes,      \
                                    std::uint32_t* seconds, JET_CALLBACK callback, JET_GRBIT grbit) {                \
        return defragment(session, dbid, table, passes, seconds, callback, nullptr, grbit);                          \
    }                                                                                                                \
    JET_ERR JetDefragment3##FLAVOUR(JET_SESID session, const CHAR* path, const CHAR* table, std::uint32_t* passes,   \
                                    std::uint32_t* seconds, JET_CALLBACK callback, void* context, JET_GRBIT grbit) { \
        return defragment_by_path(session, path, table, passes, seconds, callback, context, grbit);                  \
    }

SPACE_CALLS(A, char)
SPACE_CALLS(W, char16_t)

}  // extern "C"
