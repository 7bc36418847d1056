// What is read back is what was seen live: kinds, ranges, times, frames, findings, edits and facts.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "parser/rules/rule.h"
#include "parser/transcript.h"
#include "tests/captures/recording.h"
#include "tests/support/sanitized.h"

namespace captures {
namespace {

using parser::ByteRange;
using parser::Closed;
using parser::Direction;
using testing::at;
using testing::expect_same;
using testing::Recording;
using testing::Reread;
using testing::some_connection;

constexpr Direction kC2S = Direction::kC2S;
constexpr Direction kS2C = Direction::kS2C;
constexpr std::string_view kHeader =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams' to='example.com' version='1.0'>";
constexpr std::string_view kAnswer =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' id='s1' "
    "xmlns:stream='http://etherx.jabber.org/streams' from='example.com' version='1.0'>";

void expect_round_trip(Recording& recording, parser::Time end) {
  const std::string& file = recording.finish(end);
  for (const size_t piece : {size_t{0}, size_t{1}, size_t{333}}) {
    const Reread again(file, piece);
    ASSERT_FALSE(again.reader.failed()) << again.reader.error();
    EXPECT_TRUE(again.reader.damage().empty()) << again.reader.damage()[0].what;
    ASSERT_NO_FATAL_FAILURE(expect_same(recording.events.texts, again.events.texts));
    EXPECT_EQ(again.reader.frames(), recording.writer.frames());
    EXPECT_EQ(again.reader.offset(), file.size());
  }
}

// Sends in chunks of random sizes, a millisecond between them.
void send(Recording& recording, int64_t& time, Direction direction, std::string_view bytes, size_t chunk) {
  for (size_t begin = 0; begin < bytes.size(); begin += chunk) {
    recording.analyzer.bytes(at(++time), 1, direction, bytes.substr(begin, chunk));
    recording.writer.on_partial(at(time), 1, direction, recording.analyzer.partial(1, direction));
  }
}

TEST(RoundTrip, EveryTranscriptOfTheRulebookComesBackAsItWas) {
  size_t transcripts = 0;
  for (const parser::rules::Rule* rule : parser::rules::all_rules()) {
    for (const std::string_view text : {rule->violating, rule->conforming}) {
      const auto parsed = parser::parse_transcript(text);
      ASSERT_TRUE(std::holds_alternative<parser::Transcript>(parsed)) << rule->id;
      // Nothing records WebSocket yet, and the format has no place for where its messages begin and end.
      if (std::get<parser::Transcript>(parsed).start.websocket) continue;
      for (const size_t chunk : {size_t{0}, size_t{1}, size_t{13}}) {
        SCOPED_TRACE(std::string(rule->id) + ", chunks of " + std::to_string(chunk) + "\n" +
                     std::string(text));
        Recording recording;
        const parser::Time end =
            parser::play(std::get<parser::Transcript>(parsed), recording.analyzer, 1, at(0), chunk);
        ASSERT_NO_FATAL_FAILURE(expect_round_trip(recording, end));
        ++transcripts;
      }
    }
  }
  EXPECT_GE(transcripts, 100u);
}

TEST(RoundTrip, AWholeSessionWithAllItsFacts) {
  Recording recording;
  parser::ConnectionInfo info = some_connection();
  info.server = {};
  info.client.name = "laptop";
  info.direct_tls = true;
  recording.analyzer.opened(at(0), 1, info);
  parser::TlsEstablished tls;
  tls.version = "TLSv1.3";
  tls.cipher = "TLS_AES_256_GCM_SHA384";
  tls.alpn = "xmpp-client";
  tls.sni = "ex\xFF\x01mple";  // whatever a client may send
  tls.resumed = true;
  tls.verification = "ok";
  recording.analyzer.tls_established(at(1), 1, tls);
  recording.analyzer.upstream(at(2), 1, {{"2001:db8::7", 5223, "xmpp.example.com"}, true});
  recording.analyzer.bytes(at(3), 1, kC2S, kHeader);
  recording.analyzer.notice(at(4), 1, {"see-other-host", "the server wants the client elsewhere"});
  recording.analyzer.bytes(at(5), 1, kS2C, kAnswer);
  recording.analyzer.dropped(at(6), 1, {kC2S, 12'345});
  recording.analyzer.bytes(at(7), 1, kC2S, "<message to='a@b'><body>hi</body></message>");
  recording.analyzer.closed(at(8), 1, {Closed::How::kTimeout, "nothing came for 10 minutes"});
  ASSERT_NO_FATAL_FAILURE(expect_round_trip(recording, at(9)));
}

TEST(RoundTrip, EveryWayToClose) {
  for (int how = 0; how <= static_cast<int>(Closed::How::kLost); ++how) {
    Recording recording;
    recording.analyzer.opened(at(0), 1, some_connection());
    recording.analyzer.bytes(at(3), 1, kC2S, kHeader);
    recording.analyzer.bytes(at(4), 1, kC2S, "<message><body>unfinished");
    recording.analyzer.bytes(at(4), 1, kS2C, "text");
    recording.analyzer.closed(at(5), 1, {static_cast<Closed::How>(how), how % 2 == 0 ? "why" : ""});
    ASSERT_NO_FATAL_FAILURE(expect_round_trip(recording, at(9)));
  }
}

TEST(RoundTrip, EditsOfElementsBetweenThemAndAtTheEnd) {
  Recording recording;
  recording.analyzer.opened(at(0), 1, some_connection());
  recording.analyzer.bytes(at(1), 1, kC2S, kHeader);
  recording.analyzer.bytes(at(2), 1, kS2C, kAnswer);
  const uint64_t begin = kAnswer.size();
  const std::string features =
      "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1-PLUS"
      "</mechanism><mechanism>PLAIN</mechanism></mechanisms></stream:features>";
  const size_t plus = features.find("<mechanism>SCRAM");
  const size_t end = features.find("<mechanism>PLAIN");
  recording.analyzer.edited(
      at(3), 1, {kS2C, {begin + plus, begin + end}, "", "hide-channel-binding", "it cannot pass a proxy"});
  recording.analyzer.edited(at(3), 1, {kS2C, {begin, begin}, "<r/>", "insert", "in front"});
  recording.analyzer.bytes(at(4), 1, kS2C, features.substr(0, 40));
  recording.writer.on_partial(at(4), 1, kS2C, recording.analyzer.partial(1, kS2C));
  recording.analyzer.bytes(at(5), 1, kS2C, features.substr(40));
  const uint64_t behind = begin + features.size();
  recording.analyzer.edited(at(6), 1,
                            {kS2C, {behind, behind}, std::string(200'000, 'x'), "insert", "behind"});
  recording.analyzer.edited(at(7), 1,
                            {kC2S, {kHeader.size() + 5, kHeader.size() + 6}, "\xFF", "late", "never comes"});
  recording.analyzer.closed(at(8), 1, {});
  ASSERT_NO_FATAL_FAILURE(expect_round_trip(recording, at(9)));
}

TEST(RoundTrip, WhitespaceOfEverySortAndLength) {
  Recording recording;
  int64_t time = 0;
  recording.analyzer.opened(at(0), 1, some_connection());
  send(recording, time, kC2S, kHeader, 10'000);
  for (const std::string& space :
       {std::string(" "), std::string("\n"), std::string("\r\n \t"), std::string(200'000, '\n')}) {
    send(recording, time, kC2S, space, 300'000);
    send(recording, time, kC2S, "<presence/>", 100);
  }
  send(recording, time, kC2S, "\n<presence/>\n\n<presence/></stream:stream>\n", 100);
  recording.analyzer.closed(at(++time), 1, {});
  ASSERT_NO_FATAL_FAILURE(expect_round_trip(recording, at(++time)));
}

TEST(RoundTrip, LongElementsWithManyCuts) {
  for (const std::string_view filling : {"<b>x</b>", ">>>>", "abc &gt; ", "é\n"}) {
    std::string message = "<message to='a@example.com'><body>";
    while (message.size() < 250'000) message += filling;
    message += "</body></message>";
    for (const size_t chunk : {size_t{7001}, size_t{65'536}, size_t{1'000'000}}) {
      Recording recording;
      int64_t time = 0;
      recording.analyzer.opened(at(0), 1, some_connection());
      send(recording, time, kC2S, kHeader, 1000);
      send(recording, time, kC2S, message, chunk);
      send(recording, time, kC2S, "<presence/>", 3);
      ASSERT_NO_FATAL_FAILURE(expect_round_trip(recording, at(++time))) << filling << chunk;
    }
  }
}

TEST(RoundTrip, ViolationsThatShowBeforeTheirElementEnds) {
  const std::string_view bad[] = {
      "<message><!-- one --><body>a<?two?>b</body><!-- three --></message><presence/>",
      "text<presence/>more text<!-- comment --><presence/>",
      "<message><!-- one --><body>&undefined;</body></message><presence/>",
      "<message><!-- one --><body></wrong></message><presence/> \n",
      "<message><body>\xC3\x28</body></message>",
      "<!DOCTYPE x><presence/>",
      "<x:message/><presence/>",
      "<presence a='1' a='2'/><presence/>",
      "<message><!-- one --><!DOCTYPE x></message>",
      "</stream:stream><presence/>",
      "<stream:stream xmlns:stream='http://etherx.jabber.org/streams'/><presence/>",
  };
  for (const std::string_view header : {std::string_view(), kHeader}) {
    for (const std::string_view bytes : bad) {
      for (size_t chunk = 1; chunk <= bytes.size(); chunk += test::kEachPlace) {
        SCOPED_TRACE(std::string(bytes) + " in chunks of " + std::to_string(chunk));
        Recording recording;
        int64_t time = 0;
        recording.analyzer.opened(at(0), 1, some_connection());
        if (!header.empty()) send(recording, time, kC2S, header, 1000);
        send(recording, time, kC2S, bytes, chunk);
        ASSERT_NO_FATAL_FAILURE(expect_round_trip(recording, at(++time)));
      }
    }
  }
}

TEST(RoundTrip, ALongElementThatFailsLate) {
  std::string message = "<message><!-- one --><body>";
  message.append(20'000, 'x');
  for (const std::string_view fault : {"</wrong>", "\xFF", "<!DOCTYPE a>"}) {
    for (const size_t chunk : {size_t{100}, size_t{4096}, size_t{5000}, size_t{50'000}}) {
      Recording recording;
      int64_t time = 0;
      recording.analyzer.opened(at(0), 1, some_connection());
      send(recording, time, kC2S, kHeader, 1000);
      send(recording, time, kC2S, message + std::string(fault) + std::string(10'000, 'y'), chunk);
      ASSERT_NO_FATAL_FAILURE(expect_round_trip(recording, at(++time))) << fault << " " << chunk;
    }
  }
}

// Random sessions of many connections at once, over random chunks: whatever happens comes back.
TEST(RoundTrip, InterleavedConnections) {
  const std::string_view pieces[] = {
      kHeader,
      "<iq type='get' id='1'><query xmlns='jabber:iq:roster'/></iq>",
      "<iq type='result' id='1'/>",
      "<message from='a@b/c' to='d@e'><body>\xE2\x9C\x93 &amp; <![CDATA[<x>]]></body></message>",
      "<presence/>",
      " ",
      "\n\n",
      "<a xmlns='urn:x'><b><!-- c --></b></a>",
      "oops",
      "<r xmlns='urn:xmpp:sm:3'/>",
      "</stream:stream>",
  };
  for (unsigned seed = 1; seed <= 60; seed += test::kEachPlace) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    Recording recording;
    int64_t time = 0;
    std::vector<bool> open(6);
    for (int step = 0; step < 150; ++step) {
      const size_t id = 1 + random() % 5;
      time += static_cast<int64_t>(random() % 3);
      if (!open[id]) {
        parser::ConnectionInfo info = some_connection();
        info.from_start = random() % 4 != 0;
        info.client.port = static_cast<uint16_t>(40'000 + id % 2);  // they collide
        recording.analyzer.opened(at(time), id, info);
        open[id] = true;
        continue;
      }
      const auto choice = random() % 40;
      if (choice == 0) {
        recording.analyzer.closed(at(time), id, {});
        open[id] = false;
        continue;
      }
      const Direction direction = random() % 2 == 0 ? kC2S : kS2C;
      if (choice == 1) {
        recording.analyzer.dropped(at(time), id, {direction, random() % 5000});
        continue;
      }
      std::string bytes;
      for (auto i = random() % 3 + 1; i > 0; --i) bytes += pieces[random() % std::size(pieces)];
      const size_t cut = random() % (bytes.size() + 1);
      recording.analyzer.bytes(at(time), id, direction, bytes.substr(0, cut));
      recording.writer.on_partial(at(time), id, direction, recording.analyzer.partial(id, direction));
      time += static_cast<int64_t>(random() % 2);
      recording.analyzer.bytes(at(time), id, direction, bytes.substr(cut));
    }
    ASSERT_NO_FATAL_FAILURE(expect_round_trip(recording, at(time + 1)));
  }
}

}  // namespace
}  // namespace captures
