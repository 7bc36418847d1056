// The rulebook has hundreds of rows and most concern few kinds of events, so the rows are sorted into one
// list per kind when the engine is made. Between events of a connection only RuleCounters survives.
#include "parser/rules/engine.h"

#include <algorithm>
#include <exception>
#include <limits>
#include <string>
#include <utility>

#include "parser/stream/stanza.h"
#include "parser/xml/utf8.h"

namespace parser::rules {
namespace {

constexpr size_t kMessageBytes = 400;
constexpr std::string_view kLastOne = " (The last finding of this rule on this connection that is shown.)";

RuleCounters::Count& count_of(RuleCounters& counters, uint16_t number) {
  for (RuleCounters::Count& count : counters.counts) {
    if (count.rule == number) return count;
  }
  return counters.counts.emplace_back(RuleCounters::Count{number, 0, false});
}

// Cuts at most `limit` bytes, never inside a UTF-8 sequence.
void cut(std::string& text, size_t limit) {
  if (text.size() <= limit) return;
  text.resize(xml::utf8_prefix(text, limit).size());
  text += "…";
}

bool is_mechanism_list(const xml::Element& child) {
  return child.ns == ns::kSasl || child.ns == ns::kSasl2 || child.ns == "urn:xmpp:sasl-cb:0";
}

// Whether `rest` is what is left of `whole` when some of its bytes are taken out.
bool is_left_of(std::string_view rest, std::string_view whole) {
  size_t matched = 0;
  for (const char c : whole) {
    if (matched < rest.size() && rest[matched] == c) ++matched;
  }
  return matched == rest.size();
}

void remember_edit(const StreamEvent& event, const Edit& edit, RuleCounters& counters) {
  if (edit.name == "hide-channel-binding") counters.binding_hidden = true;
  KindSet what = on(edit.range.empty() ? EventKind::kEdit : event.kind);
  if (event.kind == EventKind::kFeatures && event.element != nullptr) {
    for (const xml::Element& child : event.element->children()) {
      if (!is_mechanism_list(child) || !child.range.contains(edit.range)) continue;
      // Hiding a mechanism leaves every other one as it was offered.
      const bool known = event.range.contains(edit.range) && event.bytes.size() == event.range.size();
      const std::string_view before =
          known ? event.bytes.substr(edit.range.begin - event.range.begin, edit.range.size())
                : std::string_view();
      what = is_left_of(edit.replacement, before) ? 0 : on(EventKind::kSasl);
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

void remember_sasl(const StreamEvent& event, RuleCounters& counters) {
  if (event.direction == Direction::kC2S) {
    if (event.local != "auth" && event.local != "authenticate") return;
    counters.login_requested = true;
  } else if (event.local == "failure") {
    counters.login_requested = false;
  } else if (event.local == "success") {
    counters.compressed = false;
  }
}

// What rules have to know of the past beyond SessionState: where the login stands, so that no client is
// blamed for speaking from memory.
void remember(const StreamEvent& event, RuleCounters& counters) {
  if (event.element == nullptr) return;
  switch (event.kind) {
    case EventKind::kSasl:
      remember_sasl(event, counters);
      break;
    case EventKind::kCompress:
      if (event.direction == Direction::kS2C && event.local == "compressed") counters.compressed = true;
      break;
    case EventKind::kNonza:
      if (event.local == "handshake") counters.login_requested = true;
      break;
    case EventKind::kIq:
      if (event.payload != nullptr && event.payload->ns == ns::kIqAuth &&
          event.direction == Direction::kC2S) {
        counters.login_requested = true;
      }
      break;
    default:
      break;
  }
}

}  // namespace

bool Report::of(uint8_t verdict) {
  for (const ActiveRule& row : rows_) {
    if (row.rule->verdict != verdict) continue;
    row_ = &row;
    return true;
  }
  return false;
}

void Report::add(std::string message, ByteRange range, const At& at) {
  RuleCounters::Count& count = count_of(counters_, row_->number);
  if (count.muted) return;
  ++count.findings;
  count.muted = count.findings >= cap_;
  cut(message, kMessageBytes);
  if (count.muted) {
    message += kLastOne;
    // Rows that share a check are muted one by one, when they want to add something.
    if (rows_.size() == 1) counters_.silence(row_->number);
  }
  Finding finding;
  finding.rule = row_->rule->id;
  finding.severity = at.at_most ? std::min(row_->severity, *at.at_most) : row_->severity;
  finding.offender = at.offender.value_or(context_.event.direction);
  finding.citation = row_->rule->citation;
  finding.message = std::move(message);
  finding.range = range;
  finding.frame = at.frame;
  out_.push_back(std::move(finding));
}

// A shared check is called in the place of its first row.
void Engine::enlist(Calls& calls, const ActiveRule& row) {
  for (Call& call : calls) {
    if (row.rule->verdict != 0 && call.check == row.rule->check) {
      call.rows.push_back(row);
      call.parts = call.parts == 0 || row.rule->parts == 0 ? 0 : call.parts | row.rule->parts;
      return;
    }
  }
  calls.push_back({row.rule->check, {row}, row.rule->parts});
}

std::shared_ptr<const Engine::Plan> Engine::plan_of(Profile profile, std::span<const Rule* const> rules) {
  auto plan = std::make_shared<Plan>();
  uint16_t number = 0;
  for (const Rule* rule : rules) {
    const std::optional<Severity>& severity =
        profile == Profile::kRfc3920 ? rule->severities.rfc3920 : rule->severities.rfc6120;
    if (severity) {
      const ActiveRule row{rule, *severity, number};
      for (size_t kind = 0; kind < kKinds; ++kind) {
        if ((rule->kinds >> kind & 1U) == 0) continue;
        for (const Direction direction : {Direction::kC2S, Direction::kS2C}) {
          if (rule->who == Who::kClient && direction == Direction::kS2C && !rule->shown_by_server) continue;
          auto& [negotiating, established] = (*plan)[index(direction)];
          enlist(negotiating[kind], row);
          if (rule->when == When::kAlways) enlist(established[kind], row);
        }
      }
    }
    ++number;
  }
  return plan;
}

Engine::Engine(Profile profile, const EngineLimits& limits, std::span<const Rule* const> rules)
    : profile_(profile), limits_(limits), book_(jid_profile(profile)) {
  limits_.max_findings_per_rule =
      std::clamp<size_t>(limits_.max_findings_per_rule, 1, std::numeric_limits<uint16_t>::max());
  if (rules.data() != all_rules().data() || rules.size() != all_rules().size()) {
    plan_ = plan_of(profile, rules);
    return;
  }
  static const std::shared_ptr<const Plan> old_book = plan_of(Profile::kRfc3920, all_rules());
  static const std::shared_ptr<const Plan> new_book = plan_of(Profile::kRfc6120, all_rules());
  plan_ = profile == Profile::kRfc3920 ? old_book : new_book;
}

void Engine::check(const Context& context, RuleCounters& counters, std::vector<Finding>& out) {
  const StreamEvent& event = context.event;
  if (!event.edits.empty() || event.kind >= EventKind::kUnparsed) remember_gaps(event, counters);
  const size_t established = context.before.phase == Phase::kEstablished ? 1 : 0;
  Report report(context, counters, book_, out, limits_.max_findings_per_rule);
  for (const Call& call : (*plan_)[index(event.direction)][established][static_cast<size_t>(event.kind)]) {
    if (call.parts != 0 && (call.parts & context.parts) == 0) continue;
    if (counters.is_silent(call.rows.front().number)) continue;
    report.begin(call.rows);
    const size_t before = out.size();
    try {
      call.check(context, report);
    } catch (const std::exception& error) {
      out.resize(before);
      const Rule& rule = *call.rows.front().rule;
      out.push_back({rule.id, Severity::kNote, event.direction, rule.citation,
                     std::string("This rule could not be judged: ") + error.what(), event.range, 0});
      counters.silence(call.rows.front().number);
    }
  }
  remember(event, counters);
}

}  // namespace parser::rules
