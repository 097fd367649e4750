// Where a long call stands: two lines redrawn on a terminal, one line a step elsewhere, or JSON lines.
#pragma once

#include <chrono>
#include <exhibit/exhibit.hpp>
#include <string>

namespace exhibit::cli {

class ProgressView {
 public:
  enum class Form { none, terminal, lines, json };

  ProgressView(Form form, std::string exhibit) : form_(form), exhibit_(std::move(exhibit)) {}
  ~ProgressView() { clear(); }
  ProgressView(const ProgressView&) = delete;
  ProgressView& operator=(const ProgressView&) = delete;

  /// What "auto", "none" or "json" means here.
  static Form form_of(const std::string& wanted, bool quiet);

  void show(const exhibit_progress& at);
  /// Takes the lines off the terminal; the next show() draws them again.
  void clear();

 private:
  void draw(const exhibit_progress& at, double elapsed_s);

  Form form_;
  std::string exhibit_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point drawn_at_{};
  std::int32_t phase_ = 0;
  bool is_drawn_ = false;
};

}  // namespace exhibit::cli
