// --log: what the library does, as JSON lines in a file of its own.
#pragma once

#include <cstdint>
#include <cstdio>
#include <exhibit/exhibit.hpp>
#include <memory>
#include <string>
#include <string_view>

namespace exhibit::cli {

class LogFile {
 public:
  /// Throws Error with IO if the file exists or cannot be made.
  explicit LogFile(const std::string& path);

  /// {"at":"2026-01-01T12:00:00.123Z","level":"info","text":"..."}
  void write(std::int32_t level, std::string_view text);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
};

/// The library's lines go to the log, if there is one.
void attach(LogFile* log, Callbacks& callbacks);

}  // namespace exhibit::cli
