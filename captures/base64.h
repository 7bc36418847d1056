// base64 (RFC 4648 §4) that can be overwritten in place: one run, padded, nothing between. The forgiving
// decoder and the encoder are in parser/sasl/base64.h.
#pragma once

#include <string>
#include <string_view>

namespace captures {

// False where the text is anything else; `bytes` then holds nothing of use.
bool decode_base64(std::string_view text, std::string& bytes);

}  // namespace captures
