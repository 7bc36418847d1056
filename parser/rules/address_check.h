// The check that all rows about the form of an address share.
#pragma once

#include "parser/rules/address_verdict.h"
#include "parser/rules/report.h"
#include "parser/rules/rule.h"

namespace parser::rules {

// Looks at 'to' and 'from' of a stanza and at the resource that a client asks for, and speaks for the rows
// whose Rule::verdict is an AddressRemark.
void check_addresses(const Context& context, Report& report);

constexpr uint8_t verdict(AddressRemark remark) {
  return static_cast<uint8_t>(remark);
}

}  // namespace parser::rules
