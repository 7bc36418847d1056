// The XML declaration: <?xml version='1.0' encoding='UTF-8' standalone='yes'?>
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "parser/xml/error.h"

namespace parser::xml {

// Whether a complete processing instruction is an XML declaration (its target is exactly "xml").
bool is_declaration(std::string_view instruction);

// What is wrong with a declaration that starts at `offset`; nothing where a stream may begin with it.
// RFC 6120 §11.5: version 1.0. §11.6: encoding UTF-8 (in any case of letters) or none.
std::optional<Error> check_declaration(std::string_view declaration, uint64_t offset);

}  // namespace parser::xml
