#include "android_backup_path.h"

#include <algorithm>

#include "evidence/device_path.h"

namespace exhibit::containers {
namespace {

/// What a token after the package stands for: `before` the package, and `after` it.
struct Token {
  std::string_view token, before, after;
};

// The device-encrypted twin of a folder has the same token with "d_" before it; a full file system gives both the same
// name as well. The APK's real folder has random letters in it, which the backup does not tell. Key/value data is no
// file of the phone: it has a folder of its own name.
constexpr Token kTokens[] = {
    {"r", "app:", ""},
    {"f", "app:", "/files"},
    {"db", "app:", "/databases"},
    {"sp", "app:", "/shared_prefs"},
    {"c", "app:", "/cache"},
    {"nb", "app:", "/no_backup"},
    {"k", "app:", "/key_value_backup"},
    {"a", "system:data/app/", ""},
    {"obb", "media:Android/obb/", ""},
    {"ef", "media:Android/data/", "/files"},
};
constexpr std::string_view kOnlyInAppFolder = "app:";

std::string_view take_step(std::string_view& path) {
  const std::string_view step = path.substr(0, path.find('/'));
  path.remove_prefix(std::min(path.size(), step.size() + 1));
  return step;
}

/// Android writes no such steps. What has them is left where the container says that it is.
bool has_odd_step(std::string_view path) {
  while (!path.empty()) {
    const std::string_view step = take_step(path);
    if (step.empty() || step == "." || step == "..") return true;
  }
  return false;
}

const Token* find_token(std::string_view step) {
  const bool is_device_encrypted = step.starts_with("d_");
  if (is_device_encrypted) step.remove_prefix(2);
  const Token* const found = std::ranges::find(kTokens, step, &Token::token);
  if (found == std::end(kTokens) || (is_device_encrypted && found->before != kOnlyInAppFolder)) return nullptr;
  return found;
}

std::string in_apps(std::string_view path) {
  const std::string_view package = take_step(path);
  if (package.empty()) return {};
  if (path.empty()) return std::string("app:").append(package) + '/';
  const Token* const token = find_token(take_step(path));
  if (token == nullptr) return {};
  std::string place(token->before);
  place.append(package).append(token->after);
  // An app's own folder ends in '/', as everywhere.
  if (!path.empty() || place.find('/') == place.npos) place += '/';
  return place.append(path);
}

std::string in_shared(std::string_view path) {
  const std::string_view volume = take_step(path);
  if (volume.empty() || !std::ranges::all_of(volume, [](char c) { return c >= '0' && c <= '9'; })) return {};
  return std::string("media:").append(path);
}

}  // namespace

std::string device_path_of_backup(std::string_view path) {
  if (has_odd_step(path)) return {};
  const std::string_view top = take_step(path);
  std::string place;
  if (top == "apps") place = in_apps(path);
  if (top == "shared") place = in_shared(path);
  return evidence::escape_name(place);
}

}  // namespace exhibit::containers
