// Splits, prepares and compares addresses.
//
// Nearly every address that passes is ASCII, where preparation is lower-casing and a look at each byte in a
// table; the others, and all that are wrong, go through the steps of their profile, part by part.
#include "parser/jid/jid.h"

#include <algorithm>
#include <array>

#include "parser/jid/hint.h"
#include "parser/jid/preparation.h"
#include "parser/xml/utf8.h"

namespace parser {
namespace {

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Where a byte may stand without a closer look.
constexpr uint8_t kInLocal = 1;
constexpr uint8_t kInOldDomain = 2;
constexpr uint8_t kInDomain = 4;
constexpr uint8_t kInResource = 8;

constexpr std::array<uint8_t, 256> kPlain = [] {
  std::array<uint8_t, 256> table{};
  for (unsigned c = 0x20; c < 0x7F; ++c) {
    const auto is_one_of = [c](std::string_view set) {
      return set.find(static_cast<char>(c)) != std::string_view::npos;
    };
    const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    uint8_t where = kInResource;
    if (!is_one_of(" \"&'/:<>@")) where |= kInLocal;  // RFC 3920 §A.5, RFC 7622 §3.3.1
    if (alphanumeric || is_one_of("-._")) where |= kInOldDomain;
    if (alphanumeric || is_one_of("-.")) where |= kInDomain;  // RFC 5890 §2.3.2.2
    table[c] = where;
  }
  return table;
}();

uint8_t plain(char c) {
  return kPlain[static_cast<unsigned char>(c)];
}

// Labels of 1 to 63 bytes with nothing to decode in them. `old`: hyphens may stand anywhere else.
bool has_plain_labels(std::string_view domain, bool old) {
  size_t begin = 0;
  for (size_t at = 0; at <= domain.size(); ++at) {
    const char c = at == domain.size() ? '.' : domain[at];
    const size_t size = at - begin;
    if (c == '.') {
      if (size == 0 || size > jid_limits::kLabel || (!old && domain[at - 1] == '-')) return false;
      begin = at + 1;
    } else if (c == '-') {
      if (size == 0 && !old) return false;
      if (size == 3 && domain[at - 1] == '-') return false;
    }
  }
  return true;
}

// Whether lower-casing (of a resource: nothing) is all that the part's preparation does to it.
bool is_plain(JidPart part, std::string_view text, JidProfile profile) {
  const bool old = profile == JidProfile::kRfc3920;
  const size_t most = part == JidPart::kDomain ? jid_limits::kDnsName : jid_limits::kPart;
  if (text.empty() || text.size() > most) return false;
  uint8_t wanted = part == JidPart::kLocal      ? kInLocal
                   : part == JidPart::kResource ? kInResource
                   : old                        ? kInOldDomain
                                                : kInDomain;
  for (const char c : text) wanted &= plain(c);
  if (wanted == 0) return false;
  if (part == JidPart::kDomain) return has_plain_labels(text, old);
  return old || part == JidPart::kLocal || text.front() != ' ';
}

struct Refusal {
  JidPart part;
  size_t offset;
  const char* message;
};

JidError empty_part(const Refusal& refusal, JidProfile profile) {
  const bool old = profile == JidProfile::kRfc3920;
  std::string_view clause = old ? "RFC 3920 §3.1" : "RFC 7622 §3.1";
  if (!old && refusal.part == JidPart::kLocal) clause = "RFC 7622 §3.3";
  if (refusal.part == JidPart::kDomain) clause = old ? "RFC 3920 §3.2" : "RFC 7622 §3.2";
  if (!old && refusal.part == JidPart::kResource) clause = "RFC 7622 §3.4";
  return {refusal.part, JidProblem::kEmpty, clause, refusal.message, std::nullopt, refusal.offset};
}

std::optional<JidError> first_empty_part(std::string_view address, const JidSplit& split,
                                         JidProfile profile) {
  const auto at = [&](std::string_view part) { return static_cast<size_t>(part.data() - address.data()); };
  if (address.empty()) return empty_part({JidPart::kWhole, 0, "the address is empty"}, profile);
  if (split.domain.empty()) {
    return empty_part({JidPart::kDomain, at(split.domain), "the domain is empty"}, profile);
  }
  if (split.has_local && split.local.empty()) {
    return empty_part({JidPart::kLocal, 0, "there is nothing before the @"}, profile);
  }
  if (split.has_resource && split.resource.empty()) {
    return empty_part({JidPart::kResource, address.size(), "there is nothing behind the /"}, profile);
  }
  return std::nullopt;
}

std::optional<JidError> utf8_error(std::string_view address, const JidSplit& split) {
  const xml::Utf8Fault fault = xml::find_utf8_fault(address);
  if (fault.begin == address.size()) return std::nullopt;
  const size_t behind_local = split.has_local ? split.local.size() + 1 : 0;
  const JidPart part = split.has_local && fault.begin < behind_local          ? JidPart::kLocal
                       : fault.begin < behind_local + split.domain.size() + 1 ? JidPart::kDomain
                                                                              : JidPart::kResource;
  return JidError{part,          JidProblem::kNotUtf8,
                  "RFC 3629 §3", "the " + std::string(name(part)) + " is not UTF-8",
                  std::nullopt,  fault.begin};
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

// Domains that are prepared to more than their lower case, or perhaps refused.
bool needs_preparation(std::string_view domain) {
  return domain.ends_with('.') || domain.find("--") != std::string_view::npos;
}

}  // namespace

std::string_view name(JidPart part) {
  switch (part) {
    case JidPart::kWhole:
      return "address";
    case JidPart::kLocal:
      return "local part";
    case JidPart::kDomain:
      return "domain";
    case JidPart::kResource:
      return "resource";
  }
  return "address";
}

std::string_view name(JidProfile profile) {
  return profile == JidProfile::kRfc3920 ? "rfc3920" : "rfc7622";
}

JidSplit split_jid(std::string_view address) {
  JidSplit split;
  const size_t slash = address.find('/');
  std::string_view front = address;
  if (slash != std::string_view::npos) {
    split.has_resource = true;
    split.resource = address.substr(slash + 1);
    front = address.substr(0, slash);
  }
  const size_t at = front.find('@');
  if (at != std::string_view::npos) {
    split.has_local = true;
    split.local = front.substr(0, at);
    front.remove_prefix(at + 1);
  }
  split.domain = front;
  return split;
}

bool Jid::parse_ascii(std::string_view address, JidProfile profile, Jid& jid) {
  const JidSplit split = split_jid(address);
  if (!is_plain(JidPart::kDomain, split.domain, profile)) return false;
  if (split.has_local && !is_plain(JidPart::kLocal, split.local, profile)) return false;
  if (split.has_resource && !is_plain(JidPart::kResource, split.resource, profile)) return false;
  jid.full_.assign(address);
  const size_t front = (split.has_local ? split.local.size() + 1 : 0) + split.domain.size();
  for (size_t i = 0; i < front; ++i) jid.full_[i] = lower(jid.full_[i]);
  jid.local_size_ = static_cast<uint16_t>(split.local.size());
  jid.domain_size_ = static_cast<uint16_t>(split.domain.size());
  return true;
}

std::variant<Jid, JidError> Jid::parse(std::string_view address, JidProfile profile) {
  std::variant<Jid, JidError> outcome;
  if (parse_ascii(address, profile, std::get<Jid>(outcome))) return outcome;
  return parse_parts(address, profile, nullptr, true);
}

std::variant<Jid, JidError> Jid::parse_by_steps(std::string_view address, JidProfile profile,
                                                JidTrace* trace) {
  return parse_parts(address, profile, trace, false);
}

std::variant<Jid, JidError> Jid::parse_parts(std::string_view address, JidProfile profile, JidTrace* trace,
                                             bool short_cuts) {
  const auto refused = [address](JidError error) {
    if (const std::string hint = jid_hint(address, error); !hint.empty()) error.message += "; " + hint;
    return error;
  };
  const JidSplit split = split_jid(address);
  if (auto error = first_empty_part(address, split, profile)) return refused(std::move(*error));
  if (auto error = utf8_error(address, split)) return refused(std::move(*error));
  const auto prepare = [&](JidPart part, std::string_view text) -> PreparedPart {
    if (short_cuts && is_plain(part, text, profile)) {
      std::string prepared(text);
      if (part != JidPart::kResource) std::transform(text.begin(), text.end(), prepared.begin(), lower);
      return prepared;
    }
    return prepare_part({part, text, static_cast<size_t>(text.data() - address.data()), profile, trace});
  };
  Jid jid;
  if (split.has_local) {
    auto local = prepare(JidPart::kLocal, split.local);
    if (auto* error = std::get_if<JidError>(&local)) return refused(std::move(*error));
    jid.full_ = std::get<std::string>(std::move(local));
    jid.local_size_ = static_cast<uint16_t>(jid.full_.size());
    jid.full_ += '@';
  }
  auto domain = prepare(JidPart::kDomain, split.domain);
  if (auto* error = std::get_if<JidError>(&domain)) return refused(std::move(*error));
  jid.full_ += std::get<std::string>(domain);
  jid.domain_size_ = static_cast<uint16_t>(std::get<std::string>(domain).size());
  if (split.has_resource) {
    auto resource = prepare(JidPart::kResource, split.resource);
    if (auto* error = std::get_if<JidError>(&resource)) return refused(std::move(*error));
    jid.full_ += '/';
    jid.full_ += std::get<std::string>(resource);
  }
  // Three parts within their limits and two separators are 3071 bytes: the whole needs no check of its own.
  return jid;
}

std::string_view Jid::resource() const {
  return is_full() ? std::string_view(full_).substr(bare().size() + 1) : std::string_view();
}

std::string_view bare_of(std::string_view address) {
  return address.substr(0, address.find('/'));
}

bool same_jid(std::string_view a, std::string_view b, JidProfile profile) {
  if (a == b) return true;
  if (a.empty() || b.empty()) return false;
  if (is_ascii(a) && is_ascii(b)) {
    const JidSplit left = split_jid(a);
    const JidSplit right = split_jid(b);
    if (!needs_preparation(left.domain) && !needs_preparation(right.domain)) {
      return left.has_local == right.has_local && left.has_resource == right.has_resource &&
             left.resource == right.resource && equal_ignoring_case(left.domain, right.domain) &&
             equal_ignoring_case(left.local, right.local);
    }
  }
  const std::variant<Jid, JidError> left = Jid::parse(a, profile);
  const std::variant<Jid, JidError> right = Jid::parse(b, profile);
  const Jid* x = std::get_if<Jid>(&left);
  const Jid* y = std::get_if<Jid>(&right);
  return x != nullptr && y != nullptr && *x == *y;
}

bool same_bare_jid(std::string_view a, std::string_view b, JidProfile profile) {
  return same_jid(bare_of(a), bare_of(b), profile);
}

}  // namespace parser
