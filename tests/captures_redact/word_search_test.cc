#include "captures/redact/word_search.h"

#include <gtest/gtest.h>

#include "parser/sasl/base64.h"

namespace captures {
namespace {

TEST(WordSearch, FindsWordsInAnyCaseAndAcrossPieces) {
  const std::string file = "xxJULIETyyromeozz";
  for (const size_t piece : {size_t{1}, size_t{3}, size_t{100}}) {
    WordSearch search({"juliet", "Romeo", "nurse"});
    for (size_t at = 0; at < file.size(); at += piece) search.feed(std::string_view(file).substr(at, piece));
    ASSERT_EQ(search.found().size(), 2U) << piece;
    EXPECT_EQ(search.found()[0].word, "juliet");
    EXPECT_EQ(search.found()[0].offset, 2U);
    EXPECT_EQ(search.found()[1].word, "Romeo");
    EXPECT_EQ(search.found()[1].offset, 10U);
  }
}

TEST(WordSearch, FindsWordsInsideOfBase64WhereverTheyBegin) {
  for (const std::string before : {"", "a", "ab", "abc"}) {
    for (const std::string after : {"", "z", "yz"}) {
      WordSearch search({"juliet"});
      search.feed("<auth>" + parser::sasl::encode_base64(before + "Juliet" + after) + "</auth>");
      ASSERT_EQ(search.found().size(), 1U) << before << "|" << after;
      EXPECT_TRUE(search.found()[0].base64);
    }
  }
}

TEST(WordSearch, FindsNothingInOtherWords) {
  WordSearch search({"juliet", ""});
  search.feed("julie t " + parser::sasl::encode_base64("julie"));
  EXPECT_TRUE(search.found().empty());
}

TEST(WordSearch, StopsCountingAtItsCap) {
  WordSearch search({"a"});
  search.feed(std::string(5000, 'a'));
  EXPECT_EQ(search.found().size(), WordSearch::kMost);
}

}  // namespace
}  // namespace captures
