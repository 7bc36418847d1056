// Runs the preparation with its trace on, and puts differences between two outcomes into words.
#include "parser/jid/explanation.h"

#include <array>

namespace parser {
namespace {

std::string_view part_of(const Jid& jid, JidPart part) {
  return part == JidPart::kLocal ? jid.local() : part == JidPart::kDomain ? jid.domain() : jid.resource();
}

constexpr std::array kParts = {JidPart::kLocal, JidPart::kDomain, JidPart::kResource};

std::string quote(std::string_view text) {
  return "“" + std::string(text) + "”";
}

std::string refusal(const JidExplanation& explanation) {
  return std::string(name(explanation.profile)) + " refuses the " +
         std::string(name(explanation.error()->part)) + ": " + explanation.error()->message + " (" +
         std::string(explanation.error()->clause) + ")";
}

}  // namespace

JidExplanation explain_jid(std::string_view address, JidProfile profile) {
  JidExplanation explanation{profile, std::string(address), {}, {}, {}};
  JidTrace trace;
  explanation.outcome = Jid::parse_by_steps(address, profile, &trace);
  explanation.steps = std::move(trace.steps);
  explanation.notes = std::move(trace.notes);
  return explanation;
}

std::vector<std::string> disagreements(const JidExplanation& rfc3920, const JidExplanation& rfc7622) {
  std::vector<std::string> out;
  const Jid* old = rfc3920.jid();
  const Jid* now = rfc7622.jid();
  if (old == nullptr && now == nullptr) return out;
  if (old == nullptr || now == nullptr) {
    const JidExplanation& refuses = old == nullptr ? rfc3920 : rfc7622;
    const JidExplanation& takes = old == nullptr ? rfc7622 : rfc3920;
    out.push_back(std::string(name(takes.profile)) + " takes the address as " + quote(takes.jid()->full()) +
                  ", " + refusal(refuses) + ".");
    return out;
  }
  for (const JidPart part : kParts) {
    const std::string_view before = part_of(*old, part);
    const std::string_view after = part_of(*now, part);
    if (before == after) continue;
    out.push_back("The " + std::string(name(part)) + " is " + quote(before) + " by rfc3920, and " +
                  quote(after) + " by rfc7622.");
  }
  return out;
}

JidComparison compare_jids(std::string_view a, std::string_view b, JidProfile profile) {
  const JidExplanation left = explain_jid(a, profile);
  const JidExplanation right = explain_jid(b, profile);
  JidComparison result;
  result.clause = profile == JidProfile::kRfc3920 ? "RFC 3920 §3" : "RFC 7622 §3";
  if (left.jid() == nullptr || right.jid() == nullptr) {
    result.equal = a == b;
    const JidExplanation& wrong = left.jid() == nullptr ? left : right;
    result.reason = result.equal
                        ? "They are the same bytes, though not an address: " + refusal(wrong) + "."
                        : quote(wrong.input) + " has no prepared form to compare: " + refusal(wrong) + ".";
    return result;
  }
  result.equal = *left.jid() == *right.jid();
  if (result.equal) {
    result.reason =
        a == b ? "They are the same bytes." : "Prepared, both are " + quote(left.jid()->full()) + ".";
    return result;
  }
  for (const JidPart part : kParts) {
    const std::string_view x = part_of(*left.jid(), part);
    const std::string_view y = part_of(*right.jid(), part);
    if (x == y) continue;
    const auto shown = [](std::string_view text) { return text.empty() ? std::string("none") : quote(text); };
    result.clause = profile == JidProfile::kRfc3920 ? (part == JidPart::kLocal    ? "RFC 3920 §3.3"
                                                       : part == JidPart::kDomain ? "RFC 3920 §3.2"
                                                                                  : "RFC 3920 §3.4")
                                                    : (part == JidPart::kLocal    ? "RFC 8265 §3.3.4"
                                                       : part == JidPart::kDomain ? "RFC 7622 §3.2.3"
                                                                                  : "RFC 8265 §4.2.3");
    result.reason = "The " + std::string(name(part)) + "s differ: " + shown(x) + " and " + shown(y) +
                    (part == JidPart::kResource ? "; case counts in resources." : ".");
    return result;
  }
  return result;
}

}  // namespace parser
