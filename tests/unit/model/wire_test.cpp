// Expected bytes are worked out from the protobuf encoding: tag = number << 3 | wire type, varints seven bits at a
// time.
#include <limits>

#include "model/wire_reader.h"
#include "model/wire_writer.h"

namespace exhibit::model {
namespace {

using namespace std::string_literals;

template <class Write>
std::string written(Write write) {
  std::string out;
  WireWriter writer(out);
  write(writer);
  return out;
}

TEST(WireWriter, WritesEveryTypeEvenIfZero) {
  EXPECT_EQ(written([](WireWriter& w) { w.boolean(1, false); }), "\x08\x00"s);
  EXPECT_EQ(written([](WireWriter& w) { w.integer(1, 0); }), "\x08\x00"s);
  EXPECT_EQ(written([](WireWriter& w) { w.integer(2, 300); }), "\x10\xac\x02"s);
  EXPECT_EQ(written([](WireWriter& w) { w.integer(1, -1); }), "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s);
  EXPECT_EQ(written([](WireWriter& w) { w.enumeration(1, -1); }), "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s);
  EXPECT_EQ(written([](WireWriter& w) { w.signed_integer(3, -1); }), "\x18\x01"s);
  EXPECT_EQ(written([](WireWriter& w) { w.signed_integer(3, 3600); }), "\x18\xa0\x38"s);
  EXPECT_EQ(written([](WireWriter& w) { w.fixed_integer(1, 1); }), "\x09\x01\x00\x00\x00\x00\x00\x00\x00"s);
  EXPECT_EQ(written([](WireWriter& w) { w.real(1, 1.0); }), "\x09\x00\x00\x00\x00\x00\x00\xf0\x3f"s);
  EXPECT_EQ(written([](WireWriter& w) { w.text(199, "a"); }), "\xba\x0c\x01"s + "a");
  EXPECT_EQ(written([](WireWriter& w) { w.text(9, ""); }), "\x4a\x00"s);
  EXPECT_EQ(written([](WireWriter& w) { w.message(9, ""); }), "");
}

TEST(WireWriter, NestsInPlaceWhateverTheLength) {
  for (const std::size_t size : {1u, 125u, 126u, 127u, 128u, 16380u, 16384u, 70000u}) {
    const std::string text(size, 'x');
    std::string inner;
    WireWriter(inner).text(1, text);
    std::string expected = "before";
    WireWriter(expected).message(199, inner);
    std::string out = "before";
    WireWriter writer(out);
    const WireWriter::Mark mark = writer.begin(199);
    writer.text(1, text);
    writer.end(mark);
    EXPECT_EQ(out, expected) << size;
  }
}

TEST(WireWriter, NestedMessagesThatStayEmptyLeaveNothing) {
  EXPECT_EQ(written([](WireWriter& w) {
              const auto outer = w.begin(20);
              w.end(w.begin(3));
              w.end(outer);
            }),
            "");
}

TEST(WireWriter, TimesWriteOnlyWhatIsNotUsual) {
  EXPECT_EQ(written([](WireWriter& w) { w.time(10, {.us = 1}); }), "\x52\x09\x09\x01\x00\x00\x00\x00\x00\x00\x00"s);
  const Moment moment{.us = 1, .zone = Zone::offset, .precision = Precision::ms, .offset_s = 0};
  EXPECT_EQ(written([&](WireWriter& w) { w.time(10, moment, Clock::server, "Etc/UTC"); }),
            "\x52\x1a\x09\x01\x00\x00\x00\x00\x00\x00\x00\x10\x02\x18\x00\x22\x07"s + "Etc/UTC" + "\x28\x02\x30\x02");
}

TEST(WireReader, ReadsWhatTheWriterWrote) {
  const std::string wire = written([](WireWriter& w) {
    w.integer(1, std::numeric_limits<std::int64_t>::min());
    w.signed_integer(2, std::numeric_limits<std::int32_t>::min());
    w.real(3, -0.5);
    w.text(200, "text");
  });
  WireReader reader(as_bytes(wire));
  WireField field;
  ASSERT_TRUE(reader.next(field));
  EXPECT_EQ(field.integer(), std::numeric_limits<std::int64_t>::min());
  ASSERT_TRUE(reader.next(field));
  EXPECT_EQ(field.zigzag(), std::numeric_limits<std::int32_t>::min());
  ASSERT_TRUE(reader.next(field));
  EXPECT_EQ(field.real(), -0.5);
  ASSERT_TRUE(reader.next(field));
  EXPECT_EQ(field.number, 200u);
  EXPECT_EQ(field.text(), "text");
  EXPECT_FALSE(reader.next(field));
  EXPECT_TRUE(reader.ok());
}

TEST(WireReader, RefusesMalformedBytes) {
  for (const std::string& bytes : {
           "\x00\x00"s,                                          // field 0
           "\x08"s,                                              // no value
           "\x08\x80"s,                                          // varint cut off
           "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"s,      // 65 bits
           "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s,  // 11 bytes
           "\x0b"s,                                              // a group
           "\x0e\x00"s,                                          // wire type 6
           "\x09\x01\x02\x03"s,                                  // 8 bytes wanted
           "\x0d\x01\x02\x03"s,                                  // 4 bytes wanted
           "\x0a\x02"s + "a",                                    // longer than the message
           "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s,      // a length that wraps
           "\xff\xff\xff\xff\xff\x7f\x00"s,                      // number beyond 29 bits
       }) {
    WireReader reader(as_bytes(bytes));
    WireField field;
    EXPECT_FALSE(reader.next(field));
    EXPECT_FALSE(reader.ok());
    EXPECT_FALSE(reader.next(field)) << "stays at its failure";
  }
}

TEST(WireReader, FindsDownAPath) {
  const std::string wire = written([](WireWriter& w) {
    w.text(1, "first");
    const auto mark = w.begin(3);
    w.text(1, "address");
    w.end(mark);
    w.integer(4, 7);
  });
  EXPECT_EQ(find_path(as_bytes(wire), {3, 1})->text(), "address");
  EXPECT_EQ(find_field(as_bytes(wire), 4)->integer(), 7);
  EXPECT_FALSE(find_path(as_bytes(wire), {3, 2}).has_value());
  EXPECT_FALSE(find_path(as_bytes(wire), {4, 1}).has_value()) << "an integer holds no fields";
}

TEST(WireReader, ReadsTimes) {
  const Moment moment{.us = -5, .zone = Zone::assumed, .precision = Precision::day, .offset_s = -3600};
  const std::string wire = written([&](WireWriter& w) { w.time(1, moment, Clock::gnss, "Europe/Berlin", "42"); });
  const auto time = read_time(find_field(as_bytes(wire), 1)->bytes);
  ASSERT_TRUE(time.has_value());
  EXPECT_EQ(time->moment.us, -5);
  EXPECT_EQ(time->moment.zone, Zone::assumed);
  EXPECT_EQ(time->moment.precision, Precision::day);
  EXPECT_EQ(time->moment.offset_s, -3600);
  EXPECT_EQ(time->clock, Clock::gnss);
  EXPECT_EQ(time->zone_name, "Europe/Berlin");
  EXPECT_EQ(time->raw, "42");
}

TEST(WireReader, WhatIsAbsentInATimeIsUsual) {
  const std::string wire = written([](WireWriter& w) { w.fixed_integer(1, 9); });
  const auto time = read_time(as_bytes(wire));
  ASSERT_TRUE(time.has_value());
  EXPECT_EQ(time->moment.zone, Zone::utc);
  EXPECT_EQ(time->moment.precision, Precision::s);
  EXPECT_EQ(time->clock, Clock::unknown);
}

TEST(WireReader, ATimeWithoutMomentIsNone) {
  EXPECT_FALSE(read_time({}).has_value());
  EXPECT_FALSE(read_time(as_bytes("\x10\x02"s)).has_value());
  EXPECT_FALSE(read_time(as_bytes("\x09\x01\x00\x00\x00\x00\x00\x00\x00\x10"s)).has_value()) << "cut off";
  EXPECT_FALSE(read_time(as_bytes("\x08\x01"s)).has_value()) << "a varint is no sfixed64";
  EXPECT_FALSE(read_time(as_bytes("\x09\x01\x00\x00\x00\x00\x00\x00\x00\x10\x80\x02"s)).has_value()) << "zone 256";
}

}  // namespace
}  // namespace exhibit::model
