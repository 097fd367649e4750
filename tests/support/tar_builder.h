// Makes tars, sound ones and every damaged or odd shape a test needs: ustar with PAX, GNU, and the tar of Unix v7.
#pragma once

#include <cstdint>
#include <cstdio>
#include <deque>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace exhibit::tests {

enum class TarKind : std::uint8_t { ustar, gnu, v7 };

inline constexpr std::size_t kTarBlock = 512;

/// Digits that fill the field but for a closing NUL; base-256 where they do not fit.
inline std::string tar_number(std::uint64_t value, std::size_t width, bool base256 = false) {
  if (base256 || (value >> (3 * (width - 1))) != 0) {
    std::string field(width, '\0');
    for (std::size_t i = 0; i < 8; ++i) field[width - 1 - i] = static_cast<char>(value >> (8 * i));
    field[0] = static_cast<char>(0x80);
    return field;
  }
  std::string digits(width, '\0');
  for (std::size_t i = width - 1; i-- > 0; value >>= 3) digits[i] = static_cast<char>('0' + (value & 7));
  return digits;
}

/// "17 path=some/name\n": the length counts itself.
inline std::string pax_record(std::string_view key, std::string_view value) {
  const std::size_t rest = key.size() + value.size() + 3;
  std::size_t length = rest + 1;
  while (rest + std::to_string(length).size() != length) ++length;
  return std::to_string(length).append(" ").append(key).append("=").append(value).append("\n");
}

inline void pad_to_tar_block(std::string& out) { out.append((kTarBlock - out.size() % kTarBlock) % kTarBlock, '\0'); }

struct TarMemberSpec {
  std::string name;
  std::string content;
  char type = '0';
  std::string link;
  TarKind kind = TarKind::ustar;
  std::string prefix;  // of ustar
  std::int64_t mtime = 1'700'000'000;
  std::uint32_t mode = 0644;
  std::vector<std::pair<std::string, std::string>> pax;  // an 'x' before the head
  std::optional<std::uint64_t> size;                     // what the head says instead of the content's
  bool base256 = false;
  bool signed_sum = false;
  bool wrong_sum = false;
  std::vector<std::pair<std::size_t, std::string>> patches;  // bytes of the head, before the sum is made
  std::string after_head;                                    // blocks between head and content, for sparse maps
};

class TarBuilder {
 public:
  /// A file. Names that do not fit their field go into PAX records, or into GNU's 'L' and 'K'.
  TarMemberSpec& add(std::string name, std::string content) {
    TarMemberSpec& member = members_.emplace_back();
    member.name = std::move(name);
    member.content = std::move(content);
    member.kind = kind;
    return member;
  }
  TarMemberSpec& folder(std::string name) { return typed(std::move(name), '5', ""); }
  TarMemberSpec& symlink(std::string name, std::string target) {
    return typed(std::move(name), '2', std::move(target));
  }
  TarMemberSpec& hard_link(std::string name, std::string target) {
    return typed(std::move(name), '1', std::move(target));
  }
  /// An extended head for all that follows.
  TarMemberSpec& pax_global(const std::vector<std::pair<std::string, std::string>>& records) {
    TarMemberSpec& member = add("pax_global_header", "");
    member.type = 'g';
    for (const auto& [key, value] : records) member.content += pax_record(key, value);
    return member;
  }

  TarKind kind = TarKind::ustar;  // of the members added from now on
  bool ended = true;              // two blocks of zeros
  std::string trailing;

  std::string build() const {
    std::string out;
    for (const TarMemberSpec& member : members_) put(out, member);
    if (ended) out.append(2 * kTarBlock, '\0');
    return out + trailing;
  }

  /// Where the head of a member lies in build(), the heads that extend it not counted.
  std::size_t head_of(std::size_t index) const {
    std::string out;
    for (std::size_t i = 0; i < index; ++i) put(out, members_[i]);
    put_extensions(out, members_[index]);
    return out.size();
  }

  static std::string head(const TarMemberSpec& member) {
    std::string head(kTarBlock, '\0');
    const auto set = [&head](std::size_t at, std::string_view bytes) { head.replace(at, bytes.size(), bytes); };
    set(0, member.name.substr(0, 100));
    set(100, tar_number(member.mode, 8));
    set(108, tar_number(10001, 8));
    set(116, tar_number(10001, 8));
    set(124, tar_number(member.size.value_or(member.content.size()), 12, member.base256));
    set(136, tar_number(static_cast<std::uint64_t>(member.mtime), 12, member.base256));
    head[156] = member.type;
    set(157, member.link.substr(0, 100));
    if (member.kind == TarKind::ustar)
      set(257, std::string_view("ustar\0"
                                "00",
                                8));
    if (member.kind == TarKind::gnu) set(257, std::string_view("ustar  \0", 8));
    if (member.kind == TarKind::ustar) set(345, member.prefix.substr(0, 155));
    for (const auto& [at, bytes] : member.patches) set(at, bytes);
    set(148, "        ");
    std::int64_t sum = member.wrong_sum ? 1 : 0;
    for (const char c : head)
      sum += member.signed_sum ? static_cast<signed char>(c) : static_cast<int>(static_cast<unsigned char>(c));
    char digits[16];
    std::snprintf(digits, sizeof digits, "%06llo", static_cast<unsigned long long>(sum));
    set(148, std::string(digits).substr(0, 6).append(1, '\0').append(1, ' '));
    return head;
  }

 private:
  TarMemberSpec& typed(std::string name, char type, std::string link) {
    TarMemberSpec& member = add(std::move(name), "");
    member.type = type;
    member.link = std::move(link);
    return member;
  }

  static void put_special(std::string& out, std::string name, char type, std::string content, TarKind kind) {
    TarMemberSpec special;
    special.name = std::move(name);
    special.type = type;
    special.content = std::move(content);
    special.kind = kind;
    out += head(special) + special.content;
    pad_to_tar_block(out);
  }

  static void put_extensions(std::string& out, const TarMemberSpec& member) {
    if (member.kind == TarKind::gnu) {
      if (member.link.size() > 100) put_special(out, "././@LongLink", 'K', member.link + '\0', member.kind);
      if (member.name.size() > 100) put_special(out, "././@LongLink", 'L', member.name + '\0', member.kind);
    }
    std::string records;
    for (const auto& [key, value] : member.pax) records += pax_record(key, value);
    if (member.kind == TarKind::ustar && member.name.size() > 100) records += pax_record("path", member.name);
    if (member.kind == TarKind::ustar && member.link.size() > 100) records += pax_record("linkpath", member.link);
    if (!records.empty()) put_special(out, "PaxHeaders/member", 'x', records, TarKind::ustar);
  }

  static void put(std::string& out, const TarMemberSpec& member) {
    put_extensions(out, member);
    out += head(member) + member.after_head + member.content;
    pad_to_tar_block(out);
  }

  std::deque<TarMemberSpec> members_;
};

}  // namespace exhibit::tests
