// IP addresses in the place of a domain.
#pragma once

#include <string_view>

namespace parser {

bool is_ipv4(std::string_view text);  // a dotted quad, each number at most 255 (RFC 3986 §3.2.2)
bool is_ipv6(std::string_view text);  // without brackets and zone (RFC 4291 §2.2)
// What stands in the brackets of an IP-literal: an IPv6 address, with a zone identifier behind "%25" or
// without (RFC 6874), or an address of a later version ("v1.…", RFC 3986 §3.2.2).
bool is_ip_literal(std::string_view inside);

}  // namespace parser
