// What can be said of one address: each verdict is spoken by a row of the jid layer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/jid/jid.h"
#include "parser/stream/finding.h"

namespace parser::rules {

// Numbers of Rule::verdict, in the rows that share the check of addresses. Where the generations have a row
// each for the same thing, both rows have the same number.
enum class AddressRemark : uint8_t {
  kNone,
  // The address as a whole.
  kEmpty,
  kTooLong,
  kPadded,
  kUri,
  kSeparator,
  kMappedToNothing,
  kGenerationsDiffer,
  kConfusable,
  // The local part.
  kLocalEmpty,
  kLocalTooLong,
  kLocalForbidden,
  kLocalSpace,
  kLocalControl,
  kLocalSymbol,
  kLocalCompatibility,
  kLocalBidi,
  kLocalUnassigned,
  kLocalSpelling,
  kLocalSharpS,
  kLocalFinalSigma,
  kEscapedSpace,
  kEscapedTwice,
  // The resource.
  kResourceEmpty,
  kResourceTooLong,
  kResourceRefused,
  kResourceBidi,
  kResourceSpace,
  kResourceLeadingSpace,
  kResourceNormalisation,
  // The domain.
  kDomainMissing,
  kDomainTooLong,
  kDomainLabelTooLong,
  kDomainEmptyLabel,
  kDomainLeadingMark,
  kDomainHyphen,
  kDomainCharacter,
  kDomainRefused,
  kDomainBidi,
  kDomainALabel,
  kDomainSingleLabel,
  kDomainTrailingDot,
  kDomainUnbracketed,
  kDomainBracketed,
  kDomainBadLiteral,
  kDomainBadIpv4,
  kDomainIpAddress,
  kDomainSpelling,
  kDomainDeviation,
};

struct AddressVerdict {
  AddressRemark remark{};
  std::string text;        // goes on behind the address: "has no domain"; without full stop
  bool malformed = false;  // it is no address in this profile
  std::optional<Severity> at_most{};
};

// At most one verdict says that the address is malformed. Empty for addresses with nothing special to them.
// The address is UTF-8 and not empty.
std::vector<AddressVerdict> judge_address(std::string_view address, JidProfile profile);

// Verdicts on the addresses of late: most traffic is between the same few. One serves all connections, for
// what is said of an address depends on nothing but its bytes.
class AddressBook {
 public:
  explicit AddressBook(JidProfile profile);

  // Empty for nearly every address. Valid until the next call.
  const std::vector<AddressVerdict>& verdicts(std::string_view address) {
    Entry& entry = entries_[slot_of(address)];
    if (entry.address == address) return entry.verdicts;
    return judge(entry, address);
  }
  JidProfile profile() const { return profile_; }

 private:
  static constexpr size_t kSlots = 256;  // a power of two
  static constexpr size_t kKept = 256;   // bytes of the longest address that is kept
  struct Entry {
    std::string address;
    std::vector<AddressVerdict> verdicts;
  };
  static size_t slot_of(std::string_view address);
  const std::vector<AddressVerdict>& judge(Entry& entry, std::string_view address);

  JidProfile profile_;
  std::vector<Entry> entries_;
  std::vector<AddressVerdict> passing_;  // on an address that is too long to be kept
};

}  // namespace parser::rules
