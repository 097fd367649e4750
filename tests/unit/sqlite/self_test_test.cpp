#include <gtest/gtest.h>

#include "sqlite/database.h"

namespace exhibit::sqlite {
namespace {

TEST(SelfTest, TheLinkedSqliteKeepsWhatTheLensReliesOn) { EXPECT_EQ(self_test(), ""); }

}  // namespace
}  // namespace exhibit::sqlite
