// An XMPP address (JID): local part, domain, resource, in the form that comparison works on.
//
// Prepared as RFC 3920 §3 asks: Nodeprep, Nameprep and Resourceprep (Unicode 3.2, unassigned code points let
// through as in a query), A-labels turned into U-labels. Two spellings of one address compare equal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace parser {

enum class JidPart : uint8_t { kWhole, kLocal, kDomain, kResource };
std::string_view name(JidPart part);  // "address", "local part", "domain", "resource"

enum class JidProblem : uint8_t {
  kEmpty,       // nothing on one side of a separator, or nothing at all
  kTooLong,     // more than 1023 bytes of a part, 3071 of the whole, 63 of a label
  kProhibited,  // a character that the part's profile does not allow
  kBidi,        // right-to-left and left-to-right text mixed against RFC 3454 §6
  kNotUtf8,
  kLabel,  // an empty label in the domain, or one that is no valid IDNA label
};

struct JidError {
  JidPart part{};
  JidProblem problem{};
  std::string_view clause;  // "RFC 3920 §3.3"; static
  std::string message;      // one sentence
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

class Jid {
 public:
  Jid() = default;  // no address: all parts empty
  static std::variant<Jid, JidError> parse(std::string_view address);

  // In prepared form.
  std::string_view local() const { return std::string_view(full_).substr(0, local_size_); }
  std::string_view domain() const { return std::string_view(full_).substr(domain_begin(), domain_size_); }
  std::string_view resource() const;  // empty: none
  std::string_view bare() const { return std::string_view(full_).substr(0, domain_begin() + domain_size_); }
  std::string_view full() const { return full_; }  // the bare form where there is no resource
  bool is_full() const { return full_.size() > bare().size(); }
  bool empty() const { return full_.empty(); }

  bool operator==(const Jid& other) const { return full_ == other.full_; }

 private:
  size_t domain_begin() const { return local_size_ == 0 ? 0 : local_size_ + size_t{1}; }

  std::string full_;
  uint16_t local_size_ = 0;
  uint16_t domain_size_ = 0;
};

// Whether two addresses as written mean the same entity; an address that cannot be prepared only equals
// itself, byte by byte. Addresses in ASCII cost no allocation.
bool same_jid(std::string_view a, std::string_view b);
// The same, with the resources left out of it.
bool same_bare_jid(std::string_view a, std::string_view b);
// The part before the resource, as written.
std::string_view bare_of(std::string_view address);

}  // namespace parser
