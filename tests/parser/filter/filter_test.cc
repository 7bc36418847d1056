// Expressions: what they mean where Wireshark has no say, how they are refused, and how they read in words.
#include "parser/filter/filter.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "parser/filter/lexer.h"
#include "tests/support/recorded_session.h"

namespace {

using parser::EventKind;
using parser::StreamEvent;
using parser::filter::Error;
using parser::filter::Filter;

constexpr std::string_view kSession =
    "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams'>\n"
    "S: <stream:stream from='example.com' id='1' version='1.0' xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams'>\n"
    "S: <stream:features><mechanisms "
    "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism>"
    "<mechanism>PLAIN</mechanism></mechanisms></stream:features>\n"
    "C: <message to='romeo@example.net' id='m1' type='chat'><body>Wherefore &amp; why</body></message>\n"
    "C: <iq type='get' id='r1'><query xmlns='jabber:iq:roster'/></iq>\n"
    "S: <iq type='result' id='r1'><query xmlns='jabber:iq:roster'><item jid='a@b'/><item "
    "jid='c@d'/></query></iq>\n"
    "S: <a xmlns='urn:xmpp:sm:3' h='7'/>\n"
    "S: <message from='romeo@example.net'><body>one</body><body xml:lang='de'>zwei</body></message>\n";

const std::deque<StreamEvent>& events() {
  static const test_support::EventRecorder recorder = [] {
    test_support::EventRecorder r;
    test_support::analyze_session(kSession, r);
    return r;
  }();
  return recorder.events();
}

// The frames that an expression selects, or the rendered error.
std::string select(std::string_view expression) {
  auto parsed = Filter::parse(expression);
  if (const auto* error = std::get_if<Error>(&parsed)) return render(expression, *error);
  std::string out;
  for (const StreamEvent& event : events()) {
    if (is_element(event.kind) && std::get<Filter>(parsed).matches(event)) {
      out += (out.empty() ? "" : " ") + std::to_string(event.frame);
    }
  }
  return out;
}

struct Case {
  std::string_view expression;
  std::string_view frames;
};

TEST(Filter, SelectsByOwnFieldsAndByExtensions) {
  const std::vector<Case> cases{
      {"", "1 2 3 4 5 6 7 8"},
      {"   ", "1 2 3 4 5 6 7 8"},
      {"\"Wherefore\"", "4"},
      {"\"zwei\" or xmpp.sm.h", "7 8"},
      {"xmpp.message.body contains \"Wherefore & why\"", "4"},
      {"xmpp.message.body == \"zwei\"", "8"},
      {"xmpp.message.body != \"zwei\"", "4"},
      {"xmpp.message.body matches \"^WHERE\"", "4"},
      {"xmpp.iq contains \"roster\"", "5 6"},
      {"xmpp.sm.h == 7", "7"},
      {"xmpp.sm.h > 7", ""},
      {"xmpp.sm.h in {1..10}", "7"},
      {"xmpp.sasl.mechanism == \"PLAIN\"", "3"},
      {"xmpp.sasl.mechanism != \"PLAIN\"", ""},
      {"xmpp.kind == \"iq\"", "5 6"},
      {"xmpp.kind in {\"header\", \"sm\"}", "1 2 7"},
      {"xmpp.rtt", "6"},
      {"xmpp.rtt == 0.1", "6"},
      {"xmpp.rtt >= 100ms", "6"},
      {"xmpp.rtt > 100000us", ""},
      {"xmpp.rtt < 1min && xmpp.rtt > 0.05s", "6"},
      {"xmpp.response_to == 5", "6"},
      {"xmpp.connection == 1 && xmpp.iq", "5 6"},
      {"tcp.stream == 0 && xmpp.iq", "5 6"},
      {"xmpp.to == romeo@example.net", "4"},
      {"xmpp.bytes < 40 && xmpp", "7"},
      {"frame.time_epoch > 1700000000.65 && xmpp", "7 8"},
      {"count(xmpp.query.item) == 2", "6"},
      {"count(xmpp.query.item) == 0 and xmpp.iq", "5"},
      {"xmpp.id == xmpp.type", ""},
      {"upper(xmpp.id) == \"M1\"", "4"},
      {"xmpp.xml_header_version", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(select(c.expression), c.frames) << c.expression;
}

TEST(Filter, FindingsEditsAndSeveritiesAreFields) {
  StreamEvent event;
  event.kind = EventKind::kIq;
  event.findings.push_back({"iq-missing-id", parser::Severity::kError, {}, "RFC 6120 §8.1.3", "m", {}, 0});
  event.findings.push_back({"iq-odd", parser::Severity::kNote, {}, "RFC 6120 §8.2.3", "m", {}, 0});
  event.edits.push_back({{}, {}, "", "hide-channel-binding", "why"});
  const auto matches = [&](std::string_view expression) {
    return std::get<Filter>(Filter::parse(expression)).matches(event);
  };
  EXPECT_TRUE(matches("xmpp.finding"));
  EXPECT_TRUE(matches("xmpp.finding == \"iq-odd\""));
  EXPECT_TRUE(matches("xmpp.finding contains \"missing\""));
  EXPECT_FALSE(matches("xmpp.finding == \"other\""));
  EXPECT_TRUE(matches("xmpp.finding.severity >= warning"));
  EXPECT_TRUE(matches("xmpp.finding.severity == note"));
  EXPECT_FALSE(matches("xmpp.finding.severity == \"warning\""));
  EXPECT_TRUE(matches("xmpp.edit == \"hide-channel-binding\""));
  event.findings.clear();
  event.edits.clear();
  EXPECT_FALSE(matches("xmpp.finding"));
  EXPECT_FALSE(matches("xmpp.finding.severity < error"));
  EXPECT_FALSE(matches("xmpp.edit"));
}

TEST(Filter, AndBindsTighterThanOrAndNotTighterThanBoth) {
  EXPECT_EQ(select("xmpp.stream || xmpp.message && xmpp.iq"), "1 2");
  EXPECT_EQ(select("(xmpp.stream || xmpp.message) && xmpp.iq"), "");
  EXPECT_EQ(select("!xmpp.stream && xmpp.features"), "3");
  EXPECT_EQ(select("!(xmpp.stream && xmpp.features) && xmpp.features"), "3");
  EXPECT_EQ(select("not xmpp.type == \"get\" and xmpp.iq"), "6");
  EXPECT_EQ(select("!!xmpp.features"), "3");
}

TEST(Filter, ErrorsShowThePlaceAndWhatToDo) {
  const std::vector<Case> cases{
      {"xmpp.foo",
       "  xmpp.foo\n  ^~~~~~~~\nThere is no field “xmpp.foo”. Did you mean “xmpp.from”, “xmpp.to” or "
       "“xmpp.iq”?"},
      {"iq", "  iq\n  ^~\nThere is no field “iq”. Did you mean “xmpp.iq”?"},
      {"xmpp.iq.id == \"x\"",
       "  xmpp.iq.id == \"x\"\n  ^~~~~~~~~~\nThere is no field “xmpp.iq.id”. Did you mean “xmpp.id”?"},
      {"xmpp.mesage",
       "  xmpp.mesage\n  ^~~~~~~~~~~\nThere is no field “xmpp.mesage”. Did you mean “xmpp.message”?"},
      {"juliet",
       "  juliet\n  ^~~~~~\nThere is no field “juliet”. Text to search for stands in double quotes."},
      {"xmpp.from ==", "  xmpp.from ==\n              ^\nThe expression ends too early: a value is missing."},
      {"xmpp.iq &&", "  xmpp.iq &&\n            ^\nThe expression ends too early."},
      {"(xmpp.iq", "  (xmpp.iq\n  ^\nThis parenthesis is not closed."},
      {"xmpp.iq)", "  xmpp.iq)\n         ^\nThis parenthesis was never opened."},
      {"xmpp.iq xmpp.message",
       "  xmpp.iq xmpp.message\n          ^~~~~~~~~~~~\n“xmpp.message” was not expected here; join two tests "
       "with “and” "
       "or “or”."},
      {"xmpp.iq AND xmpp.to",
       "  xmpp.iq AND xmpp.to\n          ^~~\n“AND” was not expected here; operators are written in small "
       "letters: "
       "“and”."},
      {"xmpp.type = \"get\"",
       "  xmpp.type = \"get\"\n            ^\nA single “=” compares nothing; use “==”."},
      {"xmpp.type == 'get'", "  xmpp.type == 'get'\n               ^~~~~\nStrings stand in double quotes."},
      {"xmpp.type == \"get", "  xmpp.type == \"get\n               ^~~~\nThis string has no closing quote."},
      {"xmpp.sm.h == x", "  xmpp.sm.h == x\n               ^\n“x” is not a number."},
      {"xmpp.sm.h == \"7\"", "  xmpp.sm.h == \"7\"\n               ^~~\n“7” is not a number."},
      {"xmpp.rtt > soon",
       "  xmpp.rtt > soon\n             ^~~~\n“soon” is not a time such as 0.5, 500ms or 20us."},
      {"xmpp.finding.severity > bad",
       "  xmpp.finding.severity > bad\n                          ^~~\n“bad” is not note, warning or error."},
      {"xmpp.in == maybe", "  xmpp.in == maybe\n             ^~~~~\n“maybe” is not true or false."},
      {"xmpp.sm.h contains \"1\"",
       "  xmpp.sm.h contains \"1\"\n                     ^~~\n“xmpp.sm.h” is a number; “contains” and "
       "“matches” look into "
       "text."},
      {"xmpp.from matches \"(\"",
       "  xmpp.from matches \"(\"\n                    ^~~\nThe regular expression is wrong: a parenthesis "
       "has no partner."},
      {"xmpp.type in \"get\"",
       "  xmpp.type in \"get\"\n               ^~~~~\n“in” takes a set: {\"get\", \"set\"} or {1..5}."},
      {"xmpp.type in {\"get\" \"set\"}",
       "  xmpp.type in {\"get\" \"set\"}\n                      ^~~~~\nThe values of a set are separated by "
       "commas."},
      {"xmpp.type in {\"get\"", "  xmpp.type in {\"get\"\n               ^\nThis set is not closed."},
      {"\"x\" == xmpp.id", "  \"x\" == xmpp.id\n  ^~~\nThe left side of a comparison must be a field."},
      {"5 == xmpp.id", "  5 == xmpp.id\n  ^\nThe left side of a comparison must be a field, not a number."},
      {"xmpp.id[0:1] == \"b\"",
       "  xmpp.id[0:1] == \"b\"\n         ^\nSlices are not supported; “contains” and “matches” look inside "
       "a value."},
      {"xmpp.response_in",
       "  xmpp.response_in\n  ^~~~~~~~~~~~~~~~\n“xmpp.response_in” is about frames that come later; use "
       "xmpp.response_to on "
       "the answer, or xmpp.rtt."},
      {"len(xmpp.id)", "  len(xmpp.id)\n  ^~~\nThe result of a function has to be compared with something."},
      {"len(xmpp.sm.h) > 1",
       "  len(xmpp.sm.h) > 1\n      ^~~~~~~~~\n“xmpp.sm.h” is a number; “len” works on text."},
      {"size(xmpp.id) > 1",
       "  size(xmpp.id) > 1\n  ^~~~\nThere is no function “size”; there are lower, upper, len and count."},
      {"xmpp.id == xmpp.sm.h",
       "  xmpp.id == xmpp.sm.h\n             ^~~~~~~~~\nOne side is text and the other a number."},
      {"xmpp.id == \"ü\" $",
       "  xmpp.id == \"ü\" $\n                 ^\nThis character has no meaning here; text stands in "
       "double quotes."},
      {"xmpp.iq & xmpp.to", "  xmpp.iq & xmpp.to\n          ^\nA single “&” is not supported; use “&&”."},
      {"any xmpp.iq", "  any xmpp.iq\n      ^~~~~~~\n“any” and “all” need a comparison."},
  };
  for (const Case& c : cases) EXPECT_EQ(select(c.expression), c.frames) << c.expression;
}

TEST(Filter, LongExpressionsAreShownAroundTheFault) {
  const std::string before(200, ' ');
  const std::string expression = before + "xmpp.nothing_like_it" + before;
  const auto parsed = Filter::parse(expression);
  const std::string shown = render(expression, std::get<Error>(parsed));
  EXPECT_LT(shown.size(), 400u);
  EXPECT_NE(shown.find("xmpp.nothing_like_it"), std::string::npos);
  const std::string first = shown.substr(0, shown.find('\n'));
  const std::string second =
      shown.substr(first.size() + 1, shown.find('\n', first.size() + 1) - first.size() - 1);
  // The ellipsis is three bytes and one column.
  EXPECT_EQ(second.find('^') + 2, first.find("xmpp.nothing"));
}

TEST(Filter, LengthAndDepthAreBounded) {
  const std::string longest = "\"" + std::string(9998, 'x') + "\"";
  EXPECT_TRUE(std::holds_alternative<Filter>(Filter::parse(longest)));
  const auto too_long = Filter::parse(longest + " ");
  EXPECT_EQ(std::get<Error>(too_long).message, "The expression is longer than 10,000 bytes.");

  const auto nested = [](size_t depth) { return std::string(depth, '(') + "xmpp" + std::string(depth, ')'); };
  EXPECT_TRUE(std::holds_alternative<Filter>(Filter::parse(nested(99))));
  const auto too_deep = Filter::parse(nested(100));
  EXPECT_EQ(std::get<Error>(too_deep).message, "The expression is nested deeper than 100 levels.");
  EXPECT_EQ(std::get<Error>(too_deep).offset, 100u);
  EXPECT_TRUE(std::holds_alternative<Error>(Filter::parse(std::string(5000, '!') + "xmpp")));

  std::string chain = "xmpp";
  while (chain.size() < 9900) chain += "||xmpp";
  EXPECT_TRUE(std::holds_alternative<Filter>(Filter::parse(chain)));
}

TEST(Filter, HostileRegularExpressionsGiveUp) {
  StreamEvent event;
  event.kind = EventKind::kMessage;
  const std::string bytes = std::string(200'000, 'a') + "!";
  event.bytes = bytes;
  for (const std::string_view pattern : {"(a+)+$", "(a|aa)+$", "(.*)*x", "(((a*)*)*)*b"}) {
    auto parsed = Filter::parse("xmpp matches \"" + std::string(pattern) + "\"");
    ASSERT_TRUE(std::holds_alternative<Filter>(parsed)) << pattern;
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_FALSE(std::get<Filter>(parsed).matches(event)) << pattern;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20)) << pattern;
  }
}

TEST(Filter, ExplainsItselfInWords) {
  const std::vector<Case> cases{
      {"", "everything"},
      {"xmpp.iq && xmpp.from contains \"juliet\"", "iq stanzas whose from contains “juliet”"},
      {"xmpp.iq", "iq stanzas"},
      {"xmpp.message or xmpp.presence", "messages, or presence stanzas"},
      {"xmpp.message && !xmpp.message.body", "messages without message.body"},
      {"xmpp.rtt > 100ms", "elements whose rtt is above 100ms"},
      {"xmpp.iq && xmpp.type in {\"get\", \"set\"}", "iq stanzas whose type is one of “get”, “set”"},
      {"xmpp.finding.severity >= warning && \"x\"",
       "elements whose finding.severity is at least warning and with “x” in their text"},
      {"xmpp.id != \"a\"", "elements whose id is there and is not “a”"},
      {"xmpp.iq && (xmpp.to or xmpp.from)", "iq stanzas (with to or with from)"},
      {"frame.number in {1..5}", "elements whose frame.number is one of 1 to 5"},
      {"not xmpp.iq", "elements that are not iq stanzas"},
      {"len(xmpp.id) == xmpp.sm.h", "elements whose length of id is the sm.h"},
  };
  for (const Case& c : cases) {
    auto parsed = Filter::parse(c.expression);
    ASSERT_TRUE(std::holds_alternative<Filter>(parsed)) << select(c.expression);
    EXPECT_EQ(std::get<Filter>(parsed).explain(), c.frames);
  }
}

TEST(Filter, FactsOfAConnectionAreNoXmppElements) {
  StreamEvent event;
  event.kind = EventKind::kClosed;
  event.connection = 3;
  const auto matches = [&](std::string_view expression) {
    return std::get<Filter>(Filter::parse(expression)).matches(event);
  };
  EXPECT_FALSE(matches("xmpp"));
  EXPECT_FALSE(matches("xmpp.out or xmpp.in"));
  EXPECT_TRUE(matches("xmpp.kind == \"closed\""));
  EXPECT_TRUE(matches("xmpp.connection == 3"));
  EXPECT_TRUE(matches("xmpp.session == 3"));
  event.session = 1;
  EXPECT_TRUE(matches("xmpp.session == 1 and xmpp.connection == 3"));
}

TEST(Fields, EachHasADescriptionAndAUniqueName) {
  std::set<std::string_view> names;
  for (const parser::filter::Field& field : parser::filter::fields()) {
    EXPECT_FALSE(field.description.empty()) << field.name;
    EXPECT_TRUE(names.insert(field.name).second) << field.name;
    auto parsed = Filter::parse(field.name);
    EXPECT_TRUE(std::holds_alternative<Filter>(parsed)) << field.name;
  }
  EXPECT_GE(names.size(), 140u);
}

TEST(Lexer, ResolvesEscapes) {
  const auto tokens = parser::filter::tokenize(R"("a\"b\\c\x41\101\n\d" r"\d\"x")");
  const auto& list = std::get<std::vector<parser::filter::Token>>(tokens);
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[0].text, "a\"b\\cAA\n\\d");
  EXPECT_EQ(list[1].text, "\\d\\\"x");
  EXPECT_EQ(list[1].offset, 22u);
  EXPECT_EQ(list[1].length, 8u);
  EXPECT_EQ(list[2].kind, parser::filter::TokenKind::kEnd);
}

}  // namespace
