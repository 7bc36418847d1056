// base64 (RFC 4648 §4), as SASL in XMPP uses it: one run, padded, nothing between.
#pragma once

#include <string>
#include <string_view>

namespace captures {

// False where the text is anything else; `bytes` then holds nothing of use.
bool decode_base64(std::string_view text, std::string& bytes);
std::string encode_base64(std::string_view bytes);

}  // namespace captures
