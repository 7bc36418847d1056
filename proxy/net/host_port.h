// HOST:PORT as people type it: "127.0.0.1:5222", "[::1]:5222", "xmpp.example:5222", "localhost".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace proxy::net {

struct HostPort {
  std::string host;  // without brackets
  uint16_t port = 0;
  bool operator==(const HostPort&) const = default;
};

// Nothing with a sentence in `error` when it cannot be read. A missing port becomes `default_port`; an IPv6
// address with a port needs brackets.
std::optional<HostPort> parse_host_port(std::string_view text, uint16_t default_port, std::string& error);
// With brackets around IPv6.
std::string to_string(const HostPort& value);
std::string to_string(std::string_view address, uint16_t port);

// Whether it is an IPv4 or IPv6 address in digits.
bool is_numeric_address(std::string_view host);

}  // namespace proxy::net
