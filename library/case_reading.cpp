#include "case_reading.h"

namespace exhibit::library {

namespace {

/// Records may be asked by any thread that holds a copy: the names of their files are looked up under the lock.
class LockedFileNames : public model::FileNames {
 public:
  LockedFileNames(std::shared_ptr<CaseReading> reading, const model::FileNames& names)
      : reading_(std::move(reading)), names_(names) {}

  std::string name(std::uint64_t file) const override {
    const auto lock = reading_->wait();
    return names_.name(file);
  }
  std::uint64_t number(std::string_view name) const override {
    const auto lock = reading_->wait();
    return names_.number(name);
  }

 private:
  std::shared_ptr<CaseReading> reading_;
  const model::FileNames& names_;  // of the reading's artefacts
};

exhibit_status fail_busy(exhibit_error** error, const CaseState& state) {
  return fail(error, EXHIBIT_E_BUSY, "the case is being written, and has no file yet to read beside it", state.path);
}

}  // namespace

exhibit_status CaseReading::open(const std::shared_ptr<CaseState>& state, std::shared_ptr<CaseReading>& reading,
                                 Lock& lock, exhibit_error** error) {
  std::shared_ptr<CaseReading> made(new CaseReading(state));
  if (!state->is_on_disk) {
    if (const auto status = made->lock_again(lock, error); status != EXHIBIT_OK) return status;
    if (state->is_on_disk) lock.unlock();  // it has just got its file
  }
  if (!lock.owns_lock()) {
    auto own = casefile::Case::open(state->full_path, casefile::Access::read_only);
    if (!own) return fail(error, own.error(), state->path);
    made->own_.emplace(std::move(*own));
    lock = made->wait();
  }
  reading = std::move(made);
  return EXHIBIT_OK;
}

CaseReading::~CaseReading() {
  // Statements of a shared connection end under its lock.
  const auto lock = wait();
  artefacts_.reset();
}

exhibit_status CaseReading::lock_again(Lock& lock, exhibit_error** error) {
  if (!own_ && state_->is_writing) return fail_busy(error, *state_);
  lock = wait();
  if (own_) return EXHIBIT_OK;
  const auto there = state_->have_case();
  if (there) return EXHIBIT_OK;
  lock.unlock();
  return fail(error, there.error(), state_->path);
}

casefile::Artefacts& CaseReading::artefacts() {
  if (!artefacts_) artefacts_.emplace(subject());
  return *artefacts_;
}

std::shared_ptr<const model::FileNames> CaseNames::of(std::int64_t exhibit) {
  if (exhibit == 0) return nullptr;
  auto& names = names_[exhibit];
  if (names != nullptr) return names;
  if (const auto files = reading_->artefacts().files(exhibit))
    names = std::make_shared<LockedFileNames>(reading_, **files);
  return names;
}

}  // namespace exhibit::library
