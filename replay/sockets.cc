#include "replay/sockets.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace replay {

namespace {

struct AddressesFree {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, AddressesFree>;

Addresses resolve(const std::string& host, uint16_t port, bool passive, std::string& error) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | (passive ? AI_PASSIVE : 0);
  addrinfo* list = nullptr;
  const int code = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (code != 0) {
    error = host + " has no address: " + gai_strerror(code);
    return nullptr;
  }
  return Addresses(list);
}

std::string in_words(const sockaddr_storage& address, socklen_t size) {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, host.data(), host.size(), port.data(),
              port.size(), NI_NUMERICHOST | NI_NUMERICSERV);
  const std::string name = host.data();
  return (name.find(':') == std::string::npos ? name : "[" + name + "]") + ":" + port.data();
}

void without_delay(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

std::string last_error() {
  return std::strerror(errno);
}

// Whether the connection is there within that time; errno says why not.
bool connect_within(int fd, const addrinfo& to, parser::Duration patience) {
  if (connect(fd, to.ai_addr, to.ai_addrlen) == 0) return true;
  if (errno != EINPROGRESS) return false;
  pollfd entry{fd, POLLOUT, 0};
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(patience).count();
  if (poll(&entry, 1, static_cast<int>(milliseconds)) <= 0) {
    errno = ETIMEDOUT;
    return false;
  }
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  errno = error;
  return error == 0;
}

}  // namespace

void Socket::reset() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

Socket listen_on(const std::string& host, uint16_t port, std::string& error) {
  const Addresses addresses = resolve(host, port, true, error);
  if (addresses == nullptr) return {};
  Socket socket(::socket(addresses->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  setsockopt(socket.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (!socket || bind(socket.fd(), addresses->ai_addr, addresses->ai_addrlen) != 0 ||
      listen(socket.fd(), 256) != 0) {
    error = "cannot listen on " + host + ", port " + std::to_string(port) + ": " + last_error();
    return {};
  }
  return socket;
}

std::string local_address(const Socket& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(socket.fd(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  return in_words(address, size);
}

Socket dial(const std::string& host, uint16_t port, parser::Duration patience, std::string& error) {
  const Addresses addresses = resolve(host, port, false, error);
  for (const addrinfo* to = addresses.get(); to != nullptr; to = to->ai_next) {
    Socket socket(::socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (socket && connect_within(socket.fd(), *to, patience)) {
      without_delay(socket.fd());
      return socket;
    }
    error = "cannot connect to " + host + ", port " + std::to_string(port) + ": " + last_error();
  }
  return {};
}

Socket accept_from(const Socket& listener, bool& full) {
  const int fd = accept4(listener.fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  full = fd < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR && errno != ECONNABORTED;
  if (fd >= 0) without_delay(fd);
  return Socket(fd);
}

Poller::Poller() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

void Poller::add(const Socket& socket, uint64_t key) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = key;
  epoll_ctl(epoll_.fd(), EPOLL_CTL_ADD, socket.fd(), &event);
}

void Poller::watch(const Socket& socket, uint64_t key, bool read, bool write) {
  epoll_event event{};
  event.events = (read ? EPOLLIN : 0U) | (write ? EPOLLOUT : 0U);
  event.data.u64 = key;
  epoll_ctl(epoll_.fd(), EPOLL_CTL_MOD, socket.fd(), &event);
}

void Poller::remove(const Socket& socket) {
  epoll_ctl(epoll_.fd(), EPOLL_CTL_DEL, socket.fd(), nullptr);
}

const std::vector<Poller::Ready>& Poller::wait(parser::Duration timeout) {
  std::array<epoll_event, 256> events;  // NOLINT: filled by epoll_wait
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
  const int count = epoll_wait(epoll_.fd(), events.data(), static_cast<int>(events.size()),
                               static_cast<int>(std::clamp<int64_t>(milliseconds, 0, 60'000)));
  ready_.clear();
  for (int at = 0; at < count; ++at) {
    const epoll_event& event = events[static_cast<size_t>(at)];
    ready_.push_back({event.data.u64, (event.events & (EPOLLIN | EPOLLHUP | EPOLLERR | EPOLLRDHUP)) != 0,
                      (event.events & EPOLLOUT) != 0});
  }
  return ready_;
}

}  // namespace replay
