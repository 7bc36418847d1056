// What is put together by hand is what the library would have made.
#include "captures/fact_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace captures {
namespace {

TEST(FactJson, FindingsAreTheSameWhicheverWayTheyAreWritten) {
  for (const std::string& message :
       {std::string("plain"), std::string("“quoted” – é"), std::string("\"quoted\""),
        std::string("back\\slash"), std::string("tab\tnewline\n"), std::string("\x7F"),
        std::string("not \xFF utf8"), std::string(5000, 'x'), std::string()}) {
    for (const uint64_t frame : {uint64_t{0}, uint64_t{12}}) {
      parser::Finding finding;
      finding.rule = "iq-missing-id";
      finding.citation = "RFC 6120 §8.1.3";
      finding.message = message;
      finding.range = {7, 4'000'000'000'000};
      finding.frame = frame;
      const std::string json = finding_json(finding);
      const auto parsed = nlohmann::json::parse(json, nullptr, false);
      ASSERT_TRUE(parsed.is_object()) << json;
      EXPECT_EQ(parsed.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), json);
      const auto& object = parsed["finding"];
      EXPECT_EQ(object.contains("frame"), frame != 0);
      EXPECT_EQ(object["end"], 4'000'000'000'000);
      if (object["message"].is_string() && message.size() < 5000) {
        EXPECT_EQ(object["message"], message);
      }
      EXPECT_EQ(object["message"].is_object(), message == "not \xFF utf8");
    }
  }
}

}  // namespace
}  // namespace captures
