// A list of items, numbers big-endian:
//
//   tag       4     ASCII
//   length    u32
//   value           an integer is 4 bytes
//
// Head: VERS, TYPE (1 = backup), UUID, HMCK, WRAP, SALT (20), ITER; since iOS 10.2 also DPWT, DPIC, DPSL (20).
// Each further UUID begins a class: UUID, CLAS, WRAP, KTYP, WPKY (40), now and then PBKY (32).
//
//   k   = PBKDF2-HMAC-SHA256(password, DPSL, DPIC, 32) where there is a DPSL, else the password
//   key = PBKDF2-HMAC-SHA1(k, SALT, ITER, 32); it wraps the class keys (RFC 3394)
//
// WRAP of a class: 1 = wrapped with a key of the device, which no backup holds; 2 = with the password's.
// Source: published descriptions; vectors of both forms open with their password and with no other.
// Not used: HMCK, KTYP, PBKY. Backups wrap the keys of class 2 as all others.
#include "keybag.h"

#include <algorithm>
#include <utility>

#include "base/reader.h"
#include "crypto/cipher.h"

namespace exhibit::containers {
namespace {

constexpr std::size_t kKeySize = 32;
constexpr std::uint64_t kMostRounds = 100'000'000;  // phones ask for 10,000,000
constexpr std::uint32_t kByDevice = 1, kByPassword = 2;

Result<std::uint32_t> read_number(Bytes value, Where where) {
  if (value.size() != 4) return fail(ErrorCode::malformed, "an integer of 4 bytes in the keybag", value.size(), where);
  return Reader(value).u32be();
}

std::vector<std::uint8_t> copy(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace

Result<Keybag> Keybag::read(Bytes list) {
  Keybag keybag;
  Reader in(list);
  while (!in.at_end()) {
    const Where where = in.where();
    const std::string_view tag = in.text(4);
    const Bytes value = in.bytes(in.u32be());
    if (!in.ok()) return std::unexpected(in.error());
    if (const auto item = keybag.read_item(tag, value, where); !item) return std::unexpected(item.error());
  }
  const auto opens_by_password = [](const ClassKey& key) {
    return (key.wrap & kByPassword) != 0 && (key.wrap & kByDevice) == 0;
  };
  std::erase_if(keybag.keys_, std::not_fn(opens_by_password));
  if (const auto checked = keybag.check(); !checked) return std::unexpected(checked.error());
  return keybag;
}

Result<void> Keybag::read_item(std::string_view tag, Bytes value, Where where) {
  if (tag == "UUID") {
    if (seen_uuid_) {
      keys_.emplace_back();
      in_head_ = false;
    }
    seen_uuid_ = true;
  } else if (tag == "ITER" || tag == "DPIC") {
    const auto number = read_number(value, where);
    if (!number) return std::unexpected(number.error());
    (tag == "ITER" ? rounds_ : first_rounds_) = *number;
  } else if (tag == "SALT") {
    salt_ = copy(value);
  } else if (tag == "DPSL") {
    first_salt_ = copy(value);
  } else if (!in_head_ && (tag == "CLAS" || tag == "WRAP")) {
    const auto number = read_number(value, where);
    if (!number) return std::unexpected(number.error());
    (tag == "CLAS" ? keys_.back().protection_class : keys_.back().wrap) = *number;
  } else if (!in_head_ && tag == "WPKY") {
    keys_.back().wrapped = copy(value);
  }
  return {};
}

Result<void> Keybag::check() const {
  if (salt_.empty()) return fail(ErrorCode::malformed, "SALT in the keybag");
  if (rounds_ == 0) return fail(ErrorCode::malformed, "ITER of 1 or more in the keybag");
  if (rounds_ > kMostRounds) return fail(ErrorCode::limit, "ITER of 100,000,000 or less", rounds_);
  if (!first_salt_.empty()) {
    if (first_rounds_ == 0) return fail(ErrorCode::malformed, "DPIC of 1 or more beside DPSL");
    if (first_rounds_ > kMostRounds) return fail(ErrorCode::limit, "DPIC of 100,000,000 or less", first_rounds_);
  }
  if (keys_.empty()) return fail(ErrorCode::unsupported, "a class key wrapped with the password alone");
  if (std::ranges::none_of(keys_, [](const ClassKey& key) { return key.wrapped.size() == kWrappedKeySize; }))
    return fail(ErrorCode::malformed, "a class key of 40 bytes", keys_.front().wrapped.size());
  return {};
}

Result<crypto::Secret> Keybag::derive(const crypto::Secret& password, const Cancel* cancel,
                                      const crypto::DerivationProgress& progress) const {
  const std::uint64_t before = first_salt_.empty() ? 0 : first_rounds_;
  // A derivation counts its work in its own way: told is its share of all rounds.
  const auto told = [&](std::uint64_t start, std::uint64_t share) -> crypto::DerivationProgress {
    if (!progress) return {};
    return [&progress, start, share, all = before + rounds_](std::uint64_t done, std::uint64_t total) {
      progress(start + done * share / std::max<std::uint64_t>(total, 1), all);
    };
  };
  if (before == 0)
    return derive_key(crypto::HashKind::sha1, password.bytes(), salt_, rounds_, kKeySize, cancel, told(0, rounds_));
  const auto first = derive_key(crypto::HashKind::sha256, password.bytes(), first_salt_, first_rounds_, kKeySize,
                                cancel, told(0, before));
  if (!first) return std::unexpected(first.error());
  return derive_key(crypto::HashKind::sha1, first->bytes(), salt_, rounds_, kKeySize, cancel, told(before, rounds_));
}

Result<bool> Keybag::unlock(const crypto::Secret& password, const Cancel* cancel,
                            const crypto::DerivationProgress& progress) {
  const auto key = derive(password, cancel, progress);
  if (!key) return std::unexpected(key.error());
  for (ClassKey& wrapped : keys_) {
    // One that does not fit is damaged, or the password is wrong: then none fits.
    if (wrapped.wrapped.size() != kWrappedKeySize) continue;
    auto opened = crypto::unwrap_aes_key(*key, wrapped.wrapped);
    if (opened) wrapped.key = *std::move(opened);
  }
  return open_count() != 0;
}

std::size_t Keybag::open_count() const {
  return static_cast<std::size_t>(std::ranges::count_if(keys_, [](const ClassKey& key) { return !key.key.empty(); }));
}

const Keybag::ClassKey* Keybag::find(std::uint32_t protection_class) const {
  const auto found = std::ranges::find_if(
      keys_, [&](const ClassKey& key) { return key.protection_class == protection_class && !key.key.empty(); });
  return found == keys_.end() ? nullptr : &*found;
}

Result<crypto::Secret> Keybag::unwrap(std::uint32_t protection_class, Bytes wrapped) const {
  const ClassKey* key = find(protection_class);
  if (key == nullptr) return fail(ErrorCode::locked, "a protection class of the keybag", protection_class);
  if (wrapped.size() != kWrappedKeySize) return fail(ErrorCode::malformed, "a wrapped key of 40 bytes", wrapped.size());
  return crypto::unwrap_aes_key(key->key, wrapped);
}

}  // namespace exhibit::containers
