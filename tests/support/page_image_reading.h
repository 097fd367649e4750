// Page images of bytes, and what SQLite reads through them.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "connection.h"
#include "evidence/byte_source.h"
#include "sqlite/page_image.h"
#include "sqlite_builder.h"

namespace exhibit::tests {

inline evidence::SourcePtr source_or_null(const std::vector<std::uint8_t>& bytes) {
  return bytes.empty() ? nullptr : evidence::make_source(bytes);
}

inline std::shared_ptr<sqlite::PageImage> image_of(const DatabaseBytes& files) {
  auto image = sqlite::PageImage::build(
      {evidence::make_source(files.main), source_or_null(files.wal), source_or_null(files.journal)}, Limits{});
  if (image) return *image;
  ADD_FAILURE() << error_text(image.error());
  return nullptr;
}

/// Rows as SqliteBuilder::query() gives them, read through the image by the guarded connection, as the engine.
inline std::string read_by_image(std::shared_ptr<const sqlite::PageImage> image, const std::string& sql) {
  if (!image) return "no image";
  Budget budget;
  const auto connection = sqlite::Connection::open(std::move(image), budget, Limits{});
  if (!connection) return "problem: " + connection.error().code + ": " + connection.error().found;
  const sqlite::EngineScope engine((*connection)->guard());
  return SqliteBuilder::query((*connection)->handle(), sql);
}

inline std::string read_by_image(const DatabaseBytes& files, const std::string& sql) {
  return read_by_image(image_of(files), sql);
}

}  // namespace exhibit::tests
