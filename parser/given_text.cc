// A transcript begins with its notation, XML with markup; what is neither is searched for the marks of a log.
// Who speaks shows in a header's id, in elements that only one side sends, in a from.
#include "parser/given_text.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "parser/console_log.h"
#include "parser/xml/tokenizer.h"

namespace parser {
namespace {

constexpr size_t npos = std::string_view::npos;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

size_t first_visible(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && xml::is_space(text[at])) ++at;
  return at;
}

// The first line that is neither blank nor a # comment.
std::string_view first_line(std::string_view text) {
  while (!text.empty()) {
    text.remove_prefix(first_visible(text));
    const size_t end = std::min(text.find('\n'), text.size());
    if (!text.starts_with('#')) return text.substr(0, end);
    text.remove_prefix(end);
  }
  return text;
}

bool looks_like_transcript(std::string_view text) {
  const std::string_view line = first_line(text);
  if (line.starts_with("C:") || line.starts_with("S:")) return true;
  for (const std::string_view event :
       {"[start]", "[tls", "[plaintext]", "[authenticated]", "[bound ", "[wait ", "[close", "[reset",
        "[connection ", "[websocket]", "[offered", "[chosen", "[binary]"}) {
    if (line.starts_with(event)) return true;
  }
  return false;
}

// One speaker: the text begins with markup (or is in another encoding, which the parser will say).
bool looks_like_xml(std::string_view text) {
  if (text.starts_with("\xFE\xFF") || text.starts_with("\xFF\xFE")) return true;
  const size_t at = first_visible(text);
  if (at + 1 >= text.size() || text[at] != '<') return false;
  const char next = text[at + 1];
  return next != '<' && next != '-' && next != '=' && !xml::is_space(next);
}

std::string_view attribute_in(std::string_view tag, std::string_view name) {
  for (size_t at = tag.find(name); at != npos; at = tag.find(name, at + 1)) {
    if (at == 0 || !xml::is_space(tag[at - 1])) continue;
    size_t value = at + name.size();
    while (value < tag.size() && xml::is_space(tag[value])) ++value;
    if (value >= tag.size() || tag[value] != '=') continue;
    ++value;
    while (value < tag.size() && xml::is_space(tag[value])) ++value;
    if (value >= tag.size() || (tag[value] != '"' && tag[value] != '\'')) continue;
    const size_t end = tag.find(tag[value], value + 1);
    return end == npos ? std::string_view() : tag.substr(value + 1, end - value - 1);
  }
  return {};
}

// What the first tags of a text say about who speaks.
struct FirstTags {
  bool header = false;
  std::optional<Direction> speaker{};
  std::string why;
};

FirstTags look_at(std::string_view text, std::string_view bound) {
  FirstTags found;
  xml::Tokenizer tokenizer;
  while (true) {
    const xml::Token token = tokenizer.next(text);
    if (token == xml::Token::kMore || token == xml::Token::kMalformed || token == xml::Token::kDoctype)
      return found;
    if (token != xml::Token::kStartTag && token != xml::Token::kEmptyTag) continue;
    const std::string_view tag = text.substr(tokenizer.begin(), tokenizer.end() - tokenizer.begin());
    const std::string_view local = xml::local_part(xml::tag_name(tag));
    const auto is = [&](std::string_view known) { return local == known; };
    if (local == "stream") {
      found.header = true;
      const bool server = !attribute_in(tag, "id").empty();
      found.speaker = server ? Direction::kS2C : Direction::kC2S;
      found.why = server ? "its header has an id" : "its header has no id";
      return found;
    }
    static constexpr std::array kServers = {"features", "proceed", "success", "challenge",
                                            "enabled",  "resumed", "failed",  "compressed"};
    static constexpr std::array kClients = {"starttls", "auth",   "response", "authenticate",
                                            "enable",   "resume", "compress", "abort"};
    if (std::any_of(kServers.begin(), kServers.end(), is)) {
      found.speaker = Direction::kS2C;
      found.why = "only servers send <" + std::string(local) + "/>";
    } else if (std::any_of(kClients.begin(), kClients.end(), is)) {
      found.speaker = Direction::kC2S;
      found.why = "only clients send <" + std::string(local) + "/>";
    } else if (const std::string_view from = attribute_in(tag, "from"); !from.empty() && from != bound) {
      found.speaker = Direction::kS2C;
      found.why = "its first element has a from, which servers put there";
    }
    return found;
  }
}

std::string_view word(Direction direction) {
  return direction == Direction::kC2S ? "client" : "server";
}

// The text as sessions to play.
class Input {
 public:
  Input(std::string_view text, std::optional<Direction> speaker, std::string_view bound, GivenText& given)
      : text_(text), speaker_(speaker), bound_(bound), given_(given) {}

  std::vector<Transcript> read() {
    if (text_.find_first_not_of(" \t\r\n") == npos)
      return fail("There is nothing to judge: the text is empty.");
    if (looks_like_transcript(text_)) return transcript();
    const bool marked = text_.starts_with(kByteOrderMark);
    if (looks_like_xml(marked ? text_.substr(kByteOrderMark.size()) : text_)) {
      // Consoles of Psi and Gajim: XML with comments, which no stream may have, rich text, or both sides.
      const std::string_view shown = text_.substr(first_visible(text_));
      if (shown.starts_with("<!--") || shown.starts_with("<!DOCTYPE HTML") || both_sides()) {
        if (auto sessions = log(); !sessions.empty()) return sessions;
      }
      return one_speaker(marked ? kByteOrderMark.size() : 0);
    }
    if (auto sessions = log(); !sessions.empty()) return sessions;
    return fail(
        "No XML was found, nor a mark that says who sends what: give a stream, stanzas, a log with marks "
        "such "
        "as SENT and RECV, or a transcript with C: and S:.");
  }

 private:
  std::vector<Transcript> fail(std::string message, size_t line = 0) {
    given_.error = std::move(message);
    given_.error_line = line;
    return {};
  }

  void guess(std::string sentence) { given_.guesses.push_back(std::move(sentence)); }

  std::vector<Transcript> transcript() {
    given_.form = TextForm::kTranscript;
    auto parsed = parse_transcript(text_);
    if (const auto* error = std::get_if<TranscriptError>(&parsed)) return fail(error->message, error->line);
    auto& only = std::get<Transcript>(parsed);
    if (only.start.assumed) {
      AssumedSession& assumed = *only.start.assumed;
      if (!bound_.empty()) assumed.bound_jid = bound_;
      if (!assumed.bound_jid.empty())
        guess("It begins in an established session of " + assumed.bound_jid + ".");
    }
    if (!only.more.empty()) guess("It has " + std::to_string(only.more.size() + 1) + " connections.");
    std::vector<Transcript> sessions;
    sessions.push_back(std::move(only));
    return sessions;
  }

  // Headers of clients have no id.
  bool both_sides() const {
    bool client = false;
    bool server = false;
    for (size_t at = text_.find("<stream:stream"); at != npos; at = text_.find("<stream:stream", at + 1)) {
      const size_t end = text_.find('>', at);
      if (end == npos) break;
      (attribute_in(text_.substr(at, end - at), "id").empty() ? client : server) = true;
    }
    return client && server;
  }

  std::vector<Transcript> log() {
    auto found = read_console_log(text_, speaker_, bound_);
    if (!found) return {};
    given_.form = TextForm::kLog;
    guess("Read as the log of a " + std::string(found->server_side ? "server" : "client") + " with " +
          std::to_string(found->entries) + (found->entries == 1 ? " entry" : " entries") +
          (found->skipped == 0 ? "."
                               : "; " + std::to_string(found->skipped) +
                                     (found->skipped == 1 ? " line" : " lines") + " without XML skipped."));
    if (found->sessions.size() > 1) {
      guess("It holds " + std::to_string(found->sessions.size()) + " connections, one after the other.");
    }
    if (!found->sessions.front().start.from_start) {
      guess("It begins in an established session" +
            (bound_.empty() ? std::string("; --bound JID says whose.") : " of " + std::string(bound_) + "."));
    }
    if (found->guessed > 0) {
      guess("Nothing in the text says who spoke, so that was found by what is said; of " +
            std::to_string(found->guessed) + (found->guessed == 1 ? " entry" : " entries") +
            " it is a guess. Psi's clipboard has it for certain as HTML (xclip -o -selection clipboard -t "
            "text/html).");
    }
    if (found->nonzas_early) {
      guess(
          "Psi shows <r/> and <a/> before stanzas that came first, so findings about their h may be wrong.");
    }
    if (found->first_tags) {
      guess("Of each stanza there is only its first tag; for whole ones Prosody needs mod_stanza_debug.");
    }
    if (found->made_up_headers) guess("The log does not have the stream headers; they are made up.");
    if (found->mended_headers)
      guess("Stream headers stood there without namespaces; the usual ones were added.");
    if (found->assumed_tls) guess("The login is taken to be encrypted, since no log shows direct TLS.");
    return std::move(found->sessions);
  }

  std::vector<Transcript> one_speaker(size_t begin) {
    const FirstTags tags = look_at(text_.substr(begin), bound_);
    const Direction speaker = speaker_.value_or(tags.speaker.value_or(Direction::kC2S));
    given_.form = tags.header ? TextForm::kStream : TextForm::kStanzas;
    given_.speaker = speaker;
    if (begin != 0) guess("The byte order mark in front is left out.");
    std::string what = "Taken for what the " + std::string(word(speaker)) + " sends";
    if (!speaker_) {
      what += tags.speaker ? ", since " + tags.why : std::string();
      what += "; --as " + std::string(word(opposite(speaker))) + " if it is not";
    }
    guess(what + ".");
    Transcript session;
    ConnectionInfo& info = session.start;
    info.client = {"127.0.0.1", 50000, "client"};
    info.server = {"127.0.0.1", 5222, "server"};
    info.from_start = false;
    if (!tags.header) {
      AssumedSession assumed;
      assumed.bound_jid = bound_;
      assumed.complete = false;
      info.assumed = std::move(assumed);
      guess("An established session" + (bound_.empty() ? std::string(" is assumed; --bound JID says whose.")
                                                       : " of " + std::string(bound_) + " is assumed."));
    } else {
      guess("The other side is not here, so nothing is said about what it did or did not do.");
    }
    TranscriptStep step;
    step.kind = TranscriptStep::Kind::kSay;
    step.line = 1;
    step.direction = speaker;
    // In mid-session, white space is a keepalive; at the ends of a text it is nothing.
    std::string_view said = text_.substr(begin);
    const size_t front = first_visible(said);
    said.remove_prefix(front);
    while (!said.empty() && xml::is_space(said.back())) said.remove_suffix(1);
    step.say(said, begin + front, said.size());
    session.steps.push_back(std::move(step));
    std::vector<Transcript> sessions;
    sessions.push_back(std::move(session));
    return sessions;
  }

  std::string_view text_;
  std::optional<Direction> speaker_;
  std::string_view bound_;
  GivenText& given_;
};

}  // namespace

std::string_view name(TextForm form) {
  switch (form) {
    case TextForm::kStream:
      return "stream";
    case TextForm::kStanzas:
      return "stanzas";
    case TextForm::kLog:
      return "log";
    case TextForm::kTranscript:
      return "transcript";
  }
  return "stanzas";
}

GivenText read_given_text(std::string_view text, std::optional<Direction> speaker, std::string_view bound) {
  GivenText given;
  std::vector<Transcript> sessions = Input(text, speaker, bound, given).read();
  given.sessions = std::move(sessions);
  return given;
}

}  // namespace parser
