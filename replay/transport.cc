#include "replay/transport.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>

namespace replay {

namespace {

parser::Time wall_clock() {
  return std::chrono::time_point_cast<parser::Duration>(std::chrono::system_clock::now());
}

constexpr char kTlsHandshake = 0x16;  // RFC 8446 §5.1: no XML begins with it

}  // namespace

Transport::Transport(Socket socket, User& user, MakeLeg make_leg, bool sniff)
    : socket_(std::move(socket)), user_(user), make_leg_(std::move(make_leg)), sniff_(sniff) {}

Transport::~Transport() = default;

void Transport::send(std::string_view bytes) {
  if (bytes.empty() || failed()) return;
  if (tls_ == nullptr) {
    out_ += bytes;
    return;
  }
  if (!tls_->can_write()) return;
  tls_->write(bytes);
  out_ += tls_->output();
}

void Transport::begin_tls(bool as_client) {
  sniff_ = false;
  skip_space_ = !as_client;
  std::string error;
  tls_ = make_leg_(error);
  if (tls_ == nullptr) {
    failure_ = error;
    return;
  }
  if (as_client) {
    tls_->start();
    out_ += tls_->output();
  }
}

void Transport::half_close() {
  close_asked_ = true;
}

void Transport::end_input() {
  if (!open_) return;
  open_ = false;
  user_.peer_ended();
}

void Transport::take(std::string_view bytes) {
  if (sniff_) {
    sniff_ = false;
    if (bytes.front() == kTlsHandshake) begin_tls(false);
    if (failed()) return;
  }
  if (tls_ == nullptr) {
    const size_t taken = user_.plaintext(bytes);
    if (tls_ == nullptr || taken >= bytes.size()) return;
    bytes.remove_prefix(taken);
  }
  if (skip_space_) {
    // Some clients end every element with a newline, also the one behind which TLS begins.
    bytes.remove_prefix(std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size()));
    if (bytes.empty()) return;
    skip_space_ = false;
  }
  tls_->receive(bytes, wall_clock(), *this);
  out_ += tls_->output();
  if (tls_->state() == proxy::TlsLeg::State::kFailed) failure_ = tls_->failure();
  if (tls_->state() == proxy::TlsLeg::State::kEnded) end_input();
}

void Transport::readable() {
  static thread_local std::array<char, 65'536> buffer;
  const ssize_t n = recv(socket_.fd(), buffer.data(), buffer.size(), 0);
  if (n > 0) return take({buffer.data(), static_cast<size_t>(n)});
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return;
  if (open_ && tls_ != nullptr && !tls_->established() && tls_->state() != proxy::TlsLeg::State::kFailed)
    failure_ = tls_->abandoned();
  end_input();
  if (n < 0) {  // broken: nothing can be sent either
    out_.clear();
    sent_ = 0;
  }
}

void Transport::flush() {
  for (;;) {
    while (sent_ < out_.size()) {
      const ssize_t n = ::send(socket_.fd(), out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) {
        if (errno == EAGAIN || errno == EWOULDBLOCK) return;
        out_.clear();
        sent_ = 0;
        return end_input();  // the other side is gone
      }
      sent_ += static_cast<size_t>(n);
    }
    out_.clear();
    sent_ = 0;
    if (!close_asked_ || half_closed_) return;
    half_closed_ = true;
    if (tls_ != nullptr && tls_->can_write()) {
      tls_->close();
      out_ += tls_->output();
      if (!out_.empty()) {
        ::send(socket_.fd(), out_.data(), out_.size(), MSG_NOSIGNAL);
        out_.clear();
      }
    }
    shutdown(socket_.fd(), SHUT_WR);
    return;
  }
}

}  // namespace replay
