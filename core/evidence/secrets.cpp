#include "evidence/secrets.h"

#include <algorithm>

namespace exhibit::evidence {
namespace {

// A host that gives the same wrong secret for ever must not keep an examination from its end. Nobody types as often.
constexpr std::uint32_t kMostQuestions = 100;

bool is_same(const crypto::Secret& one, const crypto::Secret& other) {
  return std::ranges::equal(one.bytes(), other.bytes());
}

}  // namespace

void Secrets::add(SecretKind kind, crypto::Secret secret) { known_.push_back({kind, std::move(secret)}); }

Result<void> Secrets::unlock(const SecretRequest& request,
                             const std::function<Result<bool>(const crypto::Secret&)>& fits) {
  std::uint64_t tried = 0;
  for (const Known& known : known_) {
    if (known.kind != request.kind) continue;
    const Result<bool> opened = fits(known.secret);
    if (!opened) return std::unexpected(opened.error());
    ++tried;
    if (*opened) {
      used_ = true;
      return {};
    }
  }
  std::vector<crypto::Secret> wrong;
  SecretRequest question = request;
  for (std::uint32_t asked = 0; provider_ && asked < kMostQuestions; ++asked, ++question.attempt) {
    std::optional<crypto::Secret> given = provider_(question);
    if (!given) break;
    // A derivation can take seconds: what was wrong is not tried again.
    const auto is_given = [&](const crypto::Secret& secret) { return is_same(secret, *given); };
    if (std::ranges::any_of(wrong, is_given) || std::ranges::any_of(known_, [&](const Known& known) {
          return known.kind == request.kind && is_given(known.secret);
        }))
      continue;
    const Result<bool> opened = fits(*given);
    if (!opened) return std::unexpected(opened.error());
    ++tried;
    if (*opened) {
      used_ = true;
      known_.push_back({request.kind, *std::move(given)});
      return {};
    }
    wrong.push_back(*std::move(given));
  }
  return fail(ErrorCode::locked, "a password or key that fits", tried);
}

Secrets Secrets::known(SecretKind kind) const {
  Secrets copy;
  for (const Known& known : known_)
    if (known.kind == kind) copy.add(kind, crypto::Secret(known.secret.bytes()));
  return copy;
}

}  // namespace exhibit::evidence
