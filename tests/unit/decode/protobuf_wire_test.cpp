#include "decode/protobuf_wire.h"

#include "samples.h"

namespace exhibit::decode {
namespace {

using tests::from_hex;

ProtobufMessage read(const std::string& message) { return read_protobuf(as_bytes(message), Limits{}, {3, 100}); }

TEST(ProtobufWire, ReadsEveryWireType) {
  const std::string message =
      from_hex("08 9601  11 000000000000f83f  1a 03 616263  25 0000c03f  28 ffffffffffffffffff01");
  const ProtobufMessage all = read(message);
  ASSERT_FALSE(all.damage.has_value());
  ASSERT_EQ(all.fields.size(), 5u);
  EXPECT_EQ(all.fields[0].number, 1u);
  EXPECT_EQ(all.fields[0].value, 150u);
  EXPECT_EQ(all.fields[1].as_double(), 1.5);
  EXPECT_EQ(all.fields[1].offset, 3u);
  EXPECT_EQ(as_text(all.fields[2].bytes), "abc");
  EXPECT_EQ(all.fields[3].as_float(), 1.5f);
  EXPECT_EQ(static_cast<std::int64_t>(all.fields[4].value), -1);
  EXPECT_EQ(all.fields[4].offset, 22u);
  EXPECT_FALSE(all.has_groups);
}

TEST(ProtobufWire, ReadsZigzag) {
  EXPECT_EQ((ProtobufField{.value = 3}).as_zigzag(), -2);
  EXPECT_EQ((ProtobufField{.value = 4}).as_zigzag(), 2);
  EXPECT_EQ((ProtobufField{.value = UINT64_MAX}).as_zigzag(), INT64_MIN);
}

TEST(ProtobufWire, EmptyIsEmpty) {
  EXPECT_TRUE(read("").fields.empty());
  EXPECT_FALSE(read("").damage.has_value());
}

TEST(ProtobufWire, KeepsTheFieldsBeforeTheDamage) {
  const auto damage_of = [](std::string_view tail) {
    const ProtobufMessage all = read(from_hex("0805") + from_hex(tail));
    EXPECT_EQ(all.fields.size(), 1u) << tail;
    return all.damage.value_or(Error{ErrorCode::io, "no damage", 0, {}});
  };
  EXPECT_EQ(damage_of("80").code, ErrorCode::truncated);
  EXPECT_EQ(damage_of("1a 04 616263").code, ErrorCode::truncated);
  EXPECT_EQ(damage_of("1a ffffffffffffffffff01").code, ErrorCode::truncated) << "a length that would wrap";
  EXPECT_EQ(damage_of("00").found, 0u) << "field number 0";
  EXPECT_EQ(damage_of("00").where, (Where{3, 102}));
  EXPECT_EQ(damage_of("8080808010 00").found, 1u << 29) << "field number 2^29";
  EXPECT_EQ(damage_of("0e").expected.view(), "a wire type of 0 to 5");
  EXPECT_EQ(damage_of("0f").found, 7u);
  EXPECT_EQ(damage_of("0c").expected.view(), "no end of a group that was not opened");
  EXPECT_EQ(damage_of("08 ffffffffffffffffff02").code, ErrorCode::malformed) << "more than 64 bits";
}

TEST(ProtobufWire, ReadsTheLargestFieldNumber) {
  EXPECT_EQ(read(from_hex("f8ffffff0f 01")).fields.at(0).number, (1u << 29) - 1);
}

TEST(ProtobufWire, ReadsBalancedGroups) {
  const std::string message = from_hex("0b 1005 13 1807 14 0c 2001");
  const ProtobufMessage all = read(message);
  ASSERT_FALSE(all.damage.has_value());
  ASSERT_EQ(all.fields.size(), 2u);
  EXPECT_EQ(all.fields[0].type, WireType::group);
  EXPECT_EQ(as_text(all.fields[0].bytes), from_hex("1005 13 1807 14"));
  EXPECT_EQ(all.fields[1].number, 4u);
  EXPECT_TRUE(all.has_groups);
  EXPECT_EQ((*find_field(as_bytes(message), "1.2.3"))->value, 7u);
}

TEST(ProtobufWire, RefusesUnbalancedGroups) {
  EXPECT_EQ(read(from_hex("0b 1005")).damage->code, ErrorCode::truncated);
  EXPECT_EQ(read(from_hex("0b 1005 14")).damage->found, 2u);
  EXPECT_EQ(read(std::string(100'000, '\x0b')).damage->code, ErrorCode::limit);
}

TEST(ProtobufWire, LimitsFields) {
  Limits limits;
  limits.nodes = 2;
  const std::string message = from_hex("0801 0802 0803");
  const ProtobufMessage all = read_protobuf(as_bytes(message), limits);
  EXPECT_EQ(all.fields.size(), 2u);
  EXPECT_EQ(all.damage->code, ErrorCode::limit);
}

TEST(ProtobufWire, FindsValuesAtPaths) {
  // 2 { 3 { 2: "a" } 3 { 2: "b" } }, 2: no message but the varint 7, 2 { 3 { 2: "c" } }
  const std::string message = from_hex("120a 1a03 120161 1a03 120162  1007  1205 1a03 120163");
  const auto first = find_field(as_bytes(message), "2.3.2");
  ASSERT_TRUE(first.has_value() && first->has_value());
  EXPECT_EQ(as_text((*first)->bytes), "a");
  EXPECT_EQ((*first)->offset, 4u);

  const ProtobufMessage all = find_fields(as_bytes(message), "2.3.2", Limits{});
  ASSERT_EQ(all.fields.size(), 3u);
  EXPECT_EQ(as_text(all.fields[1].bytes), "b");
  EXPECT_EQ(as_text(all.fields[2].bytes), "c");
  EXPECT_EQ(all.fields[2].offset, 18u);
  EXPECT_FALSE(all.damage.has_value());
}

TEST(ProtobufWire, TellsAbsentFromDamaged) {
  const auto absent = find_field(as_bytes(from_hex("0801")), "2");
  ASSERT_TRUE(absent.has_value());
  EXPECT_FALSE(absent->has_value());

  const auto damaged = find_field(as_bytes(from_hex("0801 12")), "2", {1, 50});
  ASSERT_FALSE(damaged.has_value());
  EXPECT_EQ(damaged.error().where, (Where{1, 53}));

  const std::string before = from_hex("1203 0a0161 12");
  EXPECT_TRUE(find_field(as_bytes(before), "2.1").value().has_value()) << "what is found before the damage stands";
  EXPECT_TRUE(find_fields(as_bytes(before), "2.1", Limits{}).damage.has_value());
}

TEST(ProtobufWire, RefusesPathsThatAreNone) {
  for (const std::string_view path : {"", ".", "1.", ".1", "1..2", "a", "0", "-1", "536870912", "1 2"}) {
    EXPECT_FALSE(find_field(as_bytes(from_hex("0801")), path).has_value()) << path;
    EXPECT_TRUE(find_fields(as_bytes(from_hex("0801")), path, Limits{}).damage.has_value()) << path;
  }
}

}  // namespace
}  // namespace exhibit::decode
