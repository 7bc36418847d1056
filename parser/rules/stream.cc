#include "parser/rules/rulebook.h"

namespace parser::rules {

std::span<const Rule> stream_rules() {
  return {};
}

}  // namespace parser::rules
