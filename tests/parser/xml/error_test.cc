#include "parser/xml/error.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace parser::xml {
namespace {

constexpr size_t kCodes = static_cast<size_t>(ErrorCode::kNoStreamHeader) + 1;

TEST(XmlError, EveryCodeHasItsOwnNameAndASentence) {
  std::set<std::string_view> names;
  for (size_t i = 0; i < kCodes; ++i) {
    const auto code = static_cast<ErrorCode>(i);
    EXPECT_FALSE(name(code).empty());
    EXPECT_TRUE(names.insert(name(code)).second) << name(code);
    EXPECT_TRUE(describe({code, {}, ""}).ends_with('.'));
  }
}

TEST(XmlError, ConditionsAreThoseOfRfc6120) {
  EXPECT_EQ(condition(ErrorCode::kNotWellFormed), "not-well-formed");
  EXPECT_EQ(condition(ErrorCode::kNamespaceNotWellFormed), "not-well-formed");
  EXPECT_EQ(condition(ErrorCode::kComment), "restricted-xml");
  EXPECT_EQ(condition(ErrorCode::kProcessingInstruction), "restricted-xml");
  EXPECT_EQ(condition(ErrorCode::kDoctype), "restricted-xml");
  EXPECT_EQ(condition(ErrorCode::kEntityReference), "restricted-xml");
  EXPECT_EQ(condition(ErrorCode::kUnsupportedEncoding), "unsupported-encoding");
  EXPECT_EQ(condition(ErrorCode::kInvalidUtf8), "not-well-formed");
  EXPECT_EQ(condition(ErrorCode::kXmlVersion), "not-well-formed");
  EXPECT_EQ(condition(ErrorCode::kTextBetweenStanzas), "bad-format");
  EXPECT_EQ(condition(ErrorCode::kElementTooLarge), "policy-violation");
  EXPECT_EQ(condition(ErrorCode::kTooDeep), "policy-violation");
  EXPECT_EQ(condition(ErrorCode::kTooManyAttributes), "policy-violation");
  EXPECT_EQ(condition(ErrorCode::kHeaderTooLarge), "policy-violation");
  EXPECT_EQ(condition(ErrorCode::kNoStreamHeader), "bad-format");
}

TEST(XmlError, TheContextIsWorkedIntoTheSentence) {
  EXPECT_EQ(describe({ErrorCode::kDoctype, {}, ""}), "A stream must not contain a DTD.");
  EXPECT_EQ(describe({ErrorCode::kEntityReference, {}, "&nbsp;"}),
            "A stream must not refer to entities other than the five predefined ones: &nbsp;.");
}

}  // namespace
}  // namespace parser::xml
