#include "jet/error_table.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>

#include "source_directory.h"

using namespace ese::jet;

namespace {

struct Documented {
    std::int32_t value;
    std::string text;
};

// The errors of part 2 of esent.h with their comments, which stand behind the number or in the line before.
std::map<std::string, Documented> errors_of_header() {
    const std::regex define(R"(#define (JET_(?:err|wrn)\w+) \(?(-?\d+)\)?(?: /\* (.*) \*/)?)");
    const std::regex comment(R"(/\* (.*) \*/)");
    std::map<std::string, Documented> errors;
    std::ifstream header(ESEBACKUP_SOURCE_DIR "/include/esent.h");
    std::string before;
    for (std::string line; std::getline(header, line); before = line) {
        std::smatch found, above;
        if (!std::regex_match(line, found, define)) continue;
        std::string text = found[3].str();
        if (text.empty() && std::regex_match(before, above, comment)) text = above[1].str();
        errors[found[1].str()] = {std::stoi(found[2].str()), text};
    }
    return errors;
}

}  // namespace

TEST_CASE("Every error of esent.h is in the table, with the same number and meaning, and no other is") {
    const auto documented = errors_of_header();
    REQUIRE(documented.size() > 480);
    CHECK(documented.size() == jet_errors().size());
    for (const JetErrorRow& row : jet_errors()) {
        INFO(row.name);
        const auto found = documented.find(std::string(row.name));
        REQUIRE(found != documented.end());
        CHECK(found->second.value == row.value);
        CHECK(found->second.text == row.text);
    }
}

TEST_CASE("No two errors share a number or a meaning by accident") {
    std::set<std::int32_t> values;
    std::set<std::string_view> names;
    for (const JetErrorRow& row : jet_errors()) {
        INFO(row.name);
        CHECK(values.insert(row.value).second);
        CHECK(names.insert(row.name).second);
        CHECK_FALSE(row.text.empty());
        if (row.name.starts_with("JET_wrn") && row.value != JET_wrnNyi) CHECK(row.value > 0);
        if (row.name.starts_with("JET_err")) CHECK(row.value <= 0);
    }
}

TEST_CASE("An error is found by its number, and an unknown number is said to be unknown") {
    CHECK(jet_error_name(JET_errMissingFullBackup) == "JET_errMissingFullBackup");
    CHECK(jet_error_name(-560) == "JET_errMissingFullBackup");
    CHECK(jet_error_text(JET_errFileNotFound) == "a file is missing");
    CHECK(jet_error_name(JET_errSuccess) == "JET_errSuccess");
    CHECK(find_jet_error(-77777) == nullptr);
    CHECK(jet_error_name(-77777) == "Unknown error");
    CHECK_FALSE(jet_error_text(-77777).empty());
}

TEST_CASE("JetGetErrorInfo gives the categories of an error from the widest to the narrowest") {
    JET_ERR error = JET_errDiskFull;
    JET_ERRINFOBASIC_W info{};
    REQUIRE(JetGetErrorInfoW(&error, &info, sizeof info, JET_ErrorInfoSpecificErr, 0) == JET_errSuccess);
    CHECK(info.cbStruct == sizeof info);
    CHECK(info.errValue == JET_errDiskFull);
    CHECK(info.errcatMostSpecific == JET_errcatDisk);
    CHECK(info.rgCategoricalHierarchy[0] == JET_errcatError);
    CHECK(info.rgCategoricalHierarchy[1] == JET_errcatOperation);
    CHECK(info.rgCategoricalHierarchy[2] == JET_errcatResource);
    CHECK(info.rgCategoricalHierarchy[3] == JET_errcatDisk);
    CHECK(info.rgCategoricalHierarchy[4] == 0);
    error = JET_errReadVerifyFailure;
    REQUIRE(JetGetErrorInfoW(&error, &info, sizeof info, JET_ErrorInfoSpecificErr, 0) == JET_errSuccess);
    CHECK(info.errcatMostSpecific == JET_errcatCorruption);
}

TEST_CASE("JetGetErrorInfo refuses what it does not know") {
    JET_ERR error = JET_errDiskFull;
    JET_ERR unknown = -77777;
    JET_ERRINFOBASIC_W info{};
    CHECK(JetGetErrorInfoW(&unknown, &info, sizeof info, JET_ErrorInfoSpecificErr, 0) == JET_errInvalidParameter);
    CHECK(JetGetErrorInfoW(&error, &info, sizeof info, 7, 0) == JET_errInvalidParameter);
    CHECK(JetGetErrorInfoW(&error, &info, sizeof info, JET_ErrorInfoSpecificErr, 1) == JET_errInvalidParameter);
    CHECK(JetGetErrorInfoW(nullptr, &info, sizeof info, JET_ErrorInfoSpecificErr, 0) == JET_errInvalidParameter);
    CHECK(JetGetErrorInfoW(&error, nullptr, sizeof info, JET_ErrorInfoSpecificErr, 0) == JET_errInvalidParameter);
    CHECK(JetGetErrorInfoW(&error, &info, sizeof info - 1, JET_ErrorInfoSpecificErr, 0) == JET_errInvalidBufferSize);
}
