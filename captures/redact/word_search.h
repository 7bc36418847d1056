// Looks for words that must not be in a file any more: as they are, in whatever case, and inside of base64.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace captures {

struct WordFound {
  std::string word;
  uint64_t offset = 0;  // in the file, bytes
  bool base64 = false;  // inside of a run of base64
};

// Fed with a file in any pieces. Words of one byte are looked for, too; case is that of ASCII. Keeps as much
// of the file as the longest word needs; at most kMost finds.
class WordSearch {
 public:
  static constexpr size_t kMost = 1000;
  explicit WordSearch(std::vector<std::string> words);

  void feed(std::string_view bytes);
  const std::vector<WordFound>& found() const { return found_; }

 private:
  struct Pattern {
    std::string text;  // lower-case where case does not matter
    size_t word = 0;
    bool base64 = false;
  };
  void look(const Pattern& pattern, std::string_view text, std::string_view lower, uint64_t offset,
            size_t fresh);

  std::vector<std::string> words_;
  std::vector<Pattern> patterns_;
  size_t longest_ = 0;
  std::string tail_;
  uint64_t tail_offset_ = 0;
  std::vector<WordFound> found_;
};

}  // namespace captures
