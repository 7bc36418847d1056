// One connection of a player: the socket, and TLS once it has begun. Plaintext in, plaintext out.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "proxy/tls/tls_leg.h"
#include "replay/sockets.h"

namespace replay {

class Transport : private proxy::TlsLeg::Events {
 public:
  class User {
   public:
    virtual ~User() = default;
    // Returns how many bytes were taken: fewer than given where TLS begins behind them (begin_tls()).
    virtual size_t plaintext(std::string_view bytes) = 0;
    virtual void tls_up() = 0;
    virtual void peer_ended() = 0;  // it will send no more
  };
  // Makes this end of TLS when it begins; null and a sentence where it cannot be.
  using MakeLeg = std::function<std::unique_ptr<proxy::TlsLeg>(std::string& error)>;

  // What waits to be sent while the peer does not read; when there is more, reading stops.
  static constexpr size_t kMostWaiting = 1u << 20;

  // `sniff`: a first byte of 0x16 begins TLS (XEP-0368).
  Transport(Socket socket, User& user, MakeLeg make_leg, bool sniff);
  ~Transport() override;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  void send(std::string_view bytes);
  void begin_tls(bool as_client);
  void half_close();  // behind what waits

  void readable();
  void flush();

  const Socket& socket() const { return socket_; }
  bool wants_read() const { return open_ && out_.size() - sent_ < kMostWaiting; }
  bool wants_write() const { return sent_ < out_.size(); }
  bool input_open() const { return open_; }
  bool half_closed() const { return half_closed_; }
  bool done() const { return failed() || (!open_ && !wants_write()); }
  bool tls() const { return tls_ != nullptr && tls_->established(); }
  bool failed() const { return !failure_.empty(); }
  const std::string& failure() const { return failure_; }  // one sentence

 private:
  void tls_established() override { user_.tls_up(); }
  void tls_plaintext(std::string_view bytes) override { user_.plaintext(bytes); }
  void take(std::string_view bytes);
  void end_input();

  Socket socket_;
  User& user_;
  MakeLeg make_leg_;
  bool sniff_;
  bool skip_space_ = false;
  std::unique_ptr<proxy::TlsLeg> tls_;
  std::string out_;
  size_t sent_ = 0;  // of out_
  bool close_asked_ = false;
  bool half_closed_ = false;
  bool open_ = true;
  std::string failure_;
};

}  // namespace replay
