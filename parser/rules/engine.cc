// The rulebook has hundreds of rows and most concern few kinds of events, so the rows are sorted into one
// list per kind when the engine is made. Between events of a connection only RuleCounters survives.
#include "parser/rules/engine.h"

#include <algorithm>
#include <exception>
#include <limits>
#include <string>
#include <utility>

#include "parser/stream/stanza.h"

namespace parser::rules {
namespace {

constexpr size_t kMessageBytes = 400;
constexpr std::string_view kLastOne = " (The last finding of this rule on this connection that is shown.)";

RuleCounters::Count* find_count(RuleCounters& counters, uint16_t number) {
  for (RuleCounters::Count& count : counters.counts) {
    if (count.rule == number) return &count;
  }
  return nullptr;
}

RuleCounters::Count& count_of(RuleCounters& counters, uint16_t number) {
  RuleCounters::Count* count = find_count(counters, number);
  if (count != nullptr) return *count;
  return counters.counts.emplace_back(RuleCounters::Count{number, 0, false});
}

// Cuts at most `limit` bytes, never inside a UTF-8 sequence.
void cut(std::string& text, size_t limit) {
  if (text.size() <= limit) return;
  size_t end = limit;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  text += "…";
}

bool is_mechanism_list(const xml::Element& child) {
  return child.ns == "urn:ietf:params:xml:ns:xmpp-sasl" || child.ns == "urn:xmpp:sasl:2" ||
         child.ns == "urn:xmpp:sasl-cb:0";
}

void remember_edit(const StreamEvent& event, const Edit& edit, RuleCounters& counters) {
  KindSet what = on(edit.range.empty() ? EventKind::kEdit : event.kind);
  if (event.kind == EventKind::kFeatures && event.element != nullptr) {
    for (const xml::Element& child : event.element->children()) {
      if (is_mechanism_list(child) && child.range.contains(edit.range)) what = on(EventKind::kSasl);
    }
  }
  counters.edited[index(edit.direction)] |= what;
}

// Notes what of this event the other peer may have received differently, or what was not seen here.
void remember_gaps(const StreamEvent& event, RuleCounters& counters) {
  for (const Edit& edit : event.edits) remember_edit(event, edit, counters);
  if (const Edit* edit = std::get_if<Edit>(&event.fact)) {
    counters.edited[index(edit->direction)] |= on(EventKind::kEdit);
  }
  if (const Dropped* dropped = std::get_if<Dropped>(&event.fact)) {
    counters.edited[index(dropped->direction)] |= on(EventKind::kDropped);
  }
  if (event.kind == EventKind::kUnparsed) counters.edited[index(event.direction)] |= on(EventKind::kDropped);
}

// Where the login stands, for rules that must not blame a client for speaking from memory.
void remember_login(const StreamEvent& event, RuleCounters& counters) {
  if (event.element == nullptr) return;
  const bool from_client = event.direction == Direction::kC2S;
  switch (event.kind) {
    case EventKind::kSasl:
      if (from_client && (event.local == "auth" || event.local == "authenticate"))
        counters.login_requested = true;
      if (!from_client && event.local == "failure") counters.login_requested = false;
      break;
    case EventKind::kIq:
      if (from_client && event.payload != nullptr && event.payload->ns == ns::kIqAuth) {
        counters.login_requested = true;
      }
      break;
    default:
      break;
  }
}

}  // namespace

void Report::add(std::string message, ByteRange range, const At& at) {
  if (added_ >= allowed_) return;
  ++added_;
  cut(message, kMessageBytes);
  if (added_ == allowed_) message += kLastOne;
  Finding finding;
  finding.rule = rule_.id;
  finding.severity = at.at_most ? std::min(severity_, *at.at_most) : severity_;
  finding.offender = at.offender.value_or(context_.event.direction);
  finding.citation = rule_.citation;
  finding.message = std::move(message);
  finding.range = range;
  finding.frame = at.frame;
  out_.push_back(std::move(finding));
}

Engine::Engine(Profile profile, const EngineLimits& limits, std::span<const Rule* const> rules)
    : profile_(profile), limits_(limits) {
  limits_.max_findings_per_rule =
      std::clamp<size_t>(limits_.max_findings_per_rule, 1, std::numeric_limits<uint16_t>::max());
  uint16_t number = 0;
  for (const Rule* rule : rules) {
    const std::optional<Severity>& severity =
        profile == Profile::kRfc3920 ? rule->severities.rfc3920 : rule->severities.rfc6120;
    if (severity) {
      for (size_t kind = 0; kind < kKinds; ++kind) {
        if ((rule->kinds >> kind & 1U) != 0) by_kind_[kind].push_back({rule, *severity, number});
      }
    }
    ++number;
  }
}

void Engine::check(const Context& context, RuleCounters& counters, std::vector<Finding>& out) const {
  const StreamEvent& event = context.event;
  if (!event.edits.empty() || event.kind >= EventKind::kUnparsed) remember_gaps(event, counters);
  remember_login(event, counters);
  for (const Active& active : by_kind_[static_cast<size_t>(event.kind)]) {
    size_t allowed = limits_.max_findings_per_rule;
    if (!counters.counts.empty()) {
      const RuleCounters::Count* count = find_count(counters, active.number);
      if (count != nullptr) {
        if (count->muted) continue;
        allowed -= count->findings;
      }
    }
    const size_t size_before = out.size();
    Report report(*active.rule, active.severity, context, counters, out, allowed);
    bool failed = false;
    try {
      active.rule->check(context, report);
    } catch (const std::exception& error) {
      out.resize(size_before);
      out.push_back({active.rule->id, Severity::kNote, event.direction, active.rule->citation,
                     std::string("This rule could not be judged: ") + error.what(), event.range, 0});
      failed = true;
    }
    if (report.added() == 0 && !failed) continue;
    RuleCounters::Count& count = count_of(counters, active.number);
    count.findings = static_cast<uint16_t>(count.findings + report.added());
    count.muted = failed || report.added() == allowed;
  }
}

}  // namespace parser::rules
