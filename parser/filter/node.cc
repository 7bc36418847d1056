// Evaluation. Values come from the fields one by one, as views; comparing them allocates nothing unless an
// element's text is in several runs, or a function makes new text.
#include "parser/filter/node.h"

#include <algorithm>
#include <string_view>

#include "parser/filter/dissection.h"
#include "parser/xml/byte_search.h"

namespace parser::filter {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

template <typename T>
bool holds(Relation relation, const T& a, const T& b) {
  switch (relation) {
    case Relation::kEqual:
      return a == b;
    case Relation::kNotEqual:
      return a != b;
    case Relation::kLess:
      return a < b;
    case Relation::kLessEqual:
      return a <= b;
    case Relation::kGreater:
      return a > b;
    case Relation::kGreaterEqual:
      return a >= b;
    default:
      return false;
  }
}

// What an operand's value is compared as.
struct Comparable {
  std::string_view text;
  double number = 0;
};

// Attributes of a stanza that the event has, too. Null: it is none of them, or it is not sure which they are.
const std::string_view* stanza_attribute(FieldId field, const StreamEvent& event) {
  static const FieldId from = require_field("xmpp.from");
  static const FieldId to = require_field("xmpp.to");
  static const FieldId id = require_field("xmpp.id");
  static const FieldId type = require_field("xmpp.type");
  constexpr size_t kMostId = 4096;  // a longer one may have been cut by who kept the event
  const std::string_view* value = field == from   ? &event.from
                                  : field == to   ? &event.to
                                  : field == id   ? &event.id
                                  : field == type ? &event.stanza_type
                                                  : nullptr;
  const bool stanza =
      event.kind == EventKind::kIq || event.kind == EventKind::kMessage || event.kind == EventKind::kPresence;
  // An empty one may be an empty attribute, or none.
  if (value == nullptr || !stanza || value->empty() || value->size() >= kMostId) return nullptr;
  return value;
}

bool told_early(FieldId field, const StreamEvent& event) {
  return !needs_tree(field) || stanza_attribute(field, event) != nullptr;
}

bool visit_early(FieldId field, const StreamEvent& event, ValueVisitor& visitor) {
  if (!needs_tree(field)) return visit_field(field, event, visitor);
  return visitor.on_value({.text = *stanza_attribute(field, event)});
}

// The longest part of a literal that stands in the bytes of every element that has it: XML may write white
// space and markup otherwise.
std::string_view verbatim_part(std::string_view literal) {
  std::string_view best;
  size_t begin = 0;
  for (size_t i = 0; i <= literal.size(); ++i) {
    const bool breaks = i == literal.size() || static_cast<unsigned char>(literal[i]) <= ' ' ||
                        std::string_view("&<>'\"").find(literal[i]) != std::string_view::npos;
    if (!breaks) continue;
    if (i - begin > best.size()) best = literal.substr(begin, i - begin);
    begin = i + 1;
  }
  return best;
}

// Turns raw values into comparable ones and passes them on.
class OperandVisitor : public ValueVisitor {
 public:
  OperandVisitor(const Operand& operand, const StreamEvent& event, bool early)
      : operand_(operand), event_(event), early_(early) {}

  // True where on_comparable() said "enough".
  bool run() {
    if (operand_.function == Function::kCount) {
      visit();
      return on_comparable({{}, static_cast<double>(count_)});
    }
    return visit();
  }

  bool on_value(const Value& value) final {
    if (operand_.function == Function::kCount) {
      ++count_;
      return false;
    }
    if (operand_.function == Function::kNone && operand_.numeric()) return on_comparable({{}, value.number});
    std::string_view text = value.text;
    if (value.element != nullptr) text = text_of(*value.element);
    switch (operand_.function) {
      case Function::kLen:
        return on_comparable({{}, static_cast<double>(text.size())});
      case Function::kLower:
      case Function::kUpper: {
        std::string changed(text);
        std::transform(changed.begin(), changed.end(), changed.begin(),
                       operand_.function == Function::kLower ? lower : upper);
        return on_comparable({changed, 0});
      }
      default:
        return on_comparable({text, 0});
    }
  }

  virtual bool on_comparable(const Comparable& value) = 0;

 protected:
  ~OperandVisitor() override = default;
  const StreamEvent& event() const { return event_; }
  bool is_early() const { return early_; }

 private:
  bool visit() {
    return early_ ? visit_early(operand_.field, event_, *this) : visit_field(operand_.field, event_, *this);
  }

  // Character data, or the XML as sent where there are child elements.
  std::string_view text_of(const xml::Element& element) {
    const xml::Node* node = element.first_node;
    if (node == nullptr) return {};
    if (node->element == nullptr && node->next == nullptr) return node->text;
    if (element.first_child() == nullptr) {
      joined_ = element.text();
      return joined_;
    }
    const ByteRange whole = event_.range;
    if (!whole.contains(element.range) || element.range.end - whole.begin > event_.bytes.size()) {
      joined_ = element.text();
      return joined_;
    }
    return event_.bytes.substr(element.range.begin - whole.begin, element.range.size());
  }

  const Operand& operand_;
  const StreamEvent& event_;
  bool early_;
  size_t count_ = 0;
  std::string joined_;
};

// One value against another operand's values.
class AgainstField final : public OperandVisitor {
 public:
  AgainstField(const Filter::Node& test, const StreamEvent& event, bool early, const Comparable& left)
      : OperandVisitor(*test.right, event, early), test_(test), left_(left) {}
  bool on_comparable(const Comparable& right) override {
    seen = true;
    bool ok = false;
    if (test_.left.numeric()) {
      ok = holds(test_.relation, left_.number, right.number);
    } else if (test_.relation == Relation::kContains) {
      ok = left_.text.find(right.text) != std::string_view::npos;
    } else {
      ok = holds(test_.relation, left_.text, right.text);
    }
    if (ok != (test_.quantifier == Quantifier::kAny)) return false;
    decided = true;
    return true;
  }
  bool seen = false;
  bool decided = false;  // any: one pair agreed; all: one pair disagreed

 private:
  const Filter::Node& test_;
  const Comparable& left_;
};

// The left side's values against what the test asks.
class TestVisitor final : public OperandVisitor {
 public:
  TestVisitor(const Filter::Node& test, const StreamEvent& event, bool early = false)
      : OperandVisitor(test.left, event, early), test_(test), any_(test.quantifier == Quantifier::kAny) {}

  bool result() {
    const bool stopped = run();
    return any_ ? stopped : seen_ && !stopped;
  }

  bool on_comparable(const Comparable& value) override {
    if (test_.relation == Relation::kPresent) return true;
    if (test_.right) {
      AgainstField other(test_, event(), is_early(), value);
      other.run();
      seen_ = seen_ || other.seen;
      return other.decided;
    }
    seen_ = true;
    return agrees(value) == any_;
  }

 private:
  bool agrees(const Comparable& value) const {
    const bool numeric = test_.left.numeric();
    switch (test_.relation) {
      case Relation::kContains: {
        const std::string& needle = test_.values.front().first.text;
        return value.text.find(needle) != std::string_view::npos;
      }
      case Relation::kMatches:
        return test_.regex->found_in(value.text);
      case Relation::kIn:
        return std::any_of(test_.values.begin(), test_.values.end(), [&](const auto& range) {
          if (numeric) return range.first.number <= value.number && value.number <= range.second.number;
          return range.first.text <= value.text && value.text <= range.second.text;
        });
      default: {
        const Literal& literal = test_.values.front().first;
        if (numeric) return holds(test_.relation, value.number, literal.number);
        return holds(test_.relation, value.text, std::string_view(literal.text));
      }
    }
  }

  const Filter::Node& test_;
  bool any_;
  bool seen_ = false;
};

}  // namespace

FieldType Operand::type() const {
  switch (function) {
    case Function::kLen:
    case Function::kCount:
      return FieldType::kNumber;
    case Function::kLower:
    case Function::kUpper:
      return FieldType::kString;
    case Function::kNone:
      break;
  }
  return info().type;
}

bool Operand::numeric() const {
  switch (type()) {
    case FieldType::kNumber:
    case FieldType::kBool:
    case FieldType::kSeconds:
    case FieldType::kSeverity:
      return true;
    default:
      return false;
  }
}

bool Filter::Node::matches(const StreamEvent& event) const {
  const auto match = [&](const std::unique_ptr<Node>& node) { return node->matches(event); };
  switch (kind) {
    case Kind::kAnd:
      return std::all_of(children.begin(), children.end(), match);
    case Kind::kOr:
      return std::any_of(children.begin(), children.end(), match);
    case Kind::kNot:
      return !children.front()->matches(event);
    case Kind::kSearch:
      return event.bytes.find(search) != std::string_view::npos;
    case Kind::kTest:
      return TestVisitor(*this, event).result();
  }
  return false;
}

std::optional<bool> Filter::Node::early(const StreamEvent& event) const {
  switch (kind) {
    case Kind::kAnd:
    case Kind::kOr: {
      const bool settles =
          kind == Kind::kOr;  // one that is true settles "or", one that is false settles "and"
      bool sure = true;
      for (const auto& child : children) {
        const std::optional<bool> one = child->early(event);
        if (one == settles) return settles;
        sure = sure && one.has_value();
      }
      return sure ? std::optional(!settles) : std::nullopt;
    }
    case Kind::kNot: {
      const std::optional<bool> inner = children.front()->early(event);
      return inner ? std::optional(!*inner) : std::nullopt;
    }
    case Kind::kSearch:
      return has_bytes(event.bytes, search);
    case Kind::kTest:
      break;
  }
  return test_early(event);
}

std::optional<bool> Filter::Node::test_early(const StreamEvent& event) const {
  if (told_early(left.field, event) && (!right || told_early(right->field, event))) {
    return TestVisitor(*this, event, true).result();
  }
  // No value at all makes every test false, unless values are counted.
  if (!needs_tree(left.field) || left.function == Function::kCount) return std::nullopt;
  if (!is_element(event.kind)) return false;
  static const FieldId iq = require_field("xmpp.iq");
  static const FieldId message = require_field("xmpp.message");
  static const FieldId presence = require_field("xmpp.presence");
  const bool stanza =
      event.kind == EventKind::kIq || event.kind == EventKind::kMessage || event.kind == EventKind::kPresence;
  if (stanza && relation == Relation::kPresent &&
      (left.field == iq || left.field == message || left.field == presence)) {
    return left.field == (event.kind == EventKind::kIq        ? iq
                          : event.kind == EventKind::kMessage ? message
                                                              : presence);
  }
  const auto& names = names_needed(left.field);
  if (!names.empty() && std::none_of(names.begin(), names.end(),
                                     [&](std::string_view name) { return has_bytes(event.bytes, name); })) {
    return false;
  }
  // A value that is asked for by its text must stand there, where the bytes have nothing that could write it
  // otherwise.
  const bool by_text =
      (relation == Relation::kEqual || relation == Relation::kContains || relation == Relation::kIn) &&
      !right && left.function == Function::kNone && !left.numeric();
  if (!by_text || has_bytes(event.bytes, "&") || has_bytes(event.bytes, "<![")) return std::nullopt;
  for (const auto& [low, high] : values) {
    const std::string_view part = verbatim_part(low.text);
    if (low.text != high.text || part.empty() || has_bytes(event.bytes, part)) return std::nullopt;
  }
  return false;
}

}  // namespace parser::filter
