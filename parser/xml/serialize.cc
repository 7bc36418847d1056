// A walk over the tree. Its depth is bounded by Limits::depth, so it may be recursive.
#include "parser/xml/serialize.h"

namespace parser::xml {
namespace {

void append_escaped(std::string& out, std::string_view text, bool attribute) {
  for (char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '\r':
        out += "&#13;";
        break;
      case '\'':
        out += attribute ? "&apos;" : "'";
        break;
      case '\n':
        out += attribute ? "&#10;" : "\n";
        break;
      case '\t':
        out += attribute ? "&#9;" : "\t";
        break;
      default:
        out += c;
    }
  }
}

void append_name(std::string& out, std::string_view prefix, std::string_view local) {
  if (!prefix.empty()) {
    out += prefix;
    out += ':';
  }
  out += local;
}

// Without the '>' or "/>" at its end.
void append_start(std::string& out, const Element& element) {
  out += '<';
  append_name(out, element.prefix, element.local);
  auto append_value = [&out](std::string_view value) {
    out += "='";
    append_escaped(out, value, true);
    out += '\'';
  };
  for (const NamespaceDeclaration& declaration : element.declarations) {
    out += declaration.prefix.empty() ? " xmlns" : " xmlns:";
    out += declaration.prefix;
    append_value(declaration.uri);
  }
  for (const Attribute& attribute : element.attributes) {
    out += ' ';
    append_name(out, attribute.prefix, attribute.local);
    append_value(attribute.value);
  }
}

void append_end(std::string& out, const Element& element) {
  out += "</";
  append_name(out, element.prefix, element.local);
  out += '>';
}

void append_line(std::string& out, const Element& element) {
  append_start(out, element);
  if (element.first_node == nullptr) {
    out += "/>";
    return;
  }
  out += '>';
  for (const Node* node = element.first_node; node != nullptr; node = node->next) {
    if (node->element != nullptr) {
      append_line(out, *node->element);
    } else {
      append_escaped(out, node->text, false);
    }
  }
  append_end(out, element);
}

void append_pretty(std::string& out, const Element& element, size_t indent, size_t level) {
  if (element.first_child() == nullptr || element.has_text()) {
    append_line(out, element);
    return;
  }
  append_start(out, element);
  out += '>';
  for (const Element& child : element.children()) {
    out += '\n';
    out.append(indent * (level + 1), ' ');
    append_pretty(out, child, indent, level + 1);
  }
  out += '\n';
  out.append(indent * level, ' ');
  append_end(out, element);
}

}  // namespace

std::string serialize(const Element& element) {
  std::string out;
  append_line(out, element);
  return out;
}

std::string serialize_start_tag(const Element& element) {
  std::string out;
  append_start(out, element);
  out += '>';
  return out;
}

std::string pretty_print(const Element& element, size_t indent) {
  std::string out;
  append_pretty(out, element, indent, 0);
  return out;
}

std::string escape_text(std::string_view text) {
  std::string out;
  append_escaped(out, text, false);
  return out;
}

std::string escape_attribute(std::string_view value) {
  std::string out;
  append_escaped(out, value, true);
  return out;
}

}  // namespace parser::xml
