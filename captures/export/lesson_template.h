// The page that a lesson is put into: captures/export/lesson.html, built into the program. @TITLE@ and @DATA@
// stand where text and JSON go.
#pragma once

#include <string_view>

namespace captures {

std::string_view lesson_template();

}  // namespace captures
