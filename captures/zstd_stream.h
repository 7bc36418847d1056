// zstd (RFC 8878) streams, in pieces of any size: finished recordings are kept like that.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace captures {

// Whether a file that begins like this is compressed. `bytes` has at least 4, or is all that there is.
bool is_zstd(std::string_view bytes);

class ZstdDecoder {
 public:
  ZstdDecoder();
  ~ZstdDecoder();
  // Hands `out` what results, in pieces of at most 128 KiB. False where the bytes are damaged, or ask for a
  // window of more than 128 MiB: error() says so then, and nothing more is decoded.
  bool feed(std::string_view bytes, const std::function<void(std::string_view)>& out);
  // Whether the input may end here.
  bool at_end() const { return at_end_; }
  const std::string& error() const { return error_; }

 private:
  struct Context;
  std::unique_ptr<Context> context_;
  static constexpr size_t kFirst = 5;  // bytes of a frame's header that tell how long it is
  std::string held_;                   // what came of the next wanted_ bytes
  size_t wanted_ = kFirst;
  bool at_end_ = true;
  std::string error_;
};

class ZstdEncoder {
 public:
  // `level` as of the zstd command, 1 to 19. The stream has a checksum.
  explicit ZstdEncoder(int level);
  ~ZstdEncoder();
  // Returns what can be written by now; with `last` everything, and the stream is at its end.
  std::string feed(std::string_view bytes, bool last);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace captures
