#include "backup/jet_error.h"

#include <array>

#include "base/error.h"

namespace ese::backup {

void check(JET_ERR result, const char* doing, const std::string& file) {
    if (result < JET_errSuccess) check(remote::esent(), result, doing, file);
}

void check(const remote::EngineApi& engine, JET_ERR result, const char* doing, const std::string& file) {
    if (result >= JET_errSuccess) return;
    std::array<char, 4096> detail{};
    engine.error_detail(detail.data(), static_cast<std::uint32_t>(detail.size()));
    const std::string text(detail.data());
    Error error(result, text.empty() ? std::string(doing) + " failed" : text);
    if (text.empty()) error.set_file(file);
    throw error;
}

std::string jet_error_name(JET_ERR error) {
    std::array<char, 1024> text{};
    JET_API_PTR number = static_cast<JET_API_PTR>(error);
    if (JetGetSystemParameterA(JET_instanceNil, JET_sesidNil, JET_paramErrorToString, &number, text.data(),
                               static_cast<std::uint32_t>(text.size())) < 0)
        return {};
    const std::string line(text.data());
    return line.substr(0, line.find(','));
}

}  // namespace ese::backup
