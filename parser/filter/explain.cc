// An expression in words, so that people can check that they asked for what they meant. A chain of "and" that
// begins with a kind of stanza reads as that noun with its clauses: "iq stanzas whose from contains …".
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "parser/filter/node.h"
#include "parser/xml/utf8.h"

namespace parser::filter {
namespace {

using Node = Filter::Node;

constexpr size_t kMostBytes = 2000;

constexpr auto kNouns = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"xmpp.iq", "iq stanzas"},
    {"xmpp.message", "messages"},
    {"xmpp.presence", "presence stanzas"},
    {"xmpp.stream", "stream headers"},
    {"xmpp.features", "stream features"},
    {"xmpp", "XMPP elements"},
    {"xmpp.finding", "elements with findings"},
});

// The noun of a plain presence test, or "".
std::string_view noun_of(const Node& node) {
  if (node.kind != Node::Kind::kTest || node.relation != Relation::kPresent) return {};
  for (const auto& [field, noun] : kNouns) {
    if (node.left.info().name == field) return noun;
  }
  return {};
}

std::string operand(const Operand& operand) {
  std::string name(operand.info().name);
  if (name.starts_with("xmpp.")) name.erase(0, 5);
  switch (operand.function) {
    case Function::kLower:
      return name + " in small letters";
    case Function::kUpper:
      return name + " in capitals";
    case Function::kLen:
      return "length of " + name;
    case Function::kCount:
      return "number of " + name;
    case Function::kNone:
      break;
  }
  return name;
}

std::string_view verb(const Node& node) {
  const bool all = node.quantifier == Quantifier::kAll;
  switch (node.relation) {
    case Relation::kEqual:
      return all ? "is always" : "is";
    case Relation::kNotEqual:
      return all ? "is there and is not" : "is sometimes not";
    case Relation::kLess:
      return "is below";
    case Relation::kLessEqual:
      return "is at most";
    case Relation::kGreater:
      return "is above";
    case Relation::kGreaterEqual:
      return "is at least";
    case Relation::kContains:
      return "contains";
    case Relation::kMatches:
      return "matches";
    case Relation::kIn:
      return "is one of";
    case Relation::kPresent:
      break;
  }
  return "is there";
}

std::string values(const Node& node) {
  if (node.right) return "the " + operand(*node.right);
  std::string out;
  for (const auto& [low, high] : node.values) {
    if (!out.empty()) out += ", ";
    out += low.shown;
    if (high.text != low.text) out += " to " + high.shown;
  }
  return out;
}

std::string clause(const Node& node);
std::string phrase(const Node& node);

std::string joined(const Node& node, std::string_view word, size_t from = 0) {
  std::string out;
  for (size_t i = from; i < node.children.size(); ++i) {
    if (!out.empty()) out += word;
    const Node& child = *node.children[i];
    const bool group = child.kind == Node::Kind::kAnd || child.kind == Node::Kind::kOr;
    out += group ? "(" + clause(child) + ")" : clause(child);
  }
  return out;
}

// What follows a noun: "whose id is “x”", "with a roster item".
std::string clause(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kAnd:
      return joined(node, " and ");
    case Node::Kind::kOr:
      return joined(node, " or ");
    case Node::Kind::kNot: {
      const Node& inner = *node.children.front();
      if (const auto noun = noun_of(inner); !noun.empty()) return "that are not " + std::string(noun);
      if (inner.kind == Node::Kind::kTest && inner.relation == Relation::kPresent) {
        return "without " + operand(inner.left);
      }
      return "not (" + clause(inner) + ")";
    }
    case Node::Kind::kSearch:
      return "with “" + node.search + "” in their text";
    case Node::Kind::kTest:
      break;
  }
  if (node.relation == Relation::kPresent) {
    if (const auto noun = noun_of(node); !noun.empty()) return "that are " + std::string(noun);
    return "with " + operand(node.left);
  }
  return "whose " + operand(node.left) + " " + std::string(verb(node)) + " " + values(node);
}

// A noun with its clauses.
std::string phrase(const Node& node) {
  if (const auto noun = noun_of(node); !noun.empty()) return std::string(noun);
  if (node.kind == Node::Kind::kOr) {
    std::string out;
    for (const auto& child : node.children) {
      if (!out.empty()) out += ", or ";
      out += phrase(*child);
    }
    return out;
  }
  if (node.kind == Node::Kind::kAnd) {
    if (const auto noun = noun_of(*node.children.front()); !noun.empty()) {
      return std::string(noun) + " " + joined(node, " and ", 1);
    }
  }
  return "elements " + clause(node);
}

}  // namespace

std::string explain(const Filter::Node& node) {
  std::string text = phrase(node);
  if (text.size() <= kMostBytes) return text;
  return std::string(xml::utf8_prefix(text, kMostBytes)) + "…";
}

}  // namespace parser::filter
