// Evidence made from the bytes of a tar.
#pragma once

#include "opened.h"
#include "tar.h"
#include "tar_builder.h"

namespace exhibit::containers {

inline Result<std::unique_ptr<evidence::Evidence>> evidence_of_tar(const std::string& bytes,
                                                                   const Limits& limits = {}) {
  auto container = open_tar(evidence::make_source({bytes.begin(), bytes.end()}), "tar", limits);
  if (!container) return std::unexpected(container.error());
  return std::make_unique<evidence::Evidence>("test.tar", *std::move(container), limits);
}

/// For archives that must open.
inline std::unique_ptr<evidence::Evidence> opened_tar(const std::string& bytes, const Limits& limits = {}) {
  auto evidence = evidence_of_tar(bytes, limits);
  if (evidence) return *std::move(evidence);
  ADD_FAILURE() << error_text(evidence.error());
  return opened(tests::ZipBuilder{}.build());
}

inline const evidence::Entry& entry(const evidence::Evidence& evidence, std::string_view path) {
  static const evidence::Entry kNone{};
  const std::uint32_t number = evidence.find_container_path(path);
  if (number == 0) ADD_FAILURE() << "no entry " << path;
  return number == 0 ? kNone : evidence.entry(number);
}

}  // namespace exhibit::containers
