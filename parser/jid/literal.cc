// The system's own reader of IP addresses decides; it takes no zones and no numbers in other bases.
#include "parser/jid/literal.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace parser {
namespace {

bool is_address(int family, std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> copy{};
  if (text.empty() || text.size() >= copy.size()) return false;
  if (text.find('\0') != std::string_view::npos) return false;
  std::memcpy(copy.data(), text.data(), text.size());
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(family, copy.data(), address.data()) == 1;
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_unreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("-._~").find(c) != std::string_view::npos;
}

// Unreserved characters and escapes (RFC 6874 §2).
bool is_zone(std::string_view text) {
  if (text.empty()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (is_unreserved(text[i])) continue;
    if (text[i] != '%' || i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
    i += 2;
  }
  return true;
}

// "v", hexadecimal digits, a full stop, and what is unreserved, a sub-delimiter or a colon.
bool is_future(std::string_view text) {
  if (text.size() < 4 || (text[0] != 'v' && text[0] != 'V')) return false;
  const size_t dot = text.find('.');
  if (dot == std::string_view::npos || dot < 2 || dot + 1 == text.size()) return false;
  return std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(dot), is_hex) &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(dot) + 1, text.end(), [](char c) {
           return is_unreserved(c) || std::string_view("!$&'()*+,;=:").find(c) != std::string_view::npos;
         });
}

}  // namespace

bool is_ipv4(std::string_view text) {
  return is_address(AF_INET, text);
}

bool is_ipv6(std::string_view text) {
  return is_address(AF_INET6, text);
}

bool is_ip_literal(std::string_view inside) {
  if (is_future(inside)) return true;
  const size_t zone = inside.find('%');
  if (zone == std::string_view::npos) return is_ipv6(inside);
  return is_ipv6(inside.substr(0, zone)) && inside.substr(zone).starts_with("%25") &&
         is_zone(inside.substr(zone + 3));
}

}  // namespace parser
