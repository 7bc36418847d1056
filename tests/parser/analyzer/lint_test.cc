// Findings point into the text, whatever form it has; what is not there is not held against anybody.
#include "parser/lint.h"

#include <gtest/gtest.h>

#include <string>

namespace parser {
namespace {

constexpr std::string_view kHeader =
    "<stream:stream to='example.com' version='1.0' xml:lang='en' xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams'>";

LintOptions as(Direction speaker, std::string bound = {}) {
  LintOptions options;
  options.speaker = speaker;
  options.bound = std::move(bound);
  return options;
}

// "iq-missing-id “<iq type='get'>”" per finding, one a line.
std::string found(std::string_view text, const LintOptions& options = {}) {
  const LintReport report = lint(text, options);
  if (!report.error.empty()) return report.error;
  std::string out;
  for (const LintFinding& one : report.findings) {
    EXPECT_LE(one.place.begin, one.place.end);
    EXPECT_LE(one.place.end, text.size());
    out += std::string(one.finding.rule) + " “" +
           std::string(text.substr(one.place.begin, one.place.size())) + "”\n";
  }
  return out;
}

TEST(Lint, StanzasWithoutAStreamArePointedAt) {
  EXPECT_EQ(found("\n  <iq type='get'>\n <ping xmlns='urn:xmpp:ping'/></iq>\n<message id='1'/>"),
            "iq-missing-id “<iq type='get'>”\n");
  EXPECT_EQ(lint("<presence/>", {}).form, LintForm::kStanzas);
}

TEST(Lint, WhatIsMissingInAPastedStanzaIsNotHeldAgainstIt) {
  EXPECT_EQ(found("<iq type='result' id='1' to='juliet@example.com/balcony'/>"), "");
  EXPECT_EQ(found("<iq type='get' id='1'><query xmlns='jabber:iq:roster'/></iq>"), "");
  EXPECT_EQ(found("<presence from='romeo@example.net/orchard' to='juliet@example.com'/>"), "");
  EXPECT_EQ(found("<a xmlns='urn:xmpp:sm:3' h='7'/>"), "");
}

TEST(Lint, ABoundAddressIsWhatTheClientMayWriteFrom) {
  constexpr std::string_view kMessage =
      "<message from='mercutio@example.com/x' to='a@b' id='1'><body>x</body></message>";
  EXPECT_EQ(found(kMessage, as(Direction::kC2S)), "");
  EXPECT_NE(found(kMessage, as(Direction::kC2S, "juliet@example.com/balcony")), "");
}

TEST(Lint, OneSideOfAStreamIsNotBlamedForTheOther) {
  const std::string text =
      "<?xml version='1.0'?>" + std::string(kHeader) +
      "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/><?xml version='1.0'?>" + std::string(kHeader) +
      "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGEAYg==</auth>" +
      "<?xml version='1.0'?>" + std::string(kHeader) +
      "<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"
      "<presence type='wrong'/></stream:stream>\n";
  EXPECT_EQ(found(text), "presence-invalid-type “<presence type='wrong'/>”\n");
  EXPECT_EQ(lint(text, {}).form, LintForm::kStream);
  EXPECT_EQ(lint(text, {}).speaker, Direction::kC2S);
}

TEST(Lint, TheSpeakerIsGuessedFromWhatIsSaid) {
  EXPECT_EQ(lint("<presence/>", {}).speaker, Direction::kC2S);
  EXPECT_EQ(lint("<message from='a@b/c'/>", {}).speaker, Direction::kS2C);
  EXPECT_EQ(lint("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", {}).speaker, Direction::kS2C);
  EXPECT_EQ(lint("<stream:stream id='1'>", {}).speaker, Direction::kS2C);
  EXPECT_EQ(lint("<message from='a@b/c'/>", as(Direction::kC2S, "a@b/c")).speaker, Direction::kC2S);
}

TEST(Lint, TranscriptsKeepTheirPlacesThroughExpansions) {
  EXPECT_EQ(
      found("# x\nC: <message id='m' to='a@b'><body>${repeat:x:50}</body></message>\nC: <iq type='get'>\n"
            "<ping xmlns='urn:xmpp:ping'/></iq>\nS: <message type='${repeat:y:5}'><body/></message>"),
      "iq-missing-id “<iq type='get'>”\nmessage-invalid-type “<message type='${repeat:y:5}'>”\n");
}

TEST(Lint, TranscriptsOfSeveralConnectionsKeepTheirPlaces) {
  EXPECT_EQ(found("[connection 1]\nC: <presence/>\n[connection 2]\nC: <iq type='get'><ping "
                  "xmlns='urn:xmpp:ping'/></iq>\n[connection 1]\nC: <message><body>x</bo"),
            "iq-missing-id “<iq type='get'>”\ninput-incomplete “<message>”\n");
}

TEST(Lint, TranscriptsSayInWhichLineTheyCannotBeRead) {
  const LintReport report = lint("C: <a/>\n[nonsense]\n", {});
  EXPECT_EQ(report.error_line, 2U);
  EXPECT_NE(report.error, "");
}

TEST(Lint, LogsAreJudgedFromBothSides) {
  EXPECT_EQ(
      found("12:00 SEND: <iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>\n"
            "12:01 RECV: <iq type='result' id='1'/>\n12:02 SEND: <iq type='get'>\n <x xmlns='u'/>\n</iq>\n"
            "12:03 RECV: <message\n type='x'><body/></message>"),
      "iq-missing-id “<iq type='get'>”\nmessage-invalid-type “<message\n type='x'>”\n");
}

TEST(Lint, AWholeLogThroughTlsAndLoginIsSilent) {
  const std::string client = "SEND: " + std::string(kHeader) + "\n";
  const std::string server =
      "RECV: <?xml version='1.0'?><stream:stream from='example.com' id='1' version='1.0' "
      "xmlns='jabber:client' "
      "xmlns:stream='http://etherx.jabber.org/streams' xml:lang='en'>\nRECV: <stream:features>";
  // A stream that is restarted has another id.
  const auto restarted = [&server](std::string_view id) {
    std::string header = server;
    return header.replace(header.find("id='1'"), 6, "id='" + std::string(id) + "'");
  };
  const std::string log =
      client + server +
      "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>\n"
      "SEND: <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\nRECV: <proceed "
      "xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n" +
      client + restarted("x2") +
      "<mechanisms "
      "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></stream:features>\n"
      "SEND: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGp1bGlldABzZWNyZXQ=</auth>\n"
      "RECV: <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>\n" +
      client + restarted("y3") +
      "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>\n"
      "SEND: <iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\n"
      "RECV: <iq type='result' id='b'><bind "
      "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/x</jid></bind></iq>\n"
      "SEND: <presence/>\nSEND: </stream:stream>\nRECV: </stream:stream>\n";
  LintReport report = lint(log, {});
  for (const LintFinding& one : report.findings) {
    EXPECT_EQ(one.finding.severity, Severity::kNote) << one.finding.rule << ": " << one.finding.message;
  }
  EXPECT_EQ(report.form, LintForm::kLog);
  EXPECT_EQ(report.elements, 18U);
}

TEST(Lint, ATextThatEndsWithinAnElementIsAnError) {
  EXPECT_EQ(found("<message to='a@b'><body>x</body>"), "input-incomplete “<message ”\n");
  EXPECT_EQ(found("<message to='a@b"), "input-incomplete “<message ”\n");
  EXPECT_EQ(found("C: <presence/>\nC: <message><body>"), "input-incomplete “<message>”\n");
}

TEST(Lint, RefusedXmlIsReportedOnceAndWhatFollowsIsCounted) {
  const LintReport report = lint("<a xmlns='u'></b><iq/>", {});
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].finding.rule, "xml-not-well-formed");
  EXPECT_NE(report.guesses.back().find("could not be judged"), std::string::npos);
}

TEST(Lint, AByteOrderMarkIsForgiven) {
  EXPECT_EQ(found("\xEF\xBB\xBF<presence/>"), "");
}

TEST(Lint, NothingToJudgeIsSaid) {
  EXPECT_NE(lint("", {}).error, "");
  EXPECT_NE(lint(" \n", {}).error, "");
  EXPECT_NE(lint("hello", {}).error, "");
}

TEST(Lint, EveryTruncationHasAnAnswerWithPlacesInsideIt) {
  const std::string text =
      "12:00 SEND: <iq type='get'>\n <a xmlns='ü'/></iq>\nRECV: <b><![CDATA[<]]></b> x\nSENT:\n<c/>";
  for (size_t size = 0; size <= text.size(); ++size) {
    const std::string part = text.substr(0, size);
    const LintReport report = lint(part, {});
    for (const LintFinding& one : report.findings) EXPECT_LE(one.place.end, part.size()) << part;
    found("C: " + part);
    found(text.substr(size));
  }
}

}  // namespace
}  // namespace parser
