// relay_load: drives a TLS-terminating relay from both ends inside one process and reports what the relay (by
// its pid) spent: CPU per GiB, CPU and latency per round trip, CPU per complete connection, memory per idle
// session.
//
// It is client and server at once: the server side listens on --sink, the relay is told to go there, the
// client side connects to --relay. Both sides speak XMPP: header, features, SASL PLAIN, restart, bind; so
// that a relay that looks at the stream sees an ordinary session, while one that does not just forwards it.
// With --starttls the streams begin in the clear and are upgraded where <proceed/> passes, else TLS comes
// first.
//
// Everything is on loopback, bounded in count and time, and ends by itself.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kDomain = "bench.example";

struct Options {
  int relay = 0;
  int sink = 0;
  pid_t pid = 0;
  std::string certificate;
  std::string key;
  bool starttls = false;
  std::string mode;
  std::vector<size_t> numbers;
};

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "relay_load: %s%s%s\n", what.c_str(), errno != 0 ? ": " : "",
               errno != 0 ? std::strerror(errno) : "");
  ERR_print_errors_fp(stderr);
  std::_Exit(2);
}

// --- what the relay spent ----------------------------------------------------------------------------

double cpu_seconds(pid_t pid) {
  clockid_t clock{};
  timespec spent{};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &spent) != 0)
    fail("no CPU clock of the relay");
  return static_cast<double>(spent.tv_sec) + 1e-9 * static_cast<double>(spent.tv_nsec);
}

long resident_kib(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::atol(line.c_str() + 6);
  }
  fail("no memory figure of the relay");
}

// --- sockets ---------------------------------------------------------------------------------------------

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void no_delay(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

int listen_on(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = loopback(port);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(fd, 4096) != 0)
    fail("listen");
  return fd;
}

int connect_to(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  no_delay(fd);
  sockaddr_in address = loopback(port);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("connect to the relay");
  return fd;
}

// One end of a connection, in the clear until secure() is called.
class Peer {
 public:
  explicit Peer(int fd) : fd_(fd) {}
  ~Peer() {
    if (ssl_ != nullptr) SSL_free(ssl_);
    close(fd_);
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  bool secure(SSL_CTX* context, bool as_server) {
    ssl_ = SSL_new(context);
    SSL_set_fd(ssl_, fd_);
    if (as_server) return SSL_accept(ssl_) == 1;
    std::string name(kDomain);
    SSL_ctrl(ssl_, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());  // copies it
    return SSL_connect(ssl_) == 1;
  }
  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto length = static_cast<int>(std::min<size_t>(bytes.size(), 1 << 30));
      const ssize_t n = ssl_ != nullptr ? SSL_write(ssl_, bytes.data(), length)
                                        : send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }
  // Some bytes; 0 at the end.
  size_t read(char* buffer, size_t size) {
    const ssize_t n =
        ssl_ != nullptr ? SSL_read(ssl_, buffer, static_cast<int>(size)) : recv(fd_, buffer, size, 0);
    return n <= 0 ? 0 : static_cast<size_t>(n);
  }
  // Reads until `mark` was seen; what is behind it stays for the next call (in the clear: byte by byte, so
  // that no TLS record is swallowed).
  bool read_until(std::string_view mark) {
    char piece[4096];
    for (;;) {
      const size_t at = pending_.find(mark);
      if (at != std::string::npos) {
        pending_.erase(0, at + mark.size());
        return true;
      }
      const size_t n = read(piece, ssl_ != nullptr ? sizeof piece : 1);
      if (n == 0) return false;
      pending_.append(piece, n);
    }
  }

 private:
  int fd_;
  SSL* ssl_ = nullptr;
  std::string pending_;
};

// --- the XMPP negotiation of both sides
// ----------------------------------------------------------------------

constexpr std::string_view kTlsNs = "urn:ietf:params:xml:ns:xmpp-tls";

std::string header(bool from_server) {
  return std::string(
             "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
             "xmlns:stream='http://etherx.jabber.org/streams' "
             "version='1.0' ") +
         (from_server ? "id='s1' from='" : "to='") + std::string(kDomain) + "'>";
}

bool negotiate_client(Peer& peer, SSL_CTX* context, bool starttls) {
  if (starttls) {
    if (!peer.write(header(false)) || !peer.read_until("</stream:features>")) return false;
    peer.write("<starttls xmlns='" + std::string(kTlsNs) + "'/>");
    if (!peer.read_until("<proceed") || !peer.read_until(">")) return false;
  }
  if (!peer.secure(context, false)) return false;
  peer.write(header(false));
  if (!peer.read_until("</stream:features>")) return false;
  peer.write("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGp1bGlldABzZWNyZXQ=</auth>");
  if (!peer.read_until("<success") || !peer.read_until(">")) return false;
  peer.write(header(false));
  if (!peer.read_until("</stream:features>")) return false;
  peer.write("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
  return peer.read_until("</iq>");
}

bool negotiate_server(Peer& peer, SSL_CTX* context, bool starttls) {
  const std::string domain(kDomain);
  if (starttls) {
    if (!peer.read_until("<stream:stream") || !peer.read_until(">")) return false;
    peer.write(header(true) + "<stream:features><starttls xmlns='" + std::string(kTlsNs) +
               "'><required/></starttls></stream:features>");
    if (!peer.read_until("<starttls") || !peer.read_until(">")) return false;
    peer.write("<proceed xmlns='" + std::string(kTlsNs) + "'/>");
  }
  if (!peer.secure(context, true)) return false;
  if (!peer.read_until("<stream:stream") || !peer.read_until(">")) return false;
  peer.write(
      header(true) +
      "<stream:features><mechanisms "
      "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></stream:features>");
  if (!peer.read_until("</auth>")) return false;
  peer.write("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
  if (!peer.read_until("<stream:stream") || !peer.read_until(">")) return false;
  peer.write(header(true) +
             "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>");
  if (!peer.read_until("</iq>")) return false;
  return peer.write("<iq type='result' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@" +
                    domain + "/load</jid></bind></iq>");
}

// --- the modes
// ---------------------------------------------------------------------------------------------------

// Chat as people have it: a body, a chat state, a receipt request; 289 bytes.
constexpr std::string_view kMessage =
    "<message type='chat' id='m000001' to='romeo@example.net/orchard' "
    "from='juliet@bench.example/load'><body>O Romeo, Romeo! "
    "wherefore art thou Romeo? Deny thy father and refuse thy name</body><active "
    "xmlns='http://jabber.org/protocol/chatstates'/>"
    "<request xmlns='urn:xmpp:receipts'/></message>";

// As many whole messages as fit into `size` bytes, at least one: what one write() carries.
std::string batch(size_t size) {
  std::string bytes(kMessage);
  while (bytes.size() + kMessage.size() <= size) bytes += kMessage;
  return bytes;
}

class Load {
 public:
  explicit Load(Options options) : options_(std::move(options)) {
    client_ = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_verify(client_, SSL_VERIFY_NONE,
                       nullptr);  // the relay's own certificate is not what is measured
    server_ = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate_chain_file(server_, options_.certificate.c_str()) != 1 ||
        SSL_CTX_use_PrivateKey_file(server_, options_.key.c_str(), SSL_FILETYPE_PEM) != 1) {
      fail("cannot use --cert and --key");
    }
    echo_ = options_.mode == "pingpong" || options_.mode == "handshakes";
    std::thread([this, listener = listen_on(options_.sink)] { serve(listener); }).detach();
  }

  void run() {
    if (options_.mode == "bulk") {
      bulk(number(0, 256) << 20, number(1, 16'384));
    } else if (options_.mode == "pingpong") {
      pingpong(number(0, 5000), number(1, 200));
    } else if (options_.mode == "handshakes") {
      handshakes(number(0, 500));
    } else if (options_.mode == "idle") {
      idle(number(0, 1000));
    } else {
      errno = 0;
      fail("unknown mode " + options_.mode + " (bulk, pingpong, handshakes or idle)");
    }
  }

 private:
  size_t number(size_t at, size_t otherwise) const {
    return at < options_.numbers.size() ? options_.numbers[at] : otherwise;
  }

  void serve(int listener) {
    for (;;) {
      const int fd = accept(listener, nullptr, nullptr);
      if (fd < 0) return;
      no_delay(fd);
      std::thread([this, fd] {
        Peer peer(fd);
        if (!negotiate_server(peer, server_, options_.starttls)) return;
        std::vector<char> buffer(1 << 16);
        while (const size_t n = peer.read(buffer.data(), buffer.size())) {
          received_ += n;
          if (echo_ && !peer.write({buffer.data(), n})) return;
        }
      }).detach();
    }
  }

  std::unique_ptr<Peer> log_in() {
    auto peer = std::make_unique<Peer>(connect_to(options_.relay));
    if (!negotiate_client(*peer, client_, options_.starttls))
      fail("the session could not be set up through the relay");
    return peer;
  }

  void bulk(size_t bytes, size_t chunk) {
    const std::string piece = batch(chunk);
    auto peer = log_in();
    const size_t before = received_;
    const double cpu = cpu_seconds(options_.pid);
    const auto start = Clock::now();
    size_t sent = 0;
    for (; sent < bytes; sent += piece.size()) {
      if (!peer->write(piece)) fail("the relay closed in mid-stream");
    }
    while (received_ - before < sent) usleep(500);
    const std::chrono::duration<double> wall = Clock::now() - start;
    usleep(150'000);  // what the relay does behind the stream (recording) counts too
    const double spent = cpu_seconds(options_.pid) - cpu;
    const double gib = static_cast<double>(sent) / (1 << 30);
    std::printf(
        "{\"mode\":\"bulk\",\"chunk\":%zu,\"mib\":%zu,\"mib_per_s\":%.0f,\"cpu_s_per_gib\":%.3f,\"rss_kib\":%"
        "ld}\n",
        piece.size(), sent >> 20, gib * 1024 / wall.count(), spent / gib, resident_kib(options_.pid));
  }

  void pingpong(size_t count, size_t size) {
    std::string stanza = "<message id='1' to='romeo@example.net'><body>";
    const std::string tail = "</body></message>";
    stanza.append(size > stanza.size() + tail.size() ? size - stanza.size() - tail.size() : 1, 'x');
    stanza += tail;
    auto peer = log_in();
    std::vector<char> buffer(1 << 16);
    std::vector<double> microseconds;
    microseconds.reserve(count);
    const double cpu = cpu_seconds(options_.pid);
    for (size_t i = 0; i < count; ++i) {
      const auto start = Clock::now();
      if (!peer->write(stanza)) fail("the relay closed in mid-stream");
      for (size_t back = 0; back < stanza.size();) {
        const size_t n = peer->read(buffer.data(), buffer.size());
        if (n == 0) fail("the relay closed in mid-stream");
        back += n;
      }
      microseconds.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
    }
    usleep(150'000);
    const double spent = cpu_seconds(options_.pid) - cpu;
    std::sort(microseconds.begin(), microseconds.end());
    std::printf(
        "{\"mode\":\"pingpong\",\"size\":%zu,\"count\":%zu,\"p50_us\":%.1f,\"p99_us\":%.1f,\"cpu_us\":%.2f}"
        "\n",
        stanza.size(), count, microseconds[count / 2], microseconds[count * 99 / 100],
        spent * 1e6 / static_cast<double>(count));
  }

  void handshakes(size_t count) {
    const double cpu = cpu_seconds(options_.pid);
    const auto start = Clock::now();
    for (size_t i = 0; i < count; ++i) {
      auto peer = log_in();
      char byte = ' ';
      // An echoed byte, so that both legs are surely up and counted.
      if (!peer->write({&byte, 1}) || peer->read(&byte, 1) != 1) fail("no echo through the relay");
    }
    usleep(150'000);
    const std::chrono::duration<double> wall = Clock::now() - start;
    const double spent = cpu_seconds(options_.pid) - cpu;
    std::printf("{\"mode\":\"handshakes\",\"count\":%zu,\"per_s\":%.0f,\"cpu_us\":%.0f}\n", count,
                static_cast<double>(count) / wall.count(), spent * 1e6 / static_cast<double>(count));
  }

  void idle(size_t count) {
    log_in();  // what the first session costs once is not a session's memory
    usleep(300'000);
    const long before = resident_kib(options_.pid);
    std::vector<std::unique_ptr<Peer>> sessions;
    for (size_t i = 0; i < count; ++i) {
      sessions.push_back(log_in());
      sessions.back()->write(kMessage);
    }
    sleep(6);  // relays sweep idle sessions now and then
    const long after = resident_kib(options_.pid);
    std::printf("{\"mode\":\"idle\",\"count\":%zu,\"kib_per_session\":%.1f,\"rss_kib\":%ld}\n", count,
                static_cast<double>(after - before) / static_cast<double>(count), after);
    std::fflush(stdout);
    std::_Exit(0);  // quicker than closing them one by one
  }

  Options options_;
  SSL_CTX* client_ = nullptr;
  SSL_CTX* server_ = nullptr;
  bool echo_ = false;
  std::atomic<size_t> received_{0};
};

constexpr std::string_view kUsage =
    "usage: relay_load --relay PORT --sink PORT --pid PID --cert PEM --key PEM [--starttls] MODE "
    "[NUMBER...]\n"
    "  bulk [MIB] [BYTES PER WRITE]     one-way stream of chat messages\n"
    "  pingpong [COUNT] [BYTES]         one stanza out and back at a time\n"
    "  handshakes [COUNT]               complete connections: TLS on both legs, login, one byte echoed\n"
    "  idle [COUNT]                     logged-in sessions that then say nothing\n";

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const auto value = [&]() -> const char* {
      if (i + 1 >= argc) {
        std::fputs(kUsage.data(), stderr);
        std::exit(2);
      }
      return argv[++i];
    };
    if (word == "--help" || word == "-h") {
      std::fputs(kUsage.data(), stdout);
      std::exit(0);
    } else if (word == "--relay") {
      options.relay = std::atoi(value());
    } else if (word == "--sink") {
      options.sink = std::atoi(value());
    } else if (word == "--pid") {
      options.pid = std::atoi(value());
    } else if (word == "--cert") {
      options.certificate = value();
    } else if (word == "--key") {
      options.key = value();
    } else if (word == "--starttls") {
      options.starttls = true;
    } else if (options.mode.empty()) {
      options.mode = word;
    } else {
      options.numbers.push_back(std::strtoull(argv[i], nullptr, 10));
    }
  }
  if (options.relay == 0 || options.sink == 0 || options.pid == 0 || options.mode.empty()) {
    std::fputs(kUsage.data(), stderr);
    std::exit(2);
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  Load load(parse(argc, argv));
  load.run();
  std::fflush(stdout);
  std::_Exit(0);  // detached threads are still reading
}
