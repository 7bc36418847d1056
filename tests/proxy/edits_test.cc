// Each removed element is one precise range; all else stays.
#include "proxy/edits.h"

#include <gtest/gtest.h>

#include "parser/stream/stream_reader.h"
#include "tests/proxy/streams.h"

namespace test {
namespace {

struct FirstElement final : parser::StreamReader::Handler {
  parser::xml::ElementPtr element;
  void on_item(const parser::StreamItem& item) override {
    if (item.kind == parser::StreamItem::Kind::kElement && element == nullptr) element = item.element;
  }
};

std::vector<std::string> hidden(const std::string& features) {
  const std::string bytes = kServerHeader + features;
  FirstElement first;
  parser::StreamReader reader;
  reader.feed(bytes, first);
  if (first.element == nullptr) {
    ADD_FAILURE() << "these features cannot be parsed: " << features;
    return {};
  }
  EXPECT_TRUE(proxy::is_features(*first.element));
  std::vector<std::string> texts;
  uint64_t at = 0;
  for (const auto& edit : proxy::hide_channel_binding(*first.element)) {
    EXPECT_LE(at, edit.range.begin) << "in order and disjoint";
    at = edit.range.end;
    EXPECT_EQ(edit.direction, parser::Direction::kS2C);
    EXPECT_EQ(edit.name, "hide-channel-binding");
    EXPECT_EQ(edit.replacement, "");
    texts.push_back(bytes.substr(edit.range.begin, edit.range.size()));
  }
  return texts;
}

using Texts = std::vector<std::string>;

TEST(HideChannelBinding, TakesPlusMechanismsOfSasl) {
  EXPECT_EQ(hidden(kFeaturesPlus),
            (Texts{"<mechanism>SCRAM-SHA-1-PLUS</mechanism>",
                   "<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'><channel-binding type='tls-exporter'/>"
                   "</sasl-channel-binding>"}));
}

TEST(HideChannelBinding, TakesPlusMechanismsOfSasl2) {
  EXPECT_EQ(
      hidden("<stream:features><authentication xmlns='urn:xmpp:sasl:2'><mechanism>SCRAM-SHA-256-PLUS"
             "</mechanism><mechanism> SCRAM-SHA-1-PLUS\n</mechanism><mechanism>PLAIN</mechanism><inline>"
             "<bind xmlns='urn:xmpp:bind:0'/></inline></authentication></stream:features>"),
      (Texts{"<mechanism>SCRAM-SHA-256-PLUS</mechanism>", "<mechanism> SCRAM-SHA-1-PLUS\n</mechanism>"}));
}

TEST(HideChannelBinding, FollowsPrefixesNotSpelling) {
  EXPECT_EQ(
      hidden("<stream:features xmlns:s='urn:ietf:params:xml:ns:xmpp-sasl'><s:mechanisms><s:mechanism>X-PLUS"
             "</s:mechanism><mechanism>Y-PLUS</mechanism></s:mechanisms></stream:features>"),
      (Texts{"<s:mechanism>X-PLUS</s:mechanism>"}))
      << "the second one is in another namespace";
}

TEST(HideChannelBinding, LeavesEverythingElse) {
  EXPECT_EQ(hidden(kFeaturesPlain), Texts{});
  EXPECT_EQ(hidden(kFeaturesBind), Texts{});
  EXPECT_EQ(
      hidden("<stream:features><mechanism>A-PLUS</mechanism><x xmlns='y'><mechanism>B-PLUS</mechanism></x>"
             "</stream:features>"),
      Texts{});
}

}  // namespace
}  // namespace test
