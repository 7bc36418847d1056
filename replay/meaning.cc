#include "replay/meaning.h"

#include <algorithm>
#include <vector>

#include "parser/stream/plain_text.h"

namespace replay {

using parser::xml::Attribute;
using parser::xml::Element;

namespace {

// The address without its resource; "@self" for the account, "@host" for its domain.
void add_address(std::string_view value, const Identity& self, std::string& key) {
  const std::string_view bare = value.substr(0, value.find('/'));
  if (bare == self.bare) {
    key += "@self";
  } else if (!self.domain.empty() && bare.ends_with(self.domain) &&
             (bare.size() == self.domain.size() || bare[bare.size() - self.domain.size() - 1] == '@' ||
              bare[bare.size() - self.domain.size() - 1] == '.')) {
    key += bare.substr(0, bare.size() - self.domain.size());
    key += "@host";
  } else {
    key += bare;
  }
}

// A value that may be an address: whatever names the account or its domain.
void add_value(std::string_view value, const Identity& self, std::string& key) {
  if (!self.domain.empty() && value.find(self.domain) != std::string_view::npos &&
      value.find_first_of(" \n\t:") == std::string_view::npos) {
    add_address(value, self, key);
  } else {
    key += value;
  }
}

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

void add_name(const Element& element, std::string& key) {
  key += '<';
  key += element.ns;
  key += ' ';
  key += element.local;
}

void add_attributes(const Element& element, const Identity& self, std::string& key) {
  // Few, and nearly always in the same order: no allocation for up to eight.
  std::array<const Attribute*, 16> few;  // NOLINT: filled up to `count`
  std::vector<const Attribute*> many;
  size_t count = 0;
  for (const Attribute& attribute : element.attributes) {
    if (attribute.ns.empty() ? is_made_up(attribute.local) || attribute.local == "ver"
                             : attribute.prefix == "xml") {
      continue;
    }
    if (count < few.size()) {
      few[count++] = &attribute;
    } else {
      if (many.empty()) many.assign(few.begin(), few.end());
      many.push_back(&attribute);
    }
  }
  const Attribute** begin = many.empty() ? few.data() : many.data();
  const Attribute** end = begin + (many.empty() ? count : many.size());
  std::sort(begin, end, [](const Attribute* a, const Attribute* b) {
    return a->local != b->local ? a->local < b->local : a->ns < b->ns;
  });
  for (const Attribute** at = begin; at != end; ++at) {
    key += '\x01';
    key += (*at)->ns;
    key += (*at)->local;
    key += '=';
    add_value((*at)->value, self, key);
  }
}

void add_inside(const Element& element, const Identity& self, bool texts, std::string& key) {
  const bool parent = element.first_child() != nullptr;
  for (const auto* node = element.first_node; node != nullptr; node = node->next) {
    if (node->element != nullptr) {
      add_name(*node->element, key);
      add_attributes(*node->element, self, key);
      key += '>';
      add_inside(*node->element, self, texts, key);
      key += "</>";
    } else if (texts && !is_made_up(element.local)) {
      const std::string_view text = trimmed(node->text);
      if (!text.empty() || !parent) add_value(text, self, key);
    }
  }
}

}  // namespace

std::string_view words(Likeness likeness) {
  switch (likeness) {
    case Likeness::kSame:
      return "";
    case Likeness::kShape:
      return ", though its text differs";
    case Likeness::kKind:
      return ", though what it holds differs";
  }
  return "";
}

void meaning(const Element& stanza, const Identity& self, Likeness likeness, std::string& key) {
  key.clear();
  add_name(stanza, key);
  key += '\x01';
  key += stanza.attribute("type");
  key += '\x01';
  // An iq for nobody is one for the account itself (RFC 6120 §10.3.3).
  const std::string_view to = stanza.attribute("to");
  if (to.empty() && stanza.local == "iq") {
    key += "@self";
  } else {
    add_address(to, self, key);
  }
  key += '>';
  if (likeness != Likeness::kKind) {
    add_inside(stanza, self, likeness == Likeness::kSame, key);
    return;
  }
  if (stanza.local != "iq") return;
  const Element* payload = stanza.first_child();
  if (payload == nullptr) return;
  add_name(*payload, key);
  key += '\x01';
  key += payload->attribute("node");
  if (const Element* inner = payload->first_child(); inner != nullptr) {
    add_name(*inner, key);
    key += '\x01';
    key += inner->attribute("node");
  }
}

std::string meaning(const Element& stanza, const Identity& self, Likeness likeness) {
  std::string key;
  meaning(stanza, self, likeness, key);
  return key;
}

std::string in_words(const Element& stanza) {
  std::string out;
  const std::string_view type = stanza.attribute("type");
  if (stanza.local == "iq") {
    out = "iq " + std::string(type);
    for (const Element& child : stanza.children()) {
      if (child.local == "error") continue;
      out += " {" + std::string(child.ns) + "}" + std::string(child.local);
      break;
    }
  } else if (stanza.local == "message" || stanza.local == "presence") {
    out = std::string(type) + (type.empty() ? "" : " ") + std::string(stanza.local);
  } else {
    out = "{" + std::string(stanza.ns) + "}" + std::string(stanza.local);
  }
  if (const std::string_view to = stanza.attribute("to"); !to.empty()) out += " → " + std::string(to);
  return parser::plain(out, 200);
}

}  // namespace replay
