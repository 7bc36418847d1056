// The changes that the proxy makes to what a server says, as precise byte ranges.
#pragma once

#include <vector>

#include "parser/stream/connection.h"
#include "parser/xml/element.h"

namespace proxy {

// Whether this is <stream:features/>.
bool is_features(const parser::xml::Element& element);

// What must go from a server's features so that a client does not bind its SASL exchange to the TLS channel
// (RFC 5802 §6), which differs on both sides of the proxy: each *-PLUS <mechanism/> of SASL (RFC 6120 §6) and
// SASL2 (XEP-0388), and <sasl-channel-binding/> (XEP-0440). One edit per element, in order, disjoint.
std::vector<parser::Edit> hide_channel_binding(const parser::xml::Element& features);

// The <starttls/> of a server's features, where the link to the server is to stay unencrypted.
std::vector<parser::Edit> hide_starttls(const parser::xml::Element& features);

}  // namespace proxy
