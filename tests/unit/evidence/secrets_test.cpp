#include "evidence/secrets.h"

#include <string>
#include <vector>

namespace exhibit::evidence {
namespace {

crypto::Secret secret(std::string_view text) { return crypto::Secret(as_bytes(text)); }

constexpr SecretRequest kRequest{.kind = SecretKind::app_key, .container = "a.crypt15", .hint = "Nell's phone"};

/// A lock with one key, which remembers what was tried.
struct Lock {
  explicit Lock(std::string_view opens) : key(opens) {}

  Result<void> open(Secrets& secrets, const SecretRequest& request = kRequest) {
    return secrets.unlock(request, [&](const crypto::Secret& given) -> Result<bool> {
      tried.emplace_back(as_text(given.bytes()));
      return tried.back() == key;
    });
  }

  std::string key;
  std::vector<std::string> tried;
};

/// A host that has these answers and then none.
struct Host {
  SecretProvider provider() {
    return [this](const SecretRequest& request) -> std::optional<crypto::Secret> {
      EXPECT_EQ(request.container, kRequest.container);
      EXPECT_EQ(request.hint, kRequest.hint);
      attempts.push_back(request.attempt);
      if (attempts.size() > answers.size()) return std::nullopt;
      return secret(answers[attempts.size() - 1]);
    };
  }

  std::vector<std::string> answers;
  std::vector<std::uint32_t> attempts;
};

using testing::ElementsAre;

TEST(Secrets, TriesWhatIsKnownInTheOrderItCame) {
  Secrets secrets;
  secrets.add(SecretKind::app_key, secret("one"));
  secrets.add(SecretKind::backup_password, secret("of another kind"));
  secrets.add(SecretKind::app_key, secret("two"));
  secrets.add(SecretKind::app_key, secret("three"));
  Lock lock("two");
  EXPECT_FALSE(secrets.used());
  EXPECT_TRUE(lock.open(secrets).has_value());
  EXPECT_THAT(lock.tried, ElementsAre("one", "two"));
  EXPECT_TRUE(secrets.used());
}

TEST(Secrets, AsksOnceForAllThatNeedsIt) {
  Host host{.answers = {"key"}, .attempts = {}};
  Secrets secrets(host.provider());
  Lock first("key"), second("key");
  EXPECT_TRUE(first.open(secrets).has_value());
  EXPECT_TRUE(second.open(secrets).has_value());
  EXPECT_THAT(host.attempts, ElementsAre(1));
}

TEST(Secrets, DoesNotAskWhenWhatIsKnownFits) {
  Host host;
  Secrets secrets(host.provider());
  secrets.add(SecretKind::app_key, secret("key"));
  Lock lock("key");
  EXPECT_TRUE(lock.open(secrets).has_value());
  EXPECT_TRUE(host.attempts.empty());
}

TEST(Secrets, CountsTheAttempts) {
  Host host{.answers = {"no", "nor this", "key"}, .attempts = {}};
  Secrets secrets(host.provider());
  Lock lock("key");
  EXPECT_TRUE(lock.open(secrets).has_value());
  EXPECT_THAT(host.attempts, ElementsAre(1, 2, 3));
  EXPECT_THAT(lock.tried, ElementsAre("no", "nor this", "key"));
}

TEST(Secrets, ForgetsWhatWasWrong) {
  Host host{.answers = {"no", "key"}, .attempts = {}};
  Secrets secrets(host.provider());
  Lock first("key"), second("key");
  ASSERT_TRUE(first.open(secrets).has_value());
  ASSERT_TRUE(second.open(secrets).has_value());
  EXPECT_THAT(second.tried, ElementsAre("key"));
}

TEST(Secrets, IsLockedWithoutAny) {
  Secrets secrets;
  Lock lock("key");
  const auto opened = lock.open(secrets);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::locked);
  EXPECT_EQ(opened.error().found, 0u);
  EXPECT_FALSE(secrets.used());
}

TEST(Secrets, IsLockedWhenTheHostGivesUp) {
  Host host{.answers = {"no", "nor this"}, .attempts = {}};
  Secrets secrets(host.provider());
  secrets.add(SecretKind::app_key, secret("old"));
  Lock lock("key");
  const auto opened = lock.open(secrets);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::locked);
  EXPECT_EQ(opened.error().found, 3u);
  EXPECT_THAT(host.attempts, ElementsAre(1, 2, 3));
  EXPECT_FALSE(secrets.used());
}

TEST(Secrets, EndsWithAHostThatNeverGivesUp) {
  Secrets secrets([](const SecretRequest&) { return secret("no"); });
  Lock lock("key");
  EXPECT_EQ(lock.open(secrets).error().code, ErrorCode::locked);
  EXPECT_THAT(lock.tried, ElementsAre("no")) << "a derivation may take seconds: the same is not tried again";
}

TEST(Secrets, GivesTheErrorsOfTheLockBack) {
  Host host{.answers = {"key"}, .attempts = {}};
  for (const bool known : {true, false}) {
    Secrets secrets(host.provider());
    if (known) secrets.add(SecretKind::app_key, secret("key"));
    host.attempts.clear();
    int tried = 0;
    const auto opened = secrets.unlock(kRequest, [&](const crypto::Secret&) -> Result<bool> {
      ++tried;
      return fail(ErrorCode::cancelled, "a derivation to its end");
    });
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, ErrorCode::cancelled);
    EXPECT_EQ(tried, 1);
    EXPECT_EQ(host.attempts.size(), known ? 0u : 1u);
    EXPECT_FALSE(secrets.used());
  }
}

}  // namespace
}  // namespace exhibit::evidence
