// What went wrong, and which engine this is.

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "esent.h"
#include "jet/error_table.h"
#include "jet/gate.h"
#include "jet/registry.h"

namespace ese::jet {
namespace {

[[noreturn]] void refuse(JET_ERR code, const char* why) { throw Error(ErrorKind::usage, code, why); }

void error_info(const void* context, void* result, std::uint32_t bytes, std::uint32_t level, JET_GRBIT grbit) {
    if (level != JET_ErrorInfoSpecificErr) refuse(JET_errInvalidParameter, "JetGetErrorInfo knows no such info level");
    if (!context || !result) refuse(JET_errInvalidParameter, "JetGetErrorInfo needs an error and a buffer");
    if (grbit != 0) refuse(JET_errInvalidParameter, "JetGetErrorInfo takes no grbits");
    JET_ERRINFOBASIC_W info{};
    if (bytes < sizeof info) refuse(JET_errInvalidBufferSize, "the buffer is smaller than JET_ERRINFOBASIC_W");
    std::memcpy(&info.errValue, context, sizeof info.errValue);
    const JetErrorRow* const row = find_jet_error(info.errValue);
    if (!row) refuse(JET_errInvalidParameter, "no error of this engine has this number");
    info.cbStruct = sizeof info;
    info.errcatMostSpecific = row->category;
    std::ranges::copy(jet_error_hierarchy(row->category), info.rgCategoricalHierarchy);
    std::memcpy(result, &info, sizeof info);
}

// The Windows build whose engine is followed: major and minor version in four bits each, build in sixteen, update in
// eight.
constexpr std::uint32_t engine_version = 10u << 28 | 0u << 24 | 20348u << 8;

constexpr bool continues_a_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace
}  // namespace ese::jet

using namespace ese::jet;

extern "C" {

JET_ERR JetGetErrorInfoW(void* context, void* result, JET_UINT32 bytes, JET_UINT32 level, JET_GRBIT grbit) {
    return api_call([&] { error_info(context, result, bytes, level, grbit); });
}

JET_ERR JetGetVersion(JET_SESID session, JET_UINT32* version) {
    return api_call([&] {
        const auto instance = Registry::global().of_session(session);
        const ese::engine::Instance::Use use(*instance);
        if (!version) refuse(JET_errInvalidParameter, "JetGetVersion needs a place for the version");
        *version = engine_version;
    });
}

// Not an api_call: asking for the detail must not replace it.
JET_ERR EsentGetErrorDetail(char* text, JET_UINT32 bytes) {
    if (!text || bytes == 0) return JET_errInvalidParameter;
    const std::string& detail = last_error_detail();
    std::size_t length = std::min<std::size_t>(detail.size(), bytes - 1);
    while (length > 0 && length < detail.size() && continues_a_character(detail[length])) --length;
    std::memcpy(text, detail.data(), length);
    text[length] = '\0';
    return length == detail.size() ? JET_errSuccess : JET_wrnBufferTruncated;
}

}  // extern "C"
