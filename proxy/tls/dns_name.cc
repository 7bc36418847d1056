#include "proxy/tls/dns_name.h"

#include <cstddef>

namespace proxy {
namespace {

constexpr size_t kMostBytes = 253;
constexpr size_t kMostOfLabel = 63;

bool may_stand_in_label(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

}  // namespace

bool is_dns_name(std::string_view domain) {
  if (domain.size() > kMostBytes) return false;
  size_t label = 0;
  for (const char c : domain) {
    if (c == '.') {
      if (label == 0) return false;
      label = 0;
    } else if (!may_stand_in_label(c) || ++label > kMostOfLabel) {
      return false;
    }
  }
  return label != 0;
}

}  // namespace proxy
