#include "proxy/net/host_port.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proxy::net {
namespace {

using testing::HasSubstr;

TEST(HostPort, ReadsWhatPeopleType) {
  struct Row {
    const char* text;
    HostPort value;
  };
  for (const Row& row :
       {Row{"127.0.0.1:5222", {"127.0.0.1", 5222}}, Row{"[::1]:5223", {"::1", 5223}},
        Row{"[::1]", {"::1", 77}}, Row{"::1", {"::1", 77}}, Row{"xmpp.example", {"xmpp.example", 77}},
        Row{"localhost:0", {"localhost", 0}}, Row{"h:65535", {"h", 65535}}}) {
    std::string error;
    const auto value = parse_host_port(row.text, 77, error);
    ASSERT_TRUE(value.has_value()) << row.text << ": " << error;
    EXPECT_EQ(*value, row.value) << row.text;
  }
}

TEST(HostPort, SaysWhatIsWrong) {
  struct Row {
    const char* text;
    const char* error;
  };
  for (const Row& row :
       {Row{"", "names no host"}, Row{":5222", "names no host"}, Row{"h:", "is not a port"},
        Row{"h:65536", "is not a port"}, Row{"h:5222x", "is not a port"}, Row{"h:-1", "is not a port"},
        Row{"[::1", "no ']'"}, Row{"[::1]5222", "only a port may follow"}, Row{"a:b:c", "several colons"},
        Row{"[]:1", "names no host"}}) {
    std::string error;
    EXPECT_FALSE(parse_host_port(row.text, 77, error).has_value()) << row.text;
    EXPECT_THAT(error, HasSubstr(row.error)) << row.text;
  }
}

TEST(HostPort, IsWrittenWithBracketsWhereNeeded) {
  EXPECT_EQ(to_string(HostPort{"::1", 5222}), "[::1]:5222");
  EXPECT_EQ(to_string(HostPort{"127.0.0.1", 5222}), "127.0.0.1:5222");
}

}  // namespace
}  // namespace proxy::net
