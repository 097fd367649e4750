#include "row_outcomes.h"

#include <limits>
#include <map>
#include <random>

namespace exhibit::engine {
namespace {

TEST(RowOutcomes, TheStrongestWinsAndEachRowCountsOnce) {
  RowOutcomes rows;
  EXPECT_EQ(rows.raise(7, RowOutcome::skipped), RowOutcome::none);
  EXPECT_EQ(rows.raise(7, RowOutcome::emitted), RowOutcome::skipped);
  EXPECT_EQ(rows.raise(7, RowOutcome::attached), RowOutcome::emitted);
  EXPECT_EQ(rows.get(7), RowOutcome::emitted);
  EXPECT_EQ(rows.count(RowOutcome::emitted), 1u);
  EXPECT_EQ(rows.count(RowOutcome::skipped), 0u);
  EXPECT_EQ(rows.count(RowOutcome::attached), 0u);
}

TEST(RowOutcomes, AgreesWithAMapOverRowidsOfEveryKind) {
  RowOutcomes rows;
  std::map<std::int64_t, RowOutcome> expected;
  std::mt19937_64 random(1);
  for (int i = 0; i < 30'000; ++i) {
    std::int64_t rowid = static_cast<std::int64_t>(random() % 200'000) - 70'000;  // dense, and negative ones
    if (i % 7 == 0) rowid = static_cast<std::int64_t>(random());                  // anywhere
    if (i % 5000 == 0)
      rowid = i % 2 == 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
    const auto outcome = static_cast<RowOutcome>(1 + random() % 3);
    RowOutcome& before = expected[rowid];
    ASSERT_EQ(rows.raise(rowid, outcome), before);
    before = std::max(before, outcome);
  }
  std::map<RowOutcome, std::uint64_t> counts;
  for (const auto& [rowid, outcome] : expected) {
    ASSERT_EQ(rows.get(rowid), outcome) << rowid;
    ++counts[outcome];
  }
  for (const auto& [outcome, count] : counts) EXPECT_EQ(rows.count(outcome), count);
}

TEST(RowOutcomes, KeysStandForRowsWithoutRowid) {
  RowOutcomes rows;
  rows.raise("[1,\"a\"]", RowOutcome::emitted);
  EXPECT_EQ(rows.get("[1,\"a\"]"), RowOutcome::emitted);
  EXPECT_EQ(rows.get("[1,\"b\"]"), RowOutcome::none);
}

}  // namespace
}  // namespace exhibit::engine
