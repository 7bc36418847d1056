// Most addresses that are refused are addresses with something around them, or of a form that servers took
// twenty years ago. A message that recognises it saves a search.
#include "parser/jid/hint.h"

#include <algorithm>

#include "parser/jid/preparation.h"

namespace parser {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

std::string jid_hint(std::string_view address, const JidError& error) {
  if (address.empty()) return {};
  if (address.starts_with("xmpp:") || address.starts_with("im:") || address.starts_with("pres:") ||
      address.starts_with("mailto:")) {
    return "this is a URI; the address is what stands behind the “" +
           std::string(address.substr(0, address.find(':') + 1)) + "” (RFC 5122)";
  }
  if (address.starts_with('<') && address.ends_with('>')) {
    return "an address is written without angle brackets";
  }
  if (error.code_point && (is_space(address.front()) || is_space(address.back()))) {
    return "there is white space around the address";
  }
  const JidSplit split = split_jid(address);
  if (error.part == JidPart::kDomain && split.domain.find('@') != std::string_view::npos) {
    return "an '@' inside a local part is written \\40 (XEP-0106); gateways of the time of XEP-0029 wrote "
           "user%host@gateway";
  }
  if (error.part == JidPart::kDomain && error.problem == JidProblem::kEmpty && split.has_resource &&
      !split.has_local) {
    return "XEP-0029 and all that followed want a domain before the '/'";
  }
  if (error.problem == JidProblem::kTooLong && error.part != JidPart::kWhole) {
    return "XEP-0029 had 255 bytes as its limit for each part";
  }
  if (error.part == JidPart::kDomain && error.code_point == U'_') {
    return "XEP-0029 and RFC 3920 let underscores pass, names of hosts have none";
  }
  if (error.part == JidPart::kResource && error.code_point && *error.code_point < 0x20) {
    return "XEP-0029 and all that followed have no control characters in a resource";
  }
  return {};
}

}  // namespace parser
