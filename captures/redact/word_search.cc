// A word inside of base64 shows as one of three texts, by where it begins in a group of three bytes; the
// characters at either end that also hold bits of its neighbours are left off. As base64 keeps the case, the
// usual spellings of a word are looked for: as given, in small and capital letters, and capitalised.
#include "captures/redact/word_search.h"

#include <algorithm>
#include <set>

#include "parser/sasl/base64.h"

namespace captures {
namespace {

// Less than this says nothing: any longer run of base64 holds such a piece.
constexpr size_t kShortestBase64 = 4;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

std::string mapped(std::string text, char (*map)(char)) {
  std::transform(text.begin(), text.end(), text.begin(), map);
  return text;
}

std::set<std::string> spellings(const std::string& word) {
  std::string capitalised = mapped(word, lower);
  capitalised[0] = upper(capitalised[0]);
  return {word, mapped(word, lower), mapped(word, upper), capitalised};
}

}  // namespace

WordSearch::WordSearch(std::vector<std::string> words) : words_(std::move(words)) {
  std::erase(words_, std::string());
  for (size_t i = 0; i < words_.size(); ++i) {
    patterns_.push_back({mapped(words_[i], lower), i, false});
    // Spellings that differ only in what is left off give the same text.
    std::set<std::string> texts;
    for (const std::string& word : spellings(words_[i])) {
      for (size_t shift = 0; shift < 3; ++shift) {
        const std::string encoded = parser::sasl::encode_base64(std::string(shift, 'x') + word);
        const size_t begin = shift == 0 ? 0 : shift + 1;
        const size_t end = (shift + word.size()) * 8 / 6;
        if (end >= begin + kShortestBase64) texts.insert(encoded.substr(begin, end - begin));
      }
    }
    for (const std::string& text : texts) patterns_.push_back({text, i, true});
  }
  for (const Pattern& pattern : patterns_) longest_ = std::max(longest_, pattern.text.size());
}

void WordSearch::look(const Pattern& pattern, std::string_view text, std::string_view lower_text,
                      uint64_t offset, size_t fresh) {
  const std::string_view where = pattern.base64 ? text : lower_text;
  // A find that ends within the old part was reported with it.
  const size_t first = fresh + 1 > pattern.text.size() ? fresh + 1 - pattern.text.size() : 0;
  for (size_t at = where.find(pattern.text, first); at != std::string_view::npos;
       at = where.find(pattern.text, at + 1)) {
    if (found_.size() >= kMost) return;
    found_.push_back({words_[pattern.word], offset + at, pattern.base64});
  }
}

void WordSearch::feed(std::string_view bytes) {
  const size_t old = tail_.size();
  tail_ += bytes;
  const std::string lower_text = mapped(tail_, lower);
  for (const Pattern& pattern : patterns_) look(pattern, tail_, lower_text, tail_offset_, old);
  const size_t keep = std::min(tail_.size(), longest_ == 0 ? 0 : longest_ - 1);
  tail_offset_ += tail_.size() - keep;
  tail_.erase(0, tail_.size() - keep);
}

}  // namespace captures
