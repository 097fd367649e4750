#include "matcher.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>

#include "engine/run.h"
#include "path_pattern.h"

namespace exhibit::engine {

namespace {

constexpr std::int64_t kAutomatonBytes = 256 << 20;

RE2::Options options() {
  RE2::Options options(RE2::Latin1);
  options.set_dot_nl(true);
  options.set_log_errors(false);
  options.set_max_mem(kAutomatonBytes);
  return options;
}

}  // namespace

struct Matcher::Automaton {
  RE2::Set set{options(), RE2::ANCHOR_BOTH};
  bool empty = true;
};

Matcher::Matcher() : automaton_(std::make_unique<Automaton>()) {}
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher& Matcher::operator=(Matcher&&) noexcept = default;
Matcher::~Matcher() = default;

Result<Matcher> Matcher::build(const std::vector<std::string_view>& patterns) {
  Matcher matcher;
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    if (matcher.automaton_->set.Add(pattern_regex(patterns[i]), nullptr) < 0)
      return fail(ErrorCode::malformed, "a device path pattern", i);
    matcher.automaton_->empty = false;
  }
  if (!matcher.automaton_->empty && !matcher.automaton_->set.Compile())
    return fail(ErrorCode::limit, "patterns that fit the automaton's memory", patterns.size());
  return matcher;
}

Result<void> Matcher::match(std::string_view device_path, std::vector<std::uint32_t>& numbers) const {
  numbers.clear();
  if (automaton_->empty) return {};
  std::vector<int> found;
  RE2::Set::ErrorInfo error{};
  if (!automaton_->set.Match(re2::StringPiece(device_path.data(), device_path.size()), &found, &error)) {
    if (error.kind == RE2::Set::kNoError) return {};
    return fail(ErrorCode::limit, "a path that the automaton can match within its memory", device_path.size());
  }
  std::ranges::sort(found);
  for (const int number : found) numbers.push_back(static_cast<std::uint32_t>(number));
  return {};
}

bool matches_pattern(std::string_view pattern, std::string_view device_path) {
  const RE2 regex(pattern_regex(pattern), options());
  return regex.ok() && RE2::FullMatch(re2::StringPiece(device_path.data(), device_path.size()), regex);
}

}  // namespace exhibit::engine
