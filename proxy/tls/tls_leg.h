// One end of one TLS connection, sans-I/O: ciphertext and plaintext in, plaintext and ciphertext out.
//
// Input and output pass through scratch buffers of the calling thread, so an idle leg owns nothing but its
// SSL object. The price is one rule: after every call that may write (start, receive, write, close) take
// output() before another leg of the same role writes on this thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "parser/stream/connection.h"
#include "proxy/tls/tls_contexts.h"

namespace proxy {

class TlsLeg {
 public:
  enum class Role : uint8_t { kServer = 0, kClient = 1 };  // TLS server towards our client, and vice versa
  enum class State : uint8_t {
    kHandshake,
    kUp,
    kEnded,   // the peer sent close_notify: nothing more will come
    kFailed,  // see failure()
  };

  // What receive() reports, in order.
  class Events {
   public:
    virtual ~Events() = default;
    virtual void tls_established() = 0;
    // Decrypted bytes, several records joined (up to 16 KiB); valid during the call.
    virtual void tls_plaintext(std::string_view bytes) = 0;
  };

  // Made by TlsContexts only.
  struct Start {
    TlsContexts::Impl* contexts = nullptr;
    Role role{};
    std::string domain;           // server: of the leaf (empty: the SNI decides); client: verified, and SNI
    std::string fallback_domain;  // server: of the leaf where no SNI comes
    std::string resumption_key;   // client: under which sessions are kept; empty: never
    std::string resumed_verification;  // client: of the session that is offered
    std::string service;               // client: "xmpp-client" or "xmpp-server"
    bool insecure = false;             // client
    parser::Time now;
  };
  TlsLeg(SslPtr ssl, Start start);
  ~TlsLeg();
  TlsLeg(const TlsLeg&) = delete;
  TlsLeg& operator=(const TlsLeg&) = delete;

  // Client: writes the ClientHello.
  void start();
  // Feeds what came from the peer. All of it is consumed, whatever happens.
  void receive(std::string_view ciphertext, parser::Time now, Events& events);
  // Encrypts. Only while can_write().
  void write(std::string_view plaintext);
  // Sends close_notify, once.
  void close();
  // The ciphertext that came up since the last call; valid until a leg of the same role writes again.
  std::string_view output();

  State state() const { return state_; }
  bool can_write() const { return established_ && state_ != State::kFailed && !close_sent_; }
  bool established() const { return established_; }
  // One sentence: what went wrong and what to do about it. Empty unless state() is kFailed.
  const std::string& failure() const { return failure_; }
  // Words for a peer that went away in mid-handshake.
  std::string abandoned() const;
  // "ok", "not verified (--insecure-upstream)" or why not. Client role.
  const std::string& verification() const { return verification_; }
  // Server: the name the client asked for, once its ClientHello is there.
  std::string sni() const;
  std::string alpn() const;
  // The facts of this leg, without leg and offsets.
  parser::TlsEstablished facts() const;

  // Frees the record buffers (34 KiB) while nothing is pending; OpenSSL makes them again when needed.
  void release_memory();

 private:
  friend class TlsContexts;
  friend class TlsContexts::Impl;
  bool handshake();
  void fail();

  SslPtr ssl_;
  Start start_;
  State state_ = State::kHandshake;
  bool established_ = false;
  bool close_sent_ = false;
  long verify_error_ = 0;  // X509_V_ERR_*, of our own verification
  std::string verification_;
  std::string failure_;
};

}  // namespace proxy
