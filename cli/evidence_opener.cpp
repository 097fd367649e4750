#include "evidence_opener.h"

namespace exhibit::cli {

EvidenceOpener::EvidenceOpener(const AccessArguments& arguments)
    : arguments_(arguments), passwords_(arguments.password_file) {}

Evidence EvidenceOpener::open(const Library& library, const std::string& path, Callbacks callbacks,
                              const std::function<void()>& before_asking) {
  callbacks.secret = [&](const exhibit_secret_request& request, Answer& answer) {
    if (before_asking) before_asking();
    return passwords_.answer(request, answer);
  };
  exhibit_evidence_options options = EXHIBIT_EVIDENCE_OPTIONS_INIT;
  options.salvage = arguments_.salvage ? 1 : 0;
  try {
    return Evidence(library, path, callbacks, &options);
  } catch (const Error& error) {
    if (error.status() != EXHIBIT_E_LOCKED || !arguments_.password_file.empty()) throw;
    throw Error(error.status(), std::string(error.what()) + "; --password-file FILE gives it");
  }
}

}  // namespace exhibit::cli
