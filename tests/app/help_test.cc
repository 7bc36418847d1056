#include "app/help.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace app {
namespace {

TEST(Help, NamesWhatAnOptionTakesAndNotItsType) {
  CLI::App options("Does something.", "stanzascope some");
  std::string file, output, kind;
  std::vector<std::string> more;
  options.add_option("FILE", file, "What to read")->required();
  options.add_option("MORE", more, "And these");
  options.add_option("-o,--output", output, "Where it goes")->required()->type_name("OUT");
  options.add_option("--kind", kind, "Which")->check(CLI::IsMember({"a", "b"}))->type_name("a|b");
  shape_help(options);
  EXPECT_EQ(tidy_help(options.help(), 0),
            "Does something.\n"
            "Usage: stanzascope some [OPTIONS] FILE [MORE...]\n"
            "\n"
            "Positionals:\n"
            "  FILE                        What to read\n"
            "  MORE ... (optional)         And these\n"
            "\n"
            "Options:\n"
            "  -h,--help                   Print this help message and exit\n"
            "  -o,--output OUT (required)  Where it goes\n"
            "  --kind a|b                  Which\n");
}

TEST(Help, HasNoTwoBlankLinesInARow) {
  EXPECT_EQ(tidy_help("\n\na\n\n\n  \nb\n\n", 0), "a\n\nb\n");
}

TEST(Help, LongLinesAreBrokenAtTheTerminalsWidth) {
  const std::string words = "one two three four five six seven eight nine ten eleven";
  EXPECT_EQ(tidy_help("  --option VALUE              " + words + "\n", 64),
            "  --option VALUE              one two three four five six seven\n"
            "                              eight nine ten eleven\n");
  EXPECT_EQ(tidy_help("Words: " + words + "\n", 60),
            "Words: one two three four five six seven eight nine ten\neleven\n");
  EXPECT_EQ(tidy_help(words + "\n", 20), words + "\n") << "too narrow to be broken well";
}

}  // namespace
}  // namespace app
