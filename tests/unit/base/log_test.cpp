#include "base/log.h"

namespace exhibit {
namespace {

TEST(Log, KeepsTheOrderAndLeavesOutWhatIsLessImportant) {
  Log log(LogLevel::info);
  log.put(LogLevel::info, "first");
  log.put(LogLevel::debug, "not wanted");
  log.put(LogLevel::error, "second");
  EXPECT_EQ(log.take()->text, "first");
  const auto second = log.take();
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->text, "second");
  EXPECT_EQ(second->level, LogLevel::error);
  EXPECT_FALSE(log.take().has_value());
}

TEST(Log, CountsWhatItDrops) {
  Log log(LogLevel::debug);
  for (std::size_t i = 0; i < Log::kMostLines + 3; ++i) log.put(LogLevel::debug, std::to_string(i));
  for (std::size_t i = 0; i < Log::kMostLines; ++i) ASSERT_EQ(log.take()->text, std::to_string(i));
  const auto dropped = log.take();
  ASSERT_TRUE(dropped.has_value());
  EXPECT_EQ(dropped->level, LogLevel::warning);
  EXPECT_EQ(dropped->text, "3 lines were dropped");
  EXPECT_FALSE(log.take().has_value());
}

TEST(Log, KeepsNothingThatNobodyAskedFor) {
  Log log(std::nullopt);
  log.put(LogLevel::error, "text");
  EXPECT_FALSE(log.take().has_value());
}

}  // namespace
}  // namespace exhibit
