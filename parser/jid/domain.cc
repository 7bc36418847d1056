// Domains of both generations: an IP address, or labels that each go through Nameprep (IDNA2003) or are held
// against the derived property of IDNA2008 (RFC 5892). Labels are compared as U-labels, so A-labels are
// decoded. The property is computed here and not asked of libidn2, whose answer names no character and whose
// tables are older than ICU's; a test holds the two against each other.
#include <unicode/uchar.h>

#include <algorithm>
#include <string>
#include <vector>

#include "parser/jid/bidi.h"
#include "parser/jid/context_rule.h"
#include "parser/jid/literal.h"
#include "parser/jid/precis.h"
#include "parser/jid/preparation.h"
#include "parser/jid/punycode.h"
#include "parser/xml/utf8.h"

namespace parser {
namespace {

constexpr std::string_view kOldClause = "RFC 3920 §3.2";
constexpr std::string_view kClause = "RFC 7622 §3.2";

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The full stops that IDNA takes for one (RFC 3490 §3.1, RFC 5895 §2).
bool is_dot(char32_t value) {
  return value == '.' || value == 0x3002 || value == 0xFF0E || value == 0xFF61;
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

struct Label {
  std::string text;
  size_t offset = 0;  // in the address
  size_t size = 0;    // as written
};

size_t a_label_size(std::string_view label) {
  return is_ascii(label) ? label.size() : 4 + punycode(decode(label, 0)).size();
}

JidError too_long(const PartInput& input, std::string_view clause, size_t bytes) {
  JidError error = part_error(input, JidProblem::kTooLong, clause,
                              "the domain has " + std::to_string(bytes) + " bytes, 1023 are allowed");
  error.offset += std::min(jid_limits::kPart, input.text.size());
  return error;
}

JidError label_error(const PartInput& input, const Label& label, JidProblem problem, std::string_view clause,
                     std::string message) {
  JidError error = part_error(input, problem, clause, std::move(message));
  error.offset = label.offset;
  return error;
}

JidError label_too_long(const PartInput& input, const Label& label, size_t bytes) {
  return label_error(
      input, label, JidProblem::kTooLongForDns, "RFC 1035 §2.3.4",
      "a label of the domain has " + std::to_string(bytes) + " bytes in the DNS, 63 are allowed");
}

// A domain with a colon in it: an IPv6 address, or a mistake.
PreparedPart ipv6(const PartInput& input, StepLog& log) {
  const bool old = input.profile == JidProfile::kRfc3920;
  const std::string_view text = input.text;
  const std::string_view clause = old ? kOldClause : kClause;
  const bool bracketed = text.starts_with('[') && text.ends_with(']') && text.size() > 2;
  if (bracketed && is_ip_literal(text.substr(1, text.size() - 2))) {
    if (old) log.note(clause, "the grammar of RFC 3920 has IPv6 addresses without brackets");
    log.step("IP literal", clause, lower_ascii(text));
    return lower_ascii(text);
  }
  if (is_ipv6(text)) {
    if (old) {
      log.step("IPv6 address", clause, lower_ascii(text));
      return lower_ascii(text);
    }
    return log.fail("IP literal",
                    part_error(input, JidProblem::kUnbracketed, clause,
                               "an IPv6 address stands in brackets: [" + std::string(text) + "]"));
  }
  const size_t colon = text.find(':');
  if (text.starts_with('[') || colon == std::string_view::npos ||
      text.find(':', colon + 1) != std::string_view::npos) {
    return log.fail("IP literal", part_error(input, JidProblem::kLiteral, clause,
                                             "the domain looks like an IPv6 address and is none"));
  }
  const std::string_view port = text.substr(colon + 1);
  const bool is_port = !port.empty() && std::all_of(port.begin(), port.end(), is_digit);
  return log.fail("labels",
                  character_error(input, JidProblem::kProhibited, clause, input.offset + colon,
                                  is_port ? "is not allowed in a domain: an address has no port, that "
                                            "is the business of SRV records and settings"
                                          : "is not allowed in a domain"));
}

// ASCII that no label has, whatever it was mapped from: white space, controls, what ends a part of an
// address, and what XML and URIs would trip over. Underscores and the like pass in the older generation,
// which does not ask for host names (that is RFC 6122 §2.2).
bool is_allowed_in_old_label(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || (byte > 0x20 && byte < 0x7F &&
                          std::string_view("\"&'/:<>@\\^`{|}.[]").find(c) == std::string_view::npos);
}

// Nameprep and, where it is an A-label that holds what it says, ToUnicode (RFC 3490 §4.2).
std::variant<std::string, JidError> old_label(const PartInput& input, const Label& label) {
  PartInput part = input;
  part.text = label.text;
  part.offset = label.offset;
  part.trace = nullptr;
  PreparedPart outcome = is_ascii(label.text) ? PreparedPart(lower_ascii(label.text)) : nameprep_label(part);
  auto* prepared = std::get_if<std::string>(&outcome);
  if (prepared == nullptr) return outcome;
  if (prepared->empty()) {
    return label_error(input, label, JidProblem::kLabel, kOldClause,
                       "nothing is left of a label of the domain once it is prepared");
  }
  const auto forbidden = std::find_if_not(prepared->begin(), prepared->end(), is_allowed_in_old_label);
  if (forbidden != prepared->end()) {
    // The first character that is the one at fault, or maps to it.
    for (const CodePoint& c : decode(label.text, label.offset)) {
      std::string one;
      append_utf8(c.value, one);
      part.text = one;
      part.offset = c.offset;
      const PreparedPart alone = c.value < 0x80 ? PreparedPart(one) : nameprep_label(part);
      const auto* text = std::get_if<std::string>(&alone);
      if (text == nullptr || std::all_of(text->begin(), text->end(), is_allowed_in_old_label)) continue;
      return character_error(input, JidProblem::kProhibited, kOldClause, c.offset,
                             c.value < 0x80
                                 ? "is not allowed in a domain"
                                 : "becomes “" + *text + "”, which is not allowed in a label of a domain");
    }
  }
  if (prepared->starts_with("xn--")) {
    if (prepared->size() > jid_limits::kLabel) return label_too_long(input, label, prepared->size());
    if (const auto decoded = u_label_of(*prepared)) {
      part.text = *decoded;
      part.offset = 0;
      const PreparedPart again = nameprep_label(part);
      const auto* same = std::get_if<std::string>(&again);
      if (same != nullptr && *same == *decoded &&
          std::all_of(same->begin(), same->end(), is_allowed_in_old_label)) {
        return *decoded;
      }
    }
  }
  const size_t size = a_label_size(*prepared);
  if (size > jid_limits::kLabel) return label_too_long(input, label, size);
  return outcome;
}

PreparedPart old_domain(const PartInput& input, StepLog& log) {
  std::vector<Label> labels;
  size_t begin = 0;
  for (size_t at = 0; at <= input.text.size();) {
    const bool end = at == input.text.size();
    const char32_t value = end ? '.' : xml::first_character(input.text.substr(at)).value;
    const size_t next = at + (end ? 1 : utf8_size(value));
    if (is_dot(value)) {
      labels.push_back({std::string(input.text.substr(begin, at - begin)), input.offset + begin, at - begin});
      begin = next;
    }
    at = next;
  }
  const auto joined = [&labels] {
    std::string out;
    for (const Label& label : labels) out += (out.empty() ? "" : ".") + label.text;
    return out;
  };
  if (labels.size() > 1 && labels.back().text.empty()) {
    labels.pop_back();
    log.step("trailing dot", kClause, joined());
    log.note(kOldClause, "RFC 3920 does not speak of a trailing dot; without it the name is the same");
  }
  for (Label& label : labels) {
    if (label.text.empty()) {
      return log.fail("labels", label_error(input, label, JidProblem::kEmptyLabel, kOldClause,
                                            "the domain has an empty label"));
    }
    const bool was_a_label = lower_ascii(label.text).starts_with("xn--");
    auto outcome = old_label(input, label);
    if (auto* error = std::get_if<JidError>(&outcome)) return log.fail("Nameprep", std::move(*error));
    label.text = std::get<std::string>(std::move(outcome));
    if (was_a_label && label.text.starts_with("xn--")) {
      log.note("RFC 3490 §4.2", "“" + label.text + "” is not the A-label of anything and stays as it is");
    }
  }
  const std::string domain = joined();
  log.step("Nameprep, ToUnicode by label", "RFC 3491, RFC 3490 §4.2", domain);
  if (labels.size() < 2) {
    log.note("RFC 3920 §3.1",
             "the grammar of RFC 3920 asks for at least two labels; one is usual on local "
             "networks and passes");
  }
  return domain;
}

// What IDNA2008 asks of one label that is not ASCII (RFC 5891 §4.2).
std::optional<JidError> u_label_fault(const PartInput& input, const CodePoints& label) {
  if ((U_GET_GC_MASK(static_cast<UChar32>(label.front().value)) & U_GC_M_MASK) != 0) {
    return character_error(input, JidProblem::kLeadingMark, "RFC 5891 §4.2.3.2", label.front().offset,
                           "begins a label, and a combining mark may not");
  }
  for (size_t i = 0; i < label.size(); ++i) {
    switch (idna_property(label[i].value)) {
      case PrecisProperty::kValid:
      case PrecisProperty::kFreeform:
        continue;
      case PrecisProperty::kContextJ:
      case PrecisProperty::kContextO: {
        const ContextRule rule = context_rule(label, i);
        if (rule.holds) continue;
        return character_error(input, JidProblem::kContext, rule.clause, label[i].offset,
                               "is allowed only where " + std::string(rule.wants));
      }
      case PrecisProperty::kUnassigned:
        return character_error(input, JidProblem::kProhibited, "RFC 5892 §2.10", label[i].offset,
                               "is not assigned in Unicode " U_UNICODE_VERSION);
      case PrecisProperty::kDisallowed:
        return character_error(input, JidProblem::kProhibited, "RFC 5892 §3", label[i].offset,
                               "is not allowed in a label of a domain");
    }
  }
  return std::nullopt;
}

std::optional<JidError> hyphen_fault(const PartInput& input, const CodePoints& label) {
  const auto fault = [&](size_t at, std::string_view clause, const char* what) {
    return character_error(input, JidProblem::kHyphen, clause, label[at].offset, what);
  };
  if (label.front().value == '-')
    return fault(0, "RFC 5890 §2.3.1", "begins a label, and may only stand within");
  if (label.back().value == '-') {
    return fault(label.size() - 1, "RFC 5890 §2.3.1", "ends a label, and may only stand within");
  }
  if (label.size() > 3 && label[2].value == '-' && label[3].value == '-') {
    return fault(2, "RFC 5891 §4.2.3.1",
                 "stands twice where only A-labels (xn--) may have it, in third and fourth place");
  }
  return std::nullopt;
}

// One label as mapped; becomes its U-label.
std::optional<JidError> new_label(const PartInput& input, CodePoints& label, size_t at) {
  if (label.empty()) {
    JidError error = part_error(input, JidProblem::kEmptyLabel, kClause, "the domain has an empty label");
    error.offset = at;
    return error;
  }
  const auto place = label.front().offset;
  std::string text = encode(label);
  const Label written{text, place, text.size()};
  if (text.starts_with("xn--")) {
    if (text.size() > jid_limits::kLabel) return label_too_long(input, written, text.size());
    const auto decoded = u_label_of(text);
    CodePoints u_label = decoded ? decode(*decoded, 0) : CodePoints();
    CodePoints mapped = u_label;
    map_to_lower_case(mapped);
    compose(mapped);
    if (!decoded || encode(mapped) != *decoded) {
      return label_error(input, written, JidProblem::kLabel, "RFC 5891 §5.4",
                         "“" + text + "” is not the A-label of anything");
    }
    for (CodePoint& c : u_label) c.offset = place;
    auto fault = u_label_fault(input, u_label);
    if (!fault) fault = hyphen_fault(input, u_label);
    if (fault) {
      fault->message = "“" + text + "” stands for “" + *decoded + "”, which IDNA2008 does not allow";
      fault->code_point.reset();
      return fault;
    }
    label = std::move(u_label);
    return std::nullopt;
  }
  if (auto fault = u_label_fault(input, label)) return fault;
  if (auto fault = hyphen_fault(input, label)) return fault;
  const size_t size = a_label_size(text);
  if (size > jid_limits::kLabel) return label_too_long(input, written, size);
  return std::nullopt;
}

PreparedPart new_domain(const PartInput& input, StepLog& log) {
  CodePoints text = decode(input.text, input.offset);
  if (text.size() > 1 && is_dot(text.back().value)) {
    text.pop_back();
    log.step("trailing dot", kClause, text);
  }
  if (is_ipv4(encode(text))) {
    log.check("IPv4 address", kClause);
    return encode(text);
  }
  map_to_lower_case(text);
  log.step("lower case", "RFC 5895 §2", text);
  map_widths(text);
  log.step("width mapping", "RFC 5895 §2", text);
  compose(text);
  log.step("NFC", "RFC 5895 §2", text);
  std::vector<CodePoints> labels(1);
  std::vector<size_t> places{input.offset};
  for (const CodePoint& c : text) {
    if (is_dot(c.value)) {
      labels.emplace_back();
      places.push_back(c.offset + 1);
    } else {
      labels.back().push_back(c);
    }
  }
  size_t dns_size = labels.size() - 1;
  std::string domain;
  for (size_t i = 0; i < labels.size(); ++i) {
    if (auto fault = new_label(input, labels[i], places[i])) return log.fail("labels", std::move(*fault));
    const std::string label = encode(labels[i]);
    dns_size += a_label_size(label);
    if (i > 0) domain += '.';
    domain += label;
  }
  log.step("labels (IDNA2008)", "RFC 5891 §4.2", domain);
  if (std::any_of(labels.begin(), labels.end(), [](const CodePoints& l) { return is_right_to_left(l); })) {
    for (const CodePoints& label : labels) {
      if (const auto fault = bidi_fault(label)) {
        return log.fail("Bidi Rule",
                        character_error(input, JidProblem::kBidi, fault->clause, label[fault->at].offset,
                                        "breaks the Bidi Rule, which holds for every label of a domain with "
                                        "right-to-left text: " +
                                            std::string(fault->wants)));
      }
    }
    log.check("Bidi Rule", "RFC 5893 §2");
  }
  if (dns_size > jid_limits::kDnsName) {
    return log.fail("length", part_error(input, JidProblem::kTooLongForDns, "RFC 1035 §2.3.4",
                                         "the domain has " + std::to_string(dns_size) +
                                             " characters in the DNS, 253 are allowed"));
  }
  const bool digits =
      std::all_of(domain.begin(), domain.end(), [](char c) { return is_digit(c) || c == '.'; });
  if (digits) log.note(kClause, "no IPv4 address, so it counts as a name; no such name exists in the DNS");
  return domain;
}

}  // namespace

PreparedPart prepare_domain(const PartInput& input) {
  StepLog log(input);
  const bool old = input.profile == JidProfile::kRfc3920;
  const std::string_view clause = old ? "RFC 3920 §3.1" : kClause;
  if (input.text.size() > jid_limits::kPart) {
    return log.fail("length", too_long(input, clause, input.text.size()));
  }
  if (input.text.find(':') != std::string_view::npos || input.text.starts_with('[')) return ipv6(input, log);
  PreparedPart outcome = old ? old_domain(input, log) : new_domain(input, log);
  const auto* domain = std::get_if<std::string>(&outcome);
  if (domain != nullptr && domain->size() > jid_limits::kPart) {
    return log.fail("length", too_long(input, clause, domain->size()));
  }
  return outcome;
}

}  // namespace parser
