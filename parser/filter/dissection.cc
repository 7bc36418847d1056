// Which field an element's parts become is the table's matter (dissection_table.cc); here it is read, once,
// into shapes, and elements are walked along them. A shape knows which fields can come from it or from below,
// so that a walk for one field leaves out what cannot have it.
#include "parser/filter/dissection.h"

#include <algorithm>
#include <bitset>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "parser/filter/dissection_table.h"

namespace parser::filter {
namespace {

using Fields = std::bitset<512>;

struct Shape;

struct AttributeRow {
  std::string_view name;
  FieldId field{};
};

struct ChildRow {
  enum class How : uint8_t { kElement, kText, kName };
  How how = How::kElement;
  std::string_view local;                    // empty with kName
  std::vector<std::string_view> namespaces;  // empty: any
  FieldId field{};                           // of kText and kName
  std::unique_ptr<Shape> shape;              // of kElement

  bool takes(const xml::Element& element) const {
    if (how != How::kName && element.local != local) return false;
    return namespaces.empty() ||
           std::find(namespaces.begin(), namespaces.end(), element.ns) != namespaces.end();
  }
};

struct Shape {
  std::vector<FieldId> present;
  std::vector<FieldId> text;
  std::vector<FieldId> first;
  std::vector<AttributeRow> attributes;
  std::vector<ChildRow> children;
  bool rest = false;
  Fields below;  // all that this shape can give
};

// The fields that any element can give, and what a "-" stands for.
struct CommonFields {
  FieldId attribute = require_field("xmpp.attribute");
  FieldId cdata = require_field("xmpp.cdata");
  FieldId xmlns = require_field("xmpp.xmlns");
  FieldId unknown = require_field("xmpp.unknown");
  FieldId unknown_attribute = require_field("xmpp.unknown_attr");
  FieldId unknown_element_note = require_field("xmpp.unknown.element");
  FieldId unknown_attribute_note = require_field("xmpp.unknown.attribute");
};
const CommonFields& common() {
  static const CommonFields fields;
  return fields;
}

// --- Reading the table ------------------------------------------------------------------------------

struct Line {
  size_t level = 0;
  std::string_view head;
  std::string_view field;
};

class TableReader {
 public:
  explicit TableReader(std::string_view table) {
    std::string_view macro;
    while (!table.empty()) {
      const size_t end = std::min(table.find('\n'), table.size());
      std::string_view line = table.substr(0, end);
      table.remove_prefix(std::min(end + 1, table.size()));
      if (line.empty()) continue;
      if (line.starts_with("= ")) {
        macro = line.substr(2);
        continue;
      }
      const size_t indent = line.find_first_not_of(' ');
      line.remove_prefix(indent);
      const size_t space = std::min(line.find(' '), line.size());
      macros_[macro].push_back({indent / 2, line.substr(0, space),
                                space == line.size() ? std::string_view() : line.substr(space + 1)});
    }
  }

  Shape root() const {
    Shape shape;
    fill(shape, "root");
    return shape;
  }

 private:
  using Lines = std::vector<Line>;

  void fill(Shape& shape, std::string_view macro) const {
    const auto found = macros_.find(macro);
    if (found == macros_.end()) std::abort();  // the table names a macro that it does not define
    size_t at = 0;
    fill(shape, found->second, at, 0);
  }

  void fill(Shape& shape, const Lines& lines, size_t& at, size_t level) const {
    while (at < lines.size() && lines[at].level == level) {
      const Line& line = lines[at++];
      std::string_view head = line.head;
      if (head == "rest") {
        shape.rest = true;
      } else if (head == "also") {
        add(shape.present, shape, require_field(line.field));
      } else if (head == "text") {
        add(shape.text, shape, field_or_attribute(line.field));
      } else if (head == "first") {
        add(shape.first, shape, field_or_attribute(line.field));
      } else if (head.starts_with('+')) {
        fill(shape, head.substr(1));
      } else if (head.starts_with('@')) {
        const FieldId field = field_or_attribute(line.field);
        shape.attributes.push_back({head.substr(1), field});
        shape.below.set(field);
      } else {
        child(shape, line, lines, at, level);
      }
    }
  }

  void child(Shape& shape, const Line& line, const Lines& lines, size_t& at, size_t level) const {
    ChildRow row;
    std::string_view head = line.head;
    if (head.starts_with("text:")) {
      row.how = ChildRow::How::kText;
      head.remove_prefix(5);
    } else if (head.starts_with("name:")) {
      row.how = ChildRow::How::kName;
      head.remove_prefix(5);
    }
    const size_t brace = std::min(head.find('{'), head.size());
    row.local = head.substr(0, brace);
    if (brace < head.size()) {
      std::string_view list = head.substr(brace + 1, head.size() - brace - 2);
      while (!list.empty()) {
        const size_t bar = std::min(list.find('|'), list.size());
        row.namespaces.push_back(list.substr(0, bar));
        list.remove_prefix(std::min(bar + 1, list.size()));
      }
    }
    if (row.how == ChildRow::How::kElement) {
      row.shape = std::make_unique<Shape>();
      if (line.field != "-") add(row.shape->present, *row.shape, require_field(line.field));
      fill(*row.shape, lines, at, level + 1);
      shape.below |= row.shape->below;
    } else {
      row.field = field_or_attribute(line.field);
      shape.below.set(row.field);
    }
    shape.children.push_back(std::move(row));
  }

  static void add(std::vector<FieldId>& list, Shape& shape, FieldId field) {
    list.push_back(field);
    shape.below.set(field);
  }
  static FieldId field_or_attribute(std::string_view name) {
    return name == "-" ? common().attribute : require_field(name);
  }

  std::map<std::string_view, Lines> macros_;
};

const Shape& root_shape() {
  static const Shape shape = TableReader(dissection_table()).root();
  return shape;
}

// --- What the bytes must have ---------------------------------------------------------------------------

using Names = std::vector<std::vector<std::string_view>>;  // by field

// `own`: what the element of that shape is called.
void gather_names(const Shape& shape, std::string_view own, Names& names) {
  const auto add = [&](FieldId field, std::string_view name) {
    std::vector<std::string_view>& list = names[field];
    if (std::find(list.begin(), list.end(), name) == list.end()) list.push_back(name);
  };
  for (const auto* list : {&shape.present, &shape.text, &shape.first}) {
    for (const FieldId field : *list) add(field, own);
  }
  for (const AttributeRow& row : shape.attributes) add(row.field, row.name);
  for (const ChildRow& row : shape.children) {
    switch (row.how) {
      case ChildRow::How::kElement:
        gather_names(*row.shape, row.local, names);
        break;
      case ChildRow::How::kText:
        add(row.field, row.local);
        break;
      case ChildRow::How::kName:
        // The namespace may have been declared on the stream header: only the element above is sure.
        add(row.field, own);
        break;
    }
  }
}

// --- Walking ----------------------------------------------------------------------------------------

class Walk {
 public:
  Walk(FieldId wanted, ValueVisitor& visitor) : wanted_(wanted), visitor_(visitor) {
    const CommonFields& c = common();
    anywhere_ = wanted == c.xmlns || wanted == c.unknown || wanted == c.unknown_attribute ||
                wanted == c.cdata || wanted == c.unknown_element_note || wanted == c.unknown_attribute_note;
  }

  bool known(const Shape& shape, const xml::Element& element) {
    if (!anywhere_ && !shape.below.test(wanted_)) return false;
    for (const FieldId field : shape.present) {
      if (field == wanted_ && give(element)) return true;
    }
    if (declarations(element)) return true;
    for (const xml::Attribute& attribute : element.attributes) {
      if (known_attribute(shape, attribute)) return true;
    }
    for (const FieldId field : shape.text) {
      if (field == wanted_ && give_text(element)) return true;
    }
    for (const FieldId field : shape.first) {
      if (field == wanted_ && element.first_child() != nullptr && give(*element.first_child())) return true;
    }
    for (const xml::Element& child : element.children()) {
      const auto row = std::find_if(shape.children.begin(), shape.children.end(),
                                    [&](const ChildRow& r) { return r.takes(child); });
      if (row != shape.children.end()) {
        if (known_child(*row, child)) return true;
      } else if (!shape.rest && anywhere_) {
        if ((wanted_ == common().unknown || wanted_ == common().unknown_element_note) && give(child.local)) {
          return true;
        }
        if (unknown(child)) return true;
      }
    }
    return false;
  }

 private:
  bool known_child(const ChildRow& row, const xml::Element& child) {
    switch (row.how) {
      case ChildRow::How::kElement:
        return known(*row.shape, child);
      case ChildRow::How::kText:
        return row.field == wanted_ && give_text(child);
      case ChildRow::How::kName:
        return row.field == wanted_ && give(child.local);
    }
    return false;
  }

  bool known_attribute(const Shape& shape, const xml::Attribute& attribute) {
    for (const AttributeRow& row : shape.attributes) {
      if (named(attribute, row.name)) return row.field == wanted_ && give(attribute.value);
    }
    return unknown_attribute(attribute);
  }

  // An element that the dissector does not know, and all in it.
  bool unknown(const xml::Element& element) {
    if (declarations(element)) return true;
    for (const xml::Attribute& attribute : element.attributes) {
      if (unknown_attribute(attribute)) return true;
    }
    if (wanted_ == common().cdata && element.has_text() && give_text(element)) return true;
    for (const xml::Element& child : element.children()) {
      if (unknown(child)) return true;
    }
    return false;
  }

  bool unknown_attribute(const xml::Attribute& attribute) {
    if (wanted_ != common().unknown_attribute && wanted_ != common().unknown_attribute_note) return false;
    if (attribute.prefix.empty()) return give(attribute.local);
    return give(std::string(attribute.prefix) + ":" + std::string(attribute.local));
  }

  bool declarations(const xml::Element& element) {
    if (wanted_ != common().xmlns) return false;
    for (const xml::NamespaceDeclaration& declaration : element.declarations) {
      if (give(declaration.uri)) return true;
    }
    return false;
  }

  static bool named(const xml::Attribute& attribute, std::string_view name) {
    if (attribute.prefix.empty()) return attribute.local == name;
    return name.size() == attribute.prefix.size() + 1 + attribute.local.size() &&
           name.starts_with(attribute.prefix) && name[attribute.prefix.size()] == ':' &&
           name.ends_with(attribute.local);
  }

  bool give(const xml::Element& element) { return visitor_.on_value({.element = &element}); }
  bool give(std::string_view text) { return visitor_.on_value({.text = text}); }
  bool give_text(const xml::Element& element) {
    const xml::Node* node = element.first_node;
    if (node == nullptr) return false;
    if (node->element == nullptr && node->next == nullptr) return give(node->text);
    const std::string joined = element.text();
    return !joined.empty() && give(joined);
  }

  FieldId wanted_;
  ValueVisitor& visitor_;
  bool anywhere_ = false;  // a field that every element may give
};

const ChildRow* row_of(const StreamEvent& event) {
  if (!event.element || !is_element(event.kind)) return nullptr;
  for (const ChildRow& row : root_shape().children) {
    if (row.local == event.element->local && (row.local == "stream") == (event.kind == EventKind::kHeader)) {
      return &row;
    }
  }
  return nullptr;
}

}  // namespace

bool visit_dissection(FieldId field, const StreamEvent& event, ValueVisitor& visitor) {
  const ChildRow* row = row_of(event);
  return row != nullptr && Walk(field, visitor).known(*row->shape, *event.element);
}

const std::vector<std::string_view>& names_needed(FieldId field) {
  static const Names names = [] {
    Names all(field_table().size());
    gather_names(root_shape(), {}, all);
    const CommonFields& c = common();
    for (const FieldId any : {c.attribute, c.cdata, c.xmlns, c.unknown, c.unknown_attribute,
                              c.unknown_element_note, c.unknown_attribute_note}) {
      all[any].clear();
    }
    constexpr size_t kMostNames = 8;  // more of them would take longer to look for than to parse
    for (auto& list : all) {
      const bool vague =
          std::any_of(list.begin(), list.end(), [](std::string_view name) { return name.empty(); });
      if (vague || list.size() > kMostNames) list.clear();
    }
    return all;
  }();
  return names[field];
}

bool dissector_knows(const StreamEvent& event) {
  return row_of(event) != nullptr || event.kind == EventKind::kFooter;
}

}  // namespace parser::filter
