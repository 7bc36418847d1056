// What is right comes from the table of phases; what is wrong comes from the same table, of other phases, so
// that every answer is something that XMPP knows.
#include "viewer/model/quiz.h"

#include <algorithm>
#include <array>

#include "viewer/model/caption.h"

namespace viewer {

namespace {

using parser::Direction;
using parser::Phase;

constexpr size_t kAnswers = 4;

// Puts the right answer at a place that the row decides: the same lesson asks the same every time.
Question mixed(std::string text, std::string right, std::vector<std::string> wrong, RowIndex row,
               std::string explanation) {
  Question question;
  question.text = std::move(text);
  question.explanation = std::move(explanation);
  question.answers = std::move(wrong);
  question.right = (row * 7 + row / 3) % (question.answers.size() + 1);
  question.answers.insert(question.answers.begin() + static_cast<std::ptrdiff_t>(question.right),
                          std::move(right));
  return question;
}

// Phases that a learner could take for one another, the likeliest first.
constexpr std::array kOtherPhases = {Phase::kFeaturesPlain, Phase::kSaslServer,  Phase::kStartTls,
                                     Phase::kFeaturesAuth,  Phase::kRestart,     Phase::kHeaderSent,
                                     Phase::kBinding,       Phase::kSaslClient,  Phase::kAwaitFeatures,
                                     Phase::kFeaturesTls,   Phase::kRestartSent, Phase::kConnected};

std::vector<std::string> wrong_turns(std::string_view right, const Row& now, Direction side, RowIndex row) {
  std::vector<std::string> wrong;
  const auto add = [&](std::string_view words) {
    if (words.empty() || words == right || wrong.size() + 1 >= kAnswers) return;
    if (std::find(wrong.begin(), wrong.end(), words) == wrong.end()) wrong.emplace_back(words);
  };
  for (size_t i = 0; i < kOtherPhases.size(); ++i) {
    const Phase other = kOtherPhases[(i + row) % kOtherPhases.size()];
    // "a stream header" and "a new stream header" would both be right.
    const std::string_view words = parser::may_send(other, side, now.stream, now.has(Row::kWebSocket));
    const bool header =
        words.find("header") != std::string_view::npos || words.find("<open/>") != std::string_view::npos;
    const bool right_is_header =
        right.find("header") != std::string_view::npos || right.find("<open/>") != std::string_view::npos;
    if (header && right_is_header) continue;
    add(words);
    if (wrong.size() + 2 >= kAnswers) break;
  }
  add(side == Direction::kC2S ? "nothing: it has to wait for the server"
                              : "nothing: it has to wait for the client");
  return wrong;
}

Question about_turn(const Row& now, Direction side, RowIndex row) {
  const bool websocket = now.has(Row::kWebSocket);
  const std::string_view right = parser::may_send(now.phase, side, now.stream, websocket);
  const std::string who = side == Direction::kC2S ? "client" : "server";
  return mixed("What must the " + who + " send now?", std::string(right), wrong_turns(right, now, side, row),
               row,
               capitalised(std::string(parser::caption(now.phase, now.stream, websocket))) + ". The " + who +
                   " sends " + std::string(right) + ".");
}

Question about_request(const CaptureStore& store, const Row& request, RowIndex row) {
  const std::string asked = request.direction == Direction::kC2S ? "server" : "client";
  const std::string type(store.text(request.type));
  return mixed("An iq of type " + type + " was sent. What does the " + asked + " owe?",
               "exactly one result or error with the same id",
               {"nothing: an iq may go unanswered", "a message to whoever asked",
                "a result, and later another one whenever something changes"},
               row,
               "Every get and set is answered by exactly one result or error, with the id of the request "
               "(RFC 6120 \u00a78.2.3). Meanwhile both sides may say other things.");
}

Question about_freedom(const Row& now, RowIndex row) {
  return mixed("Who may speak now?", "either side, in any order",
               {"only the client: it asks, the server answers",
                "only the server, until it has sent everything", "nobody, until a new stream is opened"},
               row,
               capitalised(std::string(parser::caption(now.phase, now.stream, now.has(Row::kWebSocket)))) +
                   ". Nobody has to wait for the other.");
}

Question about_goodbye(RowIndex row) {
  return mixed("One side has closed its stream. What does the other do?",
               "it sends what is left, and closes its stream, too",
               {"nothing: the connection is cut at once", "it opens the stream again with a new header",
                "it answers with a stream error"},
               row,
               "A stream is closed by both: the other side may still send what it had to send, then its own "
               "end tag (RFC 6120 \u00a74.4).");
}

}  // namespace

std::optional<Question> question_before(const CaptureStore& store, RowIndex row) {
  const Row& next = store.row(row);
  if (!parser::is_element(next.kind) || next.kind == parser::EventKind::kKeepalive) return std::nullopt;
  const RowIndex before = row_before(store, row);
  if (before == kNoRow) return std::nullopt;
  const Row& now = store.row(before);
  const std::string_view turn = parser::turn(now.phase, now.stream);
  for (const Direction side : {Direction::kC2S, Direction::kS2C}) {
    const std::string_view who = side == Direction::kC2S ? "client" : "server";
    if (turn != who && (turn != "both" || side == Direction::kS2C)) continue;
    if (now.phase == Phase::kError) continue;
    if (parser::may_send(now.phase, side, now.stream, now.has(Row::kWebSocket)).empty()) continue;
    return about_turn(now, side, row);
  }
  if (now.phase == Phase::kClosing) return about_goodbye(row);
  if (turn != "any") return std::nullopt;
  const std::string_view type = store.text(now.type);
  if (now.kind == parser::EventKind::kIq && (type == "get" || type == "set")) {
    return about_request(store, now, row);
  }
  // Asked once, where it becomes true.
  const RowIndex earlier = row_before(store, before);
  if (earlier != kNoRow && store.row(earlier).phase != now.phase) return about_freedom(now, row);
  return std::nullopt;
}

}  // namespace viewer
