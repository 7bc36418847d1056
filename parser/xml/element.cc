// Look-ups in an element tree. Trees of stanzas are a handful of nodes, so every look-up is a walk over
// a short list; nothing is indexed.
#include "parser/xml/element.h"

namespace parser::xml {

const Attribute* Element::find_attribute(std::string_view name, std::string_view ns_name) const {
  for (const Attribute& attribute : attributes) {
    if (attribute.local == name && attribute.ns == ns_name) return &attribute;
  }
  return nullptr;
}

std::string_view Element::attribute(std::string_view name, std::string_view ns_name) const {
  const Attribute* found = find_attribute(name, ns_name);
  return found == nullptr ? std::string_view() : found->value;
}

const Element* Element::child(std::string_view name, std::string_view ns_name) const {
  for (const Element& element : children()) {
    if (element.local == name && (ns_name.empty() || element.ns == ns_name)) return &element;
  }
  return nullptr;
}

const Element* Element::child_in(std::string_view ns_name) const {
  for (const Element& element : children()) {
    if (element.ns == ns_name) return &element;
  }
  return nullptr;
}

const Element* Element::first_child() const {
  ChildIterator first = children().begin();
  return first == ChildIterator() ? nullptr : &*first;
}

size_t Element::child_count() const {
  size_t count = 0;
  for (ChildIterator child = children().begin(); child != ChildIterator(); ++child) ++count;
  return count;
}

std::string Element::text() const {
  std::string joined;
  for (const Node* node = first_node; node != nullptr; node = node->next) {
    if (node->element == nullptr) joined += node->text;
  }
  return joined;
}

bool Element::has_text() const {
  for (const Node* node = first_node; node != nullptr; node = node->next) {
    if (node->element == nullptr && node->text.find_first_not_of(" \t\r\n") != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

}  // namespace parser::xml
