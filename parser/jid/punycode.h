// RFC 3492: what stands behind "xn--" in an A-label.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "parser/jid/code_points.h"

namespace parser {

// The label as Punycode, without "xn--". Labels of at most 1023 code points.
std::string punycode(const CodePoints& label);

// What an A-label ("xn--…", in lower case) stands for, in UTF-8: only where that is not ASCII and its own
// A-label is the same again (RFC 5891 §5.4).
std::optional<std::string> u_label_of(std::string_view a_label);

}  // namespace parser
