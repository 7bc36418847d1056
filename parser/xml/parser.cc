// libxml2's push parser calls back for tags and text; the callbacks build the tree in an arena. Most elements
// never get here: see PlainParser.
//
// Where things are is not asked of libxml2: the tokenizer has already seen every tag, and the tags of
// well-formed XML come back in the same order. libxml2's own cursor serves to place errors in text only.
// Each error is placed on the offending tag, reference or character, so that the place is a function of
// the bytes and not of how they were fed.
//
// A namespace error does not stop libxml2, and does not stop us: the element is delivered with the names
// that could be resolved, because an inspector that shows nothing helps nobody; the error is not fatal.
#include "parser/xml/parser.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <string>
#include <utility>

#include "parser/xml/arena.h"
#include "parser/xml/tokenizer.h"
#include "parser/xml/utf8.h"

namespace parser::xml {
namespace {

constexpr int kWornNames = 4096;         // distinct names in the dictionary, about 50 bytes each
constexpr size_t kWornElement = 65'536;  // bytes of an element: libxml2's input buffer has grown with it
constexpr size_t kKeptArena = 8'192;     // an arena larger than this is not kept for the next element
constexpr size_t kMinimumArena = 1'024;  // room for a usual stanza
constexpr size_t kContextBytes = 200;    // of Error::context

struct Frame {
  Element* element;
  Node* last_node;
  const xmlChar* uri;  // the element's namespace in libxml2's dictionary: equal pointers, equal names
};

struct Piece {
  size_t begin;
  size_t end;
};

// libxml2's messages end in a newline, and some begin with the name of one of its functions.
std::string plain_message(const char* message) {
  std::string_view text = message == nullptr ? "" : message;
  while (!text.empty() && (is_space(text.back()) || text.back() == '.')) text.remove_suffix(1);
  const size_t colon = text.find(": ");
  if (text.starts_with("xmlParse") && colon != std::string_view::npos) text.remove_prefix(colon + 2);
  std::string plain(utf8_prefix(text, kContextBytes));
  std::replace(plain.begin(), plain.end(), '\n', ' ');
  return plain;
}

}  // namespace

struct Parser::Builder {
  explicit Builder(Parser& owner);
  ~Builder();
  Builder(const Builder&) = delete;
  Builder& operator=(const Builder&) = delete;

  // --- libxml2's callbacks ---------------------------------------------------------------------------
  static void on_start(void* user, const xmlChar* local, const xmlChar* prefix, const xmlChar* uri,
                       int namespace_count, const xmlChar** namespaces, int attribute_count,
                       int defaulted_count, const xmlChar** attributes);
  static void on_end(void* user, const xmlChar* local, const xmlChar* prefix, const xmlChar* uri);
  static void on_text(void* user, const xmlChar* text, int size);
  static void on_error(void* user, xmlErrorPtr error);

  void start(const xmlChar* local, const xmlChar* prefix, const xmlChar* uri, size_t namespace_count,
             const xmlChar** namespaces, size_t attribute_count, const xmlChar** attributes);
  void end();
  void text(const char* bytes, size_t size);
  void report(const xmlError& error);

  std::string_view copy(const xmlChar* text) {
    return text == nullptr ? std::string_view()
                           : arena->copy(reinterpret_cast<const char*>(text), length(text));
  }
  // Of a string in libxml2's dictionary: these stay where they are, so that a look at the pointer will do.
  size_t length(const xmlChar* text) {
    const auto address = reinterpret_cast<uintptr_t>(text);
    Length& slot = lengths[(address ^ (address >> 6)) % std::size(lengths)];
    if (slot.text != text) slot = {text, std::strlen(reinterpret_cast<const char*>(text))};
    return slot.size;
  }
  std::string_view namespace_of(const xmlChar* uri, const Element& element, const xmlChar** namespaces);

  void push(std::string_view bytes);
  size_t cursor() const;
  const std::vector<Tag>& tags() const { return parser->tags_; }
  bool in_text(size_t at) const { return next_tag >= tags().size() || at < tags()[next_tag].begin; }
  ByteRange place_of(size_t at, std::string_view needle) const;
  void fail(ByteRange range, ErrorCode code, std::string why);
  void fail_at_reference(size_t at, ErrorCode code = ErrorCode::kNotWellFormed);

  struct Length {
    const xmlChar* text;
    size_t size;
  };

  xmlParserCtxtPtr context = nullptr;
  Length lengths[64] = {};
  Parser* parser;
  std::shared_ptr<Arena> arena;
  std::vector<Frame> stack;  // open elements below the document's root
  Element* root = nullptr;   // of the tree that is being built
  bool complete = false;     // its end tag was seen
  bool opening = false;      // the tree is the document's root alone
  bool quiet = false;        // a replay: neither tree nor errors

  uint64_t offset = 0;  // of the element's first byte
  std::string_view bytes;
  size_t next_tag = 0;        // the first of them that libxml2 has not passed
  size_t largest = 0;         // element that was fed so far
  std::vector<Piece> pieces;  // fed since libxml2 was last seen to have taken everything
};

Parser::Builder::Builder(Parser& owner) : parser(&owner) {
  static const bool initialised = [] {
    xmlInitParser();
    return true;
  }();
  static_cast<void>(initialised);
  xmlSAXHandler handler{};
  handler.initialized = XML_SAX2_MAGIC;
  handler.startElementNs = on_start;
  handler.endElementNs = on_end;
  handler.characters = on_text;
  handler.ignorableWhitespace = on_text;  // the same function, so that libxml2 need not tell them apart
  handler.cdataBlock = on_text;
  handler.serror = on_error;
  context = xmlCreatePushParserCtxt(&handler, this, nullptr, 0, nullptr);
  if (context == nullptr) throw std::bad_alloc();
  // NOENT resolves references in attribute values (there are no entities but the predefined five, since a
  // DTD never gets here); HUGE lifts bounds of libxml2 that are far above our own but count over the
  // whole life of a stream.
  xmlCtxtUseOptions(context, XML_PARSE_NOENT | XML_PARSE_NONET | XML_PARSE_HUGE);
}

Parser::Builder::~Builder() {
  if (context->myDoc != nullptr) xmlFreeDoc(context->myDoc);
  xmlFreeParserCtxt(context);
}

void Parser::Builder::on_start(void* user, const xmlChar* local, const xmlChar* prefix, const xmlChar* uri,
                               int namespace_count, const xmlChar** namespaces, int attribute_count,
                               int /*defaulted_count*/, const xmlChar** attributes) {
  static_cast<Builder*>(user)->start(local, prefix, uri, static_cast<size_t>(namespace_count), namespaces,
                                     static_cast<size_t>(attribute_count), attributes);
}

void Parser::Builder::on_end(void* user, const xmlChar*, const xmlChar*, const xmlChar*) {
  static_cast<Builder*>(user)->end();
}

void Parser::Builder::on_text(void* user, const xmlChar* text, int size) {
  static_cast<Builder*>(user)->text(reinterpret_cast<const char*>(text), static_cast<size_t>(size));
}

void Parser::Builder::on_error(void* user, xmlErrorPtr error) {
  static_cast<Builder*>(user)->report(*error);
}

// A view of the namespace name, copied only where neither the start tag nor the parent holds it already.
std::string_view Parser::Builder::namespace_of(const xmlChar* uri, const Element& element,
                                               const xmlChar** namespaces) {
  if (uri == nullptr) return {};
  if (!stack.empty() && stack.back().uri == uri) return stack.back().element->ns;
  for (size_t i = 0; i < element.declarations.size(); ++i) {
    if (namespaces[2 * i + 1] == uri) return element.declarations[i].uri;
  }
  if (uri == context->str_xml_ns) return "http://www.w3.org/XML/1998/namespace";
  return copy(uri);
}

void Parser::Builder::start(const xmlChar* local, const xmlChar* prefix, const xmlChar* uri,
                            size_t namespace_count, const xmlChar** namespaces, size_t attribute_count,
                            const xmlChar** attributes) {
  if (quiet) return;
  Element* element = arena->create<Element>();
  element->local = copy(local);
  element->prefix = copy(prefix);
  if (namespace_count > 0) {
    auto* declarations = arena->allocate<NamespaceDeclaration>(namespace_count);
    for (size_t i = 0; i < namespace_count; ++i) {
      new (declarations + i) NamespaceDeclaration{copy(namespaces[2 * i]), copy(namespaces[2 * i + 1])};
    }
    element->declarations = {declarations, namespace_count};
  }
  element->ns = namespace_of(uri, *element, namespaces);
  if (attribute_count > 0) {
    auto* copies = arena->allocate<Attribute>(attribute_count);
    for (size_t i = 0; i < attribute_count; ++i, attributes += 5) {
      auto* value = reinterpret_cast<const char*>(attributes[3]);
      auto* value_end = reinterpret_cast<const char*>(attributes[4]);
      new (copies + i)
          Attribute{namespace_of(attributes[2], *element, namespaces), copy(attributes[0]),
                    copy(attributes[1]), arena->copy(value, static_cast<size_t>(value_end - value))};
    }
    element->attributes = {copies, attribute_count};
  }
  if (opening) {
    root = element;
    complete = true;
    return;
  }
  if (next_tag < tags().size()) {
    const Tag& tag = tags()[next_tag];
    element->start_tag = {offset + tag.begin, offset + tag.end};
    if (!tag.empty) ++next_tag;
  }
  if (stack.empty()) {
    root = element;
  } else {
    Frame& parent = stack.back();
    element->parent = parent.element;
    Node* node = arena->create<Node>();
    node->element = element;
    (parent.last_node == nullptr ? parent.element->first_node : parent.last_node->next) = node;
    parent.last_node = node;
  }
  stack.push_back({element, nullptr, uri});
}

void Parser::Builder::end() {
  if (quiet || opening || stack.empty()) return;
  Element* element = stack.back().element;
  stack.pop_back();
  if (next_tag < tags().size()) element->range = {element->start_tag.begin, offset + tags()[next_tag++].end};
  if (stack.empty()) complete = true;
}

void Parser::Builder::text(const char* run, size_t size) {
  if (quiet || opening || stack.empty() || size == 0) return;
  Frame& parent = stack.back();
  if (parent.last_node != nullptr && parent.last_node->element == nullptr) {
    parent.last_node->text = arena->extend(parent.last_node->text, run, size);
    return;
  }
  Node* node = arena->create<Node>();
  node->text = arena->copy(run, size);
  (parent.last_node == nullptr ? parent.element->first_node : parent.last_node->next) = node;
  parent.last_node = node;
}

// Where libxml2 is, from the element's first byte.
size_t Parser::Builder::cursor() const {
  if (pieces.empty()) return 0;
  const xmlParserInput* input = context->input;
  auto left = static_cast<size_t>(input->end - input->cur);
  for (size_t i = pieces.size(); i-- > 0;) {
    const size_t size = pieces[i].end - pieces[i].begin;
    if (left <= size) return pieces[i].end - left;
    left -= size;
  }
  return pieces.front().begin;
}

// The last `needle` that begins before `at`, or else the tag that libxml2 is at, or else the character there.
ByteRange Parser::Builder::place_of(size_t at, std::string_view needle) const {
  const size_t region_end = next_tag < tags().size() ? tags()[next_tag].end : bytes.size();
  size_t region_begin = 0;
  if (next_tag > 0) {
    // libxml2 tells of a start tag before it has seen that the tag ends badly.
    const Tag& passed = tags()[next_tag - 1];
    if (at < passed.end) return {offset + passed.begin, offset + passed.end};
    region_begin = passed.end;
  }
  at = std::clamp(at, region_begin, region_end);
  if (!needle.empty()) {
    const size_t found = bytes.substr(0, region_end).rfind(needle, at);
    if (found != std::string_view::npos && found >= region_begin) {
      return {offset + found, offset + found + needle.size()};
    }
  }
  if (next_tag < tags().size() && at >= tags()[next_tag].begin) {
    return {offset + tags()[next_tag].begin, offset + tags()[next_tag].end};
  }
  const std::string_view character = bytes.substr(at, 1);
  size_t size = character.size();
  while (at + size < region_end && is_utf8_continuation(bytes[at + size])) ++size;
  return {offset + at, offset + at + size};
}

void Parser::Builder::fail(ByteRange range, ErrorCode code, std::string why) {
  parser->failed_ = true;
  parser->errors_.push_back({code, range, std::move(why), true});
}

// The reference in text that libxml2 choked on, or still waits for: it wants to see a ';' before it looks.
void Parser::Builder::fail_at_reference(size_t at, ErrorCode code) {
  const size_t region_end = in_text(at) && next_tag < tags().size() ? tags()[next_tag].begin : bytes.size();
  const size_t ampersand = bytes.rfind('&', std::min(at, region_end - 1));
  const std::string_view rest = bytes.substr(ampersand, region_end - ampersand);
  const size_t semicolon = rest.find(';');
  if (semicolon == std::string_view::npos) {
    fail({offset + ampersand, offset + ampersand + 1}, ErrorCode::kNotWellFormed,
         "a '&' that begins no reference");
    return;
  }
  const size_t end = ampersand + semicolon + 1;
  // "&#;" and "&#x;" name no character at all.
  const size_t digits = rest.find_first_of("0123456789abcdefABCDEF");
  if (digits == std::string_view::npos || digits > semicolon) code = ErrorCode::kNotWellFormed;
  std::string reference = in_quotes(rest.substr(0, semicolon + 1));
  if (code == ErrorCode::kNotWellFormed) reference += " is no reference";
  fail({offset + ampersand, offset + end}, code, std::move(reference));
}

void Parser::Builder::report(const xmlError& error) {
  if (quiet || parser->failed_ || error.level == XML_ERR_WARNING || error.level == XML_ERR_NONE) return;
  // Namespaces in XML does not make a name that is no URI an error of namespaces; they are compared as text.
  if (error.domain == XML_FROM_NAMESPACE && error.code == XML_WAR_NS_URI) return;
  const size_t at = cursor();
  auto text = [](std::string_view part) { return std::string(utf8_prefix(part, 60)); };
  if (error.domain == XML_FROM_NAMESPACE) {
    parser->errors_.push_back(
        {ErrorCode::kNamespaceNotWellFormed, place_of(at, {}), plain_message(error.message), false});
    return;
  }
  const size_t tag_begin = next_tag < tags().size() ? tags()[next_tag].begin : bytes.size();
  switch (error.code) {
    case XML_ERR_UNDECLARED_ENTITY:
    case XML_WAR_UNDECLARED_ENTITY: {
      std::string reference = '&' + text(error.str1 == nullptr ? "" : error.str1) + ';';
      const ByteRange place = place_of(at, reference);
      fail(place, ErrorCode::kEntityReference, std::move(reference));
      return;
    }
    case XML_ERR_TAG_NAME_MISMATCH:
      if (next_tag < tags().size() && !stack.empty()) {
        const Tag& tag = tags()[next_tag];
        const Element& open = *stack.back().element;
        fail(place_of(at, {}), ErrorCode::kNotWellFormed,
             "</" + text(tag_name(bytes.substr(tag.begin, tag.end - tag.begin))) + "> closes <" +
                 text(open.prefix) + (open.prefix.empty() ? "" : ":") + text(open.local) + '>');
        return;
      }
      break;
    case XML_ERR_INVALID_HEX_CHARREF:
    case XML_ERR_INVALID_DEC_CHARREF:
    case XML_ERR_INVALID_CHARREF:
    case XML_ERR_NAME_REQUIRED:
    case XML_ERR_ENTITYREF_NO_NAME:
    case XML_ERR_ENTITYREF_SEMICOL_MISSING:
    case XML_ERR_INVALID_CHAR: {
      // In a reference, the cursor is at its end, or somewhere behind its '&'.
      if (!in_text(at) && at > tag_begin) break;
      const size_t region_begin = next_tag > 0 ? tags()[next_tag - 1].end : 0;
      const size_t ampersand = at == 0 ? std::string_view::npos : bytes.rfind('&', at - 1);
      const bool behind = ampersand != std::string_view::npos && ampersand >= region_begin;
      if (error.code == XML_ERR_INVALID_CHAR) {
        // Either the character at the cursor is none, or the reference that ended there names none.
        if (!behind || bytes[at - 1] != ';' || bytes.find(';', ampersand) != at - 1 ||
            bytes.substr(ampersand, 2) != "&#") {
          break;
        }
      }
      if (behind) {
        fail_at_reference(at - 1, error.code == XML_ERR_INVALID_CHAR ? ErrorCode::kIllegalCharacter
                                                                     : ErrorCode::kNotWellFormed);
        return;
      }
      break;
    }
    case XML_ERR_MISPLACED_CDATA_END: {
      const size_t end = bytes.find("]]>", at);
      if (end != std::string_view::npos && end + 3 <= tag_begin) {
        fail({offset + end, offset + end + 3}, ErrorCode::kNotWellFormed, "']]>' outside of CDATA");
        return;
      }
      break;
    }
    case XML_ERR_ATTRIBUTE_NOT_STARTED:
      fail(place_of(at, {}), ErrorCode::kNotWellFormed, "an attribute value without quotes");
      return;
    case XML_ERR_SPACE_REQUIRED:
      fail(place_of(at, {}), ErrorCode::kNotWellFormed, "attributes without space between them");
      return;
    case XML_ERR_GT_REQUIRED:
      fail(place_of(at, {}), ErrorCode::kNotWellFormed, "a tag that holds more than a name and attributes");
      return;
    default:
      break;
  }
  fail(place_of(at, {}),
       error.code == XML_ERR_INVALID_CHAR ? ErrorCode::kIllegalCharacter : ErrorCode::kNotWellFormed,
       plain_message(error.message));
}

void Parser::Builder::push(std::string_view piece) {
  constexpr size_t kMost = 1 << 24;  // xmlParseChunk counts in int
  while (!piece.empty()) {
    const size_t size = std::min(piece.size(), kMost);
    xmlParseChunk(context, piece.data(), static_cast<int>(size), 0);
    piece.remove_prefix(size);
  }
}

Parser::Parser() = default;
Parser::~Parser() = default;

Parser::Parser(Parser&& other) noexcept {
  *this = std::move(other);
}

Parser& Parser::operator=(Parser&& other) noexcept {
  context_ = std::move(other.context_);
  if (context_ != nullptr) context_->parser = this;
  tags_ = std::move(other.tags_);
  errors_ = std::move(other.errors_);
  failed_ = std::exchange(other.failed_, false);
  return *this;
}

void Parser::create(std::string_view tag) {
  std::shared_ptr<Arena> kept = context_ == nullptr ? nullptr : std::move(context_->arena);
  context_ = std::make_unique<Builder>(*this);
  context_->arena = std::move(kept);
  failed_ = false;
  errors_.clear();
  tags_.clear();
  context_->bytes = tag;
}

ElementPtr Parser::open(std::string_view tag, ByteRange range, size_t attributes) {
  create(tag);
  Builder& builder = *context_;
  builder.offset = range.begin;
  tags_.push_back({0, tag.size(), false});
  builder.pieces.push_back({0, tag.size()});
  // It is kept as long as the document, so it gets no more than it needs.
  builder.arena = Arena::make(sizeof(Element) + attributes * sizeof(Attribute) + tag.size());
  builder.opening = true;
  builder.push(tag);
  builder.opening = false;
  builder.stack.clear();
  tags_.clear();
  builder.pieces.clear();
  std::shared_ptr<Arena> arena = std::move(builder.arena);
  Element* root = std::exchange(builder.root, nullptr);
  builder.complete = false;
  if (root == nullptr && !failed_) {
    failed_ = true;
    errors_.push_back({ErrorCode::kNotWellFormed, range, "the start tag is malformed"});
  }
  if (failed_) return nullptr;
  root->range = root->start_tag = range;
  return ElementPtr(std::move(arena), root);
}

void Parser::reopen(std::string_view tag) {
  create(tag);
  context_->quiet = true;
  context_->push(tag);
  context_->quiet = false;
}

void Parser::close() {
  context_.reset();
  tags_ = std::vector<Tag>();  // "= {}" would keep the memory
  errors_ = std::vector<Error>();
}

bool Parser::worn() const {
  if (context_ == nullptr) return false;
  return xmlDictSize(context_->context->dict) > kWornNames || context_->largest > kWornElement;
}

void Parser::begin(uint64_t offset) {
  Builder& builder = *context_;
  builder.offset = offset;
  builder.next_tag = 0;
  builder.pieces.clear();
  builder.root = nullptr;
  builder.complete = false;
  builder.stack.clear();
  tags_.clear();
}

void Parser::prepare(size_t bytes, size_t attributes) {
  // Of two tags at most one is an element, beside which stands a run of text.
  const size_t need =
      bytes + (tags_.size() / 2 + 1) * (sizeof(Element) + 2 * sizeof(Node)) + attributes * sizeof(Attribute);
  Arena::renew(context_->arena, std::max(need, kMinimumArena));
}

void Parser::feed(std::string_view element, size_t from, size_t to) {
  Builder& builder = *context_;
  if (failed_ || from == to) return;
  builder.bytes = element;
  builder.largest = std::max(builder.largest, to);
  const xmlParserInput* input = builder.context->input;
  if (input != nullptr && input->cur == input->end) builder.pieces.clear();
  builder.pieces.push_back({from, to});
  builder.push(element.substr(from, to - from));
}

void Parser::expect_all_taken() {
  const xmlParserInput* input = context_->context->input;
  if (failed_ || input == nullptr || input->cur >= input->end || *input->cur != '&') return;
  context_->fail_at_reference(context_->cursor());
}

ElementPtr Parser::finish() {
  Builder& builder = *context_;
  if (!builder.complete || failed_) return nullptr;
  ElementPtr element(builder.arena, builder.root);
  if (builder.arena->capacity() > kKeptArena) builder.arena.reset();
  return element;
}

}  // namespace parser::xml
