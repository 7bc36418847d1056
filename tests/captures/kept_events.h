// A sink that keeps events, each shown as text: two runs are the same when their texts are.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "captures/fact_json.h"
#include "parser/stream/stream_event.h"

namespace captures::testing {

// Everything that an event says: frame, time, ranges, bytes, names, facts, edits, findings, pairing, phase.
inline std::string describe(const parser::StreamEvent& event) {
  std::ostringstream out;
  out << "frame " << event.frame << " time " << event.time.time_since_epoch().count() << " connection "
      << event.connection << ' ' << (event.direction == parser::Direction::kC2S ? "c2s" : "s2c") << ' '
      << name(event.kind) << " [" << event.range.begin << ',' << event.range.end << ") '" << event.bytes
      << "' {" << event.ns << '}' << event.local << " from=" << event.from << " to=" << event.to
      << " id=" << event.id << " type=" << event.stanza_type << " phase=" << name(event.phase);
  if (event.restart) out << " restart";
  if (event.payload != nullptr) out << " payload={" << event.payload->ns << '}' << event.payload->local;
  if (event.answers) out << " answers " << event.answers->frame << " after " << event.answers->rtt.count();
  if (event.fact.index() != 0) out << "\n  fact " << fact_json(event.fact);
  const auto edit = [&out](const parser::Edit& what) {
    out << "\n  edit " << edit_json(what) << " -> '" << what.replacement << '\'';
  };
  if (const auto* what = std::get_if<parser::Edit>(&event.fact)) edit(*what);
  for (const parser::Edit& what : event.edits) edit(what);
  for (const parser::Finding& finding : event.findings) out << "\n  finding " << finding_json(finding);
  if (event.error) {
    out << "\n  error " << name(event.error->code) << " [" << event.error->range.begin << ','
        << event.error->range.end << ") " << event.error->context << (event.error->fatal ? " fatal" : "");
  }
  return out.str();
}

class KeptEvents : public parser::EventSink {
 public:
  void on_event(const parser::StreamEvent& event) override { texts.push_back(describe(event)); }

  std::vector<std::string> texts;
};

}  // namespace captures::testing
