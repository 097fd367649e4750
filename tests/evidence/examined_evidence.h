// The development evidence, each examined once with all parsers, and what its ground-truth.json says.
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "evidence_folder.h"
#include "examination.h"
#include "temporary_folder.h"

namespace exhibit::tests {

using Json = nlohmann::ordered_json;

inline constexpr const char* kIphone8 = "ios/ileapp/josh_ios15_ffs/josh_ios15_ffs.zip";
inline constexpr const char* kIphone11 = "ios/ileapp/josh_ios17_ffs_part/josh_ios17_ffs_part.zip";
inline constexpr const char* kImessageFolder = "ios/plaso";
inline constexpr const char* kIphone3g = "ios/ngdc_tracy_2012";
inline constexpr const char* kSamsung = "android/dfrws2021_samsung";
inline constexpr const char* kComposedDevice = "android/composed_device/composed_device.tar.gz";

/// What can be opened: the evidence itself, or the folder that a tar was unpacked to.
const std::filesystem::path& openable(const std::string& evidence);

/// Every line of the stream, in its order.
const std::vector<std::string>& lines_of_evidence(const std::string& evidence);

/// Artefacts of a kind, all or those of one table.
std::vector<Json> artefacts(const std::string& evidence, const std::string& kind, const std::string& table = {});

Json ground_truth(const std::string& evidence);

/// "2023-05-01T12:34:56.120000Z" in microseconds since 1970; fails the test on any other form.
std::int64_t microseconds(const std::string& iso);

/// How many have this value there ("/direction", "outgoing").
std::size_t count_with(const std::vector<Json>& artefacts, const std::string& pointer, const Json& value);

}  // namespace exhibit::tests
