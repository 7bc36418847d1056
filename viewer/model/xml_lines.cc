// A pretty printer that adds white space only where the element has no text of its own: inside mixed content
// a line break would be a lie.
#include "viewer/model/xml_lines.h"

#include <string_view>

#include "parser/xml/serialize.h"
#include "viewer/model/attribute_ranges.h"
#include "viewer/model/decoded.h"

namespace viewer {

namespace {

using parser::xml::Element;
using parser::xml::Node;

std::string qualified(std::string_view prefix, std::string_view local) {
  std::string name;
  if (!prefix.empty()) name.append(prefix) += ':';
  return name.append(local);
}

class Printer {
 public:
  explicit Printer(const XmlOptions& options) : options_(options) {}

  void element(const Element& e, int indent) {
    if (full()) return;
    if (options_.open && indent == 0) {
      start_tag(e, indent, ">");
      return;
    }
    if (e.first_node == nullptr) {
      start_tag(e, indent, "/>");
      return;
    }
    start_tag(e, indent, ">");
    if (inlined(e)) {
      XmlLine& line = lines_.back();
      for (const Node* n = e.first_node; n != nullptr; n = n->next) inline_node(*n, line);
      end_tag(e, line);
      return;
    }
    for (const Node* n = e.first_node; n != nullptr; n = n->next) {
      if (n->element != nullptr) element(*n->element, indent + 1);
    }
    end_tag(e, new_line(e, indent));
  }

  std::vector<XmlLine> take() {
    if (full()) {
      lines_.push_back(
          {0, {{TokenKind::kNote, "\u2026 more lines than are shown; see bytes or raw", {}, {}, {}}}, {}});
    }
    return std::move(lines_);
  }

 private:
  bool full() const { return lines_.size() >= options_.max_lines; }

  // Any text of its own other than layout keeps the element on one line.
  static bool inlined(const Element& e) {
    if (e.child_count() == 0) return true;
    return e.has_text();
  }

  XmlLine& new_line(const Element& e, int indent) {
    lines_.push_back({indent, {}, {e.range.begin - options_.base, e.range.end - options_.base}});
    return lines_.back();
  }

  std::string shown(std::string_view text) const {
    return display_text(text, Lines::kEscape, options_.drawable);
  }

  void add(XmlLine& line, TokenKind kind, std::string text) const {
    line.tokens.push_back({kind, std::move(text), {}, {}, {}});
  }

  void name(const Element& e, XmlLine& line) const {
    add(line, TokenKind::kTag, shown(qualified(e.prefix, e.local)));
  }

  struct Written {
    std::string name;
    std::string value;
    TokenKind kind;
    std::string hint;
    std::string address;
  };

  static bool holds_address(std::string_view name) {
    return name == "from" || name == "to" || name == "jid" || name == "by" || name == "initiator" ||
           name == "responder";
  }

  std::vector<Written> written(const Element& e) const {
    std::vector<Written> all;
    for (const auto& d : e.declarations) {
      all.push_back({d.prefix.empty() ? "xmlns" : "xmlns:" + shown(d.prefix),
                     shown(parser::xml::escape_attribute(d.uri)),
                     TokenKind::kNamespace,
                     namespace_words(d.uri),
                     {}});
    }
    for (const auto& a : e.attributes) {
      all.push_back({shown(qualified(a.prefix, a.local)),
                     shown(parser::xml::escape_attribute(a.value)),
                     TokenKind::kValue,
                     {},
                     holds_address(a.local) ? std::string(a.value) : std::string()});
    }
    return all;
  }

  void start_tag_into(const Element& e, XmlLine* line, int indent, std::string_view closing, bool may_wrap) {
    const std::vector<Written> all = written(e);
    size_t width = static_cast<size_t>(indent) * 2 + e.local.size() + 3;
    for (const Written& w : all) width += w.name.size() + w.value.size() + 4;
    const bool wrap = may_wrap && all.size() > 1 && width > options_.columns;
    add(*line, TokenKind::kPunctuation, "<");
    name(e, *line);
    bool first = true;
    const std::vector<AttributeRange> places = attribute_ranges(
        options_.bytes, {e.start_tag.begin - options_.base, e.start_tag.end - options_.base});
    for (const Written& w : all) {
      parser::ByteRange place;
      for (const AttributeRange& one : places) {
        if (one.name == w.name) place = one.whole;
      }
      if (wrap && !first) line = &new_line(e, indent + 2);
      if (!wrap || first) add(*line, TokenKind::kPunctuation, " ");
      first = false;
      const TokenKind name_kind =
          w.kind == TokenKind::kNamespace ? TokenKind::kNamespace : TokenKind::kAttribute;
      line->tokens.push_back({name_kind, w.name, place, w.hint, {}});
      line->tokens.push_back({TokenKind::kPunctuation, "='", place, {}, {}});
      line->tokens.push_back({w.kind, w.value, place, w.hint, w.address});
      line->tokens.push_back({TokenKind::kPunctuation, "'", place, {}, {}});
    }
    add(*line, TokenKind::kPunctuation, std::string(closing));
  }

  void start_tag(const Element& e, int indent, std::string_view closing) {
    start_tag_into(e, &new_line(e, indent), indent, closing, true);
  }

  void end_tag(const Element& e, XmlLine& line) const {
    add(line, TokenKind::kPunctuation, "</");
    name(e, line);
    add(line, TokenKind::kPunctuation, ">");
  }

  void inline_node(const Node& node, XmlLine& line) {
    if (node.element == nullptr) {
      add(line, TokenKind::kText, shown(parser::xml::escape_text(node.text)));
      return;
    }
    const Element& e = *node.element;
    start_tag_into(e, &line, 0, e.first_node == nullptr ? "/>" : ">", false);
    if (e.first_node == nullptr) return;
    for (const Node* n = e.first_node; n != nullptr; n = n->next) inline_node(*n, line);
    end_tag(e, line);
  }

  const XmlOptions& options_;
  std::vector<XmlLine> lines_;
};

}  // namespace

std::vector<XmlLine> xml_lines(const Element& element, const XmlOptions& options) {
  Printer printer(options);
  printer.element(element, 0);
  return printer.take();
}

std::string plain_text(const std::vector<XmlLine>& lines) {
  std::string text;
  for (const XmlLine& line : lines) {
    text.append(static_cast<size_t>(line.indent) * 2, ' ');
    for (const Token& token : line.tokens) text += token.text;
    text += '\n';
  }
  return text;
}

}  // namespace viewer
