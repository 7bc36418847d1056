#include "app/choice.h"

#include <gtest/gtest.h>

namespace {

enum class Fruit { kNone, kApple, kPear };

struct Case {
  CLI::App options{"test"};
  Fruit fruit = Fruit::kNone;
  Case() {
    app::add_choice<Fruit>(options, "--fruit", fruit, {{"apple", Fruit::kApple}, {"pear", Fruit::kPear}},
                           "what to eat");
  }
  void parse(std::vector<std::string> words) {
    std::reverse(words.begin(), words.end());  // as CLI11 wants a vector
    options.parse(words);
  }
};

TEST(Choice, AWordStandsForItsValue) {
  Case c;
  c.parse({"--fruit", "pear"});
  EXPECT_EQ(c.fruit, Fruit::kPear);
}

TEST(Choice, TheValueStaysWhereTheOptionIsNotGiven) {
  Case c;
  c.parse({});
  EXPECT_EQ(c.fruit, Fruit::kNone);
}

TEST(Choice, AnotherWordIsRefusedWithTheListOfThem) {
  Case c;
  try {
    c.parse({"--fruit", "plum"});
    FAIL() << "plum was taken";
  } catch (const CLI::ParseError& error) {
    EXPECT_STREQ(error.what(), "--fruit: plum not in {apple,pear}");
  }
  EXPECT_EQ(c.fruit, Fruit::kNone);
}

TEST(Choice, TheHelpListsTheWords) {
  Case c;
  EXPECT_NE(c.options.help().find("apple|pear"), std::string::npos);
}

}  // namespace
