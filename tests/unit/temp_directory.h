#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

// A directory that is gone when the test ends.
class TempDirectory {
 public:
    TempDirectory() {
        std::string pattern = (std::filesystem::temp_directory_path() / "esebackup-test-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~TempDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempDirectory(const TempDirectory&) = delete;
    TempDirectory& operator=(const TempDirectory&) = delete;

    std::string path(const std::string& name = "") const { return name.empty() ? path_ : path_ + "/" + name; }

    // A copy of the files of an unpacked set as directory `name`; false where the set is not there (ESEBACKUP_TEST_DATA).
    bool copy_set(const std::string& set, const std::string& name) const {
        const char* data = std::getenv("ESEBACKUP_TEST_DATA");
        if (!data || !std::filesystem::exists(std::filesystem::path(data) / set / "files")) return false;
        std::filesystem::copy(std::filesystem::path(data) / set / "files", path(name), std::filesystem::copy_options::recursive);
        return true;
    }

 private:
    std::string path_;
};
