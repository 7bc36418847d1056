// An address is prepared once, by the profile's own steps; what comes out, or why nothing does, is put to the
// row of the rulebook that teaches about it. Only one row speaks of a fault, the most special that there is.
// What is merely worth knowing is looked for in the text and by comparing it with its prepared form.
#include "parser/rules/address_verdict.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "parser/jid/code_points.h"
#include "parser/jid/literal.h"
#include "parser/jid/preparation.h"
#include "parser/xml/utf8.h"

namespace parser::rules {
namespace {

using enum AddressRemark;

constexpr char32_t kSharpS = 0x00DF;
constexpr char32_t kCapitalSharpS = 0x1E9E;
constexpr char32_t kFinalSigma = 0x03C2;
constexpr char32_t kNonJoiner = 0x200C;
constexpr char32_t kJoiner = 0x200D;

std::string cite(std::string_view text) {
  constexpr size_t kShown = 80;
  const std::string_view shown = xml::utf8_prefix(text, kShown);
  return "'" + std::string(shown) + (shown.size() < text.size() ? "…'" : "'");
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_white_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_excluded_from_local(char32_t c) {
  return c < 0x80 && std::string_view("\"&'/:<>@").find(static_cast<char>(c)) != std::string_view::npos;
}

bool is_space(char32_t c) {
  return u_charType(static_cast<UChar32>(c)) == U_SPACE_SEPARATOR;
}

// Invisible, and of those that stringprep drops or PRECIS calls ignorable.
bool is_ignorable(char32_t c) {
  if (u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_NONCHARACTER_CODE_POINT) != 0) return false;
  return is_mapped_to_nothing(c) ||
         u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0;
}

bool becomes_separator(char32_t c) {
  return c >= 0x80 && compatibility_form(c).find_first_of(U"@/") != std::u32string::npos;
}

bool becomes_excluded(char32_t c) {
  const std::u32string form = compatibility_form(c);
  return c >= 0x80 && std::any_of(form.begin(), form.end(), is_excluded_from_local);
}

// Controls, surrogates, private use, noncharacters, what is not assigned.
bool is_no_character(char32_t c) {
  switch (u_charType(static_cast<UChar32>(c))) {
    case U_CONTROL_CHAR:
    case U_FORMAT_CHAR:
    case U_SURROGATE:
    case U_PRIVATE_USE_CHAR:
    case U_UNASSIGNED:
      return true;
    default:
      return false;
  }
}

template <typename Test>
std::optional<char32_t> find_character(std::string_view text, const Test& test) {
  for (size_t at = 0; at < text.size();) {
    const char32_t c = xml::first_character(text.substr(at)).value;
    if (test(c)) return c;
    at += utf8_size(c);
  }
  return std::nullopt;
}

bool has(std::string_view text, char32_t wanted) {
  return find_character(text, [wanted](char32_t c) { return c == wanted; }).has_value();
}

std::string named(char32_t c) {
  const std::string known = unicode_name(c);
  return notation(c) + (known.empty() ? "" : " ") + known;
}

// Calls `look` with each label, also where the dot is one of the others that IDNA takes for one.
template <typename Look>
void each_label(std::string_view domain, const Look& look) {
  size_t begin = 0;
  for (size_t at = 0; at < domain.size();) {
    const char32_t c = xml::first_character(domain.substr(at)).value;
    const size_t next = at + utf8_size(c);
    if (c == '.' || c == 0x3002 || c == 0xFF0E || c == 0xFF61) {
      look(domain.substr(begin, at - begin));
      begin = next;
    }
    at = next;
  }
  look(domain.substr(begin));
}

bool is_a_label(std::string_view label) {
  return label.size() >= 4 && (label[0] == 'x' || label[0] == 'X') && (label[1] == 'n' || label[1] == 'N') &&
         label.substr(2, 2) == "--";
}

bool ends_in_dot(std::string_view domain) {
  return domain.ends_with('.') || domain.ends_with("\u3002") || domain.ends_with("\uFF0E") ||
         domain.ends_with("\uFF61");
}

// Letters that look alike come from these three; other scripts are not mixed up with one another.
bool mixes_scripts(std::string_view text) {
  bool latin = false;
  bool cyrillic = false;
  bool greek = false;
  find_character(text, [&](char32_t c) {
    UErrorCode status = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(static_cast<UChar32>(c), &status);
    latin = latin || script == USCRIPT_LATIN;
    cyrillic = cyrillic || script == USCRIPT_CYRILLIC;
    greek = greek || script == USCRIPT_GREEK;
    return false;
  });
  return (latin ? 1 : 0) + (cyrillic ? 1 : 0) + (greek ? 1 : 0) > 1;
}

// "\20" and its like, in the order of XEP-0106 §3.2.
bool is_escape(std::string_view text) {
  static constexpr std::string_view kCodes[] = {"20", "22", "26", "27", "2f", "3a", "3c", "3e", "40", "5c"};
  return std::find(std::begin(kCodes), std::end(kCodes), text) != std::end(kCodes);
}

class Judge {
 public:
  Judge(std::string_view address, JidProfile profile)
      : address_(address),
        split_(split_jid(address)),
        old_(profile == JidProfile::kRfc3920),
        other_(old_ ? JidProfile::kRfc7622 : JidProfile::kRfc3920),
        outcome_(Jid::parse(address, profile)) {}

  std::vector<AddressVerdict> verdicts() {
    if (address_.size() > jid_limits::kWhole) {
      malformed(AddressRemark::kTooLong, "is longer than the 3071 bytes that an address may have (" +
                                             std::to_string(address_.size()) + ")");
      return std::move(out_);
    }
    if (const auto* error = std::get_if<JidError>(&outcome_)) {
      judge_fault(*error);
    } else {
      judge_domain();
      if (split_.has_local) judge_local();
      if (split_.has_resource) judge_resource();
    }
    if (!is_ascii(address_)) judge_both_generations();
    return std::move(out_);
  }

 private:
  void remark(AddressRemark what, std::string text) { out_.push_back({what, std::move(text), false, {}}); }
  void malformed(AddressRemark what, std::string text, std::optional<Severity> at_most = {}) {
    out_.push_back({what, std::move(text), true, at_most});
  }
  void malformed(AddressRemark what, const JidError& error, std::optional<Severity> at_most = {}) {
    malformed(what, "is malformed: " + error.message + " (" + std::string(error.clause) + ")", at_most);
  }
  const Jid& jid() const { return std::get<Jid>(outcome_); }

  void judge_fault(const JidError& error) {
    if (is_white_space(address_.front()) || is_white_space(address_.back())) {
      malformed(kPadded, "has white space around it, which would be part of the address");
      return;
    }
    if (!old_ && (address_.starts_with("xmpp:") || address_.starts_with("XMPP:"))) {
      malformed(kUri, "is a URI; the address is what stands behind 'xmpp:'");
      return;
    }
    switch (error.part) {
      case JidPart::kWhole:
        malformed(kDomainMissing, error);
        break;
      case JidPart::kLocal:
        local_fault(error);
        break;
      case JidPart::kDomain:
        domain_fault(error);
        break;
      case JidPart::kResource:
        resource_fault(error);
        break;
    }
  }

  void local_fault(const JidError& error) {
    switch (error.problem) {
      case JidProblem::kEmpty:
        malformed(kLocalEmpty, error);
        return;
      case JidProblem::kTooLong:
        malformed(kLocalTooLong, error);
        return;
      case JidProblem::kBidi:
        malformed(kLocalBidi, error);
        return;
      case JidProblem::kNotUtf8:
        return;  // the XML layer says so
      default:
        break;
    }
    const char32_t c = error.code_point.value_or(0);
    if (!old_ && becomes_separator(c)) {
      malformed(kSeparator, error);
    } else if (is_excluded_from_local(c) || becomes_excluded(c)) {
      malformed(kLocalForbidden, error);
    } else if (is_space(c)) {
      malformed(kLocalSpace, error);
    } else if (!old_ && is_ignorable(c)) {
      malformed(kMappedToNothing, error);
    } else if (old_ || is_no_character(c)) {
      malformed(kLocalControl, error);
    } else if (compatibility_form(c) != std::u32string(1, c)) {
      malformed(kLocalCompatibility, error);
    } else {
      malformed(kLocalSymbol, error);
    }
  }

  void resource_fault(const JidError& error) {
    switch (error.problem) {
      case JidProblem::kEmpty:
        malformed(kResourceEmpty, error);
        return;
      case JidProblem::kTooLong:
        malformed(kResourceTooLong, error);
        return;
      case JidProblem::kBidi:
        malformed(kResourceBidi, error);
        return;
      case JidProblem::kLeadingSpace:
        remark(kResourceLeadingSpace,
               "begins its resource with a space, which RFC 7622 lists among what is no address, though its "
               "rules do not forbid it");
        return;
      case JidProblem::kNotUtf8:
        return;
      default:
        break;
    }
    const char32_t c = error.code_point.value_or(0);
    if (is_space(c)) {
      malformed(kResourceSpace, error);
    } else if (!old_ && is_ignorable(c)) {
      // Emoji are joined with them, and everybody who chats has seen such a nickname.
      malformed(kMappedToNothing, error, Severity::kNote);
    } else {
      malformed(kResourceRefused, error);
    }
  }

  void domain_fault(const JidError& error) {
    const auto refused = [&](AddressRemark now) { malformed(old_ ? kDomainRefused : now, error); };
    switch (error.problem) {
      case JidProblem::kEmpty:
        malformed(kDomainMissing, error);
        return;
      case JidProblem::kTooLong:
        malformed(kDomainTooLong, error);
        return;
      case JidProblem::kTooLongForDns:
        malformed(kDomainLabelTooLong, error);
        return;
      case JidProblem::kEmptyLabel:
        malformed(kDomainEmptyLabel, error);
        return;
      case JidProblem::kHyphen:
        refused(kDomainHyphen);
        return;
      case JidProblem::kLeadingMark:
        refused(kDomainLeadingMark);
        return;
      case JidProblem::kBidi:
        refused(kDomainBidi);
        return;
      case JidProblem::kUnbracketed:
        refused(kDomainUnbracketed);
        return;
      case JidProblem::kLiteral:
        refused(kDomainBadLiteral);
        return;
      case JidProblem::kLabel:
        refused(has_a_label() ? kDomainALabel : kDomainRefused);
        return;
      case JidProblem::kNotUtf8:
        return;
      default:
        break;
    }
    const char32_t c = error.code_point.value_or(0);
    if (becomes_separator(c)) {
      malformed(kSeparator, error);
    } else if (c > 0x20 && c < 0x7F) {
      malformed(kDomainCharacter, error);
    } else if (c == ' ') {
      malformed(kDomainCharacter, error);
    } else {
      malformed(has_a_label() && !error.code_point ? kDomainALabel : kDomainRefused, error);
    }
  }

  bool has_a_label() const {
    bool found = false;
    each_label(split_.domain, [&found](std::string_view label) { found = found || is_a_label(label); });
    return found;
  }

  // Of a domain that is one.
  void judge_domain() {
    const std::string_view domain = jid().domain();
    const bool bracketed = domain.starts_with('[');
    const bool address = bracketed || is_ipv4(domain) || is_ipv6(domain);
    if (old_ && bracketed) {
      remark(kDomainBracketed,
             "has its IPv6 address in brackets, which the grammar of RFC 3920 does not know");
    }
    if (address) {
      remark(kDomainIpAddress, "has an IP address for its domain, which other servers may not accept");
      return;
    }
    bool spelled_out = false;  // why the domain is not written as it is prepared
    if (old_ && domain.find('.') == std::string_view::npos) {
      remark(kDomainSingleLabel, "has a domain of a single label, " + cite(domain) +
                                     ", where the grammar of RFC 3920 wants at least two");
    }
    if (domain.find_first_not_of("0123456789.") == std::string_view::npos &&
        std::count(domain.begin(), domain.end(), '.') == 3) {
      remark(kDomainBadIpv4,
             "has the domain " + cite(domain) + ", which looks like an IPv4 address and is none");
    }
    if (!old_ && ends_in_dot(split_.domain)) {
      spelled_out = true;
      remark(kDomainTrailingDot,
             "ends its domain in a dot, which is taken off before addresses are compared");
    }
    if (!old_ && has_a_label()) {
      spelled_out = true;
      remark(kDomainALabel,
             "has its domain in the form for the DNS; on the wire it is written " + cite(domain));
    }
    if (old_ && domain.size() > jid_limits::kDnsName && is_ascii(domain)) {
      remark(kDomainLabelTooLong, "has a domain of " + std::to_string(domain.size()) +
                                      " bytes, and the DNS allows no more than 253");
    }
    if (old_) {
      const auto odd = find_character(domain, [](char32_t c) {
        return c < 0x80 && u_isalnum(static_cast<UChar32>(c)) == 0 && c != '-' && c != '.';
      });
      if (odd) remark(kDomainCharacter, "has " + named(*odd) + " in its domain, and no host name has");
    }
    for (const char32_t c : {kSharpS, kFinalSigma, kJoiner, kNonJoiner}) {
      if (!has(split_.domain, c)) continue;
      spelled_out = true;
      remark(kDomainDeviation, "has " + named(c) +
                                   " in its domain, which IDNA2003 maps away and IDNA2008 keeps: two "
                                   "different hosts");
      break;
    }
    if (!spelled_out && domain != split_.domain) {
      remark(kDomainSpelling, "spells its domain other than the prepared form, " + cite(domain));
    }
    bool mixed = false;
    each_label(domain, [&mixed](std::string_view label) { mixed = mixed || mixes_scripts(label); });
    if (mixed) remark(kConfusable, "mixes letters of scripts that look alike in its domain");
  }

  void judge_local() {
    const std::string_view written = split_.local;
    if (written.starts_with("\\20") || written.ends_with("\\20")) {
      remark(kEscapedSpace,
             "has the escaped space \\20 at an end of its local part, where XEP-0106 allows none");
    }
    for (size_t at = written.find("\\5"); at != std::string_view::npos; at = written.find("\\5", at + 1)) {
      if ((written.substr(at + 2, 1) != "c" && written.substr(at + 2, 1) != "C") ||
          !is_escape(written.substr(at + 3, 2))) {
        continue;
      }
      remark(kEscapedTwice, "holds " + cite(written.substr(at, 5)) +
                                ", as if its local part had been escaped by XEP-0106 twice");
      break;
    }
    if (is_ascii(written)) {
      if (written != jid().local()) spelled_local();
      return;
    }
    bool spelled_out = false;
    if (old_) {
      if (const auto gone = find_character(written, is_mapped_to_nothing)) {
        spelled_out = true;
        remark(kMappedToNothing, "has " + named(*gone) + " in it, which vanishes when it is prepared");
      }
      if (const auto young = find_character(written, is_unassigned_in_unicode32)) {
        remark(kLocalUnassigned,
               "has " + named(*young) +
                   " in its local part, which Unicode 3.2 did not have: it passes in a query only");
      }
    }
    if (has(written, kSharpS) || has(written, kCapitalSharpS)) {
      spelled_out = true;
      remark(kLocalSharpS,
             "has a sharp s in its local part: “ss” by RFC 3920, a letter of its own by RFC 7622");
    }
    if (has(written, kFinalSigma)) {
      spelled_out = true;
      remark(kLocalFinalSigma,
             "has a final sigma in its local part: an ordinary one by RFC 3920, a letter of its own by RFC "
             "7622");
    }
    if (!spelled_out && written != jid().local()) spelled_local();
    if (mixes_scripts(written)) remark(kConfusable, "mixes letters of scripts that look alike");
  }

  void spelled_local() {
    remark(kLocalSpelling, "spells its local part other than the prepared form, " + cite(jid().local()));
  }

  void judge_resource() {
    const std::string_view written = split_.resource;
    if (is_ascii(written)) return;
    if (const auto space = find_character(written, [](char32_t c) { return c >= 0x80 && is_space(c); })) {
      remark(kResourceSpace,
             "has " + named(*space) + " in its resource, which is the same as an ordinary space there");
    }
    if (old_) {
      if (const auto gone = find_character(written, is_mapped_to_nothing)) {
        remark(kMappedToNothing,
               "has " + named(*gone) + " in its resource, which vanishes when it is prepared");
      }
    }
  }

  void judge_both_generations() {
    const std::variant<Jid, JidError> there = Jid::parse(address_, other_);
    const auto* here = std::get_if<Jid>(&outcome_);
    const auto* jid = std::get_if<Jid>(&there);
    const char* other = old_ ? "RFC 7622" : "RFC 3920";
    const char* own = old_ ? "RFC 3920" : "RFC 7622";
    if ((here == nullptr) != (jid == nullptr)) {
      const JidError& error = std::get<JidError>(here == nullptr ? outcome_ : there);
      remark(kGenerationsDiffer, std::string("is an address by ") + (here == nullptr ? other : own) +
                                     " and none by " + (here == nullptr ? own : other) + " (" +
                                     error.message + ")");
      return;
    }
    if (here == nullptr || here->resource() == jid->resource()) return;
    const bool told = std::any_of(out_.begin(), out_.end(), [](const AddressVerdict& verdict) {
      return verdict.remark == kResourceSpace || verdict.remark == kMappedToNothing;
    });
    if (told) return;
    remark(kResourceNormalisation, "has a resource that is prepared to " + cite(here->resource()) + " by " +
                                       own + " and to " + cite(jid->resource()) + " by " + other);
  }

  std::string_view address_;
  JidSplit split_;
  bool old_;
  JidProfile other_;
  std::variant<Jid, JidError> outcome_;
  std::vector<AddressVerdict> out_;
};

}  // namespace

std::vector<AddressVerdict> judge_address(std::string_view address, JidProfile profile) {
  return Judge(address, profile).verdicts();
}

AddressBook::AddressBook(JidProfile profile) : profile_(profile), entries_(kSlots) {}

// Addresses of the same traffic differ in their ends: eight bytes of either go into the number.
size_t AddressBook::slot_of(std::string_view address) {
  uint64_t first = 0;
  uint64_t last = 0;
  const size_t taken = std::min(address.size(), sizeof first);
  std::memcpy(&first, address.data(), taken);
  std::memcpy(&last, address.data() + address.size() - taken, taken);
  const uint64_t mixed = (first ^ (last << 1U | last >> 63U) ^ address.size()) * 0x9E3779B97F4A7C15u;
  return mixed >> 32U & (kSlots - 1);
}

const std::vector<AddressVerdict>& AddressBook::judge(Entry& entry, std::string_view address) {
  if (address.size() <= kKept) {
    entry.verdicts = judge_address(address, profile_);
    entry.address = address;
    return entry.verdicts;
  }
  passing_ = judge_address(address, profile_);
  return passing_;
}

}  // namespace parser::rules
