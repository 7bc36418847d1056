// How a part of an address becomes what comparison works on: the steps of both generations, each of which can
// be watched.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "parser/jid/code_points.h"
#include "parser/jid/jid.h"

namespace parser {

struct JidStep {
  JidPart part{};
  std::string_view name;    // "width mapping"; static
  std::string_view clause;  // static
  std::string before;
  std::string after;   // the same where the step only checks; empty where it failed
  bool passed = true;  // false: the last step, the address is refused
};

// What is allowed, yet worth knowing.
struct JidNote {
  JidPart part{};
  std::string_view clause;
  std::string message;
};

struct JidTrace {
  std::vector<JidStep> steps;
  std::vector<JidNote> notes;
};

namespace jid_limits {
constexpr size_t kPart = 1023;    // bytes of UTF-8, prepared: RFC 3920 §3.1, RFC 7622 §3.1
constexpr size_t kWhole = 3071;   // bytes; also the most of a part that preparation is tried on
constexpr size_t kLabel = 63;     // bytes of the A-label: RFC 1035 §2.3.4
constexpr size_t kDnsName = 253;  // characters of the A-labels with their dots: 255 octets in the DNS
}  // namespace jid_limits

// One part as written, not empty, in UTF-8 (checked by the caller).
struct PartInput {
  JidPart part{};
  std::string_view text;
  size_t offset = 0;  // of its first byte in the address
  JidProfile profile{};
  JidTrace* trace = nullptr;
};
using PreparedPart = std::variant<std::string, JidError>;

// Local part or resource by Nodeprep or Resourceprep (RFC 3920 §3.3, §3.4).
PreparedPart stringprep_part(const PartInput& input);
// One label of a domain by Nameprep (RFC 3491).
PreparedPart nameprep_label(const PartInput& input);
// UsernameCaseMapped for the local part (RFC 8265 §3.3), OpaqueString for the resource (RFC 8265 §4.2).
PreparedPart precis_part(const PartInput& input);
PreparedPart prepare_domain(const PartInput& input);
// Whichever the part and the profile ask for; also the limits on the size.
PreparedPart prepare_part(const PartInput& input);

// An error about the character as written at `offset` of the address; the message gets the character's
// notation and name in front of `what`: "U+0020 SPACE is not allowed in a local part".
JidError character_error(const PartInput& input, JidProblem problem, std::string_view clause, size_t offset,
                         const std::string& what);
// An error about the part as a whole, or about a place in it.
JidError part_error(const PartInput& input, JidProblem problem, std::string_view clause, std::string message);

// Writes steps down while a part is prepared; does nothing where there is no trace.
class StepLog {
 public:
  explicit StepLog(const PartInput& input)
      : part_(input.part), trace_(input.trace), current_(trace_ == nullptr ? "" : input.text) {}
  bool wanted() const { return trace_ != nullptr; }
  void step(std::string_view name, std::string_view clause, const CodePoints& after) {
    if (wanted()) step(name, clause, encode(after));
  }
  void step(std::string_view name, std::string_view clause, std::string after) {
    if (!wanted()) return;
    trace_->steps.push_back({part_, name, clause, current_, after, true});
    current_ = std::move(after);
  }
  // A step that looks and changes nothing.
  void check(std::string_view name, std::string_view clause) {
    if (wanted()) trace_->steps.push_back({part_, name, clause, current_, current_, true});
  }
  // The step that refuses the part. Hands the error on.
  JidError fail(std::string_view name, JidError error) {
    if (wanted()) trace_->steps.push_back({part_, name, error.clause, current_, {}, false});
    return error;
  }
  void note(std::string_view clause, std::string message) {
    if (wanted()) trace_->notes.push_back({part_, clause, std::move(message)});
  }

 private:
  JidPart part_;
  JidTrace* trace_;
  std::string current_;
};

// Characters that are not mapped away but replaced by their full or half width counterpart (RFC 8265 §3.3.2).
void map_widths(CodePoints& text);
// Upper and title case to lower case, without regard to what stands around (RFC 8265 §3.3.3).
void map_to_lower_case(CodePoints& text);

}  // namespace parser
