#include "proxy/net/host_port.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace proxy::net {

std::optional<HostPort> parse_host_port(std::string_view text, uint16_t default_port, std::string& error) {
  HostPort result{{}, default_port};
  std::string_view port;
  bool has_port = false;
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    if (end == std::string_view::npos) {
      error = "\"" + std::string(text) + "\" has no ']' behind its IPv6 address; write it like [::1]:5222";
      return std::nullopt;
    }
    result.host = text.substr(1, end - 1);
    const std::string_view rest = text.substr(end + 1);
    if (!rest.empty()) {
      if (rest.front() != ':') {
        error = "\"" + std::string(text) + "\": only a port may follow the ']', as in [::1]:5222";
        return std::nullopt;
      }
      port = rest.substr(1);
      has_port = true;
    }
  } else if (std::count(text.begin(), text.end(), ':') > 1) {
    if (is_numeric_address(text)) {
      result.host = text;
    } else {
      error =
          "\"" + std::string(text) + "\" has several colons; write an IPv6 address in brackets: [::1]:5222";
      return std::nullopt;
    }
  } else {
    const size_t colon = text.find(':');
    result.host = text.substr(0, colon);
    if (colon != std::string_view::npos) {
      port = text.substr(colon + 1);
      has_port = true;
    }
  }
  if (result.host.empty()) {
    error = "\"" + std::string(text) + "\" names no host; write HOST:PORT, as in 127.0.0.1:5222";
    return std::nullopt;
  }
  if (has_port) {
    unsigned value = 0;
    const auto [end, code] = std::from_chars(port.data(), port.data() + port.size(), value);
    if (code != std::errc{} || end != port.data() + port.size() || value > 65'535) {
      error = "\"" + std::string(port) + "\" is not a port; it must be a number from 0 to 65535";
      return std::nullopt;
    }
    result.port = static_cast<uint16_t>(value);
  }
  return result;
}

std::string to_string(const HostPort& value) {
  return to_string(value.host, value.port);
}

std::string to_string(std::string_view address, uint16_t port) {
  const bool brackets = address.find(':') != std::string_view::npos;
  return (brackets ? "[" + std::string(address) + "]" : std::string(address)) + ":" + std::to_string(port);
}

bool is_numeric_address(std::string_view host) {
  const std::string text(host.substr(0, host.find('%')));
  unsigned char buffer[sizeof(in6_addr)];
  return inet_pton(AF_INET, text.c_str(), buffer) == 1 || inet_pton(AF_INET6, text.c_str(), buffer) == 1;
}

}  // namespace proxy::net
