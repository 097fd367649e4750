// What SQL may do on a connection. SQLite asks before it compiles each access: the author of a parser may read and call
// harmless functions; the engine may besides make and fill its own objects. What the author's queries read is kept.
#pragma once

#include <sqlite3.h>

#include <compare>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace exhibit::sqlite {

class Guard {
 public:
  enum class Mode : std::uint8_t {
    author,  ///< SELECT alone; reads are recorded
    engine,  ///< the engine's own statements: temp objects, tables of an in-memory database; nothing is recorded
  };

  /// One column that the author's queries read. `column` is empty where a table is only counted.
  struct Read {
    std::string schema;  ///< "temp", "main" or a companion's name
    std::string table;   ///< in the letters of the schema
    std::string column;  ///< "ROWID" where no column stands for it
    auto operator<=>(const Read&) const = default;
  };
  using Coverage = std::set<Read>;

  /// Stays with `connection` as its authorizer: must outlive it or be destroyed after the last statement.
  explicit Guard(sqlite3* connection);
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  Mode mode() const { return mode_; }
  void set_mode(Mode mode) { mode_ = mode; }

  /// A function of ours, registered on the connection, that queries may call.
  void allow_function(std::string_view name);
  bool is_allowed_function(std::string_view name) const;

  /// Reads of schema `temp`, and of others where no view's body makes them.
  const Coverage& coverage() const { return coverage_; }
  void forget_coverage() { coverage_.clear(); }

  /// What was refused last, in words ("function load_extension"), empty if nothing was. For error messages.
  const std::string& refused() const { return refused_; }
  void forget_refused() { refused_.clear(); }

 private:
  friend class Connection;  // ATTACH is its alone
  struct Access;
  static int authorize(void* guard, int action, const char* first, const char* second, const char* schema,
                       const char* view);
  bool allows(const Access& access);
  bool allows_engine(const Access& access) const;
  void record(const Access& access);

  Mode mode_ = Mode::author;
  bool attaching_ = false;
  std::set<std::string, std::less<>> own_functions_;
  Coverage coverage_;
  std::string refused_;
};

/// The engine's statements, until the end of the scope.
class EngineScope {
 public:
  explicit EngineScope(Guard& guard) : guard_(guard), before_(guard.mode()) { guard_.set_mode(Guard::Mode::engine); }
  ~EngineScope() { guard_.set_mode(before_); }
  EngineScope(const EngineScope&) = delete;
  EngineScope& operator=(const EngineScope&) = delete;

 private:
  Guard& guard_;
  Guard::Mode before_;
};

}  // namespace exhibit::sqlite
