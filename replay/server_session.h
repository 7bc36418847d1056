// One client of a server that is made of a capture. Sans-I/O: bytes and time in, bytes out.
//
// TLS and the login are done afresh; behind them a session of the book is played: requests are answered as
// the one in the recording that means the same was, and what the server said unasked follows the client's
// element that it followed in the recording.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/stream/stream_reader.h"
#include "replay/output.h"
#include "replay/sasl.h"
#include "replay/server_book.h"
#include "replay/suspended_sessions.h"

namespace replay {

struct ServerOptions {
  enum class Unknown : uint8_t { kError, kIgnore, kEmpty };

  SaslPolicy login;
  Unknown unknown = Unknown::kError;  // an iq that the recording does not know
  bool plain = false;                 // no TLS is asked for
  bool shift_times = false;           // points in time that are told are moved to this run
  double speed = 0;                   // recorded pauses are divided by this; 0: none are kept
  // When a client has been silent for so long, what the recording's server said next is sent although its
  // place has not come. 0: never.
  parser::Duration patience = std::chrono::seconds(2);
};

// What happened, for the log.
struct ServerNote {
  enum class Kind : uint8_t {
    kLogin,     // `text`: as whom, and by which mechanism
    kRefused,   // a login; `text` says why
    kBound,     // `text`: the full address; `frame` is 0, `connection` that of the session that is played
    kAnswered,  // `what` was answered as the request of `frame` on `connection` was
    kTaken,     // `what` needs no answer; it is that of `frame`
    kSent,      // what the server said unasked in `frame`
    kUnknown,   // `what` is not in the recording; `text` says what was done
    kFault,     // the client's; `text` says which
    kResumed,   // a session whose connection broke goes on; `text`: its full address, and what was sent again
    kEnded,     // `text`: the sums
  };
  Kind kind{};
  uint64_t client = 0;
  std::string what;
  uint64_t frame = 0;
  parser::ConnectionId connection = 0;
  Likeness likeness = Likeness::kSame;
  bool again = false;  // more often than it was recorded
  std::string text;
};
std::string_view name(ServerNote::Kind kind);  // "login", "refused", …; for JSON

struct ServerCounts {
  uint64_t answered = 0;  // iq requests, as recorded
  uint64_t taken = 0;     // messages, presence, answers: known, without an answer of their own
  uint64_t unknown = 0;
  uint64_t sent = 0;  // unasked
};

class ServerSession : private parser::StreamReader::Handler {
 public:
  using Log = std::function<void(const ServerNote&)>;  // may be empty: nothing is put into words then

  // The book, the options and `suspended` must outlive it. `number`: of the client, from 1. `suspended`:
  // where sessions are kept whose connection breaks; null: none is resumed.
  ServerSession(ServerBook& book, const ServerOptions& options, uint64_t number, Log log,
                SuspendedSessions* suspended = nullptr);
  ~ServerSession() override;

  // Appends to `output`. How many of the bytes were taken is in consumed(): fewer than given where TLS
  // begins.
  void received(std::string_view bytes, parser::Time now, Output& output);
  void tls_established(bool direct, parser::Time now);
  void timer(parser::Time now, Output& output);
  void ended(parser::Time now);  // the client will send no more

  std::optional<parser::Time> wake_at() const;
  size_t consumed() const { return consumed_; }
  const std::string& domain() const { return domain_; }  // that the client asked for; for the certificate
  const ServerCounts& counts() const { return counts_; }

 private:
  enum class Stage : uint8_t { kLogin, kLoggedIn, kBound, kClosed };
  struct Due {
    parser::Time at;
    size_t element;
    bool answer;
  };

  void on_item(const parser::StreamItem& item) override;
  void on_header(const parser::xml::Element& header);
  void on_login(const parser::xml::Element& element);
  void on_starttls();
  void login_step(std::string_view text);
  void on_bind(const parser::xml::Element& iq, const parser::xml::Element& bind);
  void on_stream_management(const parser::xml::Element& element);
  void on_resume(const parser::xml::Element& resume);
  bool acknowledged(std::string_view h);
  void suspend();
  void said(size_t begin);
  void on_stanza(const parser::xml::Element& stanza);
  bool answer_as_recorded(const parser::xml::Element& stanza, Likeness likeness);
  void answer_unknown(const parser::xml::Element& stanza);
  void played(size_t element, const parser::xml::Element& stanza, bool again);
  bool may_go(const Push& push) const;
  void mark_sent(size_t push);
  void schedule(size_t element, size_t since, bool answer);
  void send_due();
  void send_element(size_t element, bool answer);
  void send_features();
  void stream_error(std::string_view condition, std::string_view text);
  void close();
  void note(ServerNote::Kind kind, const parser::xml::Element* stanza, std::string text = {});
  bool logs() const { return static_cast<bool>(log_); }
  const RecordedSession& session() const { return book_.session(session_); }

  ServerBook& book_;
  const ServerOptions& options_;
  uint64_t number_;
  Log log_;
  parser::StreamReader reader_;
  Stage stage_ = Stage::kLogin;
  bool tls_ = false;
  bool header_sent_ = false;
  unsigned streams_ = 0;
  unsigned refusals_ = 0;
  std::string domain_;
  std::string user_;
  std::unique_ptr<SaslServer> login_;
  std::string mechanism_;
  size_t session_ = 0;
  Rewriting rewriting_;
  std::vector<bool> met_;   // of the recorded client's elements: it was sent in this run
  std::vector<bool> sent_;  // of pushes
  size_t unsent_ = 0;
  std::deque<Due> due_;
  bool managed_ = false;
  uint32_t handled_ = 0;  // XEP-0198: stanzas of the client
  uint32_t said_ = 0;     // … of the server, since they count
  SuspendedSessions* suspended_;
  std::string resumption_;                  // the id that was promised; empty: none
  std::deque<std::string> unacknowledged_;  // stanzas of the server, for a resumption
  size_t unacknowledged_bytes_ = 0;
  std::string key_;  // kept for its memory
  size_t consumed_ = 0;
  parser::Time now_{};
  parser::Time heard_{};  // from the client
  Output* output_ = nullptr;
  ServerCounts counts_;
};

}  // namespace replay
