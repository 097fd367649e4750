// fuzz: model
#include "model/json.h"

namespace {
struct NoFiles : exhibit::model::FileNames {
  std::string name(std::uint64_t) const override { return {}; }
  std::uint64_t number(std::string_view) const override { return 0; }
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = exhibit::model::artefact_json({data, size}, NoFiles{}, {.with_secrets = true});
  return text == "{}" || exhibit::model::artefact_from_json(text, NoFiles{}) || !text.starts_with("{\"kind\"") ? 0 : 1;
}
