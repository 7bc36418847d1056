#include "parser/rules/rulebook.h"

namespace parser::rules {

std::span<const Rule> stanza_rules() {
  return {};
}

}  // namespace parser::rules
