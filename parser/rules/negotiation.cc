#include "parser/rules/rulebook.h"

namespace parser::rules {

std::span<const Rule> negotiation_rules() {
  return {};
}

}  // namespace parser::rules
