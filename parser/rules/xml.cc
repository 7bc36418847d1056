#include "parser/rules/rulebook.h"

namespace parser::rules {

std::span<const Rule> xml_rules() {
  return {};
}

}  // namespace parser::rules
