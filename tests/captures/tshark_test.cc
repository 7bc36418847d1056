// The real tshark opens our captures and sees what we see. Fails where tshark is not installed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/captures/recording.h"

namespace captures {
namespace {

using parser::Direction;
using testing::at;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Recording;
using testing::some_connection;

constexpr Direction kC2S = Direction::kC2S;
constexpr Direction kS2C = Direction::kS2C;
const std::string kHeader =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams' to='example.com' version='1.0'>";
const std::string kAnswer =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' id='s1' "
    "xmlns:stream='http://etherx.jabber.org/streams' from='example.com' version='1.0'>";

class Tshark : public ::testing::Test {
 protected:
  Tshark() {
    std::string name = (std::filesystem::temp_directory_path() / "stanzascope_tshark_XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~Tshark() override { std::filesystem::remove_all(folder_); }

  // Runs tshark over the capture; the lines that it prints.
  std::vector<std::string> lines(const std::string& file, const std::string& arguments) {
    const std::string path = folder_ + "/test.pcapng";
    std::ofstream(path, std::ios::binary) << file;
    const std::string command = "tshark -r " + path + " " + arguments + " 2>" + folder_ + "/errors";
    FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) {
      ADD_FAILURE() << "cannot run " << command;
      return {};
    }
    std::string output;
    char piece[4096];
    while (const size_t got = fread(piece, 1, sizeof piece, pipe)) output.append(piece, got);
    status_ = pclose(pipe);
    std::stringstream errors;
    errors << std::ifstream(folder_ + "/errors").rdbuf();
    errors_ = errors.str();
    EXPECT_EQ(errors_.find("not found"), std::string::npos) << "tshark is needed for this test: " << errors_;
    std::vector<std::string> found;
    std::istringstream stream(output);
    for (std::string line; std::getline(stream, line);) found.push_back(line);
    return found;
  }

  size_t count(const std::string& file, const std::string& filter) {
    const size_t found = lines(file, "-Y '" + filter + "' -T fields -e frame.number").size();
    EXPECT_EQ(status_, 0) << filter << ": " << errors_;
    return found;
  }

  std::string folder_;
  std::string errors_;
  int status_ = 0;
  size_t next_ = 0;
};

// Login with STARTTLS, an edit, a finding, whitespace of all sorts, long stanzas.
std::string session(Recording& recording, int64_t& time, parser::ConnectionId id, uint16_t port) {
  parser::ConnectionInfo info = some_connection();
  info.client.port = port;
  auto& analyzer = recording.analyzer;
  uint64_t sent[2] = {0, 0};
  const auto say = [&](Direction direction, const std::string& bytes) {
    analyzer.bytes(at(++time), id, direction, bytes);
    sent[parser::index(direction)] += bytes.size();
  };
  analyzer.opened(at(++time), id, info);
  say(kC2S, kHeader);
  say(kS2C, kAnswer);
  say(kS2C, "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>");
  say(kC2S, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
  say(kS2C, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
  for (const parser::Leg leg : {parser::Leg::kClient, parser::Leg::kServer}) {
    parser::TlsEstablished tls;
    tls.leg = leg;
    tls.version = "TLSv1.3";
    analyzer.tls_established(at(++time), id, tls);
  }
  say(kC2S, kHeader);
  say(kS2C, kAnswer);
  const std::string features =
      "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1-PLUS"
      "</mechanism><mechanism>PLAIN</mechanism></mechanisms></stream:features>";
  const uint64_t begin = sent[1] + features.find("<mechanism>SCRAM");
  analyzer.edited(at(time), id,
                  {kS2C, {begin, begin + 39}, "", "hide-channel-binding", "Our TLS ends here."});
  say(kS2C, features);
  say(kC2S, "<iq type='get' id='r1'><query xmlns='jabber:iq:roster'/></iq>");
  say(kS2C, "<iq type='result' id='r1'><query xmlns='jabber:iq:roster'/></iq>");
  say(kC2S, " ");
  say(kC2S, "<message id='m1' to='a@example.com'><body>hello</body></message>");
  say(kC2S, "\n");
  say(kC2S, "<message id='m2' to='a@example.com'><body>hello</body></message>\n \n");
  std::string body;
  while (body.size() < 150'000) body += "line > one &amp; <b>two</b>\n";
  say(kC2S, "<message id='m3' to='a@example.com'><body>" + body + "</body></message>");
  say(kC2S, "<iq type='get'><query xmlns='jabber:iq:version'/></iq>");
  say(kS2C, "<presence from='a@example.com/x'/>");
  say(kC2S, "</stream:stream>");
  say(kS2C, "</stream:stream>");
  analyzer.closed(at(++time), id, {});
  return recording.output.file;
}

TEST_F(Tshark, DissectsEveryElementAsXmppInAFrameOfItsOwn) {
  Recording recording;
  int64_t time = 0;
  session(recording, time, 1, 40'000);
  const std::string& file = recording.finish(at(++time));
  const auto frames =
      lines(file, "-n -Y xmpp -T fields -e frame.number -e frame.interface_name -e _ws.col.Info");
  // Our frame numbers are tshark's, also for an element of several segments.
  std::vector<std::string> expected;
  const auto add = [&](std::string_view kind, const std::string& info) {
    const std::string& text = recording.events.texts[next_];
    ASSERT_NE(text.find(" " + std::string(kind) + " ["), std::string::npos) << text;
    expected.push_back(text.substr(6, text.find(' ', 6) - 6) + "\tas sent\t" + info);
    ++next_;
  };
  next_ = 1;
  add("header", "STREAM > example.com ");
  add("header", "STREAM < example.com ");
  add("features", "FEATURES ");
  add("starttls", "STARTTLS ");
  add("starttls", "PROCEED ");
  next_ += 2;  // TLS
  add("header", "STREAM > example.com ");
  add("header", "STREAM < example.com ");
  add("features", "FEATURES ");
  const std::string& features = expected.back();
  expected.push_back(std::to_string(std::stoi(features) + 4) + "\tas forwarded\tFEATURES ");
  add("iq", "IQ(get) QUERY(jabber:iq:roster) ");
  add("iq", "IQ(result) QUERY(jabber:iq:roster) ");
  ++next_;
  add("message", "MESSAGE > a@example.com ");
  ++next_;
  add("message", "MESSAGE > a@example.com ");
  ++next_;
  add("message", "MESSAGE > a@example.com ");
  add("iq", "IQ(get) QUERY(jabber:iq:version) ");
  add("presence", "PRESENCE < a@example.com/x ");
  add("footer", "STREAM END");
  add("footer", "STREAM END");
  EXPECT_THAT(frames, ::testing::ElementsAreArray(expected)) << errors_;
}

TEST_F(Tshark, FindsNothingMalformedButWhatItSaysOfEveryFooter) {
  Recording recording;
  int64_t time = 0;
  session(recording, time, 1, 40'000);
  session(recording, time, 2, 40'001);
  const std::string& file = recording.finish(at(++time));
  // tshark 4.0 calls every </stream:stream> malformed ("Closing an unopened tag"), in any capture.
  EXPECT_THAT(lines(file,
                    "-n -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE -Y '"
                    "(_ws.malformed && !(tcp.payload contains \"</stream:stream>\")) || "
                    "tcp.checksum.status == \"Bad\" || ip.checksum.status == \"Bad\" || "
                    "(tcp.analysis.flags && !tcp.analysis.window_update)'"),
              ::testing::IsEmpty());
  EXPECT_EQ(status_, 0) << errors_;
  EXPECT_EQ(count(file, "tcp"), recording.writer.frames());
}

TEST_F(Tshark, ShowsFindingsEditsAndFactsAsComments) {
  Recording recording;
  int64_t time = 0;
  session(recording, time, 1, 40'000);
  const std::string& file = recording.finish(at(++time));
  const auto comments = lines(file, "-Y frame.comment -T fields -e frame.comment");
  EXPECT_THAT(comments, Contains(HasSubstr("iq-missing-id (RFC 6120")));
  EXPECT_THAT(comments, Contains(HasSubstr("edit hide-channel-binding: ")));
  EXPECT_THAT(comments, Contains(HasSubstr("connection 1 TLS on the client's leg: TLSv1.3")));
  EXPECT_THAT(comments, Contains(HasSubstr("connection 1 opened: 127.0.0.1:40000")));
  EXPECT_THAT(comments, Contains(HasSubstr("connection 1 closed: finished")));
  EXPECT_THAT(lines(file, "-c 1 -N n -T fields -e ip.dst_host"), ElementsAre("xmpp.example.com"));
}

TEST_F(Tshark, TellsConversationsApartThatShareTheirPorts) {
  Recording recording;
  int64_t time = 0;
  session(recording, time, 1, 40'000);
  session(recording, time, 2, 40'000);  // the port is used again
  parser::ConnectionInfo info = some_connection();
  for (const parser::ConnectionId id : {3, 4}) recording.analyzer.opened(at(++time), id, info);  // at once
  for (const parser::ConnectionId id : {3, 4}) {
    recording.analyzer.bytes(at(++time), id, kC2S, kHeader);
    recording.analyzer.bytes(at(++time), id, kC2S, "<presence id='p" + std::to_string(id) + "'/>");
  }
  recording.analyzer.closed(at(++time), 3, {parser::Closed::How::kReset, "reset by the client"});
  const std::string& file = recording.finish(at(++time));
  const auto streams = lines(file, "-Y 'xmpp' -T fields -e tcp.stream");
  const std::set<std::string> distinct(streams.begin(), streams.end());
  EXPECT_EQ(distinct.size(), 6u);  // two of them as forwarded
  EXPECT_EQ(count(file, "xmpp.message"), 6u);
  EXPECT_EQ(count(file, "tcp.flags.reset == 1"), 1u);
  const auto presences =
      lines(file, "-Y 'xmpp.presence && (xmpp.id contains \"p\")' -T fields -e tcp.stream");
  ASSERT_EQ(presences.size(), 2u);
  EXPECT_NE(presences[0], presences[1]);
}

TEST_F(Tshark, ReadsIpv6AndAFileThatIsCut) {
  Recording recording;
  parser::ConnectionInfo info = some_connection();
  info.client.address = "2001:db8::1";
  info.server.address = "2001:db8::2";
  recording.analyzer.opened(at(0), 1, info);
  recording.analyzer.bytes(at(1), 1, kC2S, kHeader);
  recording.analyzer.bytes(at(2), 1, kC2S, "<presence/>");
  const std::string& file = recording.finish(at(3));
  EXPECT_EQ(count(file, "ipv6.src == 2001:db8::1 && xmpp.presence"), 1u);
  EXPECT_EQ(lines(file, "-o tcp.check_checksum:TRUE -Y 'tcp.checksum.status == \"Good\"'").size(),
            recording.writer.frames());
  const auto whole = lines(file.substr(0, file.size() - 10), "-Y xmpp");
  EXPECT_EQ(whole.size(), 2u);
}

TEST_F(Tshark, OthersMayCommentOnOurPacketsAndWeStillReadThem) {
  Recording recording;
  int64_t time = 0;
  session(recording, time, 1, 40'000);
  const std::string file = recording.finish(at(++time));
  lines(file, "-c 1");
  const std::string command =
      "editcap -a '4:look here' " + folder_ + "/test.pcapng " + folder_ + "/commented.pcapng";
  ASSERT_EQ(std::system(command.c_str()), 0) << "editcap comes with tshark and is needed for this test";
  std::stringstream commented;
  commented << std::ifstream(folder_ + "/commented.pcapng", std::ios::binary).rdbuf();
  const testing::Reread again(commented.str());
  ASSERT_FALSE(again.reader.failed()) << again.reader.error();
  testing::expect_same(recording.events.texts, again.events.texts);
  EXPECT_TRUE(
      std::any_of(again.reader.comments().begin(), again.reader.comments().end(),
                  [](const Comment& comment) { return comment.frame == 4 && comment.text == "look here"; }));
}

}  // namespace
}  // namespace captures
