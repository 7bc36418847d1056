// The client's side of a recorded session, played against a live server. Sans-I/O: bytes and time in, bytes
// out.
//
// TLS, the login and the resource are done afresh. Behind them the recorded client's elements are sent in
// their order, each only when all that the recorded client had got from the server before it, for something
// that it had said itself, has come here too: a slow server is waited for. What comes is compared in kind
// with what was recorded.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/stream/stream_reader.h"
#include "replay/ensemble.h"
#include "replay/output.h"
#include "replay/pushes.h"
#include "replay/recording.h"
#include "replay/rewriting.h"
#include "replay/sasl.h"

namespace replay {

struct ClientOptions {
  SaslCredentials login;
  std::string domain;        // of the live account
  std::string resource;      // to ask for; empty: the recorded one
  std::string id_suffix;     // behind recorded ids of stanzas, so that a second run has its own
  bool plain = false;        // no TLS
  bool shift_times = false;  // points in time that are told are moved to this run
  double speed = 0;          // recorded pauses are divided by this; 0: none are kept
  parser::Duration answer_within = std::chrono::seconds(10);  // for steps of the login, too
  parser::Duration echo_within = std::chrono::seconds(3);     // for what is no answer to an iq
  // Of those that are played together, this is the session of `member`. Must outlive the session; null: it is
  // played alone.
  Ensemble* ensemble = nullptr;
  size_t member = 0;
};

// What an answer is, as far as it counts.
struct AnswerKind {
  std::string type;       // "result", "error"; "message", "presence" for what comes back of these
  std::string condition;  // of an error
  std::string payload;    // "{ns}local"; of errors none is told, since servers may leave it out
  bool operator==(const AnswerKind&) const = default;
};
AnswerKind kind_of_answer(const parser::xml::Element& stanza);
std::string in_words(const AnswerKind& kind);  // "result {jabber:iq:roster}query", "error item-not-found"

// One thing that the recorded client said and got something for, or that it got for what another one said.
struct ClientStep {
  enum class Verdict : uint8_t {
    kSame,
    kDiffers,
    kNoAnswer,  // it was answered in the recording
    kNotSent,   // the run ended before
  };
  Verdict verdict = Verdict::kNotSent;
  uint64_t frame = 0;  // of what was said
  parser::ConnectionId connection = 0;
  std::string what;  // in words
  AnswerKind recorded;
  std::optional<AnswerKind> came;
  parser::Duration rtt{};  // of an answer that came
  bool masked = false;     // what was said holds a value that the recording hid; it was sent so
};
std::string_view name(ClientStep::Verdict verdict);  // "same", "differs", "no-answer", "not-sent"

class ClientSession : private parser::StreamReader::Handler {
 public:
  // All must outlive it.
  ClientSession(const RecordedSession& session, const ClientOptions& options);
  ~ClientSession() override;

  // Each appends to `output`. received(): how many bytes were taken is in consumed(), see ServerSession.
  void start(bool tls, parser::Time now, Output& output);
  // In place of start(), where the connection begins with TLS: tls_established() follows.
  void await_tls(parser::Time now);
  void received(std::string_view bytes, parser::Time now, Output& output);
  void tls_established(parser::Time now, Output& output);
  void timer(parser::Time now, Output& output);
  void ended(parser::Time now);  // the server will send no more

  std::optional<parser::Time> wake_at() const;
  size_t consumed() const { return consumed_; }

  bool finished() const { return stage_ == Stage::kOver; }
  bool established() const { return established_; }  // logged in and bound
  // Why it could not be played to its end; empty where it could.
  const std::string& failure() const { return failure_; }
  // Those that are answered in the recording, in their order.
  std::vector<ClientStep> steps() const;
  uint64_t sent() const { return sent_; }  // stanzas and nonzas of the recording
  const std::string& bound_jid() const { return bound_jid_; }

 private:
  enum class Stage : uint8_t {
    kNew,
    kFeatures,
    kTls,
    kLogin,
    kRestart,
    kBinding,
    kEnabling,
    kPlaying,
    kClosing,
    kOver
  };
  struct Sent {
    size_t element;
    parser::Time at;
  };
  // Something that has to come: an answer, or what comes back of a message or presence.
  struct Expected {
    size_t said = 0;    // what it is for
    size_t wanted = 0;  // the recorded one
    bool answer = false;
    bool reaction = false;
    bool foreign = false;  // for what another member of the ensemble said; `said` is `wanted`
    bool due = false;      // `said` was sent, or the others have said what came before
    bool over = false;
    parser::Time since{};
    ClientStep step;
  };

  void on_item(const parser::StreamItem& item) override;
  void on_features(const parser::xml::Element& features);
  void on_login(const parser::xml::Element& element);
  void on_bound(const parser::xml::Element& iq);
  void on_stream_management(const parser::xml::Element& element);
  void on_stanza(const parser::xml::Element& stanza);
  void on_request(const parser::xml::Element& iq);
  void expect();
  bool ends_as_recorded(std::string_view condition) const;
  bool came_from_others(const Expected& expected, const parser::xml::Element& stanza) const;
  bool is_turn() const;
  uint64_t frame_of_next() const;
  void tell_others() const;
  bool came(Expected& expected, const parser::xml::Element& stanza);
  void send_header();
  void begin_play();
  void advance();
  bool is_step(const RecordedElement& element) const;
  void say(size_t element);
  void close();
  void fail(std::string why);

  const RecordedSession& session_;
  const ClientOptions& options_;
  parser::StreamReader reader_;
  Stage stage_ = Stage::kNew;
  bool tls_ = false;
  bool authenticated_ = false;
  bool established_ = false;
  bool session_offered_ = false;
  bool sm_offered_ = false;
  bool managed_ = false;
  uint32_t handled_ = 0;
  std::unique_ptr<SaslClient> login_;
  Rewriting rewriting_;
  std::vector<Expected> expected_;  // by `wanted`
  size_t open_ = 0;                 // the first of these that is not over
  // Live ids of requests, to expected_; of two with one id the first is answered first.
  std::multimap<std::string, size_t, std::less<>> pending_;
  size_t next_ = 0;  // of the session's elements
  uint64_t sent_ = 0;
  std::string bound_jid_;
  std::string failure_;
  size_t consumed_ = 0;
  parser::Time now_{};
  parser::Time since_{};             // when the stage began, or the last step was done
  std::optional<parser::Time> due_;  // when the next step is, for its pause
  Output* output_ = nullptr;
};

}  // namespace replay
