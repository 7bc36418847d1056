#include "parser/rules/rulebook.h"

namespace parser::rules {

std::span<const Rule> iq_rules() {
  return {};
}

}  // namespace parser::rules
