// Plain counters. A connection counts when anything of it passes, for a filter may hide that it was opened.
#include "app/tally.h"

namespace app {
namespace {

std::string counted(uint64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace

void Tally::on_event(const parser::StreamEvent& event) {
  if (is_element(event.kind)) ++elements_;
  if (here_.size() < kMostCounted) here_.insert(event.connection);
  for (const parser::Finding& finding : event.findings) ++findings_[static_cast<size_t>(finding.severity)];
}

void Tally::begin_file() {
  connections_ += here_.size();
  here_.clear();
}

bool Tally::reached(parser::Severity severity) const {
  for (auto s = static_cast<size_t>(severity); s < findings_.size(); ++s) {
    if (findings_[s] > 0) return true;
  }
  return false;
}

std::string Tally::words() const {
  using parser::Severity;
  return counted(elements_, "element") + " on " + counted(connections(), "connection") +
         ", findings: " + counted(findings(Severity::kError), "error") + ", " +
         counted(findings(Severity::kWarning), "warning") + ", " + counted(findings(Severity::kNote), "note");
}

}  // namespace app
