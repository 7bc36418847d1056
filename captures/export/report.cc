// Counts while events pass, writes at the end. What is kept of each event is bounded; everything is counted.
#include "captures/export/report.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "captures/export/document.h"
#include "captures/export/time_text.h"
#include "captures/fact_json.h"
#include "captures/masking.h"
#include "captures/utf8.h"
#include "parser/payload/summary.h"
#include "parser/rules/rule.h"
#include "parser/stream/session_state.h"

namespace captures {
namespace {

using parser::ConnectionInfo;
using parser::EventKind;
using parser::Finding;
using parser::StreamEvent;

constexpr size_t kMostFactsEach = 12;
constexpr size_t kExcerptAround = 120;       // bytes on either side of what is wrong
constexpr size_t kMostExcerpt = 1200;        // bytes
constexpr size_t kMostRoundTrips = 100'000;  // of one kind; beyond, the median is that of the first ones
constexpr size_t kMostPayloads = 2000;

std::string counted(uint64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

}  // namespace

class Report::Impl {
 public:
  explicit Impl(const ReportOptions& options) : options_(options) {}

  void on_event(const StreamEvent& event) {
    if (!begin_) begin_ = event.time;
    end_ = event.time;
    Connection* connection = connection_of(event);
    masked_ = {};
    // Masking follows the login, so it sees every element. Where a connection is not followed, nothing is
    // shown.
    if (parser::is_element(event.kind)) {
      is_masked_ =
          connection != nullptr && !options_.show_secrets && connection->masking.mask(event, masked_);
      may_show_ = connection != nullptr || options_.show_secrets;
      count(event);
    } else if (connection != nullptr && connection->facts.size() < kMostFactsEach) {
      const auto* edit = std::get_if<parser::Edit>(&event.fact);
      connection->facts.push_back(edit != nullptr ? edit_sentence(*edit) : fact_sentence(event.fact));
    }
    if (connection != nullptr) {
      connection->reached = event.phase;
      if (event.kind == EventKind::kIq && event.payload != nullptr && event.payload->local == "bind") {
        if (const auto* jid = event.payload->child("jid")) connection->jid = readable(jid->text(), 200);
      }
    }
    for (const Finding& finding : event.findings) add(event, finding);
  }

  Document document() const {
    Document out(options_.title);
    summarise(out);
    list_findings(out);
    list_connections(out);
    list_traffic(out);
    return out;
  }

 private:
  struct Connection {
    std::string jid;
    std::vector<std::string> facts;
    parser::Phase reached{};
    Masking masking;
  };
  struct Found {
    Finding finding;
    parser::ConnectionId connection;
    uint64_t frame;
    std::string summary;
    std::string excerpt;
  };
  struct Traffic {
    uint64_t count = 0;
    uint64_t bytes = 0;
    std::vector<parser::Duration> round_trips;
  };

  Connection* connection_of(const StreamEvent& event) {
    const auto found = connections_.find(event.connection);
    if (found != connections_.end()) return &found->second;
    ++connection_count_;
    if (connections_.size() >= options_.most_connections) return nullptr;
    return &connections_[event.connection];
  }

  void count(const StreamEvent& event) {
    ++elements_;
    const auto add_to = [&event](Traffic& traffic) {
      ++traffic.count;
      traffic.bytes += event.bytes.size();
      if (event.answers && traffic.round_trips.size() < kMostRoundTrips) {
        traffic.round_trips.push_back(event.answers->rtt);
      }
    };
    add_to(kinds_[std::string(name(event.kind))]);
    if (event.payload == nullptr) return;
    std::string payload = readable(event.payload->ns, 120);
    if (payloads_.size() >= kMostPayloads && !payloads_.contains(payload)) payload = "(others)";
    add_to(payloads_[payload]);
  }

  void add(const StreamEvent& event, const Finding& finding) {
    ++severities_[static_cast<size_t>(finding.severity)];
    ++by_rule_[finding.rule];
    if (found_.size() >= options_.most_findings) return;
    found_.push_back(
        {finding, event.connection, event.frame, parser::summary(event), excerpt(event, finding)});
  }

  std::string excerpt(const StreamEvent& event, const Finding& finding) const {
    const bool inside = finding.offender == event.direction && event.range.contains(finding.range);
    if (event.bytes.empty() || !inside || !may_show_) return {};
    const std::string_view bytes = is_masked_ ? std::string_view(masked_.bytes) : event.bytes;
    const auto begin = static_cast<size_t>(finding.range.begin - event.range.begin);
    const size_t from = begin > kExcerptAround ? begin - kExcerptAround : 0;
    const size_t wanted = static_cast<size_t>(finding.range.size()) + 2 * kExcerptAround;
    const std::string_view part = bytes.substr(from, std::min(wanted, kMostExcerpt));
    return (from > 0 ? "…" : "") + readable(part, part.size() * 4) +
           (from + part.size() < bytes.size() ? "…" : "");
  }

  void summarise(Document& out) const {
    out.paragraph(counted(elements_, "element", "elements") + " on " +
                  counted(connection_count_, "connection", "connections") +
                  (begin_ ? ", " + utc_text(*begin_) + ", " + duration_text(end_ - *begin_) : std::string()) +
                  ". " + counted(severities_[2], "error", "errors") + ", " +
                  counted(severities_[1], "warning", "warnings") + ", " +
                  counted(severities_[0], "note", "notes") + ".");
    if (!options_.show_secrets) out.paragraph("Passwords and keys are masked.");
  }

  void list_findings(Document& out) const {
    out.heading("Findings");
    if (by_rule_.empty()) {
      out.paragraph("None: everything that was seen follows the rules that stanzascope knows.");
      return;
    }
    std::vector<const Found*> ordered;
    ordered.reserve(found_.size());
    for (const Found& found : found_) ordered.push_back(&found);
    std::stable_sort(ordered.begin(), ordered.end(), [](const Found* a, const Found* b) {
      return a->finding.severity > b->finding.severity;
    });
    std::string_view rule;
    for (const Found* found : ordered) {
      const Finding& finding = found->finding;
      if (rule != finding.rule) {
        rule = finding.rule;
        out.subheading(std::string(name(finding.severity)) + ": " + std::string(finding.rule) + " (" +
                       std::string(finding.citation) + ")");
        const parser::rules::Rule* known = parser::rules::find_rule(finding.rule);
        if (known != nullptr) out.paragraph(std::string(known->explanation));
        const uint64_t all = by_rule_.at(finding.rule);
        if (all > 1) out.paragraph("Found " + std::to_string(all) + " times.");
      }
      const bool client = finding.offender == parser::Direction::kC2S;
      out.item("frame " + std::to_string(found->frame) + ", connection " + std::to_string(found->connection) +
               ", by the " + (client ? "client" : "server") + ": " + finding.message + " (" + found->summary +
               ")");
      if (!found->excerpt.empty()) out.excerpt(found->excerpt);
    }
    const uint64_t all = severities_[0] + severities_[1] + severities_[2];
    if (all > found_.size())
      out.paragraph(std::to_string(all - found_.size()) + " further findings are not shown.");
  }

  void list_connections(Document& out) const {
    out.heading("Connections");
    for (const auto& [id, connection] : connections_) {
      out.subheading("Connection " + std::to_string(id) +
                     (connection.jid.empty() ? "" : ": " + connection.jid));
      for (const std::string& fact : connection.facts) out.item(fact);
      out.item("came as far as: " + std::string(caption(connection.reached)));
    }
    if (connection_count_ > connections_.size()) {
      out.paragraph(std::to_string(connection_count_ - connections_.size()) +
                    " further connections are not shown.");
    }
  }

  static void add_rows(Document& out, const std::map<std::string, Traffic>& all) {
    std::vector<std::pair<std::string, const Traffic*>> ordered;
    ordered.reserve(all.size());
    for (const auto& [what, traffic] : all) ordered.emplace_back(what, &traffic);
    std::stable_sort(ordered.begin(), ordered.end(),
                     [](const auto& a, const auto& b) { return a.second->count > b.second->count; });
    for (const auto& [what, traffic] : ordered) {
      std::vector<parser::Duration> times = traffic->round_trips;
      std::sort(times.begin(), times.end());
      out.row({what, std::to_string(traffic->count), std::to_string(traffic->bytes),
               times.empty() ? "" : duration_text(times[times.size() / 2]),
               times.empty() ? "" : duration_text(times.back())});
    }
  }

  void list_traffic(Document& out) const {
    out.heading("Traffic");
    out.table({"Kind", "Elements", "Bytes", "Median round trip", "Longest"});
    add_rows(out, kinds_);
    if (payloads_.empty()) return;
    out.table({"Payload", "Stanzas", "Bytes", "Median round trip", "Longest"});
    add_rows(out, payloads_);
  }

  ReportOptions options_;
  std::optional<parser::Time> begin_;
  parser::Time end_{};
  uint64_t elements_ = 0;
  uint64_t connection_count_ = 0;
  std::array<uint64_t, 3> severities_{};
  std::map<std::string_view, uint64_t> by_rule_;
  std::map<parser::ConnectionId, Connection> connections_;
  std::map<std::string, Traffic> kinds_;
  std::map<std::string, Traffic> payloads_;
  std::vector<Found> found_;
  // Of the event at hand.
  Masked masked_;
  bool is_masked_ = false;
  bool may_show_ = false;
};

Report::Report(const ReportOptions& options) : impl_(std::make_unique<Impl>(options)) {}
Report::~Report() = default;

void Report::on_event(const StreamEvent& event) {
  impl_->on_event(event);
}
std::string Report::markdown() const {
  return impl_->document().markdown();
}
std::string Report::html() const {
  return impl_->document().html();
}

}  // namespace captures
