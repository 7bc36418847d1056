// An address under the lens: every step of its preparation, by both generations of rules.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "viewer/model/display_text.h"

namespace viewer {

struct LensStep {
  std::string part;    // "local part"
  std::string name;    // "case mapping"
  std::string before;  // for display
  std::string after;   // … "refused", or the same as before
  std::string clause;
  bool changed = false;
  bool refused = false;
};

struct LensVerdict {
  std::string profile;  // "RFC 7622"
  bool valid = false;
  std::string outcome;  // the prepared address, or why it is none; for display
  std::vector<LensStep> steps;
  std::vector<std::string> notes;
};

struct JidLens {
  std::string address;                     // as it was
  std::string shown;                       // … for display, what cannot be seen written out
  std::vector<LensVerdict> verdicts;       // RFC 3920, RFC 7622
  std::vector<std::string> disagreements;  // sentences; empty: both come to the same
};

JidLens look_at_address(std::string_view address, const Drawable& drawable);

}  // namespace viewer
