#include "jet/change_callbacks.h"

#include "base/error.h"
#include "esent.h"
#include "jet/session_use.h"

namespace ese::jet {
namespace {

using engine::TableCursor;
using engine::UpdateKind;

struct Step {
    JET_CBTYP before, after;
};
constexpr Step insertion{JET_cbtypBeforeInsert, JET_cbtypAfterInsert};
constexpr Step replacement{JET_cbtypBeforeReplace, JET_cbtypAfterReplace};
constexpr Step deletion{JET_cbtypBeforeDelete, JET_cbtypAfterDelete};

std::vector<Step> steps_of(std::optional<UpdateKind> kind) {
    if (!kind) return {};
    switch (*kind) {
        case UpdateKind::insert:
        case UpdateKind::insert_copy: return {insertion};
        case UpdateKind::replace:
        case UpdateKind::replace_no_lock: return {replacement};
        case UpdateKind::insert_copy_delete:
        case UpdateKind::insert_copy_replace: return {deletion, insertion};
    }
    return {};
}

// Returns the first failure.
JET_ERR tell(const ChangingCursor& cursor, TableCursor& table_cursor, JET_CBTYP reason) {
    for (const engine::TableCallback& callback : table_cursor.callbacks().of(reason)) {
        const TableCursor::InCallback during(table_cursor);
        const JET_ERR result =
            callback.function(cursor.session, cursor.dbid, cursor.table, reason, nullptr, nullptr, callback.context, 0);
        if (result < 0) return result;
    }
    return JET_errSuccess;
}

// In a transaction of its own, so that what callbacks do goes with it.
void change_in_steps(const ChangingCursor& cursor, TableCursor& table_cursor, const std::vector<Step>& steps,
                     const std::function<void()>& change) {
    engine::Instance& instance = cursor.instance;
    instance.begin_transaction(cursor.session, false);
    const auto transaction = instance.sessions().transaction(cursor.session);
    const int level = transaction->level();
    try {
        for (const Step& step : steps) {
            const JET_ERR result = tell(cursor, table_cursor, step.before);
            if (transaction->level() != level)
                throw Error(ErrorKind::usage, JET_errCallbackFailed,
                            "a callback has ended the transaction that it was called in, or left one open");
            if (result < 0) throw Error(ErrorKind::usage, result, "a callback of the table has refused the change");
        }
        change();
        (void)instance.commit_transaction(cursor.session, false);
    } catch (...) {
        while (transaction->level() >= level) instance.roll_back(cursor.session, false);
        throw;
    }
    // The change is made: it is too late to refuse it.
    for (const Step& step : steps) (void)tell(cursor, table_cursor, step.after);
}

// A table of the database, with callbacks; other cursors have none.
TableCursor* table_cursor_with_callbacks(const ChangingCursor& cursor) {
    auto* const of_table = dynamic_cast<TableCursor*>(&cursor.records);
    if (!of_table || !of_table->callbacks().any()) return nullptr;
    of_table->require_no_callback();
    return of_table;
}

}  // namespace

void update_with_callbacks(const ChangingCursor& cursor, const std::function<void()>& change) {
    TableCursor* const of_table = table_cursor_with_callbacks(cursor);
    const std::vector<Step> steps = of_table ? steps_of(of_table->prepared_kind()) : std::vector<Step>();
    if (steps.empty()) return change();
    change_in_steps(cursor, *of_table, steps, change);
}

void delete_with_callbacks(const ChangingCursor& cursor, const std::function<void()>& change) {
    TableCursor* const of_table = table_cursor_with_callbacks(cursor);
    if (!of_table) return change();
    change_in_steps(cursor, *of_table, {deletion}, change);
}

}  // namespace ese::jet

using namespace ese::jet;
using ese::Error;
using ese::ErrorKind;
namespace engine = ese::engine;

extern "C" {

JET_ERR JetRegisterCallback(JET_SESID session, JET_TABLEID table, JET_CBTYP reasons, JET_CALLBACK function,
                            void* context, JET_HANDLE* handle) {
    return with_table(session, table, [&](engine::TableCursor& cursor) -> JET_ERR {
        constexpr JET_CBTYP known = JET_cbtypBeforeInsert | JET_cbtypAfterInsert | JET_cbtypBeforeReplace |
                                    JET_cbtypAfterReplace | JET_cbtypBeforeDelete | JET_cbtypAfterDelete;
        if (reasons == JET_cbtypNull || !function || !handle)
            throw Error(ErrorKind::usage, JET_errInvalidParameter,
                        "a reason, a function, or a place for the handle of a callback is missing");
        if (reasons & ~known)
            throw Error(JET_errFeatureNotAvailable,
                        "callbacks of tables are for inserting, replacing and deleting records only, not for " +
                            std::to_string(reasons & ~known));
        *handle = cursor.callbacks().add({reasons, function, context});
        return JET_errSuccess;
    });
}

JET_ERR JetUnregisterCallback(JET_SESID session, JET_TABLEID table, JET_CBTYP, JET_HANDLE handle) {
    return with_table(session, table, [&](engine::TableCursor& cursor) -> JET_ERR {
        cursor.callbacks().remove(handle);
        return JET_errSuccess;
    });
}

}  // extern "C"
