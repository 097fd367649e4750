#include "android_backup_head.h"

#include <algorithm>
#include <string_view>

namespace exhibit::containers {
namespace {

constexpr std::string_view kMagic = "ANDROID BACKUP";
constexpr std::uint64_t kLongestLine = 8 << 10;
constexpr std::uint64_t kMostLines = 9;
constexpr std::uint64_t kNewestVersion = 5;
constexpr std::uint64_t kMostRounds = 10'000'000;  // seconds; every backup seen has 10,000

/// Takes the lines one after the other; sticky like a Reader.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  std::string_view next() {
    if (error_) return {};
    line_at_ = at_;
    const std::string_view rest = text_.substr(at_, kLongestLine);
    const std::size_t end = rest.find('\n');
    if (end == rest.npos) {
      refuse(rest.size() == kLongestLine ? ErrorCode::limit : ErrorCode::truncated, "the end of a line", rest.size());
      return {};
    }
    at_ += end + 1;
    return rest.substr(0, end);
  }

  std::uint64_t number(std::uint64_t largest, Literal expected) {
    const std::string_view line = next();
    std::uint64_t value = 0;
    for (const char c : line) {
      // At most nine digits: no overflow.
      if (c < '0' || c > '9' || line.size() > 9) return refuse(ErrorCode::malformed, expected, line.size());
      value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    if (line.empty()) return refuse(ErrorCode::malformed, expected, 0);
    if (value > largest) return refuse(ErrorCode::limit, expected, value);
    return value;
  }

  std::vector<std::uint8_t> hex(Literal expected) {
    const std::string_view line = next();
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i + 1 < line.size(); i += 2) {
      const int high = digit(line[i]), low = digit(line[i + 1]);
      if (high < 0 || low < 0) break;
      bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
    }
    if (bytes.empty() || bytes.size() * 2 != line.size()) refuse(ErrorCode::malformed, expected, line.size());
    return bytes;
  }

  std::uint64_t refuse(ErrorCode code, Literal expected, std::uint64_t found) {
    if (!error_) error_ = Error{code, expected, found, {0, line_at_}};
    return 0;
  }

  const std::optional<Error>& error() const { return error_; }
  std::uint64_t position() const { return at_; }

 private:
  static int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  }

  std::string_view text_;
  std::uint64_t at_ = 0;
  std::uint64_t line_at_ = 0;
  std::optional<Error> error_;
};

AndroidBackupLock read_lock(Lines& lines) {
  AndroidBackupLock lock;
  lock.user_salt = lines.hex("the user's salt in hexadecimal");
  lock.checksum_salt = lines.hex("the checksum's salt in hexadecimal");
  lock.rounds = lines.number(kMostRounds, "rounds of PBKDF2, 1 to 10000000");
  if (lock.rounds == 0) lines.refuse(ErrorCode::malformed, "rounds of PBKDF2, 1 to 10000000", 0);
  const auto vector = lines.hex("a vector of 16 bytes in hexadecimal");
  if (vector.size() == lock.user_vector.size())
    std::ranges::copy(vector, lock.user_vector.begin());
  else
    lines.refuse(ErrorCode::malformed, "a vector of 16 bytes in hexadecimal", vector.size());
  lock.master_key = lines.hex("the master key in hexadecimal");
  if (lock.master_key.size() % crypto::kAesBlock != 0)
    lines.refuse(ErrorCode::malformed, "a master key of whole blocks", lock.master_key.size());
  return lock;
}

}  // namespace

Result<AndroidBackupHead> read_android_backup_head(const evidence::ByteSource& file) {
  std::vector<std::uint8_t> start(std::min(file.size(), kMostLines * kLongestLine));
  const auto count = file.read_at(0, start);
  if (!count) return std::unexpected(count.error());
  Lines lines(as_text(Bytes(start).first(*count)));
  AndroidBackupHead head;
  if (lines.next() != kMagic) lines.refuse(ErrorCode::malformed, "ANDROID BACKUP", 0);
  head.version = static_cast<std::uint32_t>(lines.number(UINT32_MAX, "a version, 1 to 5"));
  if (head.version == 0 || head.version > kNewestVersion)
    lines.refuse(ErrorCode::unsupported, "a version, 1 to 5", head.version);
  head.is_compressed = lines.number(1, "0 or 1 for compressed") == 1;
  const std::string_view cipher = lines.next();
  if (cipher == "AES-256")
    head.lock = read_lock(lines);
  else if (cipher != "none")
    lines.refuse(ErrorCode::unsupported, "the cipher none or AES-256", cipher.size());
  if (const std::optional<Error>& error = lines.error()) return std::unexpected(*error);
  head.size = lines.position();
  return head;
}

}  // namespace exhibit::containers
