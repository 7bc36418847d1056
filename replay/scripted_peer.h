// A peer that plays one direction of a recorded session in lock-step with the other: it sends its next
// element only when everything that came before it in the recording has arrived. Sans-I/O: bytes and time in,
// commands out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/stream/stream_reader.h"
#include "replay/script.h"

namespace replay {

// How recorded pauses are kept.
struct Pace {
  double speed = 1.0;            // recorded pauses are divided by this; 0: no pauses at all
  parser::Duration shortest{0};  // between two elements; what makes a replay watchable
  parser::Duration longest = std::chrono::seconds(5);
};

struct Command {
  enum class Kind : uint8_t {
    kSend,      // `bytes`, under TLS once it is up
    kStartTls,  // begin TLS now: as the client, or waiting for the client's
    kFinish,    // the script is over: half-close
  };
  Kind kind{};
  std::string bytes;
  bool operator==(const Command&) const = default;
};

class ScriptedPeer : private parser::StreamReader::Handler {
 public:
  // Plays `own`'s part. `script` must outlive the peer.
  ScriptedPeer(const Script& script, parser::Direction own, const Pace& pace);

  // Each returns what is to be done now. After kStartTls nothing is sent until tls_established().
  std::vector<Command> start(parser::Time now);
  std::vector<Command> received(std::string_view bytes, parser::Time now);
  std::vector<Command> tls_established(parser::Time now);
  std::vector<Command> timer(parser::Time now);
  // The other side will send no more.
  std::vector<Command> ended(parser::Time now);

  // When timer() wants to be called; nothing: only input moves it on.
  std::optional<parser::Time> wake_at() const { return wake_at_; }
  bool finished() const { return finished_ || !failure_.empty(); }
  // Empty after a play to the end; else what came in place of what the script expected.
  const std::string& failure() const { return failure_; }
  size_t position() const { return next_; }  // of steps done

  // How many of the bytes given to received() were taken: fewer than given when <proceed/> was among them.
  // What is behind it is TLS already and has to be fed to the TLS layer.
  size_t consumed() const { return consumed_; }

 private:
  void on_item(const parser::StreamItem& item) override;
  std::vector<Command> advance(parser::Time now);
  void fail(std::string why);
  static bool counts(parser::EventKind kind);

  const Script& script_;
  parser::Direction own_;
  Pace pace_;
  parser::StreamReader reader_;
  size_t next_ = 0;  // the step that is due
  bool tls_pending_ = false;
  bool start_tls_ = false;  // to be commanded
  bool finished_ = false;
  size_t consumed_ = 0;
  std::optional<parser::Time> wake_at_;
  parser::Time previous_{};  // when the step before was done
  std::string failure_;
};

}  // namespace replay
