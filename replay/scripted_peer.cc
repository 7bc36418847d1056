// The play has one position, `next_`, in a list of steps of both directions. A step of our own is sent when
// its pause is over; a step of the other side is done when an element of that kind and name has arrived.
// Bytes are not compared: a proxy in between may have edited them, and says so itself.
#include "replay/scripted_peer.h"

#include <algorithm>

namespace replay {

using parser::EventKind;
using parser::StreamItem;

namespace {

// What is to be seen of the other side's step: headers and footers by kind, elements by name.
std::string describe(EventKind kind, std::string_view name) {
  if (kind == EventKind::kHeader) return "a stream header";
  if (kind == EventKind::kFooter) return "the stream's end";
  return "<" + std::string(name) + ">";
}

}  // namespace

ScriptedPeer::ScriptedPeer(const Script& script, parser::Direction own, const Pace& pace)
    : script_(script), own_(own), pace_(pace) {
  const bool direct = own == parser::Direction::kC2S ? script.client_direct_tls : script.server_direct_tls;
  tls_pending_ = start_tls_ = direct;
}

// Whitespace and broken bytes are sent as recorded, but nobody waits for them.
bool ScriptedPeer::counts(EventKind kind) {
  return kind != EventKind::kKeepalive && kind != EventKind::kUnparsed && kind != EventKind::kViolation;
}

void ScriptedPeer::fail(std::string why) {
  if (failure_.empty()) failure_ = std::move(why);
  wake_at_.reset();
}

std::vector<Command> ScriptedPeer::start(parser::Time now) {
  previous_ = now;
  return advance(now);
}

std::vector<Command> ScriptedPeer::timer(parser::Time now) {
  return advance(now);
}

std::vector<Command> ScriptedPeer::tls_established(parser::Time now) {
  tls_pending_ = false;
  previous_ = now;
  return advance(now);
}

std::vector<Command> ScriptedPeer::ended(parser::Time now) {
  reader_.finish(*this);
  // A peer that hangs up behind its last element has said all that it had to say.
  const bool more = std::any_of(
      script_.steps.begin() + static_cast<std::ptrdiff_t>(std::min(next_, script_.steps.size())),
      script_.steps.end(), [&](const Step& step) { return step.direction != own_ && counts(step.kind); });
  if (more && !finished_)
    fail("the other side closed before step " + std::to_string(next_ + 1) + " of " +
         std::to_string(script_.steps.size()));
  return advance(now);
}

std::vector<Command> ScriptedPeer::received(std::string_view bytes, parser::Time now) {
  consumed_ = reader_.feed(bytes, *this);
  previous_ = now;
  return advance(now);
}

void ScriptedPeer::on_item(const StreamItem& item) {
  if (!failure_.empty()) return;
  if (item.kind == StreamItem::Kind::kKeepalive || item.kind == StreamItem::Kind::kUnparsed ||
      (item.kind == StreamItem::Kind::kViolation && !item.error.fatal)) {
    return;
  }
  if (item.kind == StreamItem::Kind::kViolation)
    return fail("what came is not a stream: " + parser::xml::describe(item.error));
  // Our own steps that are still due come later in the list than this one only if the other side ran ahead,
  // as pipelining peers may: look for the other side's next step wherever it is.
  size_t at = next_;
  while (at < script_.steps.size() &&
         (script_.steps[at].direction == own_ || !counts(script_.steps[at].kind)))
    ++at;
  const EventKind kind = item.kind == StreamItem::Kind::kHeader   ? EventKind::kHeader
                         : item.kind == StreamItem::Kind::kFooter ? EventKind::kFooter
                                                                  : EventKind::kNonza;
  const std::string name = item.element ? step_name(item.element->ns, item.element->local) : std::string();
  if (at == script_.steps.size())
    return fail(describe(kind, name) + " came, and the recording has nothing more from that side");
  const Step& step = script_.steps[at];
  const bool same =
      kind == EventKind::kNonza ? step.name == name && step.kind != EventKind::kHeader : step.kind == kind;
  if (!same)
    return fail("expected " + describe(step.kind, step.name) + ", and " + describe(kind, name) + " came");
  if (at != next_) return fail(describe(kind, name) + " came before its turn");
  next_ = at + 1;
  if (step.tls_follows) {
    tls_pending_ = start_tls_ = true;
    reader_.pause();
    reader_.restart();
  }
}

std::vector<Command> ScriptedPeer::advance(parser::Time now) {
  std::vector<Command> commands;
  wake_at_.reset();
  const auto tls = [&] {
    if (start_tls_) commands.push_back({Command::Kind::kStartTls, {}});
    start_tls_ = false;
    return tls_pending_;
  };
  while (!finished() && !tls() && next_ < script_.steps.size()) {
    const Step& step = script_.steps[next_];
    if (step.direction != own_) {
      if (counts(step.kind)) break;  // its turn
      ++next_;
      continue;
    }
    parser::Duration pause{0};
    if (pace_.speed > 0) {
      pause = parser::Duration(
          static_cast<parser::Duration::rep>(static_cast<double>(step.pause.count()) / pace_.speed));
      pause = std::clamp(pause, pace_.shortest, std::max(pace_.shortest, pace_.longest));
    }
    if (now < previous_ + pause) {
      wake_at_ = previous_ + pause;
      break;
    }
    commands.push_back({Command::Kind::kSend, step.bytes});
    previous_ = now;
    ++next_;
    if (step.tls_follows) {
      tls_pending_ = start_tls_ = true;
      reader_.restart();
    }
  }
  if (!finished() && next_ == script_.steps.size() && !tls_pending_) {
    finished_ = true;
    commands.push_back({Command::Kind::kFinish, {}});
  }
  return commands;
}

}  // namespace replay
