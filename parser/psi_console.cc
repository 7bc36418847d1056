// The paragraphs of the rich text are the lines of the console; those of one colour in a row are cut into
// elements by the tokenizer. Psi breaks lines between tags; those breaks were not on the wire.
#include "parser/psi_console.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <iterator>
#include <set>
#include <string>
#include <utility>

#include "parser/xml/tokenizer.h"

namespace parser {
namespace {

constexpr size_t npos = std::string_view::npos;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && xml::is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && xml::is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Cuts XML into entries; white space between tags is left out.
class Cutter {
 public:
  // Calls found(xml, first byte, last byte) for each header, footer and element at stream level.
  template <typename Found>
  void cut(std::string_view text, const Found& found) {
    xml::Tokenizer tokenizer;
    std::string entry;
    size_t begin = 0;
    size_t depth = 0;
    std::string_view space;
    while (true) {
      const xml::Token token = tokenizer.next(text);
      if (token == xml::Token::kMore) break;
      const std::string_view part = text.substr(tokenizer.begin(), tokenizer.end() - tokenizer.begin());
      if (token == xml::Token::kComment || token == xml::Token::kProcessingInstruction ||
          token == xml::Token::kDoctype || token == xml::Token::kMalformed) {
        continue;
      }
      if (token == xml::Token::kText) {
        if (depth == 0) continue;
        space = trimmed(part).empty() ? part : std::string_view();
        if (space.empty()) entry += part;
        continue;
      }
      const std::string_view name = xml::tag_name(part);
      const bool stream = name == "stream:stream";
      if (depth == 0) {
        entry.clear();
        begin = tokenizer.begin();
      }
      // White space that is all an element has is its text.
      if (token == xml::Token::kEndTag && !space.empty() && opened_) entry += space;
      space = {};
      opened_ = token == xml::Token::kStartTag;
      entry += part;
      if (token == xml::Token::kStartTag && !stream) ++depth;
      if (token == xml::Token::kEndTag && !stream && depth > 0) --depth;
      if (depth == 0) found(std::exchange(entry, {}), begin, tokenizer.end());
    }
  }

 private:
  bool opened_ = false;  // the last tag was a start tag
};

void unescape_html(std::string_view text, std::string& out) {
  static constexpr std::array<std::pair<std::string_view, char>, 6> kNames = {
      {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&nbsp;", ' '}}};
  for (size_t at = 0; at < text.size();) {
    const auto* const name = std::find_if(kNames.begin(), kNames.end(), [&](const auto& known) {
      return text.substr(at).starts_with(known.first);
    });
    out += name == kNames.end() ? text[at] : name->second;
    at += name == kNames.end() ? 1 : name->first.size();
  }
}

// The text of a paragraph, without the tags in it.
std::string text_of(std::string_view paragraph) {
  std::string out;
  while (!paragraph.empty()) {
    const size_t tag = std::min(paragraph.find('<'), paragraph.size());
    unescape_html(paragraph.substr(0, tag), out);
    paragraph.remove_prefix(tag);
    if (paragraph.starts_with("<br")) out += '\n';
    const size_t end = paragraph.find('>');
    paragraph.remove_prefix(end == npos ? paragraph.size() : end + 1);
  }
  return out;
}

std::optional<Direction> colour_of(std::string_view paragraph) {
  const size_t at = paragraph.find("color:#");
  if (at == npos) return std::nullopt;
  const std::string_view colour = paragraph.substr(at + 7, 6);
  if (colour == "ff0000") return Direction::kC2S;
  if (colour == "ffff00") return Direction::kS2C;
  return std::nullopt;
}

std::string_view attribute(std::string_view tag, std::string_view name) {
  for (size_t at = tag.find(name); at != npos; at = tag.find(name, at + 1)) {
    const size_t quote = at + name.size() + 1;
    if (at == 0 || !xml::is_space(tag[at - 1]) || quote >= tag.size() || tag[quote - 1] != '=') continue;
    if (tag[quote] != '"' && tag[quote] != '\'') continue;
    const size_t end = tag.find(tag[quote], quote + 1);
    return end == npos ? std::string_view() : tag.substr(quote + 1, end - quote - 1);
  }
  return {};
}

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string_view bare(std::string_view jid) {
  return jid.substr(0, std::min(jid.find('/'), jid.size()));
}

// Who says what, where nothing but the words tell.
class Speakers {
 public:
  explicit Speakers(LoggedEntries& log) : log_(log) {}

  void find() {
    bool asked = false;  // the server, just now
    for (size_t i = 0; i < log_.entries.size(); ++i) {
      LoggedXml& entry = log_.entries[i];
      const std::string_view tag =
          std::string_view(entry.xml).substr(0, std::min(entry.xml.find('>'), entry.xml.size()));
      const std::string_view name = xml::local_part(xml::tag_name(tag));
      if (name == "r") {
        // A client answers at once; what the server says comes later.
        const bool answered = i + 1 < log_.entries.size() && log_.entries[i + 1].xml.starts_with("<a ");
        entry.direction = guess(answered ? Direction::kS2C : Direction::kC2S);
      } else {
        entry.direction =
            name == "a" ? guess(asked ? Direction::kC2S : Direction::kS2C) : speaker(entry.xml, tag, name);
      }
      asked = name == "r" && entry.direction == Direction::kS2C;
    }
  }

 private:
  Direction speaker(std::string_view xml, std::string_view tag, std::string_view name) {
    if (name == "stream") {
      if (tag.starts_with("</")) return guess(Direction::kC2S);
      return attribute(tag, "id").empty() ? Direction::kC2S : Direction::kS2C;
    }
    if (one_of(name, {"iq", "message", "presence"})) return of_stanza(xml, tag, name);
    if (one_of(name, {"starttls", "auth", "authenticate", "response", "abort", "enable", "resume", "active",
                      "inactive"})) {
      return Direction::kC2S;
    }
    if (one_of(name, {"features", "proceed", "challenge", "success", "failure", "error", "enabled", "resumed",
                      "failed", "continue"})) {
      return Direction::kS2C;
    }
    return guess(Direction::kS2C);
  }

  Direction of_stanza(std::string_view xml, std::string_view tag, std::string_view name) {
    const std::string_view from = attribute(tag, "from");
    const std::string_view to = attribute(tag, "to");
    const std::string_view type = attribute(tag, "type");
    const std::string id(attribute(tag, "id"));
    const bool answer = name == "iq" && one_of(type, {"result", "error"});
    if (answer && jid_.empty()) {
      const size_t jid = xml.find("<jid>");
      if (jid != npos) jid_ = xml.substr(jid + 5, xml.find('<', jid + 5) - jid - 5);
    }
    const bool to_us = !jid_.empty() && (to == jid_ || bare(to) == bare(jid_));
    if (!from.empty()) {
      if (!answer && name == "iq" && asked_of_us_.size() < kMostOpen) asked_of_us_.insert(id);
      return Direction::kS2C;
    }
    if (answer && asked_of_us_.erase(id) > 0) return Direction::kC2S;
    if (!to.empty() && !to_us) return sent(id, answer);
    if (answer) return asked_for_.erase(id) > 0 ? Direction::kS2C : guess(Direction::kC2S);
    if (to_us && to == jid_) return Direction::kS2C;
    // A push of the roster says what became of an item; clients only ask for its removal.
    const bool push = name == "iq" && type == "set" && xml.find("jabber:iq:roster") != npos &&
                      (xml.find(" ver=") != npos || xml.find("subscription=\"") != npos) &&
                      xml.find("subscription=\"remove\"") == npos;
    return push ? Direction::kS2C : sent(id, name != "iq");
  }

  Direction sent(const std::string& id, bool final) {
    if (!final && asked_for_.size() < kMostOpen) asked_for_.insert(id);
    return Direction::kC2S;
  }

  Direction guess(Direction direction) {
    ++log_.guessed;
    return direction;
  }

  static constexpr size_t kMostOpen = 10'000;

  LoggedEntries& log_;
  std::string jid_;                    // bound
  std::set<std::string> asked_for_;    // ids of the client's requests that have no answer yet
  std::set<std::string> asked_of_us_;  // … and of requests to it
};

}  // namespace

std::optional<LoggedEntries> read_psi_html(std::string_view text) {
  if (text.substr(0, 4096).find("qrichtext") == npos) return std::nullopt;
  LoggedEntries log;
  std::string run;  // paragraphs of one colour
  std::optional<Direction> direction;
  struct Piece {
    size_t at, offset, line;
  };
  std::vector<Piece> pieces;
  const auto finish = [&](size_t offset) {
    Cutter().cut(run, [&](std::string&& xml, size_t begin, size_t end) {
      const auto piece = [&](size_t at) {
        return std::prev(std::upper_bound(pieces.begin(), pieces.end(), at,
                                          [](size_t value, const Piece& p) { return value < p.at; }));
      };
      const auto first = piece(begin);
      const auto behind = std::next(piece(end - 1));
      const size_t stop = behind == pieces.end() ? offset : behind->offset;
      log.entries.push_back(
          {{}, *direction, std::move(xml), first->offset, stop - first->offset, first->line});
    });
    run.clear();
    pieces.clear();
  };
  size_t line = 1;
  size_t counted = 0;
  for (size_t at = text.find("<p "); at != npos; at = text.find("<p ", at)) {
    const size_t end = std::min(text.find("</p>", at), text.size());
    line += static_cast<size_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(counted),
                                           text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    counted = at;
    const std::string_view paragraph = text.substr(at, end - at);
    const std::optional<Direction> colour = colour_of(paragraph);
    if (colour && colour != direction) {
      finish(at);
      direction = colour;
    }
    if (direction) {
      pieces.push_back({run.size(), at, line});
      run += text_of(paragraph);
      run += '\n';
    } else {
      ++log.skipped;
    }
    at = end;
  }
  finish(text.size());
  log.nonzas_early = text.find("urn:xmpp:sm:") != npos;
  if (log.entries.empty()) return std::nullopt;
  return log;
}

std::optional<LoggedEntries> read_unmarked_log(std::string_view text) {
  const std::string_view front = trimmed(text);
  if (!front.starts_with('<')) return std::nullopt;
  const bool stamped = front.starts_with("<!-- TS:");
  LoggedEntries log;
  std::set<bool> headers;  // with an id or not
  size_t line = 1;
  size_t counted = 0;
  Cutter().cut(text, [&](std::string&& xml, size_t begin, size_t end) {
    line += static_cast<size_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(counted),
                                           text.begin() + static_cast<std::ptrdiff_t>(begin), '\n'));
    counted = begin;
    if (xml.starts_with("<stream:stream")) headers.insert(attribute(xml, "id").empty());
    log.entries.push_back({{}, Direction::kC2S, std::move(xml), begin, end - begin, line});
  });
  if ((!stamped && headers.size() < 2) || log.entries.empty()) return std::nullopt;
  log.nonzas_early = text.find("urn:xmpp:sm:") != npos;
  Speakers(log).find();
  return log;
}

}  // namespace parser
