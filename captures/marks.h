// What a person noted on the packets of a capture: written as packet comments, which Wireshark shows, and
// told from the comments of the recording by a custom option behind each (docs/CAPTURE_FORMAT.md).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace captures {

constexpr size_t kMostMarkText = 16'384;  // bytes of one comment
constexpr size_t kMostMarks = 100'000;    // of one capture

struct Mark {
  uint64_t frame = 0;
  std::string text;  // UTF-8; empty: marked without words
  bool operator==(const Mark&) const = default;
};

// The notes of a capture by frame. A frame that is not named has none.
using Marks = std::map<uint64_t, std::string>;

// The value of the custom text option that stands behind a note's comment, and back; false where it is
// another.
std::string mark_option(std::string_view text);
bool parse_mark(std::string_view option, std::string& text);

// The capture with exactly these notes: packets that have or get one are written anew, every other byte stays
// as it is, so that frames keep their numbers. Handed out in pieces to `write`, which answers "" or why it
// could not. Returns "" or what is wrong: `capture` is no pcapng file, or a note names a frame that it has
// not.
template <typename Write>
std::string rewrite_marks(std::string_view capture, const Marks& marks, Write write);

// Writes the capture at `path` with these notes to a new file beside it, and puts that in its place when it
// is whole: nobody ever sees half of it. Refused while a recording writes to it. "" or what is wrong, and
// what to do.
std::string save_marks(const std::string& path, const Marks& marks);

namespace detail {
// One block with the notes that `marks` has for `frame`; empty: the block stays as it is.
std::string with_mark(std::string_view block, bool swapped, const std::string* text);
struct BlockAt {
  std::string_view bytes;  // empty: no whole block is left
  bool packet = false;
  bool enhanced = false;
  bool swapped = false;
};
BlockAt next_block(std::string_view rest, bool& swapped);
}  // namespace detail

template <typename Write>
std::string rewrite_marks(std::string_view capture, const Marks& marks, Write write) {
  bool swapped = false;
  uint64_t frame = 0;
  size_t done = 0;   // of the capture, handed out
  size_t seen = 0;   // … looked at
  size_t found = 0;  // notes whose frames were there
  while (true) {
    const detail::BlockAt block = detail::next_block(capture.substr(seen), swapped);
    if (block.bytes.empty()) break;
    seen += block.bytes.size();
    if (!block.packet) continue;
    const auto mark = marks.find(++frame);
    const std::string* text = mark == marks.end() ? nullptr : &mark->second;
    if (!block.enhanced) continue;
    if (text != nullptr) ++found;
    const std::string changed = detail::with_mark(block.bytes, block.swapped, text);
    if (changed.empty()) continue;
    const size_t begin = seen - block.bytes.size();
    if (std::string error = write(capture.substr(done, begin - done)); !error.empty()) return error;
    if (std::string error = write(std::string_view(changed)); !error.empty()) return error;
    done = seen;
  }
  if (seen == 0) return "This is not a pcapng file.";
  if (found != marks.size()) return "A note is for a frame that the capture does not have.";
  return write(capture.substr(done));
}

}  // namespace captures
