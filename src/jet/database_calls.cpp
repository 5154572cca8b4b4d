// Databases and files: attach, open, and what their headers say.

#include <cstring>
#include <span>
#include <vector>

#include "base/error.h"
#include "engine/btree/space.h"
#include "engine/database/database.h"
#include "engine/log/log_files.h"
#include "engine/txn/writing.h"
#include "esent.h"
#include "jet/file_facts.h"
#include "jet/gate.h"
#include "jet/session_use.h"
#include "jet/text.h"

namespace ese::jet {
namespace {

constexpr JET_GRBIT attach_bits = JET_bitDbReadOnly | JET_bitDbDeleteCorruptIndexes | JET_bitDbUpgrade |
                                  JET_bitDbDeleteUnicodeIndexes | JET_bitDbEnableBackgroundMaintenance |
                                  JET_bitDbPurgeCacheOnAttach;

template <class Char>
JET_ERR attach(JET_SESID session, const Char* name, std::uint32_t most_pages, JET_GRBIT grbit) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        require_known_bits(grbit, attach_bits, "JetAttachDatabase");
        const std::string path = text_from(name);
        if (path.empty()) throw Error(ErrorKind::usage, JET_errInvalidPath, "no database was named");
        const bool attached = instance.attach(path, (grbit & JET_bitDbReadOnly) != 0, most_pages);
        return attached ? JET_errSuccess : JET_wrnDatabaseAttached;
    });
}

// Of what JetAttachDatabase3 and JetCreateDatabase3 can set, the greatest size.
std::uint32_t most_pages_of(const JET_SETDBPARAM* parameters, std::uint32_t count) {
    if (count != 0 && !parameters)
        throw Error(ErrorKind::usage, JET_errInvalidParameter, "no JET_SETDBPARAM was given");
    std::uint32_t pages = 0;
    for (const JET_SETDBPARAM& parameter : std::span(parameters, count)) {
        if (parameter.dbparamid != JET_dbparamDbSizeMaxPages)
            throw Error(JET_errFeatureNotAvailable, "the parameter " + std::to_string(parameter.dbparamid) +
                                                        " of databases is not available in this version");
        if (!parameter.pvParam || parameter.cbParam != sizeof pages)
            throw Error(ErrorKind::usage, JET_errInvalidParameter, "a number of pages has four bytes");
        std::memcpy(&pages, parameter.pvParam, sizeof pages);
    }
    return pages;
}

template <class Char>
JET_ERR attach(JET_SESID session, const Char* name, const JET_SETDBPARAM* parameters, std::uint32_t count,
               JET_GRBIT grbit) {
    return api_call([&]() -> JET_ERR { return attach(session, name, most_pages_of(parameters, count), grbit); });
}

template <class Char>
JET_ERR detach(JET_SESID session, const Char* name, JET_GRBIT grbit) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        require_known_bits(grbit, JET_bitForceCloseAndDetach, "JetDetachDatabase2");
        // As on Windows, where it is for databases whose disk is gone.
        if (grbit != 0) throw Error(JET_errForceDetachNotAllowed, "this database can be detached without force");
        const std::string path = text_from(name);
        if (path.empty())
            instance.detach_all();
        else
            instance.detach(path);
        return JET_errSuccess;
    });
}

template <class Char>
JET_ERR open_database(JET_SESID session, const Char* name, JET_DBID* dbid, JET_GRBIT grbit) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        if (!dbid) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no place for the database id was given");
        require_known_bits(grbit, JET_bitDbReadOnly | JET_bitDbExclusive, "JetOpenDatabase");
        if (grbit & JET_bitDbExclusive)
            throw Error(JET_errFeatureNotAvailable, "a database can't be opened exclusively in this version");
        *dbid = instance.open(session, text_from(name));
        const bool asked_to_write = (grbit & JET_bitDbReadOnly) == 0;
        return asked_to_write && instance.database(*dbid)->is_read_only() ? JET_wrnFileOpenReadOnly : JET_errSuccess;
    });
}

std::uint64_t bytes_on_disk(const std::string& path) {
    const auto info = os::real_file_system().info(path);
    return info ? info->allocated_bytes : 0;
}

DatabaseFileFacts facts_of_file(const std::string& path) {
    os::FileSystem& files = os::real_file_system();
    const auto file = files.open(path, os::OpenMode::read);
    return {engine::read_database_header(*file, JET_errDatabaseCorrupted).header, file->size(), bytes_on_disk(path)};
}

std::uint32_t pages_of_space(engine::Instance& instance, JET_SESID session, JET_DBID dbid, std::uint32_t level) {
    const auto live = instance.live_database(session, dbid);
    const engine::Reading reading(*live, *instance.sessions().transaction(session));
    const engine::SpaceOfTree space = engine::database_space(reading.cache());
    return level == JET_DbInfoSpaceOwned ? space.owned_pages : space.available_pages;
}

// Whether anybody has it attached, who then holds a lock on the file.
std::uint32_t is_in_use(const std::string& path) {
    return os::real_file_system().open(path, os::OpenMode::read)->try_lock(true) ? 0 : 1;
}

// Facts that no database differs in.
std::optional<std::uint32_t> fact_of_all(std::uint32_t level) {
    constexpr std::uint32_t english = 1033, deepest_transaction = 7;
    switch (level) {
        case JET_DbInfoLCID: return english;
        case JET_DbInfoOptions: return 0;  // JET_bitDbExclusive is not available
        case JET_DbInfoTransactions: return deepest_transaction;
        default: return std::nullopt;
    }
}

template <class Char>
JET_ERR database_info(JET_SESID session, JET_DBID dbid, void* result, std::uint32_t bytes, std::uint32_t level) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        const auto database = instance.database(dbid);
        if (!database) throw Error(ErrorKind::usage, JET_errInvalidDatabaseId, "no database has this id");
        const std::uint32_t page_bytes = database->page_bytes();
        if (const auto fact = fact_of_all(level))
            put_number(*fact, result, bytes);
        else if (level == JET_DbInfoFilename)
            put_text(database->path(), static_cast<Char*>(result), bytes);
        else if (level == JET_DbInfoSpaceOwned || level == JET_DbInfoSpaceAvailable)
            put_number(pages_of_space(instance, session, dbid, level), result, bytes);
        else if (level == JET_DbInfoFilesize)
            put_number(static_cast<std::uint32_t>(database->file().size() / page_bytes - 2), result, bytes);
        else
            fill_database_info({database->header(), database->file().size(), bytes_on_disk(database->path())}, level,
                               result, bytes);
        return JET_errSuccess;
    });
}

template <class Char>
JET_ERR database_file_info(const Char* path, void* result, std::uint32_t bytes, std::uint32_t level) {
    return api_call([&] {
        if (level == JET_DbInfoDBInUse) return put_number(is_in_use(text_from(path)), result, bytes);
        const DatabaseFileFacts facts = facts_of_file(text_from(path));
        if (level == JET_DbInfoFilesize)
            put_number(facts.file_bytes, result, bytes);
        else
            fill_database_info(facts, level, result, bytes);
    });
}

template <class Char>
JET_ERR log_file_info(const Char* path, void* result, std::uint32_t bytes, std::uint32_t level) {
    return api_call([&] {
        fill_log_info(engine::open_log_file(os::real_file_system(), text_from(path)).header, level, result, bytes);
    });
}

constexpr JET_GRBIT create_bits =
    JET_bitDbOverwriteExisting | JET_bitDbRecoveryOff | JET_bitDbShadowingOff | JET_bitDbEnableBackgroundMaintenance;

template <class Char>
JET_ERR create_database(JET_SESID session, const Char* name, JET_DBID* dbid, std::uint32_t most_pages,
                        JET_GRBIT grbit) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        require_known_bits(grbit, create_bits, "JetCreateDatabase");
        if (!dbid) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no place for the database id was given");
        const std::string path = text_from(name);
        if (path.empty()) throw Error(ErrorKind::usage, JET_errInvalidPath, "no database was named");
        if (grbit & (JET_bitDbRecoveryOff | JET_bitDbShadowingOff))
            throw Error(JET_errFeatureNotAvailable,
                        "databases without log (JET_bitDbRecoveryOff) or without a second catalog "
                        "(JET_bitDbShadowingOff) in an instance that has them are not available in this version");
        *dbid = instance.create(session, path, (grbit & JET_bitDbOverwriteExisting) != 0, most_pages);
        return JET_errSuccess;
    });
}

template <class Char>
JET_ERR create_database(JET_SESID session, const Char* name, JET_DBID* dbid, const JET_SETDBPARAM* parameters,
                        std::uint32_t count, JET_GRBIT grbit) {
    return api_call([&]() -> JET_ERR {
        const std::uint32_t most_pages = most_pages_of(parameters, count);
        return create_database(session, name, dbid, most_pages, grbit);
    });
}

// One block of memory that holds the array and everything it points to, so that one JetFreeBuffer frees it.
template <class Info, class Char>
void instance_info(std::uint32_t* count, Info** result) {
    if (!count || !result)
        throw Error(ErrorKind::usage, JET_errInvalidParameter,
                    "JetGetInstanceInfo needs a place for the count and the array");
    struct Found {
        JET_INSTANCE handle;
        std::basic_string<Char> name;
        std::vector<std::basic_string<Char>> databases;
    };
    std::vector<Found> found;
    std::size_t pointers = 0, characters = 0;
    for (const auto& [handle, instance] : Registry::global().all()) {
        if (!instance->is_running()) continue;
        Found entry{handle, to_api_text<Char>(instance->name()), {}};
        for (const auto& path : instance->attached_paths()) entry.databases.push_back(to_api_text<Char>(path));
        characters += entry.name.size() + 1;
        for (const auto& path : entry.databases) characters += path.size() + 1;
        pointers += entry.databases.size();
        found.push_back(std::move(entry));
    }
    *count = static_cast<std::uint32_t>(found.size());
    *result = nullptr;
    if (found.empty()) return;
    auto* const block = static_cast<std::uint8_t*>(
        allocate_api_buffer(found.size() * sizeof(Info) + pointers * sizeof(Char*) + characters * sizeof(Char)));
    auto* const infos = reinterpret_cast<Info*>(block);
    auto** name_at = reinterpret_cast<Char**>(infos + found.size());
    auto* text_at = reinterpret_cast<Char*>(name_at + pointers);
    const auto store = [&](const std::basic_string<Char>& text) {
        std::memcpy(text_at, text.c_str(), (text.size() + 1) * sizeof(Char));
        return std::exchange(text_at, text_at + text.size() + 1);
    };
    for (std::size_t i = 0; i < found.size(); ++i) {
        infos[i] = {};
        infos[i].hInstanceId = found[i].handle;
        infos[i].szInstanceName = store(found[i].name);
        infos[i].cDatabases = found[i].databases.size();
        infos[i].szDatabaseFileName = name_at;
        for (const auto& path : found[i].databases) *name_at++ = store(path);
    }
    *result = infos;
}

}  // namespace
}  // namespace ese::jet

using namespace ese::jet;

extern "C" {

JET_ERR JetAttachDatabaseA(JET_SESID session, const char* path, JET_GRBIT grbit) {
    return attach(session, path, 0, grbit);
}
JET_ERR JetAttachDatabaseW(JET_SESID session, const char16_t* path, JET_GRBIT grbit) {
    return attach(session, path, 0, grbit);
}
JET_ERR JetAttachDatabase2A(JET_SESID session, const char* path, const std::uint32_t most_pages, JET_GRBIT grbit) {
    return attach(session, path, most_pages, grbit);
}
JET_ERR JetAttachDatabase2W(JET_SESID session, const char16_t* path, const std::uint32_t most_pages, JET_GRBIT grbit) {
    return attach(session, path, most_pages, grbit);
}
JET_ERR JetAttachDatabase3A(JET_SESID session, const char* path, JET_SETDBPARAM* parameters, std::uint32_t count,
                            JET_GRBIT grbit) {
    return attach(session, path, parameters, count, grbit);
}
JET_ERR JetAttachDatabase3W(JET_SESID session, const char16_t* path, JET_SETDBPARAM* parameters, std::uint32_t count,
                            JET_GRBIT grbit) {
    return attach(session, path, parameters, count, grbit);
}

JET_ERR JetCreateDatabaseA(JET_SESID session, const char* path, const char*, JET_DBID* dbid, JET_GRBIT grbit) {
    return create_database(session, path, dbid, 0, grbit);
}
JET_ERR JetCreateDatabaseW(JET_SESID session, const char16_t* path, const char16_t*, JET_DBID* dbid, JET_GRBIT grbit) {
    return create_database(session, path, dbid, 0, grbit);
}
JET_ERR JetCreateDatabase2A(JET_SESID session, const char* path, const std::uint32_t pages, JET_DBID* dbid,
                            JET_GRBIT grbit) {
    return create_database(session, path, dbid, pages, grbit);
}
JET_ERR JetCreateDatabase2W(JET_SESID session, const char16_t* path, const std::uint32_t pages, JET_DBID* dbid,
                            JET_GRBIT grbit) {
    return create_database(session, path, dbid, pages, grbit);
}
JET_ERR JetCreateDatabase3A(JET_SESID session, const char* path, JET_DBID* dbid, JET_SETDBPARAM* parameters,
                            std::uint32_t count, JET_GRBIT grbit) {
    return create_database(session, path, dbid, parameters, count, grbit);
}
JET_ERR JetCreateDatabase3W(JET_SESID session, const char16_t* path, JET_DBID* dbid, JET_SETDBPARAM* parameters,
                            std::uint32_t count, JET_GRBIT grbit) {
    return create_database(session, path, dbid, parameters, count, grbit);
}

JET_ERR JetDetachDatabaseA(JET_SESID session, const char* path) { return detach(session, path, 0); }
JET_ERR JetDetachDatabaseW(JET_SESID session, const char16_t* path) { return detach(session, path, 0); }
JET_ERR JetDetachDatabase2A(JET_SESID session, const char* path, JET_GRBIT grbit) {
    return detach(session, path, grbit);
}
JET_ERR JetDetachDatabase2W(JET_SESID session, const char16_t* path, JET_GRBIT grbit) {
    return detach(session, path, grbit);
}

JET_ERR JetOpenDatabaseA(JET_SESID session, const char* path, const char*, JET_DBID* dbid, JET_GRBIT grbit) {
    return open_database(session, path, dbid, grbit);
}
JET_ERR JetOpenDatabaseW(JET_SESID session, const char16_t* path, const char16_t*, JET_DBID* dbid, JET_GRBIT grbit) {
    return open_database(session, path, dbid, grbit);
}
JET_ERR JetCloseDatabase(JET_SESID session, JET_DBID dbid, JET_GRBIT grbit) {
    return with_session(session, [&](ese::engine::Instance& instance) -> JET_ERR {
        require_known_bits(grbit, 0, "JetCloseDatabase");
        instance.close(session, dbid);
        return JET_errSuccess;
    });
}

JET_ERR JetGetDatabaseInfoA(JET_SESID session, JET_DBID dbid, void* result, std::uint32_t bytes, std::uint32_t level) {
    return database_info<char>(session, dbid, result, bytes, level);
}
JET_ERR JetGetDatabaseInfoW(JET_SESID session, JET_DBID dbid, void* result, std::uint32_t bytes, std::uint32_t level) {
    return database_info<char16_t>(session, dbid, result, bytes, level);
}

JET_ERR JetGetDatabaseFileInfoA(const char* path, void* result, std::uint32_t bytes, std::uint32_t level) {
    return database_file_info(path, result, bytes, level);
}
JET_ERR JetGetDatabaseFileInfoW(const char16_t* path, void* result, std::uint32_t bytes, std::uint32_t level) {
    return database_file_info(path, result, bytes, level);
}

JET_ERR JetGetLogFileInfoA(const char* path, void* result, const std::uint32_t bytes, const std::uint32_t level) {
    return log_file_info(path, result, bytes, level);
}
JET_ERR JetGetLogFileInfoW(const char16_t* path, void* result, const std::uint32_t bytes, const std::uint32_t level) {
    return log_file_info(path, result, bytes, level);
}

JET_ERR JetGetInstanceInfoA(std::uint32_t* count, JET_INSTANCE_INFO_A** result) {
    return api_call([&] { instance_info<JET_INSTANCE_INFO_A, char>(count, result); });
}
JET_ERR JetGetInstanceInfoW(std::uint32_t* count, JET_INSTANCE_INFO_W** result) {
    return api_call([&] { instance_info<JET_INSTANCE_INFO_W, char16_t>(count, result); });
}

JET_ERR JetFreeBuffer(char* buffer) {
    return api_call([&] { free_api_buffer(buffer); });
}

}  // extern "C"
