// Holds PlainParser against libxml2: what the one takes, the other must take too, and read in the same way.
#pragma once

#include <string>
#include <string_view>

namespace test {

struct PlainVerdict {
  bool taken = false;      // by PlainParser
  std::string difference;  // what they disagree about; empty where they do not
};

// `text`: one depth-1 element, in a stream of jabber:client that declares the prefixes "stream" and "db".
// Bytes that the stream reader would not give to either (not UTF-8, not one element, no element at all) are
// not taken. With `split`, PlainParser gets each tag by itself.
PlainVerdict compare_plain(std::string_view text, bool split);
// The same for the start tag of a document.
PlainVerdict compare_plain_header(std::string_view tag);

}  // namespace test
