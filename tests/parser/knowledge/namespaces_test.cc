// The table of namespaces can be searched, is explained where people meet it, and knows what the project
// uses.
#include "parser/knowledge/namespaces.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "parser/rules/rule.h"

namespace parser::knowledge {
namespace {

TEST(Namespaces, AreSortedAndNoneIsThereTwice) {
  const auto all = all_namespaces();
  for (size_t i = 1; i < all.size(); ++i) EXPECT_LT(all[i - 1].name, all[i].name);
  EXPECT_GE(all.size(), 500U);
}

TEST(Namespaces, AreFoundByTheirExactNameOnly) {
  for (const Namespace& one : all_namespaces()) EXPECT_EQ(find_namespace(one.name), &one) << one.name;
  EXPECT_EQ(find_namespace(""), nullptr);
  EXPECT_EQ(find_namespace("urn:xmpp:ping "), nullptr);
  EXPECT_EQ(find_namespace("urn:xmpp:pin"), nullptr);
  EXPECT_EQ(find_namespace("zzz"), nullptr);
}

TEST(Namespaces, AreAllCitedAndManyAreExplainedInOneSentence) {
  const std::regex source("XEP-[0-9]{4}|RFC [0-9]{4}|XML|W3C");
  const std::set<std::string_view> states = {"Active",   "Deferred", "Deprecated", "Experimental", "Final",
                                             "Obsolete", "Proposed", "Rejected",   "Retracted",    "Stable"};
  size_t explained = 0;
  for (const Namespace& one : all_namespaces()) {
    EXPECT_TRUE(std::regex_match(std::string(one.source), source)) << one.name << ": " << one.source;
    EXPECT_TRUE(states.contains(one.status)) << one.name << ": " << one.status;
    EXPECT_FALSE(one.title.empty()) << one.name;
    if (one.explanation.empty()) continue;
    ++explained;
    EXPECT_TRUE(one.explanation.ends_with('.') || one.explanation.ends_with('?')) << one.explanation;
    EXPECT_LE(one.explanation.size(), 120U) << one.name;
  }
  EXPECT_GE(explained, 150U);
}

TEST(Namespaces, OfTheRfcsAreKnownAndExplained) {
  for (const std::string_view name :
       {"http://etherx.jabber.org/streams", "jabber:client", "jabber:server", "jabber:iq:roster",
        "urn:ietf:params:xml:ns:xmpp-streams", "urn:ietf:params:xml:ns:xmpp-stanzas",
        "urn:ietf:params:xml:ns:xmpp-tls", "urn:ietf:params:xml:ns:xmpp-sasl",
        "urn:ietf:params:xml:ns:xmpp-bind", "urn:ietf:params:xml:ns:xmpp-session",
        "urn:ietf:params:xml:ns:xmpp-framing"}) {
    const Namespace* found = find_namespace(name);
    ASSERT_NE(found, nullptr) << name;
    EXPECT_TRUE(found->source.starts_with("RFC ")) << name;
    EXPECT_FALSE(found->explanation.empty()) << name;
  }
}

TEST(Namespaces, AreCitedWithAWarningWhereNobodyShouldUseThemAnyMore) {
  EXPECT_EQ(cite(*find_namespace("urn:xmpp:mam:2")), "XEP-0313 Message Archive Management");
  EXPECT_EQ(cite(*find_namespace("jabber:iq:auth")), "XEP-0078 Non-SASL Authentication (obsolete)");
}

// Whole namespaces only: the parser's sources have prefixes of some too, which end in ':' or '#'.
std::set<std::string> namespaces_in(const std::string& text) {
  static const std::regex name(
      R"re("((?:urn:xmpp:|urn:ietf:params:xml:ns:|jabber:|http://jabber\.org/|http://etherx\.)[^"\s<>']*[a-z0-9])")re");
  std::set<std::string> found;
  for (std::sregex_iterator it(text.begin(), text.end(), name), end; it != end; ++it) found.insert((*it)[1]);
  return found;
}

TEST(Namespaces, NamedInTheParsersSourcesAreKnown) {
  size_t checked = 0;
  for (const char* folder : {"parser/rules", "parser/payload", "parser/stream", "parser/filter"}) {
    const auto root = std::filesystem::path(STANZASCOPE_SOURCE_DIR) / folder;
    for (const auto& file : std::filesystem::directory_iterator(root)) {
      if (!file.is_regular_file()) continue;
      std::stringstream text;
      text << std::ifstream(file.path()).rdbuf();
      for (const std::string& name : namespaces_in(text.str())) {
        EXPECT_NE(find_namespace(name), nullptr) << file.path() << ": " << name;
        ++checked;
      }
    }
  }
  EXPECT_GT(checked, 60U);
}

TEST(Namespaces, OfTheConformingExamplesAreKnown) {
  const std::regex declared(R"(xmlns(?::[a-z0-9]+)?=['"]([^'"]+)['"])");
  size_t checked = 0;
  for (const rules::Rule* rule : rules::all_rules()) {
    const std::string text(rule->conforming);
    for (std::sregex_iterator it(text.begin(), text.end(), declared), end; it != end; ++it) {
      const std::string name = (*it)[1];
      if (!name.starts_with("urn:xmpp:") && !name.starts_with("urn:ietf:") && !name.starts_with("jabber:") &&
          !name.starts_with("http://jabber.org/")) {
        continue;  // made up for the example
      }
      EXPECT_NE(find_namespace(name), nullptr) << rule->id << ": " << name;
      ++checked;
    }
  }
  EXPECT_GT(checked, 100U);
}

}  // namespace
}  // namespace parser::knowledge
