#include "captures/compare/compared_session.h"

#include <algorithm>
#include <utility>

#include "parser/payload/summary.h"
#include "parser/stream/stanza.h"

namespace captures {
namespace {

using parser::Direction;
using parser::EventKind;
using parser::StreamEvent;

bool is_compared(const StreamEvent& event) {
  switch (event.kind) {
    case EventKind::kKeepalive:
    case EventKind::kOpened:
    case EventKind::kUpstream:
    case EventKind::kEdit:
    case EventKind::kDropped:
      return false;
    case EventKind::kSm:
      return event.local != "r" && event.local != "a";
    default:
      return true;
  }
}

std::string shape_of(const StreamEvent& event) {
  std::string shape = std::string(name(event.kind)) + " {" + std::string(event.ns) + "}" +
                      std::string(event.local) + " " + std::string(event.stanza_type);
  // A message's body stands anywhere among what else it carries.
  if (event.kind == EventKind::kMessage && event.element->child("body", event.ns) != nullptr) {
    return shape + " body";
  }
  if (event.kind == EventKind::kFeatures) {
    const bool before_login = event.element->child("mechanisms", parser::ns::kSasl) != nullptr ||
                              event.element->child("authentication", parser::ns::kSasl2) != nullptr;
    return before_login ? shape + " login" : shape;
  }
  if (event.payload != nullptr) {
    shape += " {" + std::string(event.payload->ns) + "}" + std::string(event.payload->local);
  }
  return shape;
}

std::string_view bare(std::string_view address) {
  return address.substr(0, address.find('/'));
}

}  // namespace

void ComparedSession::learn_account(const StreamEvent& event) {
  if (event.kind == EventKind::kHeader && domain_.empty()) {
    domain_ = event.direction == Direction::kC2S ? event.to : event.from;
  }
  if (event.kind != EventKind::kIq || event.direction != Direction::kS2C || event.payload == nullptr ||
      !event.payload->is("bind", parser::ns::kBind)) {
    return;
  }
  if (const auto* jid = event.payload->child("jid")) account_ = bare(jid->text());
}

std::optional<size_t> ComparedSession::request_of(const StreamEvent& event) const {
  if (!event.answers) return std::nullopt;
  const auto request =
      std::lower_bound(elements_.begin(), elements_.end(), event.answers->frame,
                       [](const ComparedElement& e, uint64_t frame) { return e.frame < frame; });
  if (request == elements_.end() || request->frame != event.answers->frame) return std::nullopt;
  return static_cast<size_t>(request - elements_.begin());
}

void ComparedSession::on_event(const StreamEvent& event) {
  if (!is_compared(event)) return;
  if (truncated_) return;
  learn_account(event);
  ComparedElement element;
  element.frame = event.frame;
  element.time = event.time;
  element.connection = event.connection;
  element.direction = event.direction;
  element.kind = event.kind;
  element.summary = parser::summary(event);
  element.text = normal_.of(event);
  if (event.kind == EventKind::kIq || event.kind == EventKind::kMessage ||
      event.kind == EventKind::kPresence) {
    element.peer = bare(event.direction == Direction::kC2S ? event.to : event.from);
  }
  element.answers = request_of(event);
  element.shape = shape_of(event);
  // Empty results are told apart by what they answer.
  if (element.answers) element.shape += " answers " + elements_[*element.answers].shape;
  const size_t size = sizeof element + element.summary.size() + element.text.size() + element.peer.size() +
                      element.shape.size();
  if (bytes_ + size > options_.most_bytes) {
    truncated_ = true;
    return;
  }
  bytes_ += size;
  elements_.push_back(std::move(element));
}

}  // namespace captures
