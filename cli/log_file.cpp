#include "log_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "terminal_text.h"

namespace exhibit::cli {

namespace {

const char* level_name(std::int32_t level) {
  switch (level) {
    case EXHIBIT_LOG_ERROR:
      return "error";
    case EXHIBIT_LOG_WARNING:
      return "warning";
    case EXHIBIT_LOG_INFO:
      return "info";
    default:
      return "debug";
  }
}

std::string now_text() {
  std::timespec now{};
  std::timespec_get(&now, TIME_UTC);
  const std::int64_t us = std::int64_t{now.tv_sec} * 1'000'000;
  std::array<char, 8> milliseconds{};
  std::snprintf(milliseconds.data(), milliseconds.size(), ".%03dZ", static_cast<int>(now.tv_nsec / 1'000'000 % 1000));
  return day_text(us) + "T" + clock_text(us) + milliseconds.data();
}

}  // namespace

LogFile::LogFile(const std::string& path) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (descriptor >= 0) file_.reset(fdopen(descriptor, "w"));
  if (file_ == nullptr) throw Error(EXHIBIT_E_IO, path + ": " + std::strerror(errno));  // NOLINT(concurrency-mt-unsafe)
}

void LogFile::write(std::int32_t level, std::string_view text) {
  std::fprintf(file_.get(), "{\"at\":\"%s\",\"level\":\"%s\",\"text\":%s}\n", now_text().c_str(), level_name(level),
               json_text(text).c_str());
  std::fflush(file_.get());  // a run that dies leaves what it said
}

void attach(LogFile* log, Callbacks& callbacks) {
  if (log == nullptr) return;
  callbacks.log_level = EXHIBIT_LOG_DEBUG;
  callbacks.log = [log](std::int32_t level, std::string_view text) { log->write(level, text); };
}

}  // namespace exhibit::cli
