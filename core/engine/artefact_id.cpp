#include "artefact_id.h"

#include <algorithm>

#include "crypto/sha256.h"

namespace exhibit::engine {

namespace {

// The namespace of all ids: chosen once, never changed.
constexpr std::array<std::uint8_t, 16> kNamespace = {0x2f, 0x6d, 0x0c, 0x1b, 0x93, 0x58, 0x4e, 0x07,
                                                     0xa1, 0xd4, 0x5b, 0x36, 0x8e, 0x70, 0xc9, 0x12};

void append_u32be(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift & 0xff));
}

void append_part(std::string& out, std::string_view part) {
  append_u32be(out, static_cast<std::uint32_t>(part.size()));
  out += part;
}

}  // namespace

ArtefactIds::ArtefactIds(std::string_view label, std::uint32_t source, std::string_view container_path,
                         std::string_view table, std::string_view kind, std::string_view query) {
  hashed_.assign(reinterpret_cast<const char*>(kNamespace.data()), kNamespace.size());
  append_part(hashed_, label);
  if (source > 1) append_part(hashed_, std::to_string(source));
  append_part(hashed_, container_path);
  append_part(hashed_, table);
  append_part(hashed_, kind);
  append_part(hashed_, query);
  shared_ = hashed_.size();
}

ArtefactId ArtefactIds::of_row(std::int64_t rowid) {
  hashed_.resize(shared_);
  hashed_.push_back('r');
  const auto bits = static_cast<std::uint64_t>(rowid);
  append_u32be(hashed_, static_cast<std::uint32_t>(bits >> 32));
  append_u32be(hashed_, static_cast<std::uint32_t>(bits & 0xffffffff));
  return finish();
}

ArtefactId ArtefactIds::of_key(std::string_view key) {
  hashed_.resize(shared_);
  hashed_.push_back('k');
  hashed_ += key;
  return finish();
}

ArtefactId ArtefactIds::finish() {
  const crypto::Sha1Digest digest = crypto::sha1(as_bytes(hashed_));
  ArtefactId id;
  std::copy_n(digest.begin(), id.size(), id.begin());
  id[6] = static_cast<std::uint8_t>((id[6] & 0x0f) | 0x50);
  id[8] = static_cast<std::uint8_t>((id[8] & 0x3f) | 0x80);
  return id;
}

}  // namespace exhibit::engine
