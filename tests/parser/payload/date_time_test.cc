#include "parser/payload/date_time.h"

#include <gtest/gtest.h>

namespace parser::payload {
namespace {

using namespace std::chrono;

TEST(DateTime, IsReadAsXmppWritesIt) {
  const auto first_moon_landing = parse_date_time("1969-07-21T02:56:15Z");
  ASSERT_TRUE(first_moon_landing);
  EXPECT_TRUE(first_moon_landing->utc);
  EXPECT_EQ(first_moon_landing->time,
            Time(sys_days(year(1969) / July / 21) + hours(2) + minutes(56) + seconds(15)));
  const auto in_new_york = parse_date_time("1969-07-20T21:56:15-05:00");
  ASSERT_TRUE(in_new_york);
  EXPECT_FALSE(in_new_york->utc);
  EXPECT_EQ(in_new_york->time, first_moon_landing->time);
  EXPECT_EQ(parse_date_time("2024-02-29T00:00:00.1234567Z")->time,
            Time(sys_days(year(2024) / February / 29) + microseconds(123456)));
}

TEST(DateTime, ZeroOffsetsAreUtc) {
  for (const char* text :
       {"2002-09-10T23:08:25+00:00", "2002-09-10T23:08:25-00:00", "2002-09-10T23:08:25Z"}) {
    ASSERT_TRUE(parse_date_time(text)) << text;
    EXPECT_TRUE(parse_date_time(text)->utc) << text;
  }
}

TEST(DateTime, NothingElseIsOne) {
  for (const char* text : {"",
                           "-",
                           "2002",
                           "20020910T23:08:25",
                           "2002-09-10 23:08:25Z",
                           "2002-09-10T23:08:25",
                           "2002-09-10T23:08:25.Z",
                           "2002-09-10T23:08Z",
                           "2002-13-10T23:08:25Z",
                           "2002-02-30T23:08:25Z",
                           "2002-09-10T25:08:25Z",
                           "2002-09-10T23:60:25Z",
                           "2002-09-10T23:08:61Z",
                           "2002-09-10T23:08:25z",
                           "2002-09-10T23:08:25+2:00",
                           "2002-09-10T23:08:25+15:00",
                           "2002-09-10T23:08:25Z ",
                           "99999-09-10T23:08:25Z",
                           "２002-09-10T23:08:25Z",
                           "+002-09-10T23:08:25Z"}) {
    EXPECT_FALSE(parse_date_time(text)) << text;
  }
}

}  // namespace
}  // namespace parser::payload
