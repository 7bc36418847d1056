// Splits, prepares and compares addresses.
//
// Nearly every address that passes is ASCII, where preparation is lower-casing and a look at each byte; only
// the others go through ICU's stringprep profiles, part by part and, in the domain, label by label.
#include "parser/jid/jid.h"

#include <idn2.h>
#include <unicode/usprep.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <optional>

namespace parser {
namespace {

constexpr size_t kPartBytes = 1023;  // RFC 3920 §3.1, RFC 7622 §3.1
constexpr size_t kWholeBytes = 3071;
constexpr size_t kLabelBytes = 63;  // RFC 1035 §2.3.4

std::string_view clause_of(JidPart part) {
  switch (part) {
    case JidPart::kWhole:
      return "RFC 3920 §3.1";
    case JidPart::kLocal:
      return "RFC 3920 §3.3";
    case JidPart::kDomain:
      return "RFC 3920 §3.2";
    case JidPart::kResource:
      return "RFC 3920 §3.4";
  }
  return "RFC 3920 §3";
}

JidError problem(JidPart part, JidProblem what, std::string message) {
  return JidError{part, what, clause_of(part), std::move(message)};
}

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

// What the part's profile forbids among ASCII characters (RFC 3454 C.1.1, C.2.1, RFC 3920 A.5).
bool allowed(char c, JidPart part) {
  if (is_control(c)) return false;  // bytes of longer UTF-8 sequences are none

  switch (part) {
    case JidPart::kLocal:
      return std::string_view(" \"&'/:<>@").find(c) == std::string_view::npos;
    case JidPart::kDomain:
      return std::string_view(" \"&'/<>@\\^`{|}").find(c) == std::string_view::npos;
    default:
      return true;
  }
}

JidError prohibited(JidPart part) {
  return problem(part, JidProblem::kProhibited,
                 "the " + std::string(name(part)) + " has a character that is not allowed in it");
}

// A profile that ICU loaded; opened once and kept for the life of the process.
const UStringPrepProfile* profile_of(JidPart part) {
  const auto open = [](UStringPrepProfileType type) {
    UErrorCode status = U_ZERO_ERROR;
    UStringPrepProfile* profile = usprep_openByType(type, &status);
    return U_SUCCESS(status) ? profile : nullptr;
  };
  static const UStringPrepProfile* const node = open(USPREP_RFC3920_NODEPREP);
  static const UStringPrepProfile* const resource = open(USPREP_RFC3920_RESOURCEPREP);
  static const UStringPrepProfile* const domain = open(USPREP_RFC3491_NAMEPREP);
  switch (part) {
    case JidPart::kLocal:
      return node;
    case JidPart::kResource:
      return resource;
    default:
      return domain;
  }
}

using UText = std::basic_string<UChar>;

std::optional<UText> to_utf16(std::string_view text) {
  UText wide(text.size(), u'\0');  // UTF-16 never has more units than UTF-8 has bytes
  int32_t size = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strFromUTF8(wide.data(), static_cast<int32_t>(wide.size()), &size, text.data(),
                static_cast<int32_t>(text.size()), &status);
  if (U_FAILURE(status)) return std::nullopt;
  wide.resize(static_cast<size_t>(size));
  return wide;
}

std::string to_utf8(const UText& wide) {
  std::string text(wide.size() * 3, '\0');
  int32_t size = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strToUTF8(text.data(), static_cast<int32_t>(text.size()), &size, wide.data(),
              static_cast<int32_t>(wide.size()), &status);
  text.resize(U_SUCCESS(status) ? static_cast<size_t>(size) : 0);
  return text;
}

std::variant<std::string, JidError> stringprep(std::string_view text, JidPart part) {
  const std::optional<UText> wide = to_utf16(text);
  if (!wide) return problem(part, JidProblem::kNotUtf8, "the " + std::string(name(part)) + " is not UTF-8");
  const UStringPrepProfile* profile = profile_of(part);
  if (profile == nullptr) return prohibited(part);  // ICU without its data: nothing can be vouched for
  // A character grows to at most 18 under NFKC (U+FDFA), so one retry with the size ICU asks for is enough.
  UText prepared(wide->size() * 2 + 16, u'\0');
  for (int attempt = 0; attempt < 2; ++attempt) {
    UErrorCode status = U_ZERO_ERROR;
    const int32_t size =
        usprep_prepare(profile, wide->data(), static_cast<int32_t>(wide->size()), prepared.data(),
                       static_cast<int32_t>(prepared.size()), USPREP_ALLOW_UNASSIGNED, nullptr, &status);
    if (status == U_BUFFER_OVERFLOW_ERROR) {
      prepared.assign(static_cast<size_t>(size), u'\0');
      continue;
    }
    if (status == U_STRINGPREP_CHECK_BIDI_ERROR) {
      return problem(part, JidProblem::kBidi,
                     "the " + std::string(name(part)) + " mixes writing directions (RFC 3454 §6)");
    }
    if (U_FAILURE(status)) return prohibited(part);
    prepared.resize(static_cast<size_t>(size));
    return to_utf8(prepared);
  }
  return prohibited(part);
}

// The local part or the resource.
std::variant<std::string, JidError> prepare_part(std::string_view text, JidPart part) {
  if (text.size() > kWholeBytes) {  // no need to prepare what no preparation brings below the limit
    return problem(part, JidProblem::kTooLong, "the " + std::string(name(part)) + " is too long");
  }
  std::string prepared;
  if (is_ascii(text)) {
    prepared.reserve(text.size());
    for (const char c : text) {
      if (!allowed(c, part)) return prohibited(part);
      prepared += part == JidPart::kLocal ? lower(c) : c;
    }
  } else {
    auto outcome = stringprep(text, part);
    if (std::holds_alternative<JidError>(outcome)) return outcome;
    prepared = std::get<std::string>(std::move(outcome));
  }
  if (prepared.size() > kPartBytes) {
    return problem(part, JidProblem::kTooLong,
                   "the " + std::string(name(part)) + " has " + std::to_string(prepared.size()) +
                       " bytes, 1023 are allowed");
  }
  if (prepared.empty()) {
    return problem(part, JidProblem::kEmpty, "nothing is left of the " + std::string(name(part)));
  }
  return prepared;
}

// An A-label (xn--…) as what it stands for; any other, or a broken one, as it is.
void append_u_label(std::string_view label, std::string& domain) {
  if (label.substr(0, 4) == "xn--") {
    char* decoded = nullptr;
    const int outcome = idn2_to_unicode_8z8z(std::string(label).c_str(), &decoded, 0);
    if (outcome == IDN2_OK && decoded != nullptr) {
      domain += decoded;
      idn2_free(decoded);
      return;
    }
    idn2_free(decoded);
  }
  domain += label;
}

std::variant<std::string, JidError> prepare_domain(std::string_view text) {
  if (text.size() > kPartBytes) {
    return problem(JidPart::kDomain, JidProblem::kTooLong,
                   "the domain has " + std::to_string(text.size()) + " bytes, 1023 are allowed");
  }
  std::string prepared;
  if (is_ascii(text)) {
    prepared.reserve(text.size());
    for (const char c : text) {
      if (!allowed(c, JidPart::kDomain)) return prohibited(JidPart::kDomain);
      prepared += lower(c);
    }
  } else {
    auto outcome = stringprep(text, JidPart::kDomain);
    if (std::holds_alternative<JidError>(outcome)) return outcome;
    prepared = std::get<std::string>(std::move(outcome));
    // Compatibility forms may have become what could not stand there as written, e.g. U+FF20 an '@'.
    for (const char c : prepared) {
      if (!allowed(c, JidPart::kDomain)) return prohibited(JidPart::kDomain);
    }
  }
  // An address literal has no labels: [2001:db8::1], or the bare form that RFC 3920 has.
  if (prepared.find(':') != std::string::npos) return prepared;
  // The other full stops that IDNA takes as label separators (RFC 3490 §3.1).
  for (const std::string_view dot : {"\u3002", "\uFF0E", "\uFF61"}) {
    for (size_t at = prepared.find(dot); at != std::string::npos; at = prepared.find(dot, at)) {
      prepared.replace(at, dot.size(), ".");
    }
  }
  if (prepared.ends_with('.')) prepared.pop_back();  // the root's label (RFC 7622 §3.2.1)
  std::string domain;
  for (size_t begin = 0; begin <= prepared.size();) {
    const size_t end = std::min(prepared.find('.', begin), prepared.size());
    const std::string_view label = std::string_view(prepared).substr(begin, end - begin);
    if (label.empty()) {
      return problem(JidPart::kDomain, JidProblem::kLabel, "the domain has an empty label");
    }
    if (is_ascii(label) && label.size() > kLabelBytes) {
      return problem(JidPart::kDomain, JidProblem::kTooLong,
                     "a label of the domain has " + std::to_string(label.size()) + " bytes, 63 are allowed");
    }
    if (!domain.empty()) domain += '.';
    append_u_label(label, domain);
    begin = end + 1;
  }
  if (domain.size() > kPartBytes) {
    return problem(JidPart::kDomain, JidProblem::kTooLong,
                   "the domain has " + std::to_string(domain.size()) + " bytes, 1023 are allowed");
  }
  return domain;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool may_need_idna(std::string_view domain) {
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

std::variant<Jid, JidError> Jid::parse(std::string_view address) {
  if (address.empty()) return problem(JidPart::kWhole, JidProblem::kEmpty, "the address is empty");
  const JidSplit split = split_jid(address);
  if (split.domain.empty()) return problem(JidPart::kDomain, JidProblem::kEmpty, "the domain is empty");
  if (split.has_local && split.local.empty()) {
    return problem(JidPart::kLocal, JidProblem::kEmpty, "there is nothing before the @");
  }
  if (split.has_resource && split.resource.empty()) {
    return problem(JidPart::kResource, JidProblem::kEmpty, "there is nothing behind the /");
  }
  Jid jid;
  if (split.has_local) {
    auto local = prepare_part(split.local, JidPart::kLocal);
    if (auto* error = std::get_if<JidError>(&local)) return std::move(*error);
    jid.full_ = std::get<std::string>(std::move(local));
    jid.local_size_ = static_cast<uint16_t>(jid.full_.size());
    jid.full_ += '@';
  }
  auto domain = prepare_domain(split.domain);
  if (auto* error = std::get_if<JidError>(&domain)) return std::move(*error);
  jid.full_ += std::get<std::string>(domain);
  jid.domain_size_ = static_cast<uint16_t>(std::get<std::string>(domain).size());
  if (split.has_resource) {
    auto resource = prepare_part(split.resource, JidPart::kResource);
    if (auto* error = std::get_if<JidError>(&resource)) return std::move(*error);
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

bool same_jid(std::string_view a, std::string_view b) {
  if (a == b) return true;
  if (a.empty() || b.empty()) return false;
  if (is_ascii(a) && is_ascii(b)) {
    const JidSplit left = split_jid(a);
    const JidSplit right = split_jid(b);
    if (!may_need_idna(left.domain) && !may_need_idna(right.domain)) {
      return left.has_local == right.has_local && left.has_resource == right.has_resource &&
             left.resource == right.resource && equal_ignoring_case(left.domain, right.domain) &&
             equal_ignoring_case(left.local, right.local);
    }
  }
  const std::variant<Jid, JidError> left = Jid::parse(a);
  const std::variant<Jid, JidError> right = Jid::parse(b);
  const Jid* x = std::get_if<Jid>(&left);
  const Jid* y = std::get_if<Jid>(&right);
  return x != nullptr && y != nullptr && *x == *y;
}

bool same_bare_jid(std::string_view a, std::string_view b) {
  return same_jid(bare_of(a), bare_of(b));
}

}  // namespace parser
