// Messages of WebSocket: each stands alone, none is lost, and what is wrong with one ends with it.
#include "parser/stream/frame_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace parser {
namespace {

using ::testing::ElementsAre;

// "header open 0..12" per item; violations with their code.
class Items final : public StreamReader::Handler {
 public:
  void on_item(const StreamItem& item) override {
    static constexpr std::string_view kNames[] = {"header",    "element",   "footer",
                                                  "keepalive", "violation", "unparsed"};
    std::string line(kNames[static_cast<size_t>(item.kind)]);
    if (item.element != nullptr) {
      line += " {" + std::string(item.element->ns) + "}" + std::string(item.element->local);
    }
    if (item.kind == StreamItem::Kind::kViolation) line += " " + std::string(xml::name(item.error.code));
    line += " " + std::to_string(item.range.begin) + ".." + std::to_string(item.range.end);
    lines.push_back(line);
    bytes += item.bytes;
  }
  std::vector<std::string> lines;
  std::string bytes;
};

std::vector<std::string> read(std::initializer_list<std::string_view> messages) {
  FrameReader reader{xml::Limits()};
  Items items;
  std::string all;
  for (const std::string_view message : messages) {
    reader.feed(message, items);
    all += message;
    EXPECT_EQ(reader.offset(), all.size());
  }
  EXPECT_EQ(items.bytes, all);
  return items.lines;
}

TEST(FrameReader, OpenIsAHeaderAndCloseAFooter) {
  EXPECT_THAT(
      read({"<open xmlns='urn:f'/>", "<close xmlns='urn:f'/>", "<open xmlns='urn:f'></open>"}),
      ElementsAre("header {urn:f}open 0..21", "footer {urn:f}close 21..43", "header {urn:f}open 43..70"));
}

TEST(FrameReader, NamespacesEndWithTheMessage) {
  EXPECT_THAT(read({"<a xmlns='urn:a' xmlns:x='urn:x'><x:b/></a>", "<c/>", "<x:d/>"}),
              ElementsAre("element {urn:a}a 0..43", "element {}c 43..47",
                          "violation namespace-not-well-formed 47..53", "element {}d 47..53"));
}

TEST(FrameReader, AStreamTagLeavesNothingBehind) {
  EXPECT_THAT(read({"<stream:stream xmlns='u' xmlns:stream='http://etherx.jabber.org/streams'>", "<a/>",
                    "</stream:stream>", "<b/>"}),
              ElementsAre("header {http://etherx.jabber.org/streams}stream 0..73", "element {}a 73..77",
                          "footer 77..93", "element {}b 93..97"));
}

TEST(FrameReader, AMessageThatEndsWithinItsElementIsRefusedAndTheNextOneRead) {
  EXPECT_THAT(read({"<a><b>", "<c/>"}),
              ElementsAre("violation not-well-formed 0..6", "unparsed 0..6", "element {}c 6..10"));
}

TEST(FrameReader, WhatIsFatalInOneMessageIsNotForTheNext) {
  EXPECT_THAT(read({"<a></b>", "<c/>", "<!DOCTYPE x>", "<d/>"}),
              ElementsAre("violation not-well-formed 3..7", "unparsed 0..7", "element {}c 7..11",
                          "violation doctype 11..20", "unparsed 11..23", "element {}d 23..27"));
}

TEST(FrameReader, SeveralElementsTextAndDeclarationsAreGivenOut) {
  EXPECT_THAT(read({"<a/> <b/>", "<?xml version='1.0'?><c/>", "text", " "}),
              ElementsAre("element {}a 0..4", "keepalive 4..5", "element {}b 5..9", "element {}c 9..34",
                          "violation text-between-stanzas 34..38", "keepalive 38..39"));
}

TEST(FrameReader, SkippedBytesCount) {
  FrameReader reader{xml::Limits()};
  Items items;
  reader.feed("<a/>", items);
  reader.skip(10);
  reader.feed("<b/>", items);
  EXPECT_THAT(items.lines, ElementsAre("element {}a 0..4", "element {}b 14..18"));
}

}  // namespace
}  // namespace parser
