// Foreign packets become sessions; what the capture missed is said and passed by.
#include "captures/import/tcp_sessions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "captures/import/foreign_capture.h"
#include "captures/import/packet_decryption.h"
#include "parser/analyzer.h"

namespace captures {
namespace {

using parser::Direction;

const std::string kOpen =
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' "
    "to='example.com'>";

parser::Time at(int64_t milliseconds) {
  return parser::Time(std::chrono::seconds(1'700'000'000) + std::chrono::milliseconds(milliseconds));
}

// The packets of one connection.
class Talk {
 public:
  explicit Talk(uint16_t server_port = 5222, uint16_t client_port = 40'000) {
    ends_[0] = end(10, client_port);
    ends_[1] = end(20, server_port);
  }
  Talk& open() {
    add(0, {}).syn = true;
    packets.back().has_ack = false;
    ++next_[0];
    add(1, {}).syn = true;
    ++next_[1];
    add(0, {});
    return *this;
  }
  Talk& say(size_t side, const std::string& text, bool lose = false) {
    add(side, text);
    next_[side] += static_cast<uint32_t>(text.size());
    if (lose) packets.pop_back();
    return *this;
  }
  Talk& acknowledge(size_t side, int times = 1) {
    while (times-- > 0) add(side, {});
    return *this;
  }
  Talk& close() {
    for (const size_t side : {size_t{0}, size_t{1}}) {
      add(side, {}).fin = true;
      ++next_[side];
    }
    return *this;
  }
  TcpPacket& add(size_t side, const std::string& payload) {
    TcpPacket packet;
    packet.frame = packets.size() + 1;
    packet.time = at(static_cast<int64_t>(packets.size()));
    packet.from = ends_[side];
    packet.to = ends_[1 - side];
    packet.seq = next_[side];
    packet.ack = next_[1 - side];
    packet.has_ack = true;
    packet.payload = payload;
    packets.push_back(packet);
    return packets.back();
  }
  std::vector<TcpPacket> packets;

 private:
  static TcpEnd end(uint8_t last, uint16_t port) {
    TcpEnd end;
    end.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 0, 2, last};
    end.port = port;
    return end;
  }
  std::array<TcpEnd, 2> ends_;
  std::array<uint32_t, 2> next_ = {1000, 0xFFFFFFF0};  // one wraps around soon
};

// What the Analyzer was told.
class Told : public parser::EventSink {
 public:
  explicit Told(const std::vector<TcpPacket>& packets, TcpSessions::Decrypted decrypted = {}) {
    parser::Analyzer analyzer({}, *this);
    TcpSessions sessions(analyzer, totals, std::move(decrypted));
    for (const TcpPacket& packet : packets) sessions.packet(packet);
    sessions.finish();
  }
  void on_event(const parser::StreamEvent& event) override {
    if (parser::is_element(event.kind)) {
      said[parser::index(event.direction)] += event.bytes;
      kinds.push_back(std::string(name(event.kind)));
    }
    if (const auto* info = std::get_if<parser::ConnectionInfo>(&event.fact)) opened.push_back(*info);
    if (const auto* closed = std::get_if<parser::Closed>(&event.fact)) how.push_back(closed->how);
    if (const auto* dropped = std::get_if<parser::Dropped>(&event.fact)) lost.push_back(dropped->bytes);
  }
  std::array<std::string, 2> said;
  std::vector<std::string> kinds;
  std::vector<parser::ConnectionInfo> opened;
  std::vector<parser::Closed::How> how;
  std::vector<uint64_t> lost;
  ImportTotals totals;
};

Talk session() {
  Talk talk;
  talk.open().say(0, kOpen).say(1, kOpen).say(1, "<stream:features/>");
  for (int i = 0; i < 10; ++i)
    talk.say(0, "<message><body>" + std::to_string(i) + "</body></message>").acknowledge(1);
  return talk;
}

TEST(TcpSessions, TellWhatWasSaidAndWho) {
  const Told told(session().close().packets);
  EXPECT_NE(told.said[0].find("<body>9</body>"), std::string::npos);
  EXPECT_EQ(told.said[1], kOpen + "<stream:features/>");
  ASSERT_EQ(told.opened.size(), 1u);
  EXPECT_EQ(told.opened[0].client.address, "192.0.2.10");
  EXPECT_EQ(told.opened[0].server.port, 5222);
  EXPECT_TRUE(told.opened[0].from_start);
  EXPECT_EQ(told.how, std::vector{parser::Closed::How::kFinished});
  EXPECT_TRUE(told.totals.notes.empty());
}

TEST(TcpSessions, TheOrderOfPacketsAndRepeatsDoNotMatter) {
  const Told wanted(session().close().packets);
  std::mt19937 random(3);
  for (int round = 0; round < 30; ++round) {
    std::vector<TcpPacket> packets = session().packets;
    for (size_t i = 4; i + 3 < packets.size(); i += 3) {
      std::shuffle(packets.begin() + static_cast<std::ptrdiff_t>(i),
                   packets.begin() + static_cast<std::ptrdiff_t>(i) + 3, random);
      if (random() % 3 == 0) packets.insert(packets.begin() + static_cast<std::ptrdiff_t>(i), packets[i]);
    }
    const Told told(packets);
    EXPECT_EQ(told.said[0], wanted.said[0]);
    EXPECT_EQ(told.said[1], wanted.said[1]);
    EXPECT_TRUE(told.lost.empty());
  }
}

TEST(TcpSessions, SegmentsThatTheCaptureMissedAreToldAsLost) {
  Talk talk = session();
  talk.say(0, "<message><body>never seen</body></message>", true);
  for (int i = 0; i < 10; ++i) talk.say(0, "<presence/>").acknowledge(1);
  const Told told(talk.close().packets);
  EXPECT_EQ(told.lost, std::vector<uint64_t>{42});
  EXPECT_EQ(told.totals.lost, 42u);
  EXPECT_EQ(std::count(told.kinds.begin(), told.kinds.end(), "presence"), 10);
  ASSERT_EQ(told.totals.notes.size(), 1u);
  EXPECT_NE(told.totals.notes[0].find("misses segments"), std::string::npos);
}

TEST(TcpSessions, ASegmentThatOnlyComesLateIsNotLost) {
  Talk talk = session();
  talk.say(0, "<message><body>late</body></message>");
  const TcpPacket late = talk.packets.back();
  talk.packets.pop_back();
  talk.say(0, "<presence/>").acknowledge(1, 3);
  talk.packets.push_back(late);
  const Told told(talk.close().packets);
  EXPECT_TRUE(told.lost.empty());
  EXPECT_NE(told.said[0].find("late</body></message><presence/>"), std::string::npos);
}

TEST(TcpSessions, ACaptureThatBeginsInTheMiddleBeginsWithAWholeElement) {
  Talk talk;
  talk.say(1, "half of a body</body></message><message from='a@b'><body>x</body></message>");
  talk.say(0, "<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>");
  const Told told(talk.packets);
  ASSERT_EQ(told.opened.size(), 1u);
  EXPECT_FALSE(told.opened[0].from_start);
  EXPECT_EQ(told.opened[0].server.port, 5222);
  EXPECT_EQ(told.kinds, (std::vector<std::string>{"message", "iq"}));
  EXPECT_EQ(told.lost, std::vector<uint64_t>{31});
  EXPECT_EQ(told.how, std::vector{parser::Closed::How::kLost});
  EXPECT_EQ(told.totals.notes.size(), 2u);
}

TEST(TcpSessions, WhatIsNoXmppIsLeftOut) {
  Talk web(80);
  web.open().say(0, "GET / HTTP/1.1\r\n\r\n").say(1, "HTTP/1.1 200 OK\r\n\r\n<html/>").close();
  const Told told(web.packets);
  EXPECT_TRUE(told.opened.empty());
  EXPECT_EQ(told.totals.left_out, 1u);
}

TEST(TcpSessions, XmppIsFoundOnAnyPort) {
  Talk talk(15'222);
  talk.open().say(0, kOpen).say(1, kOpen).close();
  const Told told(talk.packets);
  ASSERT_EQ(told.opened.size(), 1u);
  EXPECT_EQ(told.opened[0].server.port, 15'222);
}

TEST(TcpSessions, PortsThatAreUsedAgainAreAnotherConnection) {
  std::vector<TcpPacket> packets = session().close().packets;
  const std::vector<TcpPacket> again = session().packets;
  packets.insert(packets.end(), again.begin(), again.end());
  EXPECT_EQ(Told(packets).opened.size(), 2u);
}

TEST(TcpSessions, WhatIsEncryptedIsSaidAndWhatWasDecryptedIsRead) {
  Talk talk;
  const std::string tls = "xmlns='urn:ietf:params:xml:ns:xmpp-tls'";
  talk.open().say(0, kOpen).say(1, kOpen + "<stream:features><starttls " + tls + "/></stream:features>");
  talk.say(0, "<starttls " + tls + "/>").say(1, "<proceed " + tls + "/>");
  talk.say(0, std::string("\x16\x03\x01\x00\x05hello", 10))
      .say(1, std::string("\x16\x03\x03\x00\x05hello", 10));
  const uint64_t frame = talk.packets.size() + 1;
  talk.say(0, std::string("\x17\x03\x03\x00\x05stuff", 10)).close();
  const Told closed(talk.packets);
  EXPECT_EQ(closed.totals.encrypted, 30u);
  ASSERT_EQ(closed.totals.notes.size(), 1u);
  EXPECT_NE(closed.totals.notes[0].find("is encrypted; with its key log"), std::string::npos);
  const Told read(talk.packets, [frame](uint64_t number) {
    return number == frame ? std::vector<std::string>{kOpen} : std::vector<std::string>();
  });
  EXPECT_TRUE(read.said[0].ends_with("/>" + kOpen)) << read.said[0];
  EXPECT_EQ(read.totals.decrypted, kOpen.size());
  EXPECT_TRUE(read.totals.notes.empty());
}

TEST(TcpSessions, AnEndlessHoleIsBoundedInMemory) {
  Talk talk = session();
  talk.say(0, "lost", true);
  const std::string body = "<message><body>" + std::string(60'000, 'x') + "</body></message>";
  for (int i = 0; i < 200; ++i) talk.say(0, body);  // 12 MB that nobody acknowledges
  const Told told(talk.packets);
  EXPECT_EQ(told.lost, std::vector<uint64_t>{4});
  EXPECT_EQ(std::count(told.kinds.begin(), told.kinds.end(), "message"), 210);
}

TEST(PacketDecryption, TakesTheBytesOfEachPacket) {
  PacketDecryption decryption;
  for (const char* line : {"peers:",
                           "  - peer: 0",
                           "packets:",
                           "  - packet: 12",
                           "    peer: 1",
                           "    timestamp: 1.0",
                           "    data: !!binary |",
                           "      aGVs",
                           "      bG8=",
                           "  - packet: 13",
                           "    peer: 0",
                           "    data: !!binary |",
                           "      not base64",
                           "  - packet: nonsense",
                           "    data: !!binary |",
                           "      aGk=",
                           "  - packet: 14",
                           "    data: !!binary |",
                           "      aGk=",
                           ""}) {
    decryption.take_line(line);
  }
  EXPECT_EQ(decryption.of(12), std::vector<std::string>{"hello"});
  EXPECT_TRUE(decryption.of(12).empty());
  EXPECT_TRUE(decryption.of(13).empty());
  EXPECT_EQ(decryption.of(14), std::vector<std::string>{"hi"});
}

}  // namespace
}  // namespace captures
