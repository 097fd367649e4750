// What hostile input may cost. Limits are sizes and depths that hold everywhere; a Budget is the counted work of one
// task. Work is counted, never timed, so that the same evidence stops at the same row on every machine.
#pragma once

#include <atomic>
#include <cstdint>

namespace exhibit {

struct Limits {
  std::uint32_t container_depth = 4;             ///< containers inside containers
  std::uint64_t container_members = 20'000'000;  ///< entries of one container
  std::uint64_t name_bytes = 65'536;             ///< one name or path
  std::uint64_t member_ratio = 5000;             ///< unpacked to packed, on members above member_ratio_from
  std::uint64_t member_ratio_from = 64 << 20;    ///< bytes unpacked from which the ratio counts
  std::uint64_t large_member_bytes = 64 << 20;   ///< a larger member is read at random, not unpacked into memory
  std::uint64_t inflated_value = 256ull << 20;   ///< one compressed value inside a record
  std::uint32_t nesting = 512;                   ///< property lists, JSON, XML
  std::uint64_t nodes = 10'000'000;              ///< values produced from one file
  std::uint32_t btree_depth = 20;
  std::uint32_t schema_objects = 20'000;  ///< tables, indexes, views, triggers of one database
};

/// One flag, set by the host, seen by every worker.
class Cancel {
 public:
  void request() { requested_.store(true, std::memory_order_relaxed); }
  bool requested() const { return requested_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> requested_{false};
};

/// The counted work of one task. Belongs to one thread.
struct Budget {
  std::uint64_t sql_steps = 20'000'000'000;  ///< virtual machine steps of SQLite
  std::uint64_t inflated_bytes = 1ull << 40;
  std::uint64_t rows = 1'000'000'000;
  const Cancel* cancel = nullptr;

  bool cancelled() const { return cancel != nullptr && cancel->requested(); }
  /// Takes `amount` from one of the counters above; false when it is used up.
  static bool spend(std::uint64_t& counter, std::uint64_t amount) {
    if (counter < amount) {
      counter = 0;
      return false;
    }
    counter -= amount;
    return true;
  }
};

}  // namespace exhibit
