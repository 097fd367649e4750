#include "progress_view.h"

#include <unistd.h>

#include <cstdio>

#include "terminal_text.h"

namespace exhibit::cli {

namespace {

constexpr auto kRedrawEvery = std::chrono::milliseconds(100);
constexpr auto kQuietAtFirst = std::chrono::milliseconds(500);

const char* step_name(std::int32_t phase) {
  switch (phase) {
    case EXHIBIT_PHASE_OPEN:
      return "open";
    case EXHIBIT_PHASE_UNLOCK:
      return "unlock";
    case EXHIBIT_PHASE_MATCH:
      return "match";
    case EXHIBIT_PHASE_PARSE:
      return "parse";
    case EXHIBIT_PHASE_UNREAD:
      return "unread";
    case EXHIBIT_PHASE_HASH:
      return "hash";
    case EXHIBIT_PHASE_RESOLVE:
      return "resolve";
    case EXHIBIT_PHASE_INDEX:
      return "index";
    default:
      return "seal";
  }
}

}  // namespace

ProgressView::Form ProgressView::form_of(const std::string& wanted, bool quiet) {
  if (wanted == "json") return Form::json;
  if (wanted == "none" || quiet) return Form::none;
  return isatty(STDERR_FILENO) != 0 ? Form::terminal : Form::lines;
}

void ProgressView::show(const exhibit_progress& at) {
  if (form_ == Form::none) return;
  const auto now = std::chrono::steady_clock::now();
  const bool is_new_phase = at.phase != phase_;
  phase_ = at.phase;
  const double elapsed_s = std::chrono::duration<double>(now - started_).count();
  if (form_ == Form::terminal) {
    if (now - started_ < kQuietAtFirst || (!is_new_phase && now - drawn_at_ < kRedrawEvery)) return;
    drawn_at_ = now;
    draw(at, elapsed_s);
  } else if (form_ == Form::json) {
    std::fprintf(
        stderr, "{\"step\":\"%s\",\"exhibit\":%s,\"done\":%llu,\"total\":%llu,\"artefacts\":%llu,\"elapsed_s\":%.1f}\n",
        step_name(at.phase), json_text(exhibit_).c_str(), static_cast<unsigned long long>(at.done),
        static_cast<unsigned long long>(at.total), static_cast<unsigned long long>(at.artefacts), elapsed_s);
  } else if (is_new_phase) {
    std::fprintf(stderr, "%s: %s\n", clean(exhibit_).c_str(), step_name(at.phase));
  }
}

void ProgressView::draw(const exhibit_progress& at, double elapsed_s) {
  constexpr std::size_t kBar = 24;
  clear();
  const std::size_t filled = at.total == 0 ? 0 : static_cast<std::size_t>(at.done * kBar / at.total);
  const std::string bar = std::string(filled, '=') + (filled < kBar ? ">" + std::string(kBar - filled - 1, ' ') : "");
  std::fprintf(stderr, "%s\n%s [%s] %s/%s files  %s artefacts  %.1f s  %s", clean(exhibit_).c_str(),
               step_name(at.phase), bar.c_str(), grouped(at.done).c_str(), grouped(at.total).c_str(),
               grouped(at.artefacts).c_str(), elapsed_s, clean(at.item).c_str());
  std::fflush(stderr);
  is_drawn_ = true;
}

void ProgressView::clear() {
  if (!is_drawn_) return;
  std::fputs("\r\033[K\033[A\033[K", stderr);
  std::fflush(stderr);
  is_drawn_ = false;
}

}  // namespace exhibit::cli
