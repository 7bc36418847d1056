// A client that sends pings as fast as a server answers them, over plaintext loopback, some on each
// connection at a time. What is measured is the server: this program does as little as it can (it looks for
// the ids it sent).
//
//   ping_load PORT DOMAIN USER PASSWORD CONNECTIONS WINDOW SECONDS
//
// Prints one JSON object: answers a second, and how long they took.
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "parser/sasl/base64.h"
#include "replay/sockets.h"

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "ping_load: %s\n", why.c_str());
  std::exit(1);
}

struct Connection {
  replay::Socket socket;
  std::string in;
  std::string out;
  std::vector<Clock::time_point> sent;  // by id
  uint64_t next = 0;
};

void write_all(Connection& c) {
  while (!c.out.empty()) {
    const ssize_t n = send(c.socket.fd(), c.out.data(), c.out.size(), MSG_NOSIGNAL);
    if (n > 0) {
      c.out.erase(0, static_cast<size_t>(n));
      continue;
    }
    pollfd entry{c.socket.fd(), POLLOUT, 0};
    if (poll(&entry, 1, 5000) <= 0) fail("the server does not read");
  }
}

// What came within 10 s, appended to c.in.
void read_some(Connection& c) {
  pollfd entry{c.socket.fd(), POLLIN, 0};
  if (poll(&entry, 1, 10'000) <= 0) fail("the server says nothing; it said last: " + c.in);
  std::array<char, 65'536> buffer;  // NOLINT: filled by recv
  const ssize_t n = recv(c.socket.fd(), buffer.data(), buffer.size(), 0);
  if (n == 0) fail("the server closed; it said last: " + c.in);
  if (n > 0) c.in.append(buffer.data(), static_cast<size_t>(n));
}

void say_and_await(Connection& c, std::string_view words, std::string_view until) {
  c.out += words;
  write_all(c);
  while (c.in.find(until) == std::string::npos) {
    if (c.in.find("<failure") != std::string::npos) fail("the login failed: " + c.in);
    read_some(c);
  }
  c.in.clear();
}

void log_in(Connection& c, const std::string& domain, const std::string& user, const std::string& password,
            size_t number) {
  const std::string header = fmt::format(
      "<stream:stream to='{}' version='1.0' xmlns='jabber:client' "
      "xmlns:stream='http://etherx.jabber.org/streams'>",
      domain);
  const std::string plain = std::string(1, '\0') + user + std::string(1, '\0') + password;
  say_and_await(c, header, "</stream:features>");
  say_and_await(c,
                "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" +
                    parser::sasl::encode_base64(plain) + "</auth>",
                "<success");
  say_and_await(c, header, "</stream:features>");
  say_and_await(c,
                fmt::format("<iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                            "<resource>load-{}</resource></bind></iq>",
                            number),
                "</iq>");
}

void ping(Connection& c, const std::string& domain) {
  c.out +=
      fmt::format("<iq id='p{}' type='get' to='{}'><ping xmlns='urn:xmpp:ping'/></iq>", c.next++, domain);
  c.sent.push_back(Clock::now());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 8) fail("usage: ping_load PORT DOMAIN USER PASSWORD CONNECTIONS WINDOW SECONDS");
  const std::string domain = argv[2];
  const auto window = static_cast<size_t>(std::atoi(argv[6]));
  std::vector<Connection> connections(static_cast<size_t>(std::atoi(argv[5])));
  replay::Poller poller;
  for (size_t at = 0; at < connections.size(); ++at) {
    Connection& c = connections[at];
    std::string error;
    c.socket =
        replay::dial("127.0.0.1", static_cast<uint16_t>(std::atoi(argv[1])), std::chrono::seconds(5), error);
    if (!c.socket) fail(error);
    log_in(c, domain, argv[3], argv[4], at);
    poller.add(c.socket, at);
  }
  std::vector<double> took;  // µs
  took.reserve(1 << 22);
  const auto begin = Clock::now();
  const auto end =
      begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(std::atof(argv[7])));
  for (Connection& c : connections) {
    for (size_t at = 0; at < window; ++at) ping(c, domain);
    write_all(c);
  }
  while (Clock::now() < end) {
    for (const auto& ready : poller.wait(std::chrono::seconds(1))) {
      Connection& c = connections[ready.key];
      read_some(c);
      const auto now = Clock::now();
      // Every answer has one id of ours, in whichever quotes: id='p17'.
      size_t at = 0;
      for (size_t found = c.in.find("id=", at); found != std::string::npos; found = c.in.find("id=", at)) {
        const size_t close = c.in.find(c.in.size() > found + 3 ? c.in[found + 3] : '\'', found + 4);
        if (close == std::string::npos) break;
        if (c.in[found + 4] == 'p') {
          const auto id = static_cast<size_t>(std::strtoull(c.in.c_str() + found + 5, nullptr, 10));
          if (id >= c.sent.size()) fail("an answer to nothing: " + c.in.substr(found, 100));
          took.push_back(std::chrono::duration<double, std::micro>(now - c.sent[id]).count());
          ping(c, domain);
        }
        at = close + 1;
      }
      const size_t rest = c.in.rfind('<');
      c.in.erase(0, std::max(at, std::min(rest, c.in.size())));
      write_all(c);
    }
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  if (took.empty()) fail("no answer came");
  std::sort(took.begin(), took.end());
  std::printf("{\"answers\": %zu, \"per_second\": %.0f, \"median_us\": %.1f, \"p99_us\": %.1f}\n",
              took.size(), static_cast<double>(took.size()) / seconds, took[took.size() / 2],
              took[took.size() * 99 / 100]);
  return 0;
}
