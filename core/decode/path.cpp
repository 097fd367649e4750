#include "decode/path.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace exhibit::decode {

namespace {

class PathParser {
 public:
  explicit PathParser(std::string_view path) : path_(path) {}

  Result<std::vector<PathStep>> parse() {
    if (path_.starts_with('$') && (path_.size() == 1 || path_[1] == '.' || path_[1] == '[')) {
      position_ = 1;
    } else if (!path_.empty() && path_[0] != '.' && path_[0] != '[' && !word()) {
      return malformed();
    }
    while (position_ < path_.size()) {
      const char opening = path_[position_++];
      const bool is_read = opening == '.' ? dotted() : opening == '[' && bracketed();
      if (!is_read) return malformed();
    }
    return std::move(steps_);
  }

 private:
  bool dotted() {
    if (peek() != '*') return word();
    ++position_;
    steps_.push_back({.kind = PathStep::Kind::every_value});
    return true;
  }

  bool word() {
    const std::size_t end = std::min(path_.find_first_of(".[]'*", position_), path_.size());
    if (end == position_) return false;
    steps_.push_back({.kind = PathStep::Kind::key, .key = std::string(path_.substr(position_, end - position_))});
    position_ = end;
    return true;
  }

  bool bracketed() {
    if (peek() == '\'') return quoted() && closing();
    if (peek() == '*') {
      ++position_;
      steps_.push_back({.kind = PathStep::Kind::every_element});
      return closing();
    }
    std::size_t index = 0;
    const char* const end = path_.data() + path_.size();
    const auto [stop, error] = std::from_chars(path_.data() + position_, end, index);
    if (error != std::errc()) return false;
    position_ = static_cast<std::size_t>(stop - path_.data());
    steps_.push_back({.kind = PathStep::Kind::index, .index = index});
    return closing();
  }

  bool quoted() {
    std::string key;
    for (++position_; position_ < path_.size(); ++position_) {
      char next = path_[position_];
      if (next == '\'') {
        ++position_;
        steps_.push_back({.kind = PathStep::Kind::key, .key = std::move(key)});
        return true;
      }
      if (next == '\\') {
        if (++position_ == path_.size()) return false;
        next = path_[position_];
        if (next != '\'' && next != '\\') return false;
      }
      key.push_back(next);
    }
    return false;
  }

  bool closing() {
    if (peek() != ']') return false;
    ++position_;
    return true;
  }

  char peek() const { return position_ < path_.size() ? path_[position_] : '\0'; }

  std::unexpected<Error> malformed() const {
    return fail(ErrorCode::malformed, "a path of .name, ['name'], [n], .* and [*]", position_, {0, position_});
  }

  std::string_view path_;
  std::size_t position_ = 0;
  std::vector<PathStep> steps_;
};

bool is_plain_word(std::string_view key) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto is_word = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
  return !key.empty() && is_letter(key[0]) && std::ranges::all_of(key, is_word);
}

}  // namespace

Result<std::vector<PathStep>> parse_path(std::string_view path) { return PathParser(path).parse(); }

void append_key_step(std::string& path, std::string_view key) {
  if (is_plain_word(key)) {
    path.append(".").append(key);
    return;
  }
  path.append("['");
  for (const char c : key) {
    if (c == '\'' || c == '\\') path.push_back('\\');
    path.push_back(c);
  }
  path.append("']");
}

}  // namespace exhibit::decode
