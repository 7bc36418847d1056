#include "proxy/tls/dns_name.h"

#include <gtest/gtest.h>

#include <string>

namespace test {
namespace {

using proxy::is_dns_name;

TEST(DnsName, IsMadeOfLabels) {
  for (const char* name :
       {"example.com", "localhost", "xn--bcher-kva.example", "a_b.example", "A-1.example"}) {
    EXPECT_TRUE(is_dns_name(name)) << name;
  }
  for (const char* name : {"", ".", "a..b", ".a", "a.", "a b", "bücher.example", "a@b", "a/b", "[::1]",
                           "*.example.com", "a\nb"}) {
    EXPECT_FALSE(is_dns_name(name)) << name;
  }
}

TEST(DnsName, HasTheLengthsOfTheDns) {
  const std::string label(63, 'a');
  EXPECT_TRUE(is_dns_name(label + ".example"));
  EXPECT_FALSE(is_dns_name("a" + label + ".example"));
  const std::string four = label + "." + label + "." + label + "." + label;  // 255 bytes
  EXPECT_FALSE(is_dns_name(four));
  EXPECT_TRUE(is_dns_name(std::string_view(four).substr(0, 253)));
}

}  // namespace
}  // namespace test
