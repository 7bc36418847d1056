// TCP for the players: listening, dialling, waiting for several sockets at once. Linux (epoll).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "parser/stream/connection.h"

namespace replay {

// A descriptor that is closed with its owner.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() { reset(); }
  Socket(Socket&& other) noexcept : fd_(other.release()) {}
  Socket& operator=(Socket&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = other.release();
    }
    return *this;
  }
  int fd() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void reset();
  int release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }

 private:
  int fd_ = -1;
};

// Non-blocking, on the first address of that host. Nothing and one sentence in `error` where it cannot be.
Socket listen_on(const std::string& host, uint16_t port, std::string& error);
// "127.0.0.1:5222", "[::1]:5222": where a socket is bound.
std::string local_address(const Socket& socket);
// Connected within `patience`, then non-blocking. Names are resolved; every address is tried.
Socket dial(const std::string& host, uint16_t port, parser::Duration patience, std::string& error);
// The next connection that waits; nothing where none does. `full`: for want of descriptors or memory.
Socket accept_from(const Socket& listener, bool& full);

class Poller {
 public:
  struct Ready {
    uint64_t key = 0;
    bool readable = false;  // also where it ended or broke: reading tells
    bool writable = false;
  };

  Poller();
  bool ok() const { return static_cast<bool>(epoll_); }
  void add(const Socket& socket, uint64_t key);
  void watch(const Socket& socket, uint64_t key, bool read, bool write);
  void remove(const Socket& socket);
  // Empty when nothing came within that time, or a signal did.
  const std::vector<Ready>& wait(parser::Duration timeout);

 private:
  Socket epoll_;
  std::vector<Ready> ready_;
};

}  // namespace replay
