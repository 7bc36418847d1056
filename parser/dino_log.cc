// Line by line with the stack of open elements: only it tells whether a line is a tag or text that looks like
// one, since Dino escapes nothing. Prefixes are not printed; they are found again by the namespaces that are
// declared around them, as they were on the wire.
#include "parser/dino_log.h"

#include <algorithm>
#include <utility>

namespace parser {
namespace {

constexpr size_t npos = std::string_view::npos;
constexpr size_t kMostDepth = 200;
constexpr size_t kMostEntry = 4u << 20;
constexpr size_t kMostWaste = 16u << 20;
constexpr std::string_view kStreams = "http://etherx.jabber.org/streams";
constexpr std::string_view kXmlns = "http://www.w3.org/2000/xmlns/";
constexpr std::string_view kXml = "http://www.w3.org/XML/1998/namespace";

struct Line {
  std::string text;  // without colours
  size_t offset = 0;
  size_t size = 0;
};

// Leaves out "ESC [ … m" and the carriage return of a terminal's recording.
std::string plain(std::string_view line) {
  std::string out;
  for (size_t at = 0; at < line.size(); ++at) {
    if (line.substr(at).starts_with("\x1B[")) {
      const size_t end = line.find('m', at);
      if (end == npos) break;
      at = end;
    } else if (line[at] != '\r') {
      out += line[at];
    }
  }
  return out;
}

void escape(std::string_view text, std::string& out) {
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '\'') {
      out += "&apos;";
    } else {
      out += c;
    }
  }
}

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.' || (static_cast<unsigned char>(c) & 0x80U) != 0;
}

struct Name {
  std::string_view ns;  // of Clark notation
  std::string_view local;
};

// "{ns}:local" or "local" at the beginning of `text`, which is moved behind it. False: neither.
bool read_name(std::string_view& text, Name& name) {
  name = {};
  if (text.starts_with('{')) {
    const size_t end = text.find("}:");
    if (end == npos) return false;
    name.ns = text.substr(1, end - 1);
    text.remove_prefix(end + 2);
  }
  const size_t size =
      static_cast<size_t>(std::find_if_not(text.begin(), text.end(), is_name_char) - text.begin());
  name.local = text.substr(0, size);
  text.remove_prefix(size);
  return size > 0;
}

struct Tag {
  Name name;
  std::vector<std::pair<Name, std::string_view>> attributes;
  bool empty = false;
};

// Where the value ends that begins `text`: at a quote behind which the tag ends or the next attribute begins.
size_t value_end(std::string_view text) {
  for (size_t at = text.find('\''); at != npos; at = text.find('\'', at + 1)) {
    std::string_view rest = text.substr(at + 1);
    if (rest == ">" || rest == " />") return at;
    if (!rest.starts_with(' ')) continue;
    rest.remove_prefix(1);
    Name name;
    if (read_name(rest, name) && rest.starts_with("='")) return at;
  }
  return npos;
}

// A whole start or empty tag.
bool read_tag(std::string_view line, Tag& tag) {
  constexpr size_t kMostAttributes = 100;
  tag = {};
  if (!line.starts_with('<')) return false;
  line.remove_prefix(1);
  if (!read_name(line, tag.name)) return false;
  while (line != ">" && line != " />") {
    if (!line.starts_with(' ') || tag.attributes.size() == kMostAttributes) return false;
    line.remove_prefix(1);
    Name name;
    if (!read_name(line, name) || !line.starts_with("='")) return false;
    line.remove_prefix(2);
    const size_t end = value_end(line);
    if (end == npos) return false;
    tag.attributes.emplace_back(name, line.substr(0, end));
    line.remove_prefix(end + 1);
  }
  tag.empty = line != ">";
  return true;
}

using Scope = std::vector<std::pair<std::string, std::string>>;  // prefix and namespace; the last one counts

const std::string* namespace_of(const Scope& scope, std::string_view prefix) {
  const auto found = std::find_if(scope.rbegin(), scope.rend(),
                                  [&](const auto& declared) { return declared.first == prefix; });
  return found == scope.rend() ? nullptr : &found->second;
}
// A prefix that still stands for that namespace.
const std::string* prefix_of(const Scope& scope, std::string_view ns) {
  for (auto declared = scope.rbegin(); declared != scope.rend(); ++declared) {
    if (declared->second == ns && !declared->first.empty() &&
        *namespace_of(scope, declared->first) == declared->second) {
      return &declared->first;
    }
  }
  return nullptr;
}

// One entry: the lines under a mark.
class TreeReader {
 public:
  TreeReader() : scope_{{"stream", std::string(kStreams)}, {"", "jabber:client"}} {}

  // Takes the next line. False: it is none of this tree, or the tree is wrong.
  bool take(std::string_view line) {
    if (xml_.size() > kMostEntry) return false;
    if (text_open_) return take_text(line);
    const std::string indent(2 * open_.size(), ' ');
    if (!open_.empty()) {
      const std::string_view parent = std::string_view(indent).substr(2);
      if (line.starts_with(parent) && line.substr(parent.size()) == open_.back().closing) return close();
    }
    if (!line.starts_with(indent)) return open_.empty() ? false : more_text(line);
    const std::string_view rest = line.substr(indent.size());
    Tag tag;
    // With namespaces shown, what has none is text.
    const bool is_tag =
        read_tag(rest, tag) && (open_.empty() || clark_ == !tag.name.ns.empty()) && open_.size() < kMostDepth;
    if (is_tag) {
      text_before_ = false;
      open(tag);
      return true;
    }
    if (open_.empty()) {
      if (rest != "</stream:stream>") return false;
      xml_ = rest;
      return true;
    }
    if (text_before_) xml_ += '\n';
    return take_text(rest);
  }

  bool complete() const { return !xml_.empty() && open_.empty(); }
  bool is_header() const { return header_; }
  std::string& xml() { return xml_; }

 private:
  struct Open {
    std::string closing;    // as Dino prints it
    std::string qualified;  // as it is written
    size_t scope;           // declarations around it
  };

  // A text's line: behind a line break stands the indentation, in front of it.
  bool take_text(std::string_view line) {
    const std::string indent(2 * open_.size(), ' ');
    text_open_ = line.ends_with(indent);
    escape(text_open_ ? line.substr(0, line.size() - indent.size()) : line, xml_);
    if (text_open_) xml_ += '\n';
    text_before_ = !text_open_;
    return true;
  }

  // Where the blanks at the ends of lines were lost, as by copying from a terminal.
  bool more_text(std::string_view line) {
    if (!text_before_) return false;
    xml_ += '\n';
    escape(line, xml_);
    return true;
  }

  bool close() {
    xml_ += "</" + open_.back().qualified + ">";
    scope_.resize(open_.back().scope);
    open_.pop_back();
    text_before_ = false;
    return true;
  }

  // Those of Dino's names that are declarations.
  static bool declares(const Name& name, std::string_view& prefix) {
    if (name.ns == kXmlns) {
      prefix = name.local == "xmlns" ? std::string_view() : name.local;
      return true;
    }
    prefix = {};
    return name.ns.empty() && name.local == "xmlns";
  }

  void open(const Tag& tag) {
    const size_t around = scope_.size();
    const bool top = open_.empty();
    if (top) clark_ = !tag.name.ns.empty();
    header_ = top && tag.name.local == "stream" && (!clark_ || tag.name.ns == kStreams);
    // The header declares what the others take for granted.
    if (header_) scope_.clear();
    std::string declared;
    const auto declare = [&](std::string_view prefix, std::string_view ns) {
      scope_.emplace_back(prefix, ns);
      declared += prefix.empty() ? " xmlns='" : " xmlns:" + std::string(prefix) + "='";
      escape(ns, declared);
      declared += '\'';
    };
    std::string_view prefix;
    for (const auto& [name, value] : tag.attributes) {
      if (declares(name, prefix)) declare(prefix, value);
      if (!clark_ && header_ && name.local == "stream") declare("stream", value);
    }
    std::string attributes;
    for (const auto& [name, value] : tag.attributes) {
      if (declares(name, prefix) || (!clark_ && header_ && name.local == "stream")) continue;
      std::string qualified(name.local);
      if (name.ns == kXml || (!clark_ && name.local == "lang")) {
        qualified = "xml:" + qualified;
      } else if (clark_ && !name.ns.empty() && name.ns != tag.name.ns) {
        if (prefix_of(scope_, name.ns) == nullptr) declare("ns" + std::to_string(scope_.size()), name.ns);
        qualified = *prefix_of(scope_, name.ns) + ":" + qualified;
      }
      attributes += ' ' + qualified + "='";
      escape(value, attributes);
      attributes += '\'';
    }
    const std::string qualified = qualified_name(tag.name, top, declare);
    xml_ += "<" + qualified + declared + attributes + (tag.empty ? "/>" : ">");
    if (header_ || tag.empty) {
      scope_.resize(std::min(around, scope_.size()));
    } else {
      open_.push_back({"</" + (clark_ ? "{" + std::string(tag.name.ns) + "}:" : std::string()) +
                           std::string(tag.name.local) + ">",
                       qualified, around});
    }
  }

  template <typename Declare>
  std::string qualified_name(const Name& name, bool top, const Declare& declare) {
    const std::string local(name.local);
    if (!clark_) {
      const bool of_stream = local == "stream" || local == "features" || local == "error";
      return top && of_stream ? "stream:" + local : local;
    }
    const std::string* around = namespace_of(scope_, "");
    if (around != nullptr && *around == name.ns) return local;
    if (const std::string* prefix = prefix_of(scope_, name.ns)) return *prefix + ":" + local;
    declare("", name.ns);
    return local;
  }

  std::string xml_;
  std::vector<Open> open_;
  Scope scope_;
  bool clark_ = true;
  bool header_ = false;
  bool text_open_ = false;    // the text goes on in the next line
  bool text_before_ = false;  // the last line was text
};

// "XMPP IN ROOT [juliet@example.com stream:0x1 thread:0x2 2024-05-01T12:00:00+0000]"
struct Mark {
  Direction direction{};
  bool root = false;
  std::string_view session;  // account and stream
};

bool read_mark(std::string_view line, Mark& mark) {
  constexpr size_t kLongest = 3500;
  if (line.size() > kLongest || !line.starts_with("XMPP ") || !line.ends_with(']')) return false;
  line.remove_prefix(5);
  const bool in = line.starts_with("IN ");
  if (!in && !line.starts_with("OUT ")) return false;
  line.remove_prefix(in ? 3 : 4);
  mark.root = line.starts_with("ROOT ");
  if (mark.root) line.remove_prefix(5);
  const size_t thread = line.find(" thread:");
  if (!line.starts_with('[') || thread == npos || line.find(" stream:") == npos) return false;
  mark.direction = in ? Direction::kS2C : Direction::kC2S;
  mark.session = line.substr(1, thread - 1);
  return true;
}

Line next_line(std::string_view text, size_t at) {
  const size_t end = std::min(text.find('\n', at), text.size());
  return {plain(text.substr(at, end - at)), at, end - at};
}

}  // namespace

std::optional<LoggedEntries> read_dino_log(std::string_view text) {
  if (text.find("XMPP IN ") == npos && text.find("XMPP OUT ") == npos) return std::nullopt;
  LoggedEntries log;
  bool found = false;
  size_t number = 0;
  size_t wasted = 0;
  for (size_t at = 0; at < text.size();) {
    const Line line = next_line(text, at);
    const size_t begin = ++number;
    at += line.size + 1;
    Mark mark;
    if (!read_mark(line.text, mark)) {
      if (line.text.find_first_not_of(' ') != npos) ++log.skipped;
      continue;
    }
    found = true;
    TreeReader tree;
    size_t end = at;
    size_t lines = 0;
    while (end < text.size()) {
      const Line part = next_line(text, end);
      if (!tree.take(part.text)) break;
      end += part.size + 1;
      ++lines;
      if (tree.complete()) break;
    }
    if (!tree.complete()) {
      ++log.skipped;
      // What follows is looked at again; but text can look like marks, and then again and again.
      wasted += end - at;
      if (wasted > kMostWaste) {
        at = end;
        number += lines;
      }
      continue;
    }
    at = end;
    number += lines;
    end = std::min(end, text.size());
    // A header that was sent is printed twice: once as the root of what follows.
    if (tree.is_header() && !mark.root) continue;
    log.entries.push_back({std::string(mark.session), mark.direction, std::move(tree.xml()), line.offset,
                           end - line.offset, begin});
  }
  if (!found) return std::nullopt;
  return log;
}

}  // namespace parser
