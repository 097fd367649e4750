// Every prefix and every changed byte of small samples is read or refused, in bounded time. Run with sanitizers, this
// is also the proof that no read goes astray.
#include <functional>

#include "decode/inflate.h"
#include "decode/protobuf_wire.h"
#include "decode/tree.h"
#include "decode/typedstream.h"
#include "samples.h"

namespace exhibit::decode {
namespace {

using tests::BinaryPlistSample;
using tests::from_hex;

using Decoder = std::function<void(Bytes)>;

/// The bytes are copied to a block of their exact size, so that a read behind them is seen.
void decode_exactly(const Decoder& decoder, std::string_view sample) {
  const std::vector<std::uint8_t> block(sample.begin(), sample.end());
  decoder(block);
}

void decode_all_damages(const Decoder& decoder, const std::string& sample) {
  for (std::size_t size = 0; size <= sample.size(); ++size) {
    decode_exactly(decoder, std::string_view(sample).substr(0, size));
  }
  for (std::size_t at = 0; at < sample.size(); ++at) {
    std::string changed = sample;
    for (const int bits : {0x01, 0x04, 0x10, 0x40, 0x80, 0xff}) {
      changed[at] = static_cast<char>(sample[at] ^ bits);
      decode_exactly(decoder, changed);
    }
  }
}

/// Reads all that a walk of bounded depth reaches.
std::uint64_t walk(const Tree& tree, NodeId node, int depth) {
  std::uint64_t sum = tree.bytes(node).empty() ? 0u : tree.bytes(node).back();
  if (depth == 0) return sum;
  for (std::size_t i = 0; i < tree.size(node) && i < 4; ++i) {
    if (tree.type(node) == NodeType::dictionary) sum += tree.key(node, i).size();
    sum += walk(tree, tree.child(node, i), depth - 1);
  }
  return sum;
}

template <class Read>
Decoder tree_decoder(Read read) {
  return [read](Bytes bytes) {
    const auto tree = read(bytes, Limits{}, Where{});
    if (tree) {
      EXPECT_LT(walk(*tree, tree->root(), 6), UINT64_MAX);
    } else {
      EXPECT_FALSE(tree.error().expected.view().empty());
    }
  };
}

TEST(Damage, BinaryPlist) {
  decode_all_damages(tree_decoder(read_plist),
                     BinaryPlistSample{{from_hex("d2 0102 0304"), "Qa", from_hex("61 00e9"), from_hex("a3 050607"),
                                        from_hex("c1 08"), from_hex("10 ff"), from_hex("33 c1c2760065000000"),
                                        from_hex("4f 1003 616263"), from_hex("80 05")}}
                         .build());
}

TEST(Damage, XmlPlist) {
  decode_all_damages(
      tree_decoder(read_plist),
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><plist><dict><key>a</key><array><integer>0x1</integer>"
      "<real>1.5</real><date>2001-01-02T00:00:01Z</date></array><key>d</key><data>YWJj</data></dict></plist>");
}

TEST(Damage, AsciiPlist) {
  decode_all_damages(tree_decoder(read_plist), "{ a = \"b\\U00e9\\n\"; /* c */ d = ( <61 62>, 'e', <*I5> ); }");
}

TEST(Damage, KeyedArchive) {
  decode_all_damages(tree_decoder(read_keyed_archive), BinaryPlistSample{{from_hex("d2 0102 0304"),
                                                                          "T$top",
                                                                          "X$objects",
                                                                          from_hex("d1 0506"),
                                                                          from_hex("a5 07080a0b0c"),
                                                                          "Troot",
                                                                          from_hex("80 01"),
                                                                          "U$null",
                                                                          from_hex("d2 0d0e 0f10"),
                                                                          "",
                                                                          from_hex("d1 1112"),
                                                                          "Qx",
                                                                          from_hex("10 07"),
                                                                          "ZNS.objects",
                                                                          "V$class",
                                                                          from_hex("a2 1314"),
                                                                          from_hex("80 02"),
                                                                          "Z$classname",
                                                                          "WNSArray",
                                                                          from_hex("80 01"),
                                                                          from_hex("80 03")}}
                                                           .build());
}

TEST(Damage, Json) {
  decode_all_damages(tree_decoder(read_json), R"({"a":[1,-2.5e3,"x\u00e9\ud83d\ude00\n",null,true,{}],"b":false})");
}

TEST(Damage, Xml) {
  decode_all_damages(tree_decoder(read_xml), "<m><s n=\"a\">one&#65;</s><i v='5'/><i/><![CDATA[x]]><!-- c --></m>");
}

TEST(Damage, Typedstream) {
  const std::string sample = from_hex(
      "040b73747265616d747970656481e803 840140 848484124e5341747472696275746564537472696e67 00 8484084e534f626a656374 "
      "00 85"
      "92848484084e53537472696e67 01 9484012b 026869 86 84026949 0102 928484840c4e5344696374696f6e617279 00 94 840169 "
      "01"
      "92849696016b86 92848484084e534e756d626572 00 8484074e5356616c7565 00 94 84012a 84840171 9d 05 86 86 86");
  const Decoder decoder = [](Bytes bytes) {
    const auto out = read_typedstream(bytes, Limits{});
    if (!out) return;
    EXPECT_TRUE(out->consumed_all || out->damage.has_value());
  };
  decode_all_damages(decoder, sample);
}

TEST(Damage, Protobuf) {
  const Decoder decoder = [](Bytes bytes) {
    const ProtobufMessage all = read_protobuf(bytes, Limits{});
    std::uint64_t sum = 0;
    for (const ProtobufField& field : all.fields) sum += field.bytes.empty() ? 0u : field.bytes.back();
    EXPECT_LT(sum, UINT64_MAX);
    EXPECT_LE(find_fields(bytes, "2.3.2", Limits{}).fields.size(), bytes.size());
  };
  decode_all_damages(decoder, from_hex("08 9601 120a 1a03 120161 1a03 120162 0b 1005 0c 25 0000c03f"));
}

TEST(Damage, Inflate) {
  const Decoder decoder = [](Bytes bytes) {
    const Inflated out = inflate_readable(bytes, 1000);
    EXPECT_NE(out.is_complete, out.damage.has_value());
    EXPECT_LE(out.bytes.size(), 1000u);
  };
  decode_all_damages(decoder, from_hex("1f8b0800000000000203cb48cdc9c957c84090008088f9e511000000"));
  decode_all_damages(decoder, from_hex("789ccb48cdc9c957c84090003a2e067d"));
  decode_all_damages(decoder, from_hex("cb48cdc9c957c8409000"));
}

}  // namespace
}  // namespace exhibit::decode
