// What can stand in the DNS, and so in a certificate.
#pragma once

#include <string_view>

namespace proxy {

// Labels of 1 to 63 letters, digits, hyphens and underscores (people's test networks have those, too), 253
// bytes in all, no final dot (RFC 1035 §2.3.4). No wildcard, no address literal in brackets, no U-label.
bool is_dns_name(std::string_view domain);

}  // namespace proxy
