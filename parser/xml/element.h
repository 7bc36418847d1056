// An XML element as a small immutable tree that knows where its bytes were.
//
// All nodes and strings of one tree live in one arena, which the ElementPtr of its root owns (and so
// may any ElementPtr made from it by aliasing). Views stay valid as long as that pointer lives.
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "parser/xml/byte_range.h"

namespace parser::xml {

struct Attribute {
  std::string_view ns;      // empty: no namespace (the usual case)
  std::string_view local;   // local name
  std::string_view prefix;  // as written; empty where there was none
  std::string_view value;   // references resolved, normalised as XML 1.0 §3.3.3 asks
};

// A namespace declaration as written on a start tag: xmlns='uri' has an empty prefix.
struct NamespaceDeclaration {
  std::string_view prefix;
  std::string_view uri;
};

class Element;
using ElementPtr = std::shared_ptr<const Element>;

// One child node in document order: either an element or a run of character data.
struct Node {
  const Element* element = nullptr;  // null: a text run
  std::string_view text;             // of a text run, references resolved, adjacent runs joined
  const Node* next = nullptr;
};

class Element {
 public:
  std::string_view ns;      // namespace name; empty: none
  std::string_view local;   // local name
  std::string_view prefix;  // as written
  std::span<const Attribute> attributes;
  std::span<const NamespaceDeclaration> declarations;  // made on this start tag
  const Element* parent = nullptr;                     // null for the root of the tree
  const Node* first_node = nullptr;
  ByteRange range;      // from the '<' of the start tag to behind the '>' of the end tag
  ByteRange start_tag;  // the start tag (or empty-element tag) alone

  bool is(std::string_view local_name, std::string_view ns_name) const {
    return local == local_name && ns == ns_name;
  }

  // The attribute, or null. The default looks for one without a namespace, as XMPP's own are.
  const Attribute* find_attribute(std::string_view name, std::string_view ns_name = {}) const;
  // Its value, or "" where it is absent.
  std::string_view attribute(std::string_view name, std::string_view ns_name = {}) const;

  // First child element with that name; an empty `ns_name` takes any namespace. Null where none.
  const Element* child(std::string_view name, std::string_view ns_name = {}) const;
  // First child element in that namespace. Null where none.
  const Element* child_in(std::string_view ns_name) const;
  const Element* first_child() const;  // first child element
  size_t child_count() const;          // child elements

  // Character data directly inside this element, joined.
  std::string text() const;
  bool has_text() const;  // whether that is more than whitespace

  // `for (const Element& child : element.children())`
  class ChildIterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = const Element;
    using difference_type = std::ptrdiff_t;
    using pointer = const Element*;
    using reference = const Element&;
    ChildIterator() = default;
    explicit ChildIterator(const Node* node) : node_(skip(node)) {}
    reference operator*() const { return *node_->element; }
    pointer operator->() const { return node_->element; }
    ChildIterator& operator++() {
      node_ = skip(node_->next);
      return *this;
    }
    ChildIterator operator++(int) {
      ChildIterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const ChildIterator&) const = default;

   private:
    static const Node* skip(const Node* node) {
      while (node != nullptr && node->element == nullptr) node = node->next;
      return node;
    }
    const Node* node_ = nullptr;
  };
  struct Children {
    const Node* first;
    ChildIterator begin() const { return ChildIterator(first); }
    ChildIterator end() const { return ChildIterator(); }
  };
  Children children() const { return {first_node}; }
};

}  // namespace parser::xml
