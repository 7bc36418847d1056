// The bytes are copied into the arena once, and names, values and text are views of that copy; only a
// reference makes it be written to, in place, since what it stands for is shorter. The copy is followed by
// zeros, which end every scan, so that sixteen bytes can be looked at without asking where the end is.
//
// Every check that XML 1.0 and Namespaces in XML ask for is either made here or made needless by the subset:
// a false "declined" costs time, a false "taken" would hide an error.
#include "parser/xml/plain_parser.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "parser/xml/arena.h"
#include "parser/xml/tokenizer.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace parser::xml {
namespace {

constexpr size_t kMostAttributes = 16;  // they are compared with each other
constexpr size_t kPadding = 16;
constexpr size_t kKeptArena = 8'192;     // an arena larger than this is not kept for the next element
constexpr size_t kInheritedNames = 64;   // room for copies of the root's namespace names
constexpr size_t kMinimumArena = 1'024;  // room for a usual stanza
constexpr size_t kKeptDepth = 32;        // so many frames and bindings are

constexpr std::string_view kXmlNamespace = "http://www.w3.org/XML/1998/namespace";
constexpr std::string_view kXmlnsNamespace = "http://www.w3.org/2000/xmlns/";

enum : uint8_t { kNameStart = 1, kNameByte = 2 };
constexpr std::array<uint8_t, 256> kClasses = [] {
  std::array<uint8_t, 256> classes{};
  for (unsigned c = 'a'; c <= 'z'; ++c) classes[c] = classes[c - 'a' + 'A'] = kNameStart | kNameByte;
  classes['_'] = kNameStart | kNameByte;
  for (unsigned c = '0'; c <= '9'; ++c) classes[c] = kNameByte;
  classes['-'] = classes['.'] = kNameByte;
  return classes;
}();

bool has_class(char c, uint8_t which) {
  return (kClasses[static_cast<unsigned char>(c)] & which) != 0;
}

// The first byte at or behind `at` that needs a look: a control character (the zeros behind the copy are
// some), '<', '&', `mark`, or 0xEF, with which U+FFFE and U+FFFF begin.
char* find_special(char* at, char mark) {
#ifdef __SSE2__
  for (;; at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1F)), block);
    const __m128i markup =
        _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('<')), _mm_cmpeq_epi8(block, _mm_set1_epi8('&')));
    const __m128i other = _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8(mark)),
                                       _mm_cmpeq_epi8(block, _mm_set1_epi8(static_cast<char>(0xEF))));
    const auto bits =
        static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(control, _mm_or_si128(markup, other))));
    if (bits != 0) return at + std::countr_zero(bits);
  }
#else
  while (static_cast<unsigned char>(*at) >= 0x20 && *at != '<' && *at != '&' && *at != mark &&
         static_cast<unsigned char>(*at) != 0xEF) {
    ++at;
  }
  return at;
#endif
}

// Whether the character at `at`, whose first byte is 0xEF, is none that XML allows.
bool is_noncharacter(const char* at) {
  return static_cast<unsigned char>(at[1]) == 0xBF && static_cast<unsigned char>(at[2]) >= 0xBE;
}

// Resolves references in place. Returns the size of what they leave, or npos for one not predefined.
size_t resolve_references(char* text, size_t size) {
  struct Reference {
    std::string_view name;
    char character;
  };
  static constexpr Reference kReferences[] = {
      {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&apos;", '\''}, {"&quot;", '"'}};
  char* out = text;
  for (size_t at = 0; at < size;) {
    const auto* found = static_cast<const char*>(std::memchr(text + at, '&', size - at));
    const size_t run = (found == nullptr ? text + size : found) - (text + at);
    std::memmove(out, text + at, run);
    out += run;
    at += run;
    if (found == nullptr) break;
    const std::string_view rest(text + at, size - at);
    const auto* reference = std::find_if(std::begin(kReferences), std::end(kReferences),
                                         [rest](const Reference& r) { return rest.starts_with(r.name); });
    if (reference == std::end(kReferences)) return std::string_view::npos;
    *out++ = reference->character;
    at += reference->name.size();
  }
  return static_cast<size_t>(out - text);
}

struct Name {
  std::string_view prefix;
  std::string_view local;
};

// The name at `at`, which is left behind it; something that is no name byte follows in the same tag.
bool read_name(char*& at, Name& name) {
  const char* begin = at;
  if (!has_class(*at, kNameStart)) return false;
  while (has_class(*at, kNameByte)) ++at;
  name = {{}, {begin, static_cast<size_t>(at - begin)}};
  if (*at != ':') return true;
  name.prefix = name.local;
  begin = ++at;
  if (!has_class(*at, kNameStart)) return false;
  while (has_class(*at, kNameByte)) ++at;
  name.local = {begin, static_cast<size_t>(at - begin)};
  return true;
}

// The attribute value whose opening quote is at `at`, which is left behind the closing one.
bool read_value(char*& at, std::string_view& value) {
  const char quote = *at++;
  if (quote != '\'' && quote != '"') return false;
  char* begin = at;
  bool references = false;
  for (;; ++at) {
    at = find_special(at, quote);
    if (*at == quote) break;
    if (*at == '&') {
      references = true;
    } else if (static_cast<unsigned char>(*at) != 0xEF || is_noncharacter(at)) {
      return false;
    }
  }
  auto size = static_cast<size_t>(at - begin);
  ++at;
  if (references) {
    size = resolve_references(begin, size);
    if (size == std::string_view::npos) return false;
  }
  value = {begin, size};
  return true;
}

// The attributes of one tag, before they have a place in the arena.
struct Attributes {
  size_t count = 0;
  size_t declared = 0;
  // Not initialised: that would cost more than all the rest for the usual tag.
  union {
    std::array<Attribute, kMostAttributes> plain;
  };
  union {
    std::array<NamespaceDeclaration, kMostAttributes> declarations;
  };

  Attributes() {}  // NOLINT: see above

  bool declare(std::string_view prefix, std::string_view uri) {
    if (uri.empty() || prefix.starts_with("xml") || uri == kXmlNamespace || uri == kXmlnsNamespace)
      return false;
    for (size_t i = 0; i < declared; ++i) {
      if (declarations[i].prefix == prefix) return false;
    }
    new (&declarations[declared++]) NamespaceDeclaration{prefix, uri};
    return true;
  }

  // Reads [at, end), which follows the tag's name; behind it comes '>' or '/'.
  bool read(char* at, const char* end) {
    while (at < end) {
      if (!is_space(*at)) return false;
      do ++at;
      while (is_space(*at));
      if (at >= end) break;
      if (count + declared == kMostAttributes) return false;
      Name name;
      if (!read_name(at, name) || *at++ != '=') return false;
      std::string_view value;
      if (!read_value(at, value)) return false;
      if (name.prefix.empty() && name.local == "xmlns") {
        if (!declare({}, value)) return false;
      } else if (name.prefix == "xmlns") {
        if (!declare(name.local, value)) return false;
      } else {
        new (&plain[count++]) Attribute{{}, name.local, name.prefix, value};
      }
    }
    return at == end;
  }
};

}  // namespace

PlainParser::PlainParser() = default;
PlainParser::~PlainParser() = default;
PlainParser::PlainParser(PlainParser&&) noexcept = default;
PlainParser& PlainParser::operator=(PlainParser&&) noexcept = default;

ElementPtr PlainParser::open(std::string_view tag, ByteRange range, size_t attributes) {
  set_root(nullptr);
  // It is kept as long as the document, so it gets no more than it needs; a wrong guess costs a second block.
  size_t declared = 0;
  for (size_t at = tag.find("xmlns"); at != std::string_view::npos; at = tag.find("xmlns", at + 1))
    ++declared;
  declared = std::min(declared, attributes);
  arena_ = Arena::make(alignof(Element) + sizeof(Element) + declared * sizeof(NamespaceDeclaration) +
                       (attributes - declared) * sizeof(Attribute) + tag.size() + kPadding);
  begin(range.begin);
  const bool taken = start_tag(copy(tag), tag.size(), false, range);
  std::shared_ptr<Arena> arena = std::move(arena_);
  stack_.clear();
  if (!taken) return nullptr;
  return ElementPtr(std::move(arena), std::exchange(element_, nullptr));
}

void PlainParser::set_root(ElementPtr root) {
  root_ = std::move(root);
  bind_root();
}

void PlainParser::bind_root() {
  bindings_.clear();
  if (root_ != nullptr) bindings_.assign(root_->declarations.begin(), root_->declarations.end());
  root_bindings_ = static_cast<uint32_t>(bindings_.size());
}

void PlainParser::begin(uint64_t offset) {
  offset_ = offset;
  element_ = nullptr;
  stack_.clear();
  if (bindings_.capacity() == 0) {
    bind_root();  // behind release_memory()
  } else {
    bindings_.resize(root_bindings_);
    for (uint32_t i = 0; i < root_bindings_; ++i) bindings_[i].uri = root_->declarations[i].uri;  // no copies
  }
}

char* PlainParser::copy(std::string_view bytes) {
  char* place = arena_->allocate<char>(bytes.size() + kPadding);
  std::memcpy(place, bytes.data(), bytes.size());
  std::memset(place + bytes.size(), 0, kPadding);
  return place;
}

bool PlainParser::feed(std::string_view element, size_t from, std::span<const Tag> tags, size_t attributes) {
  const size_t size = tags.back().end - from;
  if (element_ == nullptr) {
    // Of two tags at most one is an element, beside which stands a run of text.
    const size_t need = size + kPadding + (tags.size() / 2 + 1) * (sizeof(Element) + 2 * sizeof(Node)) +
                        attributes * sizeof(Attribute) + kInheritedNames;
    Arena::renew(arena_, std::max(need, kMinimumArena));
  }
  char* const copied = copy(element.substr(from, size));
  size_t at = from;
  for (const Tag& tag : tags) {
    if (tag.begin > at && !text(copied + (at - from), tag.begin - at)) return false;
    char* bytes = copied + (tag.begin - from);
    const bool taken = bytes[1] == '/' ? end_tag(bytes, tag.end - tag.begin, offset_ + tag.end)
                                       : start_tag(bytes, tag.end - tag.begin, tag.empty,
                                                   {offset_ + tag.begin, offset_ + tag.end});
    if (!taken) return false;
    at = tag.end;
  }
  return true;
}

// What the root declared lives in the root's arena, which may go before this element does: its copy, one for
// each tree that needs it, takes its place.
bool PlainParser::resolve(std::string_view prefix, std::string_view& uri) {
  for (size_t i = bindings_.size(); i-- > 0;) {
    if (bindings_[i].prefix != prefix) continue;
    std::string_view& bound = bindings_[i].uri;
    if (i < root_bindings_ && bound.data() == root_->declarations[i].uri.data()) {
      char* const place = arena_->allocate<char>(bound.size());
      std::memcpy(place, bound.data(), bound.size());
      bound = {place, bound.size()};
    }
    uri = bound;
    return true;
  }
  return false;
}

bool PlainParser::start_tag(char* tag, size_t size, bool empty, ByteRange range) {
  const char* end = tag + size - (empty ? 2 : 1);
  char* at = tag + 1;
  Name name;
  if (!read_name(at, name)) return false;
  const std::string_view written(tag + 1, static_cast<size_t>(at - tag - 1));
  Attributes attributes;
  if (!attributes.read(at, end)) return false;

  auto* element = arena_->create<Element>();
  element->local = name.local;
  element->prefix = name.prefix;
  element->start_tag = element->range = range;
  const size_t bindings = bindings_.size();
  std::string_view default_ns;
  if (!stack_.empty()) {
    default_ns = stack_.back().default_ns;
  } else {
    resolve({}, default_ns);  // there may be none
  }
  if (attributes.declared > 0) {
    auto* declarations = arena_->allocate<NamespaceDeclaration>(attributes.declared);
    for (size_t i = 0; i < attributes.declared; ++i) {
      const NamespaceDeclaration& made =
          *new (declarations + i) NamespaceDeclaration(attributes.declarations[i]);
      if (made.prefix.empty()) {
        default_ns = made.uri;
      } else {
        bindings_.push_back(made);
      }
    }
    element->declarations = {declarations, attributes.declared};
  }
  if (name.prefix.empty()) {
    element->ns = default_ns;
  } else if (!resolve(name.prefix, element->ns)) {
    return false;
  }
  if (attributes.count > 0) {
    auto* copies = arena_->allocate<Attribute>(attributes.count);
    for (size_t i = 0; i < attributes.count; ++i) {
      Attribute& attribute = attributes.plain[i];
      if (attribute.prefix == "xml") {
        attribute.ns = kXmlNamespace;
      } else if (!attribute.prefix.empty()) {
        if (!resolve(attribute.prefix, attribute.ns)) return false;
      }
      for (size_t j = 0; j < i; ++j) {
        if (copies[j].local == attribute.local && copies[j].ns == attribute.ns) return false;
      }
      new (copies + i) Attribute(attribute);
    }
    element->attributes = {copies, attributes.count};
  }
  if (stack_.empty()) {
    if (element_ != nullptr) return false;
    element_ = element;
  } else {
    element->parent = stack_.back().element;
    Node* node = arena_->create<Node>();
    node->element = element;
    append(node);
  }
  if (empty) {
    bindings_.resize(bindings);
  } else {
    stack_.push_back({element, nullptr, written, default_ns, bindings});
  }
  return true;
}

bool PlainParser::end_tag(const char* tag, size_t size, uint64_t end) {
  if (stack_.empty()) return false;
  const Frame& frame = stack_.back();
  std::string_view rest(tag + 2, size - 3);
  if (!rest.starts_with(frame.name)) return false;
  rest.remove_prefix(frame.name.size());
  if (!std::all_of(rest.begin(), rest.end(), is_space)) return false;
  frame.element->range.end = end;
  bindings_.resize(frame.bindings);
  stack_.pop_back();
  return true;
}

bool PlainParser::text(char* run, size_t size) {
  if (stack_.empty()) return false;
  const char* end = run + size;
  bool references = false;
  for (char* at = run;; ++at) {
    at = find_special(at, ']');
    if (at >= end) break;
    switch (*at) {
      case '&':
        references = true;
        break;
      case '\t':
      case '\n':
        break;
      case ']':
        if (at[1] == ']' && at[2] == '>') return false;
        break;
      case static_cast<char>(0xEF):
        if (is_noncharacter(at)) return false;
        break;
      default:
        return false;
    }
  }
  if (references) {
    size = resolve_references(run, size);
    if (size == std::string_view::npos) return false;
  }
  Node* node = arena_->create<Node>();
  node->text = {run, size};
  append(node);
  return true;
}

void PlainParser::append(Node* node) {
  Frame& parent = stack_.back();
  (parent.last_node == nullptr ? parent.element->first_node : parent.last_node->next) = node;
  parent.last_node = node;
}

ElementPtr PlainParser::finish() {
  if (element_ == nullptr || !stack_.empty()) return nullptr;
  ElementPtr element(arena_, std::exchange(element_, nullptr));
  if (arena_->capacity() > kKeptArena) arena_.reset();
  if (stack_.capacity() > kKeptDepth) stack_ = std::vector<Frame>();  // "= {}" would keep the memory
  if (bindings_.capacity() > kKeptDepth) bindings_ = std::vector<NamespaceDeclaration>();
  return element;
}

void PlainParser::release_memory() {
  arena_.reset();
  element_ = nullptr;
  stack_ = std::vector<Frame>();
  bindings_ = std::vector<NamespaceDeclaration>();
}

}  // namespace parser::xml
