// What the checks about logins share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "parser/rules/checks.h"
#include "parser/sasl/login.h"

namespace parser::rules {

// <auth/> or <authenticate/> of the client.
bool is_login(const StreamEvent& event);
// The list of mechanisms that goes with a generation; null where the features have none.
const xml::Element* mechanism_list(const xml::Element& features, sasl::Generation generation);
// Whether a name stands in a list, also deeper down: SASL2 lists those of FAST (XEP-0484) in <inline/>.
bool lists_mechanism(const xml::Element& list, std::string_view name);
// The phases in which a login is under way.
bool is_login_phase(Phase phase);
// A login was under way before this event, which is none of SASL's own.
bool during_login(const Context& context);
// The client's new header has no answer yet: it goes on from memory.
bool is_ahead(const SessionState& session);
// Where the data of a SASL element stands; the element itself where it has none.
ByteRange data_range(const StreamEvent& event);

// A login's first message has just told who wants to log in.
bool tells_identity(const Context& context);
std::string_view without_resource(std::string_view jid);

// Verdict number of the rows that report a fault of sasl::Login.
constexpr uint8_t verdict(sasl::Fault fault) {
  return static_cast<uint8_t>(static_cast<unsigned>(fault) + 1);
}

}  // namespace parser::rules
