// What is encrypted asks its host through here: the secrets of one opening, with those that the library was given
// before.
#pragma once

#include <exhibit/exhibit.h>

#include <memory>
#include <optional>
#include <string>

#include "evidence/secrets.h"
#include "library_state.h"
#include "progress.h"

struct exhibit_answer {
  std::optional<exhibit::crypto::Secret> secret;
};

namespace exhibit::library {

/// Belongs to the thread of the call, as the callbacks do.
class HostUnlocking {
 public:
  HostUnlocking(LibraryState& library, const exhibit_callbacks& callbacks, const std::string& path);
  HostUnlocking(const HostUnlocking&) = delete;
  HostUnlocking& operator=(const HostUnlocking&) = delete;

  const evidence::Unlocking* get() const { return &unlocking_; }
  /// The host hears how far the opening is, and may cancel it.
  void tell_opening(std::uint64_t done, std::uint64_t total);
  /// To be called once all is open: what fitted serves the library's next openings.
  void keep_what_fitted();
  bool used_a_secret() const { return secrets_.used(); }
  bool is_cancelled() const { return cancel_.requested(); }

 private:
  std::optional<crypto::Secret> ask(const evidence::SecretRequest& request);
  void tell(std::uint64_t done, std::uint64_t total);

  LibraryState& library_;
  exhibit_callbacks callbacks_;
  ProgressTeller teller_;
  std::string item_;                 ///< what is being unlocked
  std::optional<GivenSecret> last_;  ///< the last answer: it fitted unless the same is asked again
  Cancel cancel_;
  evidence::Secrets secrets_;
  evidence::Unlocking unlocking_;
};

}  // namespace exhibit::library
