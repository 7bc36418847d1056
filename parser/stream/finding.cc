// The stable words for what a finding weighs.
#include "parser/stream/finding.h"

namespace parser {

std::string_view name(Severity severity) {
  switch (severity) {
    case Severity::kNote:
      return "note";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "note";
}

}  // namespace parser
