// Points in time as XMPP writes them (XEP-0082): 2002-09-10T23:08:25Z.
#pragma once

#include <optional>
#include <string_view>

#include "parser/stream/connection.h"

namespace parser::payload {

struct DateTime {
  Time time{};       // in UTC; fractions beyond microseconds are cut
  bool utc = false;  // the zone was Z, +00:00 or -00:00
};
// XEP-0082 §3.2: the extended format with seconds and a zone. None: anything else, also a day that does not
// exist and the short form of jabber:x:delay.
std::optional<DateTime> parse_date_time(std::string_view text);

}  // namespace parser::payload
