// What somebody may have meant who wrote something that is no address.
#pragma once

#include <string>
#include <string_view>

#include "parser/jid/jid.h"

namespace parser {

// A few words for behind an error's message ("; …"); empty where nothing is recognised. Knows URIs, brackets
// of mail headers, white space around, and the forms of XEP-0029 and of the gateways of its time.
std::string jid_hint(std::string_view address, const JidError& error);

}  // namespace parser
