// Addresses explained: for people, and as JSON Lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "parser/jid/explanation.h"

namespace app {

// The explanations are of one address, one for each profile asked for, and not empty. Ends with a newline.
// `color`: with escape sequences. Whatever came from the address is made safe to print.
std::string address_text(const std::vector<parser::JidExplanation>& explanations, bool color);
// A line for each profile; ends with a newline. Keys: docs/JSON_LINES.md.
std::string address_json(const std::vector<parser::JidExplanation>& explanations);

// Whether two addresses are one.
std::string comparison_text(std::string_view a, std::string_view b,
                            const std::vector<parser::JidProfile>& profiles, bool color);
std::string comparison_json(std::string_view a, std::string_view b,
                            const std::vector<parser::JidProfile>& profiles);

}  // namespace app
