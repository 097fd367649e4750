#include "watched_file.h"

#include <thread>

#include "containers/open.h"
#include "tar_builder.h"
#include "temporary_folder.h"

namespace exhibit::containers {
namespace {

TEST(WatchedFile, IsCancelledOnlyWhileItIsWatched) {
  Cancel cancel;
  const WatchedFile file(evidence::make_source({1, 2, 3}), &cancel, {});
  std::array<std::uint8_t, 3> bytes{};
  EXPECT_EQ(file.read_at(0, bytes).value(), 3u);
  cancel.request();
  ASSERT_FALSE(file.read_at(0, bytes));
  EXPECT_EQ(file.read_at(0, bytes).error().code, ErrorCode::cancelled);
  file.end_watch();
  EXPECT_EQ(file.read_at(1, bytes).value(), 2u);
}

TEST(WatchedFile, TellsWhereItIsNotForEveryRead) {
  std::vector<std::uint64_t> told;
  const WatchedFile file(evidence::make_source({1, 2, 3}), nullptr, [&](std::uint64_t done, std::uint64_t total) {
    EXPECT_EQ(total, 3u);
    told.push_back(done);
  });
  std::array<std::uint8_t, 1> byte{};
  std::this_thread::sleep_for(std::chrono::milliseconds(110));
  EXPECT_TRUE(file.read_at(2, byte));
  EXPECT_TRUE(file.read_at(1, byte));
  EXPECT_EQ(told, std::vector<std::uint64_t>{2});
}

TEST(WatchedFile, ACancelledOpeningGivesNoEvidence) {
  tests::TarBuilder tar;
  tar.add("data/data/org.example/files/a", "a");
  const tests::TemporaryFolder folder;
  const auto path = folder.write("phone.tar", tar.build()).string();
  Cancel cancel;
  cancel.request();
  evidence::Secrets secrets;
  const evidence::Unlocking unlocking{secrets, &cancel, {}};
  const auto opened = open(path, {.unlocking = &unlocking});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().error.code, ErrorCode::cancelled);
  EXPECT_TRUE(open(path));
}

}  // namespace
}  // namespace exhibit::containers
