#include "whatsapp_backup.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "crypto/cipher.h"
#include "crypto/md5.h"
#include "packed_stream.h"
#include "whatsapp_head.h"
#include "whatsapp_key.h"

namespace exhibit::containers {
namespace {

using evidence::SourcePtr;

constexpr std::size_t kTagSize = 16;
constexpr std::size_t kMd5Size = 16;
constexpr std::size_t kNumberSize = 4;              // characters of crypt12's user
constexpr std::uint64_t kLargestFile = 2ull << 30;  // held in memory, twice

std::string_view last_step(std::string_view path) { return path.substr(path.rfind('/') + 1); }  // npos + 1 is 0

/// The cipher text and its tag, by how much lies behind the tag.
struct Sealed {
  Bytes text, tag;
};

std::optional<Sealed> sealed_with(Bytes content, std::size_t behind) {
  if (content.size() < kTagSize + behind) return std::nullopt;
  const Bytes text = content.first(content.size() - kTagSize - behind);
  return Sealed{text, content.subspan(text.size(), kTagSize)};
}

bool md5_holds(Bytes file) {
  if (file.size() < kMd5Size) return false;
  const auto sum = crypto::md5(file.first(file.size() - kMd5Size));
  return std::ranges::equal(sum, file.last(kMd5Size));
}

/// How a file can be cut into cipher text and tag: an MD5 that holds leaves one way.
struct Layouts {
  std::vector<Sealed> ways;
  bool is_sound = true;  // false: the MD5 is missing or wrong
};

Layouts layouts_of(Bytes file, const WhatsappHead& head) {
  const Bytes content = file.subspan(head.size);
  Layouts layouts;
  const auto add = [&](std::size_t behind) {
    if (const auto way = sealed_with(content, behind)) layouts.ways.push_back(*way);
  };
  if (head.seal == WhatsappSeal::crypt12) {
    add(kNumberSize);
    return layouts;
  }
  layouts.is_sound = md5_holds(file);
  add(kMd5Size);
  if (!layouts.is_sound) add(0);  // of several files, which have no MD5
  return layouts;
}

/// Tries keys on one backup.
class Opening {
 public:
  Opening(WhatsappHead head, Layouts layouts) : head_(std::move(head)), layouts_(std::move(layouts)) {}

  /// False if it is no key, or another's.
  Result<bool> fits(const crypto::Secret& given) {
    const auto key = read_whatsapp_key(given.bytes());
    if (!key) return false;
    const bool agree = salts_agree(*key, head_);
    any_agrees_ = any_agrees_ || agree;
    // Where both name salts and these differ, the key cannot be the one: no need to decrypt all of it.
    if (!agree) return false;
    const crypto::Secret cipher = cipher_key(*key, head_.seal);
    for (const Sealed& way : layouts_.ways) {
      plain_.resize(way.text.size());
      const auto done = crypto::decrypt_aes256_gcm(cipher, head_.nonce, way.text, way.tag, plain_);
      if (done) return true;
      if (done.error().code != ErrorCode::checksum) return std::unexpected(done.error());
    }
    return false;
  }

  std::vector<std::uint8_t> take_plain() { return std::move(plain_); }

  /// Why none fitted, in the words that help most.
  Error refusal(const Error& locked) const {
    if (locked.found == 0) return locked;
    if (!any_agrees_) return {ErrorCode::locked, "a key of this installation: the salts differ", locked.found, {}};
    if (!layouts_.is_sound)
      return {ErrorCode::checksum, "the MD5 at the end, or a key that fits without it", locked.found, {}};
    return locked;
  }

 private:
  WhatsappHead head_;
  Layouts layouts_;
  std::vector<std::uint8_t> plain_;
  bool any_agrees_ = false;
};

/// A database of usual size is held in memory; a large one is inflated as it is read.
Result<SourcePtr> inflated(std::vector<std::uint8_t> plain, const Limits& limits) {
  if (plain.size() < 2 || plain[0] != 0x78) return evidence::make_source(std::move(plain));  // a ZIP, for example
  auto stream = open_packed_stream(evidence::make_source(std::move(plain)), Packing::zlib, limits);
  if (!stream) return std::unexpected(stream.error());
  const auto end = (*stream)->end();
  if (!end) return std::unexpected(end.error());
  if (end->damage) return std::unexpected(*end->damage);
  if (end->is_cut) return fail(ErrorCode::truncated, "the end of the compressed stream", (*stream)->size());
  if ((*stream)->size() > limits.large_member_bytes) return *std::move(stream);
  std::vector<std::uint8_t> bytes;
  const auto read = read_all(**stream, bytes);
  if (!read) return std::unexpected(read.error());
  return evidence::make_source(std::move(bytes));
}

}  // namespace

bool is_whatsapp_backup(std::string_view name, Bytes head) { return read_whatsapp_head(name, head).has_value(); }

bool is_whatsapp_key(std::string_view name, Bytes content) {
  const std::string_view file = last_step(name);
  if (file != "key" && file != "encrypted_backup.key") return false;
  const auto key = read_whatsapp_key(content);
  return key && key->is_key_file == (file == "key");
}

Result<SourcePtr> open_whatsapp_backup(const SourcePtr& file, std::string_view name, evidence::Secrets& secrets,
                                       const Limits& limits) {
  if (file->size() > kLargestFile) return fail(ErrorCode::limit, "a backup of at most 2 GiB", file->size());
  std::vector<std::uint8_t> buffer;
  const auto bytes = read_all(*file, buffer);
  if (!bytes) return std::unexpected(bytes.error());
  auto head = read_whatsapp_head(name, *bytes);
  if (!head) return fail(ErrorCode::malformed, "the head of a WhatsApp backup", bytes->size());
  Layouts layouts = layouts_of(*bytes, *head);
  if (layouts.ways.empty()) return fail(ErrorCode::truncated, "a tag behind the cipher text", bytes->size());
  Opening opening(*std::move(head), std::move(layouts));
  const auto done = secrets.unlock({.kind = evidence::SecretKind::app_key, .container = name},
                                   [&](const crypto::Secret& given) { return opening.fits(given); });
  if (!done) {
    if (done.error().code != ErrorCode::locked) return std::unexpected(done.error());
    return std::unexpected(opening.refusal(done.error()));
  }
  return inflated(opening.take_plain(), limits);
}

std::string whatsapp_plain_name(std::string_view name) {
  if (whatsapp_crypt_number(name) == 0) return std::string(name);
  return std::string(name.substr(0, name.rfind('.')));
}

}  // namespace exhibit::containers
