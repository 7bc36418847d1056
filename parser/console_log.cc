// Line by line: a mark and XML begin an entry, what follows belongs to it until its last element is complete.
// Whether it is, the tokenizer says; so text between entries is dropped without being mistaken for character
// data, and an element may go on for as many lines as it likes.
#include "parser/console_log.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <deque>
#include <functional>
#include <iterator>
#include <map>
#include <utility>

#include "parser/dino_log.h"
#include "parser/psi_console.h"
#include "parser/xml/tokenizer.h"

namespace parser {
namespace {

constexpr size_t kLongestPrefix = 300;  // bytes in front of the XML of a line
constexpr size_t kLongestMark = 120;    // bytes of a line that is nothing but a mark
constexpr size_t npos = std::string_view::npos;

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}
bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}
bool blank(std::string_view text) {
  return std::all_of(text.begin(), text.end(), xml::is_space);
}
std::string_view trimmed(std::string_view text) {
  while (!text.empty() && xml::is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && xml::is_space(text.back())) text.remove_suffix(1);
  return text;
}
std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// Where markup begins: '<' and a name, '/', '?' or '!'. npos: nowhere.
size_t markup_in(std::string_view line) {
  for (size_t at = line.find('<'); at != npos; at = line.find('<', at + 1)) {
    if (at + 1 >= line.size()) return npos;
    const char next = line[at + 1];
    if (is_letter(next) || next == '/' || next == '?' || next == '!') return at;
  }
  return npos;
}

enum class Mark : uint8_t { kNone, kSent, kReceived, kFromClient, kFromServer };

// By strength: what a word of a log line says about the way of the XML behind it.
Mark strong_word(std::string_view word) {
  static constexpr std::array kSent = {"sent", "send", "sending", "outgoing", "outbound", "tx"};
  static constexpr std::array kReceived = {"recv",  "received", "receive", "receiving", "rcvd",
                                           "recvd", "incoming", "inbound", "rx"};
  const auto is = [&](std::string_view known) { return word == known; };
  if (std::any_of(kSent.begin(), kSent.end(), is)) return Mark::kSent;
  if (std::any_of(kReceived.begin(), kReceived.end(), is)) return Mark::kReceived;
  return Mark::kNone;
}

template <typename Visit>
void each_word(std::string_view text, const Visit& visit) {
  for (size_t at = 0; at < text.size();) {
    if (!is_word(text[at])) {
      ++at;
      continue;
    }
    size_t end = at;
    while (end < text.size() && is_word(text[end])) ++end;
    visit(text.substr(at, end - at));
    at = end;
  }
}

// The last strong word counts: it stands next to the XML.
Mark strong_mark(std::string_view prefix) {
  Mark mark = Mark::kNone;
  each_word(prefix, [&](std::string_view word) {
    if (const Mark found = strong_word(lower(word)); found != Mark::kNone) mark = found;
  });
  return mark;
}

// "C->S:", "s2c", ">>", "OUT", "client:".
Mark weak_mark(std::string_view prefix) {
  std::string squeezed;
  for (const char c : prefix) {
    if (!xml::is_space(c)) squeezed += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  const auto has = [&](std::string_view part) { return squeezed.find(part) != npos; };
  for (const std::string_view arrow : {"->", "=>", ">", "→", "2"}) {
    if (has("c" + std::string(arrow) + "s") || has("client" + std::string(arrow) + "server"))
      return Mark::kFromClient;
    if (has("s" + std::string(arrow) + "c") || has("server" + std::string(arrow) + "client"))
      return Mark::kFromServer;
  }
  Mark mark = Mark::kNone;
  each_word(prefix, [&](std::string_view word) {
    if (word == "OUT" || word == "Out") mark = Mark::kSent;
    if (word == "IN" || word == "In") mark = Mark::kReceived;
  });
  if (mark != Mark::kNone) return mark;
  const std::string_view shown = trimmed(prefix);
  for (const std::string_view arrow : {">>", "->", "=>", "→", "⇒", "▶", "⮊", "⮞", "⬆", "↑"}) {
    if (shown.ends_with(arrow) || shown.ends_with(std::string(arrow) + ":")) mark = Mark::kSent;
  }
  for (const std::string_view arrow : {"<<", "<-", "<--", "<=", "←", "⇐", "◀", "⮈", "⮜", "⬇", "↓"}) {
    if (shown.ends_with(arrow) || shown.ends_with(std::string(arrow) + ":")) mark = Mark::kReceived;
  }
  if (mark != Mark::kNone) return mark;
  if (shown.ends_with(':')) {
    std::string word = lower(shown.substr(0, shown.size() - 1));
    word = word.substr(std::min(word.size(), word.find_last_of(" \t])") + 1));
    if (word == "client") return Mark::kFromClient;
    if (word == "server") return Mark::kFromServer;
  }
  if (shown == ">") return Mark::kSent;
  if (shown == "<") return Mark::kReceived;
  return Mark::kNone;
}

// Gajim's account: "(I) nbxmpp.connection  |  (juliet) ::::: DATA SENT ::::". Empty: none.
std::string_view gajim_account(std::string_view front) {
  constexpr std::string_view kLogger = ") nbxmpp.connection ";
  const size_t logger = front.find(kLogger);
  const size_t begin = logger == npos ? npos : front.find('(', logger + kLogger.size());
  const size_t end = begin == npos ? npos : front.find(") ::::: DATA ", begin);
  return end == npos ? std::string_view() : front.substr(begin, end + 1 - begin);
}

// Which session a line is about: Prosody's "c2s564ea5133ce0", ejabberd's "(tls|<0.744.0>)", Gajim's account.
// Empty: it does not say.
std::string_view session_key(std::string_view line) {
  constexpr size_t kLongestKey = 40;
  constexpr size_t kLeastDigits = 6;
  const std::string_view front = line.substr(0, kLongestPrefix);
  if (const std::string_view account = gajim_account(front); !account.empty()) return account;
  std::string_view key;
  for (const std::string_view kind : {"c2s", "s2sin", "s2sout"}) {
    for (size_t at = front.find(kind); at != npos && key.empty(); at = front.find(kind, at + 1)) {
      size_t end = at + kind.size();
      while (end < front.size() && std::isxdigit(static_cast<unsigned char>(front[end])) != 0) ++end;
      const bool alone =
          (at == 0 || !is_word(front[at - 1])) && (end == front.size() || !is_word(front[end]));
      if (alone && end - at >= kind.size() + kLeastDigits) key = front.substr(at, end - at);
    }
    if (!key.empty()) return key;
  }
  const size_t pid = front.find("|<0.");
  if (pid == npos) return {};
  const size_t end = front.find('>', pid);
  return end == npos || end - pid > kLongestKey ? std::string_view() : front.substr(pid + 1, end - pid);
}

Mark mark_of(std::string_view prefix) {
  if (prefix.size() > kLongestPrefix) return Mark::kNone;
  // "c2s564ea5133ce0" names a session, and no direction.
  if (const std::string_view key = session_key(prefix); !key.empty()) {
    prefix.remove_prefix(static_cast<size_t>(key.data() + key.size() - prefix.data()));
  }
  const Mark strong = strong_mark(prefix);
  return strong != Mark::kNone ? strong : weak_mark(prefix);
}

// Servers name the connection as they see it.
bool says_server_side(std::string_view prefix) {
  return prefix.find("[c2s") != npos || prefix.find("XML on stream") != npos ||
         session_key(prefix).starts_with("c2s");
}

constexpr std::string_view kStreamNamespaces =
    " xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'";

class LogReader {
 public:
  // `whole_stanzas`: Prosody's mod_stanza_debug was on.
  LogReader(std::string_view text, std::optional<Direction> writer, std::string_view bound,
            bool whole_stanzas)
      : text_(text), writer_(writer), bound_(bound), whole_stanzas_(whole_stanzas) {}

  void read(std::string_view line, size_t number) {
    line_ = number;
    if (!read_prosody(line)) read_line(line);
  }

  void take(const LoggedXml& said) {
    finish_entry();
    line_ = said.line;
    begin_entry(said.direction);
    entry_->say(said.xml, said.offset, said.size, false);
    follow();
  }

  ConsoleLog finish() {
    finish_entry();
    if (log_.entries > 0) finish_session();
    return std::move(log_);
  }

 private:
  // Prosody's own lines: that a header was sent (not what it said), and the first tag of each stanza.
  bool read_prosody(std::string_view line) {
    constexpr std::string_view kOpening = "Client sent opening <stream:stream> to ";
    if (const size_t at = line.find(kOpening); at != npos) {
      domain_ = trimmed(line.substr(at + kOpening.size()));
      say_header(Direction::kC2S, line, " to='");
      return true;
    }
    if (line.find("Sent reply <stream:stream> to client") != npos) {
      say_header(Direction::kS2C, line, " from='");
      return true;
    }
    const size_t markup = markup_in(line);
    if (markup == npos || session_key(line).empty()) return false;
    const std::string_view prefix = trimmed(line.substr(0, markup));
    const bool top_tag =
        prefix.ends_with("]:") && (prefix.find("Received[") != npos || prefix.find("Sending[") != npos);
    if (!top_tag) return false;
    const std::string_view tag = trimmed(line.substr(markup));
    if (tag.starts_with("</")) return false;
    if (whole_stanzas_ || tag.starts_with("<?xml") || !tag.ends_with('>')) return true;
    finish_entry();
    begin_entry(prefix.find("Received[") != npos ? Direction::kC2S : Direction::kS2C);
    log_.server_side = log_.first_tags = true;
    entry_->say(tag.substr(0, tag.size() - 1), offset_of(tag), tag.size() - 1);
    if (!tag.ends_with("/>")) entry_->say("/", offset_of(tag) + tag.size() - 1, 0, false);
    entry_->say(">", offset_of(tag) + tag.size() - 1, 1);
    follow();
    return true;
  }

  void say_header(Direction direction, std::string_view line, std::string_view attribute) {
    finish_entry();
    begin_entry(direction);
    log_.server_side = log_.made_up_headers = true;
    std::string header = "<stream:stream" + std::string(kStreamNamespaces) + " version='1.0'";
    const bool plain = domain_.find_first_of("'<>&\" ") == npos && domain_.size() < 256;
    if (plain && !domain_.empty()) header += std::string(attribute) + std::string(domain_) + "'";
    entry_->say(header + ">", offset_of(line), line.size(), false);
    follow();
  }

  // libstrophe logs headers without their namespaces.
  void mend_header(TranscriptStep& step) {
    constexpr std::string_view kTag = "<stream:stream";
    const size_t at = step.bytes.find(kTag);
    const size_t end = at == npos ? npos : step.bytes.find('>', at);
    if (end == npos || step.source.empty()) return;
    const std::string_view tag = std::string_view(step.bytes).substr(at, end - at);
    if (tag.find("xmlns:stream") != npos) return;
    std::string bytes = step.bytes;
    bytes.insert(at + kTag.size(),
                 tag.find("xmlns=") == npos ? kStreamNamespaces : kStreamNamespaces.substr(22));
    const size_t from = step.source.front().offset;
    const size_t to = step.source.back().offset + step.source.back().size;
    step.bytes.clear();
    step.source.clear();
    step.say(bytes, from, to - from, false);
    log_.mended_headers = true;
  }

  size_t offset_of(std::string_view part) const { return static_cast<size_t>(part.data() - text_.data()); }

  void read_line(std::string_view line) {
    if (const Mark mark = mark_of_comment(line); mark != Mark::kNone && !open_) {
      finish_entry();
      pending_ = direction_of(mark, {});
      return;
    }
    const size_t markup = markup_in(line);
    const std::string_view prefix = line.substr(0, std::min(markup, line.size()));
    const bool decorated = markup != npos && !blank(prefix);
    // What an end tag closes began before it: "sent from my phone</body>" is text.
    const bool inside = open_ && markup != npos && line.substr(markup).starts_with("</") &&
                        !line.substr(markup).starts_with("</stream:stream");
    const Mark mark = decorated && !inside ? mark_of(prefix) : Mark::kNone;
    if (mark != Mark::kNone && !(open_ && in_tag_)) {
      finish_entry();
      begin_entry(direction_of(mark, prefix));
      if (prefix.ends_with("<<\"")) {
        say_erlang(line.substr(markup));
      } else {
        say(line.substr(markup));
      }
    } else if (open_) {
      entry_->say("\n", offset_of(line) - 1, 1);
      say(line);
    } else if (markup != npos && !decorated && pending_) {
      if (!entry_) begin_entry(*pending_);
      say(line.substr(markup));
    } else if (markup == npos && read_mark_line(line)) {
      return;
    } else if (!blank(line)) {
      ++log_.skipped;
    }
  }

  // "<!-- Out Mon 12:00 -->", as Psi and Gajim write it.
  static Mark mark_of_comment(std::string_view line) {
    const std::string_view shown = trimmed(line);
    if (shown.size() > kLongestMark || !shown.starts_with("<!--") || !shown.ends_with("-->"))
      return Mark::kNone;
    if (shown.find("-->") != shown.size() - 3) return Mark::kNone;
    const std::string_view inside = shown.substr(4, shown.size() - 7);
    return mark_of(inside);
  }

  // "SENT:" above what was sent.
  bool read_mark_line(std::string_view line) {
    if (line.size() > kLongestMark) return false;
    const Mark mark = mark_of(line);
    if (mark == Mark::kNone) return false;
    finish_entry();
    pending_ = direction_of(mark, line);
    return true;
  }

  Direction direction_of(Mark mark, std::string_view prefix) {
    if (mark == Mark::kFromClient) return Direction::kC2S;
    if (mark == Mark::kFromServer) return Direction::kS2C;
    const bool server = writer_ ? *writer_ == Direction::kS2C : says_server_side(prefix);
    log_.server_side = log_.server_side || server;
    const Direction sent = server ? Direction::kS2C : Direction::kC2S;
    return mark == Mark::kSent ? sent : opposite(sent);
  }

  void begin_entry(Direction direction) {
    entry_.emplace();
    entry_->kind = TranscriptStep::Kind::kSay;
    entry_->line = line_;
    entry_->direction = direction;
    pending_ = direction;
    tokenizer_.reset();
    depth_ = 0;
    complete_ = 0;
  }

  void say(std::string_view part) {
    entry_->say(part, offset_of(part), part.size());
    follow();
  }

  // What stands between <<" and ">> of an Erlang binary.
  void say_erlang(std::string_view part) {
    part = part.substr(0, std::min(part.rfind("\">>"), part.size()));
    while (!part.empty()) {
      const size_t escape = std::min(part.find('\\'), part.size());
      entry_->say(part.substr(0, escape), offset_of(part), escape);
      part.remove_prefix(escape);
      if (part.size() < 2) break;
      const char c = part[1] == 'n' ? '\n' : part[1] == 't' ? '\t' : part[1] == 'r' ? '\r' : part[1];
      entry_->say(std::string_view(&c, 1), offset_of(part), 2, false);
      part.remove_prefix(2);
    }
    follow();
  }

  // Reads on in the entry's markup; drops what a line has behind the last complete element.
  void follow() {
    const std::string_view bytes = entry_->bytes;
    while (true) {
      const xml::Token token = tokenizer_.next(bytes);
      if (token == xml::Token::kMore) break;
      const std::string_view found = bytes.substr(tokenizer_.begin(), tokenizer_.end() - tokenizer_.begin());
      const bool stream = (token == xml::Token::kStartTag || token == xml::Token::kEndTag) &&
                          xml::tag_name(found) == "stream:stream";
      header_ = header_ || (stream && token == xml::Token::kStartTag);
      ended_ = ended_ || (stream && token == xml::Token::kEndTag);
      if (token == xml::Token::kStartTag && !stream) ++depth_;
      if (token == xml::Token::kEndTag && !stream && depth_ > 0) --depth_;
      if (token != xml::Token::kText && depth_ == 0) complete_ = tokenizer_.end();
    }
    in_tag_ = tokenizer_.end() < bytes.size() && bytes[tokenizer_.end()] == '<';
    open_ = depth_ > 0 || in_tag_;
    if (open_ || complete_ == entry_->bytes.size()) return;
    cut();
    tokenizer_.reset(complete_);
  }

  void cut() {
    entry_->bytes.resize(complete_);
    std::vector<SourcePiece>& source = entry_->source;
    while (!source.empty() && source.back().at >= complete_) source.pop_back();
    if (!source.empty() && source.back().literal) source.back().size = complete_ - source.back().at;
  }

  void finish_entry() {
    if (!entry_) return;
    TranscriptStep step = std::move(*entry_);
    entry_.reset();
    open_ = in_tag_ = false;
    const bool header = std::exchange(header_, false);
    const bool ended = std::exchange(ended_, false);
    if (step.bytes.empty()) return;
    if (header) mend_header(step);
    ++log_.entries;
    if (header && over_) finish_session();
    if (session_.steps.empty()) starts_ = header;
    if (step.bytes.find("<auth") != npos && !proceeded_) login_unencrypted_ = true;
    const bool proceed = step.direction == Direction::kS2C && step.bytes.find("<proceed") != npos;
    over_ = over_ || ended || step.bytes.find("<stream:error") != npos;
    const size_t line = step.line;
    session_.steps.push_back(std::move(step));
    if (!proceed || !starts_) return;
    proceeded_ = true;
    TranscriptStep tls;
    tls.kind = TranscriptStep::Kind::kTls;
    tls.line = line;
    session_.steps.push_back(std::move(tls));
  }

  void finish_session() {
    if (session_.steps.empty()) return;
    ConnectionInfo& info = session_.start;
    info.client = {"127.0.0.1", 50000, "client"};
    info.server = {"127.0.0.1", 5222, "server"};
    info.from_start = starts_;
    if (!starts_) {
      AssumedSession assumed;
      assumed.bound_jid = bound_;
      assumed.complete = false;
      info.assumed = std::move(assumed);
    } else if (login_unencrypted_ && !proceeded_) {
      log_.assumed_tls = info.direct_tls = true;
      TranscriptStep tls;
      tls.kind = TranscriptStep::Kind::kTls;
      session_.steps.insert(session_.steps.begin(), std::move(tls));
    }
    log_.sessions.push_back(std::exchange(session_, {}));
    over_ = proceeded_ = login_unencrypted_ = starts_ = false;
  }

  std::string_view text_;
  std::optional<Direction> writer_;
  std::string_view bound_;
  bool whole_stanzas_;
  std::string_view domain_;  // of the last header that Prosody took
  ConsoleLog log_;
  size_t line_ = 0;

  Transcript session_;
  bool starts_ = false;             // the session begins with a header
  bool over_ = false;               // a footer or stream error was seen: the next header is a new connection
  bool proceeded_ = false;          // <proceed/> was seen
  bool login_unencrypted_ = false;  // somebody logged in with no <proceed/> before

  std::optional<TranscriptStep> entry_;
  std::optional<Direction> pending_;  // which way XML without a mark goes
  xml::Tokenizer tokenizer_;
  size_t depth_ = 0;
  size_t complete_ = 0;  // bytes of the entry up to the end of its last complete element
  bool open_ = false;    // the entry ends inside an element
  bool in_tag_ = false;  // … inside a tag
  bool header_ = false;  // the entry has a stream header
  bool ended_ = false;   // the entry has a stream footer
};

}  // namespace

namespace {

// Readers of what goes on at the same time in one log, by the names that the log gives them.
class LogReaders {
 public:
  LogReaders(std::string_view text, std::optional<Direction> writer, std::string_view bound)
      : text_(text),
        writer_(writer),
        bound_(bound),
        whole_stanzas_(text.find("debug\tRECV: <") != npos || text.find("debug\tSEND: <") != npos) {}

  // In the order in which they begin.
  LogReader& of(std::string_view key) {
    constexpr size_t kMostReaders = 1000;
    if (readers_.size() >= kMostReaders && of_key_.find(key) == of_key_.end()) key = {};
    const auto [found, added] = of_key_.emplace(key, readers_.size());
    if (added) readers_.emplace_back(text_, writer_, bound_, whole_stanzas_);
    return readers_[found->second];
  }

  ConsoleLog finish() {
    ConsoleLog all;
    for (LogReader& reader : readers_) {
      ConsoleLog log = reader.finish();
      std::move(log.sessions.begin(), log.sessions.end(), std::back_inserter(all.sessions));
      all.entries += log.entries;
      all.skipped += log.skipped;
      all.server_side = all.server_side || log.server_side;
      all.assumed_tls = all.assumed_tls || log.assumed_tls;
      all.first_tags = all.first_tags || log.first_tags;
      all.made_up_headers = all.made_up_headers || log.made_up_headers;
      all.mended_headers = all.mended_headers || log.mended_headers;
    }
    return all;
  }

 private:
  std::string_view text_;
  std::optional<Direction> writer_;
  std::string_view bound_;
  bool whole_stanzas_;
  std::deque<LogReader> readers_;
  std::map<std::string, size_t, std::less<>> of_key_;
};

// The logs that are not XML behind marks.
std::optional<LoggedEntries> entries_of(std::string_view text) {
  if (auto entries = read_dino_log(text)) return entries;
  if (auto entries = read_psi_html(text)) return entries;
  return read_unmarked_log(text);
}

}  // namespace

std::optional<ConsoleLog> read_console_log(std::string_view text, std::optional<Direction> writer,
                                           std::string_view bound) {
  LogReaders readers(text, writer, bound);
  size_t skipped = 0;
  size_t guessed = 0;
  bool nonzas_early = false;
  if (const auto said = entries_of(text)) {
    for (const LoggedXml& entry : said->entries) readers.of(entry.session).take(entry);
    skipped = said->skipped;
    guessed = said->guessed;
    nonzas_early = said->nonzas_early;
  } else {
    LogReader* current = &readers.of({});
    size_t number = 0;
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find('\n', at), text.size());
      std::string_view line = text.substr(at, end - at);
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (const std::string_view key = session_key(line); !key.empty()) current = &readers.of(key);
      current->read(line, ++number);
      at = end + 1;
    }
  }
  ConsoleLog all = readers.finish();
  all.skipped += skipped;
  all.guessed = guessed;
  all.nonzas_early = nonzas_early;
  if (all.entries == 0) return std::nullopt;
  return all;
}

}  // namespace parser
