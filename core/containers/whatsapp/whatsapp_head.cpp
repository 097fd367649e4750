#include "whatsapp_head.h"

#include <algorithm>

#include "base/reader.h"
#include "decode/protobuf_wire.h"

namespace exhibit::containers {
namespace {

constexpr std::size_t kNonceSize = 16;
constexpr std::string_view kSuffix = ".crypt";

std::vector<std::uint8_t> copy(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

std::optional<WhatsappHead> read_crypt12(Bytes start) {
  Reader in(start);
  in.skip(3);
  WhatsappHead head{.seal = WhatsappSeal::crypt12};
  head.server_salt = copy(in.bytes(32));
  head.google_salt = copy(in.bytes(16));
  head.nonce = copy(in.bytes(kNonceSize));
  head.size = in.position();
  if (!in.ok()) return std::nullopt;
  return head;
}

/// Empty if there is no such field.
std::vector<std::uint8_t> bytes_at(Bytes message, std::string_view path) {
  const auto field = decode::find_field(message, path).value_or(std::nullopt);
  if (!field || field->type != decode::WireType::bytes) return {};
  return copy(field->bytes);
}

std::optional<WhatsappHead> read_message(Bytes start) {
  constexpr std::uint8_t kFeature = 1;  // no message begins with it: there is no field 0
  Reader in(start);
  const std::size_t size = in.u8();
  if (in.remaining() != 0 && start[1] == kFeature) in.skip(1);
  const Bytes message = in.bytes(size);
  if (!in.ok() || message.empty()) return std::nullopt;
  if (decode::read_protobuf(message, {}).damage) return std::nullopt;
  WhatsappHead head{.seal = WhatsappSeal::crypt15, .nonce = bytes_at(message, "3.1")};
  if (head.nonce.empty()) {
    head.seal = WhatsappSeal::crypt14;
    head.nonce = bytes_at(message, "2.5");
    head.server_salt = bytes_at(message, "2.3");
    head.google_salt = bytes_at(message, "2.4");
  }
  head.size = in.position();
  if (head.nonce.size() != kNonceSize) return std::nullopt;
  return head;
}

}  // namespace

std::uint32_t whatsapp_crypt_number(std::string_view name) {
  if (name.size() < kSuffix.size() + 2) return 0;
  const std::string_view end = name.substr(name.size() - kSuffix.size() - 2);
  const char tens = end[kSuffix.size()], ones = end[kSuffix.size() + 1];
  if (!end.starts_with(kSuffix) || tens < '0' || tens > '9' || ones < '0' || ones > '9') return 0;
  return static_cast<std::uint32_t>((tens - '0') * 10 + (ones - '0'));
}

std::optional<WhatsappHead> read_whatsapp_head(std::string_view name, Bytes start) {
  switch (whatsapp_crypt_number(name)) {
    case 12:
      return read_crypt12(start);
    case 14:
    case 15:
      return read_message(start.first(std::min(start.size(), kLargestWhatsappHead)));
    default:
      return std::nullopt;
  }
}

}  // namespace exhibit::containers
