#include "app/lint_lines.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace {

std::string printed(std::string_view text, app::LintOutput options = {}, std::string_view file = "a.xml") {
  std::string out;
  app::print_lint(parser::lint(text, {}), text, file, options, [&](std::string_view lines) { out += lines; });
  return out;
}

TEST(LintLines, LookLikeACompilers) {
  EXPECT_EQ(printed("<presence/>\n\t<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>\n"),
            "a.xml:2:2: error: The iq has no id. [iq-missing-id]\n"
            "    2 |     <iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>\n"
            "      |     ^~~~~~~~~~~~~~~\n"
            "      = RFC 6120 §8.2.3; RFC 3920 §9.2.3\n");
}

TEST(LintLines, NeverCarryControlsFromTheTextOrItsName) {
  const std::string out = printed("<message type='\x1b[2J'/>", {}, "a\x1b[0m.xml");
  EXPECT_EQ(out.find('\x1b'), std::string::npos) << out;
  EXPECT_NE(out, "");
}

TEST(LintLines, AreColouredWhenAsked) {
  app::LintOutput options;
  options.color = true;
  EXPECT_NE(printed("<iq type='get'><a xmlns='u'/></iq>", options).find("\x1b[1;31merror:"),
            std::string::npos);
}

TEST(LintLines, AsJsonHaveTheKeysOfTheContract) {
  app::LintOutput options;
  options.json = true;
  const std::string out = printed("<iq type='get'><a xmlns='u'/></iq>", options);
  const size_t end = out.find('\n');
  const auto input = nlohmann::json::parse(out.substr(0, end));
  EXPECT_EQ(input["type"], "input");
  EXPECT_EQ(input["form"], "stanzas");
  EXPECT_EQ(input["speaker"], "client");
  EXPECT_EQ(input["elements"], 1);
  EXPECT_TRUE(input["error"].is_null());
  const auto finding = nlohmann::json::parse(out.substr(end + 1));
  EXPECT_EQ(finding["type"], "finding");
  EXPECT_EQ(finding["line"], 1);
  EXPECT_EQ(finding["column"], 1);
  EXPECT_EQ(finding["end_column"], 16);
  EXPECT_EQ(finding["range"], nlohmann::json::array({0, 15}));
  EXPECT_EQ(finding["rule"], "iq-missing-id");
  EXPECT_EQ(finding["severity"], "error");
  EXPECT_EQ(finding["offender"], "client");
}

TEST(LintLines, TotalsCountBySeverity) {
  EXPECT_EQ(app::lint_totals(parser::lint("<iq type='get'><a xmlns='u'/></iq><presence/>", {})),
            "1 error, 0 warnings, 0 notes in 2 elements");
}

}  // namespace
