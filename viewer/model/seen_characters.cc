// A bitmap of the Basic Multilingual Plane; ASCII, which is always there, is skipped quickly.
#include "viewer/model/seen_characters.h"

#include <bit>
#include <cstring>

#include "viewer/model/display_text.h"

namespace viewer {

void SeenCharacters::add(std::string_view utf8) {
  size_t at = 0;
  bool grown = false;
  while (at < utf8.size()) {
    // Eight at a time: nearly all text is ASCII.
    uint64_t eight = 0;
    if (at + sizeof eight <= utf8.size()) {
      std::memcpy(&eight, utf8.data() + at, sizeof eight);
      if ((eight & 0x8080808080808080u) == 0) {
        at += sizeof eight;
        continue;
      }
    }
    if (static_cast<unsigned char>(utf8[at]) < 0x80) {
      ++at;
      continue;
    }
    const Decoded decoded = decode_utf8(utf8.substr(at));
    at += decoded.size;
    if (!decoded.valid || decoded.code_point > 0xffff) continue;
    const uint64_t bit = uint64_t{1} << (decoded.code_point % 64);
    std::atomic<uint64_t>& word = bits_[decoded.code_point / 64];
    if ((word.load(std::memory_order_relaxed) & bit) != 0) continue;
    word.fetch_or(bit, std::memory_order_relaxed);
    grown = true;
  }
  if (grown) version_.fetch_add(1, std::memory_order_release);
}

std::vector<uint16_t> SeenCharacters::list() const {
  std::vector<uint16_t> found;
  for (size_t w = 0; w < bits_.size(); ++w) {
    uint64_t word = bits_[w].load(std::memory_order_relaxed);
    while (word != 0) {
      const int bit = std::countr_zero(word);
      found.push_back(static_cast<uint16_t>(w * 64 + static_cast<size_t>(bit)));
      word &= word - 1;
    }
  }
  return found;
}

}  // namespace viewer
