#include "backup/served_instance.h"

#include <catch2/catch.hpp>

#include "backup/test_backup.h"
#include "remote/test_house.h"

namespace ese::backup {

namespace {

// What a program tells that has one database attached, and another one of the same logs beside it.
remote::InstanceFacts facts_of_program() {
    format::DatabaseHeader header(test::page_bytes);
    header.set(format::header_field::database_signature, test::signature(1));
    const ByteView page = header.stamped();
    remote::InstanceFacts facts;
    facts.log_directory = "/srv/app/logs";
    facts.system_directory = "/srv/app";
    facts.base_name = "edb";
    facts.legacy_names = true;
    facts.page_bytes = test::page_bytes;
    facts.log_file_bytes = 1 << 20;
    facts.log_signature = test::signature(2);
    facts.databases = {{"/srv/app/data.edb", 100 * test::page_bytes, true, {page.begin(), page.end()}}};
    facts.bystanders = {{"/srv/app/old.edb", test::page_bytes, false, {page.begin(), page.end()}}};
    facts.logs = {{Generation(7), format::LogTime::from_unix_ms(1000), format::LogTime::from_unix_ms(500), 0xABC}};
    return facts;
}

struct Program : remote::test::House {
    Program() {
        serve(facts_of_program());
    }
    void serve(const remote::InstanceFacts& facts) {
        server.reset();
        served.describe = [facts] { return facts; };
        server = std::make_unique<remote::BackupServer>(served);
    }
    std::optional<FoundInstance> find(const std::string& base = "") const {
        InstanceRequest request;
        request.directory = directory.path();
        request.base = base;
        return find_served_instance(os::real_file_system(), request, "a test");
    }
};

}  // namespace

TEST_CASE("an instance that a running program serves is what the program says it is") {
    Program program;
    const auto found = program.find();
    REQUIRE(found);
    CHECK(found->log_directory == "/srv/app/logs");
    CHECK(found->newest_log == "/srv/app/logs/edb.log");
    CHECK(found->naming.base == "edb");
    CHECK(found->page_bytes == test::page_bytes);
    REQUIRE(found->databases.size() == 1);
    CHECK(found->databases[0].path == "/srv/app/data.edb");
    CHECK(found->databases[0].bytes == 100 * test::page_bytes);
    CHECK(found->databases[0].has_patch_file);
    CHECK(found->databases[0].header.get(format::header_field::database_signature) == test::signature(1));
    CHECK(found->bystanders.size() == 1);
    CHECK(found->generations == std::vector{Generation(7)});
    const auto& logs = found->served->logs;
    CHECK(logs.signature == test::signature(2).to_string());
    REQUIRE(logs.generations.size() == 1);
    CHECK(logs.generations[0].member == "logs/edb00000007.log");
    CHECK(logs.generations[0].accumulated_checksum_previous == 0xABC);
    CHECK(served_by(*found) == "process " + std::to_string(::getpid()) + " through " + program.socket);
}

TEST_CASE("nobody serves an instance whose program has gone, and of several one has to be named") {
    Program program;
    CHECK_FALSE(program.find("abc"));
    remote::Served second = program.served;
    second.socket = program.directory.path("two-backup.socket");
    auto other = std::make_unique<remote::BackupServer>(second);
    CHECK(remote::test::failure_of([&] { program.find(); }).find("say which one with --base") != std::string::npos);
    CHECK(program.find("two")->served->server->socket() == second.socket);
    program.server.reset();
    CHECK(program.find()->served->server->socket() == second.socket);
    other.reset();
    CHECK_FALSE(program.find());
}

TEST_CASE("a program that can't be backed up now, or tells no sound header, is an error and not an idle instance") {
    Program program;
    auto facts = facts_of_program();
    facts.databases[0].header[100] ^= 1;
    program.serve(facts);
    CHECK(remote::test::failure_of([&] { program.find(); }) ==
          "/srv/app/data.edb: the program gives no sound header of it");
    program.server.reset();
    program.served.describe = []() -> remote::InstanceFacts {
        throw Error(JET_errBackupNotAllowedYet, "the instance is starting");
    };
    program.server = std::make_unique<remote::BackupServer>(program.served);
    CHECK(remote::test::failure_of([&] { program.find(); }) == program.socket + ": the instance is starting");
}

TEST_CASE("an instance that a process has and does not serve is named with that process and the way out") {
    TempDirectory directory;
    InstanceRequest request;
    request.directory = directory.path();
    os::FileSystem& files = os::real_file_system();
    CHECK(remote::test::failure_of([&] { require_idle(files, request); }).empty());
    {
        const auto lock = files.lock(directory.path("edb.lock"), JET_errLogFilePathInUse);
        const std::string told = remote::test::failure_of([&] { require_idle(files, request); });
        CHECK(told.find("in use by process " + std::to_string(::getpid())) != std::string::npos);
        CHECK(told.find("JET_paramBackupSocket") != std::string::npos);
        request.base = "abc";
        CHECK(remote::test::failure_of([&] { require_idle(files, request); }).empty());
    }
    request.base.clear();
    CHECK(remote::test::failure_of([&] { require_idle(files, request); }).empty());
}

}  // namespace ese::backup
