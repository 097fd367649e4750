#include "unlocking.h"

#include <utility>

#include "base/unicode.h"
#include "boundary.h"

namespace exhibit::library {

namespace {

// The numbers are those of the header.
static_assert(static_cast<int>(evidence::SecretKind::backup_password) == EXHIBIT_SECRET_BACKUP_PASSWORD);
static_assert(static_cast<int>(evidence::SecretKind::android_backup_password) ==
              EXHIBIT_SECRET_ANDROID_BACKUP_PASSWORD);
static_assert(static_cast<int>(evidence::SecretKind::archive_password) == EXHIBIT_SECRET_ARCHIVE_PASSWORD);
static_assert(static_cast<int>(evidence::SecretKind::app_key) == EXHIBIT_SECRET_APP_KEY);

}  // namespace

HostUnlocking::HostUnlocking(LibraryState& library, const exhibit_callbacks& callbacks, const std::string& path)
    : library_(library),
      callbacks_(callbacks),
      teller_(callbacks),
      item_(path),
      secrets_(callbacks.secret == nullptr ? evidence::SecretProvider()
                                           : [this](const evidence::SecretRequest& request) { return ask(request); }),
      unlocking_{secrets_, &cancel_, [this](std::uint64_t done, std::uint64_t total) { tell(done, total); }} {
  const std::lock_guard lock(library_.mutex);
  for (const GivenSecret& given : library_.given) secrets_.add(given.kind, crypto::Secret(given.secret.bytes()));
}

std::optional<crypto::Secret> HostUnlocking::ask(const evidence::SecretRequest& request) {
  if (request.attempt > 1) last_.reset();
  keep_what_fitted();
  if (is_cancelled()) return std::nullopt;
  item_ = escape_invalid_utf8(request.container);
  const std::string hint = escape_invalid_utf8(request.hint);
  const exhibit_secret_request asked{sizeof(exhibit_secret_request), static_cast<std::int32_t>(request.kind),
                                     request.attempt, item_.c_str(), hint.c_str()};
  exhibit_answer answer;
  if (callbacks_.secret(&asked, &answer, callbacks_.user_data) != 0 || !answer.secret) return std::nullopt;
  last_ = GivenSecret{request.kind, crypto::Secret(answer.secret->bytes())};
  return std::move(answer.secret);
}

void HostUnlocking::keep_what_fitted() {
  if (last_) library_.remember(*std::exchange(last_, std::nullopt));
}

void HostUnlocking::tell_opening(std::uint64_t done, std::uint64_t total) {
  if (!teller_.tell(EXHIBIT_PHASE_OPEN, {.done = done, .total = total, .item = item_})) cancel_.request();
}

void HostUnlocking::tell(std::uint64_t done, std::uint64_t total) {
  if (!teller_.tell(EXHIBIT_PHASE_UNLOCK, {.done = done, .total = total, .item = item_})) cancel_.request();
}

}  // namespace exhibit::library

extern "C" exhibit_status exhibit_answer_secret(exhibit_answer* answer, const void* bytes, size_t length) {
  return exhibit::library::guarded(nullptr, [&]() -> exhibit_status {
    if (answer == nullptr || (bytes == nullptr && length != 0)) return EXHIBIT_E_INVALID;
    answer->secret.emplace(exhibit::Bytes(static_cast<const std::uint8_t*>(bytes), length));
    return EXHIBIT_OK;
  });
}
