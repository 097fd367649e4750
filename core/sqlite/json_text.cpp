#include "json_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <vector>

#include "base/time.h"
#include "base/unicode.h"

namespace exhibit::sqlite {

namespace {

using decode::NodeId;
using decode::NodeType;

void append_escape(std::string& out, std::uint32_t unit) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "\\u%04x", unit & 0xffff);
  out += text.data();
}

/// A surrogate in its three bytes, as the decoders keep a lone one.
bool is_surrogate(std::string_view text) {
  return text.size() >= 3 && text[0] == '\xed' && (static_cast<unsigned char>(text[1]) & 0xe0) == 0xa0 &&
         (static_cast<unsigned char>(text[2]) & 0xc0) == 0x80;
}

void append_code_point(std::string& out, char32_t code_point) {
  if (code_point == '"' || code_point == '\\') {
    out += '\\';
    out += static_cast<char>(code_point);
  } else if (code_point < 0x20) {
    append_escape(out, code_point);
  } else {
    append_utf8(out, code_point);
  }
}

void append_real(std::string& out, double value) {
  if (!std::isfinite(value)) {  // JSON has no number for it
    out += std::isnan(value) ? "\"nan\"" : value > 0 ? "\"inf\"" : "\"-inf\"";
    return;
  }
  std::array<char, 32> digits{};
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  const std::string_view text(digits.data(), written.ptr);
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";  // a real stays a real
}

void append_date(std::string& out, double apple_seconds) {
  // Years 1 to 9999: distantPast and distantFuture are within, and what ISO 8601 can say.
  if (!(apple_seconds >= -63'114'076'800.0 && apple_seconds < 252'423'993'600.0))
    return append_real(out, apple_seconds);
  const Civil at = civil_from_us(std::llround(apple_seconds * 1e6) + 978'307'200'000'000);
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "\"%04d-%02u-%02uT%02u:%02u:%02u", static_cast<int>(at.year), at.month,
                at.day, at.hour, at.minute, at.second);
  out += text.data();
  if (at.microsecond != 0) {
    std::snprintf(text.data(), text.size(), ".%06u", at.microsecond);
    out += text.data();
  }
  out += "Z\"";
}

void append_hexadecimal(std::string& out, Bytes bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += '"';
  for (const std::uint8_t byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  out += '"';
}

class Writer {
 public:
  Writer(const decode::Tree& tree, const Limits& limits) : tree_(tree), limits_(limits) {}

  bool write(NodeId node) {
    if (++steps_ > limits_.nodes || out_.text.size() > limits_.inflated_value) return false;
    switch (tree_.type(node)) {
      case NodeType::array:
      case NodeType::dictionary:
        return write_container(node);
      default:
        write_scalar(node);
        return true;
    }
  }

  JsonText take() { return std::move(out_); }
  std::uint64_t size() const { return out_.text.size(); }

 private:
  void write_scalar(NodeId node);
  bool write_container(NodeId node);

  const decode::Tree& tree_;
  const Limits& limits_;
  JsonText out_;
  std::uint64_t steps_ = 0;
  std::vector<NodeId> open_;  ///< the containers around the node at hand
};

void Writer::write_scalar(NodeId node) {
  std::string& out = out_.text;
  switch (tree_.type(node)) {
    case NodeType::boolean:
      out += tree_.boolean(node) ? "true" : "false";
      break;
    case NodeType::integer:
    case NodeType::uid:
      out += std::to_string(tree_.integer(node));
      break;
    case NodeType::unsigned_integer:
      out += std::to_string(tree_.unsigned_integer(node));
      break;
    case NodeType::real:
      append_real(out, tree_.real(node));
      break;
    case NodeType::date:
      append_date(out, tree_.real(node));
      break;
    case NodeType::data:
      append_hexadecimal(out, tree_.bytes(node));
      break;
    case NodeType::text:
      append_json_string(out, tree_.text(node));
      break;
    default:
      out += "null";
  }
}

bool Writer::write_container(NodeId node) {
  if (std::ranges::find(open_, node) != open_.end()) {
    out_.has_cycle = true;
    out_.text += "null";
    return true;
  }
  if (open_.size() >= limits_.nesting) return false;
  open_.push_back(node);
  const bool is_dictionary = tree_.type(node) == NodeType::dictionary;
  out_.text += is_dictionary ? '{' : '[';
  for (std::size_t i = 0; i < tree_.size(node); ++i) {
    if (i > 0) out_.text += ',';
    if (is_dictionary) {
      append_json_string(out_.text, tree_.key(node, i));
      out_.text += ':';
    }
    if (!write(tree_.child(node, i))) return false;
  }
  out_.text += is_dictionary ? '}' : ']';
  open_.pop_back();
  return true;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t position = 0;
  while (position < text.size()) {
    if (const auto code_point = next_utf8(text, position)) {
      append_code_point(out, *code_point);
    } else if (is_surrogate(text.substr(position))) {
      append_escape(out, 0xd000u | (static_cast<unsigned>(text[position + 1]) & 0x3fu) << 6 |
                             (static_cast<unsigned>(text[position + 2]) & 0x3fu));
      position += 3;
    } else {  // shown as base's escape_invalid_utf8 shows it, its backslash escaped
      out += '\\' + escape_invalid_utf8(text.substr(position++, 1));
    }
  }
  out += '"';
}

Result<JsonText> json_text(const decode::Tree& tree, decode::NodeId node, const Limits& limits) {
  Writer writer(tree, limits);
  if (!writer.write(node)) return fail(ErrorCode::limit, "container that unfolds within the limits", writer.size());
  return writer.take();
}

}  // namespace exhibit::sqlite
