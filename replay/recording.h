// What a capture says of clients' sessions, in the form in which they are played again: behind the login,
// every element with what it answers; before it, what the server offered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "parser/stream/stream_event.h"
#include "replay/rewriting.h"

namespace replay {

struct RecordedElement {
  parser::Direction direction{};
  parser::EventKind kind{};
  uint64_t frame = 0;
  parser::ConnectionId connection = 0;  // one of those that the session lived on
  parser::Time time{};                  // in the recording
  parser::Duration pause{};             // since the element before, of either direction
  parser::xml::ElementPtr element;      // null for the server's end of the stream
  std::string bytes;
  Template text;                    // of the bytes
  std::optional<size_t> request{};  // of an iq answer: the index of what it answers
  std::optional<size_t> answer{};   // of an iq request: the index of its answer
  bool selected = true;             // by --only; what the client does not send is left out
};

// One child of <stream:features/>, as sent.
struct RecordedFeature {
  std::string ns;
  std::string local;
  std::string bytes;
};
using RecordedFeatures = std::vector<RecordedFeature>;

struct RecordedSession {
  parser::ConnectionId connection = 0;  // the first that it lived on
  Identity identity;
  bool direct_tls = false;
  std::string mechanism;       // that the login succeeded with; empty: not seen
  std::string header;          // of the server, as sent; empty: not seen
  bool features_seen = false;  // of any kind
  RecordedFeatures login_features;
  RecordedFeatures bound_features;
  bool sm_refused = false;  // the server answered <enable/> with <failed/>
  bool sm_asked = false;    // the client sent <enable/>
  // Behind the login, of both directions, in their order. Acknowledgements of stream management are left
  // out: whoever plays the session counts for itself. So is what was sent again when it was resumed.
  std::vector<RecordedElement> elements;
};

// Collects them from events. Sessions that never came as far as a bound resource are left out, as are those
// of servers and components.
class RecordingBuilder : public parser::EventSink {
 public:
  // `selects`: which elements a client shall play; empty: all. At most `most_bytes` of elements are kept.
  explicit RecordingBuilder(std::function<bool(const parser::StreamEvent&)> selects = {},
                            size_t most_bytes = 256u << 20)
      : selects_(std::move(selects)), most_bytes_(most_bytes) {}

  void on_event(const parser::StreamEvent& event) override;
  // Call once, at the end. In the order in which they began.
  std::vector<RecordedSession> finish();
  bool truncated() const { return truncated_; }
  size_t connections() const { return seen_.size(); }

 private:
  struct Building {
    RecordedSession session;
    bool bound = false;
    bool other = false;                                           // not a client's
    std::map<std::pair<uint64_t, std::string>, size_t> requests;  // by frame and id
    std::set<std::string> seen;                                   // what a resumption may bring again
    std::optional<parser::Time> last;
    std::string login;
    std::string bind_id;
    bool client_ended = false;
  };
  void features(Building& at, const parser::StreamEvent& event);
  void behind_login(Building& at, const parser::StreamEvent& event);

  std::function<bool(const parser::StreamEvent&)> selects_;
  size_t most_bytes_;
  size_t bytes_ = 0;
  bool truncated_ = false;
  std::set<parser::ConnectionId> seen_;
  std::map<parser::ConnectionId, Building> sessions_;
};

}  // namespace replay
