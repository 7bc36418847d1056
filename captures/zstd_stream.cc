#include "captures/zstd_stream.h"

#include <zstd.h>

#include <algorithm>

namespace captures {

namespace {
constexpr size_t kMostWanted = size_t{1} << 20U;  // a block is 128 KiB at most
constexpr int kMostWindow = 27;                   // 2^27 bytes: what the zstd command takes, too
}  // namespace

bool is_zstd(std::string_view bytes) {
  return bytes.starts_with(std::string_view("\x28\xB5\x2F\xFD", 4));
}

struct ZstdDecoder::Context {
  ZSTD_DCtx* stream = ZSTD_createDCtx();
  std::string out = std::string(ZSTD_DStreamOutSize(), '\0');
  ~Context() { ZSTD_freeDCtx(stream); }
};

ZstdDecoder::ZstdDecoder() : context_(std::make_unique<Context>()) {
  ZSTD_DCtx_setParameter(context_->stream, ZSTD_d_windowLogMax, kMostWindow);
}
ZstdDecoder::~ZstdDecoder() = default;

// The decoder is given exactly what it asks for next (a block), so that what comes out before damage shows
// does not depend on the pieces that the file came in.
bool ZstdDecoder::feed(std::string_view bytes, const std::function<void(std::string_view)>& out) {
  if (!error_.empty()) return false;
  while (!bytes.empty()) {
    const size_t some = std::min(wanted_ - held_.size(), bytes.size());
    held_.append(bytes.substr(0, some));
    bytes.remove_prefix(some);
    at_end_ = false;
    if (held_.size() < wanted_) break;
    ZSTD_inBuffer in{held_.data(), held_.size(), 0};
    size_t result = 0;
    for (bool full = false; in.pos < in.size || full;) {
      ZSTD_outBuffer to{context_->out.data(), context_->out.size(), 0};
      result = ZSTD_decompressStream(context_->stream, &to, &in);
      if (ZSTD_isError(result) != 0) {
        error_ = ZSTD_getErrorName(result);
        return false;
      }
      if (to.pos > 0) out(std::string_view(context_->out).substr(0, to.pos));
      full = to.pos == to.size;
    }
    held_.clear();
    at_end_ = result == 0;
    wanted_ = result == 0 ? kFirst : std::min(result, kMostWanted);
  }
  return true;
}

struct ZstdEncoder::Context {
  ZSTD_CCtx* stream = ZSTD_createCCtx();
  std::string out = std::string(ZSTD_CStreamOutSize(), '\0');
  ~Context() { ZSTD_freeCCtx(stream); }
};

ZstdEncoder::ZstdEncoder(int level) : context_(std::make_unique<Context>()) {
  ZSTD_CCtx_setParameter(context_->stream, ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context_->stream, ZSTD_c_checksumFlag, 1);
}
ZstdEncoder::~ZstdEncoder() = default;

std::string ZstdEncoder::feed(std::string_view bytes, bool last) {
  std::string result;
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  for (;;) {
    ZSTD_outBuffer to{context_->out.data(), context_->out.size(), 0};
    const size_t left = ZSTD_compressStream2(context_->stream, &to, &in, last ? ZSTD_e_end : ZSTD_e_continue);
    result.append(context_->out, 0, to.pos);
    if (ZSTD_isError(left) != 0) break;  // only without memory or with a wrong parameter
    if (last ? left == 0 : in.pos == in.size) break;
  }
  return result;
}

}  // namespace captures
