// An XMPP address (JID): local part, domain, resource, in the form that comparison works on.
//
// Two generations of rules exist, and they disagree (see explanation.h, which tells what each does to an
// address). Under either, two spellings of one address have equal prepared forms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace parser {

enum class JidPart : uint8_t { kWhole, kLocal, kDomain, kResource };
std::string_view name(JidPart part);  // "address", "local part", "domain", "resource"

enum class JidProfile : uint8_t {
  // Nodeprep, Nameprep and Resourceprep: Unicode 3.2, unassigned code points let through as in a query;
  // A-labels turned into U-labels.
  kRfc3920,
  // PRECIS UsernameCaseMapped and OpaqueString of RFC 8265, domains by IDNA2008; ICU's Unicode version.
  kRfc7622,
};
std::string_view name(JidProfile profile);  // "rfc3920", "rfc7622"

enum class JidProblem : uint8_t {
  kEmpty,          // nothing on one side of a separator, or nothing at all
  kTooLong,        // more than 1023 bytes of a part
  kTooLongForDns,  // more than 63 bytes of a label, 253 of a domain, as A-labels
  kProhibited,     // a character that the part's profile does not allow
  kBidi,           // right-to-left and left-to-right text mixed against RFC 3454 §6 or RFC 5893
  kNotUtf8,
  kEmptyLabel,
  kHyphen,        // where a label may have none
  kLeadingMark,   // a combining mark at the beginning of a label
  kLabel,         // one that is no valid IDNA label for another reason
  kContext,       // a character that is allowed only beside certain others (RFC 5892 appendix A)
  kUnbracketed,   // an IPv6 address as RFC 3920 had it
  kLiteral,       // meant as an IP address, but none
  kLeadingSpace,  // of a resource: only an example of RFC 7622 §3.5 has it among what is no address
};

struct JidError {
  JidPart part{};
  JidProblem problem{};
  std::string_view clause;  // "RFC 3920 §3.3"; static
  std::string message;      // one sentence without capital and full stop
  // The character as written at `offset`; none where no single character is at fault.
  std::optional<char32_t> code_point{};
  size_t offset = 0;  // bytes into the address as written; where a part is empty, where it would begin
  bool operator==(const JidError&) const = default;
};

// Where an address is cut: at the first '/', then at the first '@' before it (RFC 7622 §3.2). Done before any
// mapping, so that a character that maps to a separator does not become one. Views into the input.
struct JidSplit {
  std::string_view local;
  std::string_view domain;
  std::string_view resource;
  bool has_local = false;     // an '@' was there, though nothing may stand before it
  bool has_resource = false;  // a '/' was there, though nothing may stand behind it
};
JidSplit split_jid(std::string_view address);

struct JidTrace;

class Jid {
 public:
  Jid() = default;  // no address: all parts empty
  // Any bytes. Addresses in ASCII that hold nothing special cost one allocation and one look at each byte.
  static std::variant<Jid, JidError> parse(std::string_view address,
                                           JidProfile profile = JidProfile::kRfc3920);
  // The same outcome by every step that the profile has, without the short cut for ASCII. `trace` (may be
  // null) gets each step and each remark.
  static std::variant<Jid, JidError> parse_by_steps(std::string_view address, JidProfile profile,
                                                    JidTrace* trace);

  // In prepared form.
  std::string_view local() const { return std::string_view(full_).substr(0, local_size_); }
  std::string_view domain() const { return std::string_view(full_).substr(domain_begin(), domain_size_); }
  std::string_view resource() const;  // empty: none
  std::string_view bare() const { return std::string_view(full_).substr(0, domain_begin() + domain_size_); }
  std::string_view full() const { return full_; }  // the bare form where there is no resource
  bool is_full() const { return full_.size() > bare().size(); }
  bool empty() const { return full_.empty(); }

  bool operator==(const Jid& other) const = default;

 private:
  size_t domain_begin() const { return local_size_ == 0 ? 0 : local_size_ + size_t{1}; }
  static std::variant<Jid, JidError> parse_parts(std::string_view address, JidProfile profile,
                                                 JidTrace* trace, bool short_cuts);
  // False where the address needs a closer look; `jid` is then in any state.
  static bool parse_ascii(std::string_view address, JidProfile profile, Jid& jid);

  std::string full_;
  uint16_t local_size_ = 0;
  uint16_t domain_size_ = 0;
};

// Whether two addresses as written mean the same entity; an address that cannot be prepared only equals
// itself, byte by byte. Addresses in ASCII cost no allocation.
bool same_jid(std::string_view a, std::string_view b, JidProfile profile = JidProfile::kRfc3920);
// The same, with the resources left out of it.
bool same_bare_jid(std::string_view a, std::string_view b, JidProfile profile = JidProfile::kRfc3920);
// The part before the resource, as written.
std::string_view bare_of(std::string_view address);

}  // namespace parser
