#include "search_text.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

#include "casefile/query.h"
#include "model/wire_reader.h"

namespace exhibit::casefile {

using model::WireField;
using model::WireReader;

namespace {

/// Without the field of number `left_out`, 0: with all.
void append_text(std::string& out, const MessagePlan& plan, Bytes message, std::uint32_t left_out) {
  WireReader reader(message);
  WireField field;
  while (reader.next(field)) {
    if (field.number == left_out) continue;
    const FieldPlan& inner = plan.at(field.number);
    if (inner.child != nullptr) {
      if (inner.part != Part::time) append_message_text(out, *inner.child, field.bytes);
    } else if (inner.part == Part::text && !inner.secret) {
      out += field.text();
      out += '\n';
    }
  }
}

}  // namespace

void append_message_text(std::string& out, const MessagePlan& plan, Bytes message) {
  append_text(out, plan, message, 0);
}

void append_rest_text(std::string& out, Bytes rest) {
  WireReader reader(rest);
  WireField field;
  const MessagePlan& plan = Plans::get().artefact();
  while (reader.next(field))
    if (field.number == field::kLocalAccount || field.number == field::kExtra)
      append_message_text(out, *plan.at(field.number).child, field.bytes);
}

void append_search_text(std::string& out, std::uint32_t kind, Bytes body, Bytes rest) {
  if (const KindPlan* plan = Plans::get().kind(kind)) append_message_text(out, *plan, body);
  append_rest_text(out, rest);
}

void append_index_text(std::string& out, std::uint32_t kind, Bytes body, Bytes rest) {
  if (const KindPlan* plan = Plans::get().kind(kind)) append_text(out, *plan, body, plan->identifier);
  append_rest_text(out, rest);
}

std::string fold(std::string_view text) {
  std::string folded(text);
  bool is_ascii = true;
  for (char& letter : folded) {
    if (static_cast<unsigned char>(letter) >= 0x80) {
      is_ascii = false;
      break;
    }
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  if (is_ascii) return folded;
  constexpr auto kOptions = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
                                                           UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK);
  utf8proc_uint8_t* mapped = nullptr;
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                 static_cast<utf8proc_ssize_t>(text.size()), &mapped, kOptions);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(mapped, std::free);
  if (size < 0) return folded;  // not UTF-8: ASCII letters are folded, the rest is compared as it is
  return {reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size)};
}

}  // namespace exhibit::casefile
