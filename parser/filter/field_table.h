// Every field by name: its type, and where its values come from.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "parser/filter/filter.h"
#include "parser/filter/value.h"

namespace parser::filter {

using FieldId = uint16_t;

enum class FieldType : uint8_t {
  kElement,   // an XML element: present or not; compares as its text, or its XML where it has child elements
  kString,    // bytes, compared as such
  kNumber,    // a whole number
  kBool,      // true or false
  kSeconds,   // written in seconds or with a unit (10ms, 1.5s, 200us); kept in microseconds
  kSeverity,  // note < warning < error
  kProtocol,  // the bytes of the whole element
};

struct FieldInfo {
  std::string_view name;
  std::string_view description;  // a noun phrase: "the sender's address"
  FieldType type = FieldType::kElement;
  bool ours = false;
  // Hands the values to the visitor; true where it said "enough". Null: the field comes from the dissection.
  bool (*visit)(const StreamEvent& event, ValueVisitor& visitor) = nullptr;
  std::string_view why_not = {};  // not computable: why, and what to use instead
};

const std::vector<FieldInfo>& field_table();
std::optional<FieldId> find_field(std::string_view name);
// For tables that are known to name existing fields.
FieldId require_field(std::string_view name);

// Whether the values come from the element's tree; else the event alone has them.
bool needs_tree(FieldId field);

// All values of a field in an event; true where the visitor said "enough".
bool visit_field(FieldId field, const StreamEvent& event, ValueVisitor& visitor);

}  // namespace parser::filter
