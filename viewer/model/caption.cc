// Nothing is known here: the tables of phases, kinds and namespaces say it; this puts their words in order.
#include "viewer/model/caption.h"

#include "parser/explanation.h"
#include "viewer/model/kinds.h"
#include "viewer/model/time_format.h"

namespace viewer {

namespace {

using parser::EventKind;

bool is_request(const CaptureStore& store, const Row& row) {
  if (row.kind != EventKind::kIq) return false;
  const std::string_view type = store.text(row.type);
  return type == "get" || type == "set";
}

std::string party(parser::Direction sender) {
  return sender == parser::Direction::kC2S ? "client" : "server";
}

std::string what_it_is(const CaptureStore& store, Reparser& reparser, RowIndex index) {
  const Row& row = store.row(index);
  const bool carries = row.kind == EventKind::kIq || row.kind == EventKind::kMessage ||
                       row.kind == EventKind::kPresence || row.kind == EventKind::kNonza ||
                       row.kind == EventKind::kSm;
  if (carries) {
    const parser::Explanation told = parser::explain(reparser.event(index));
    for (const parser::ExplainedNamespace& one : told.namespaces) {
      if (one.known == nullptr || one.known->explanation.empty()) continue;
      return std::string(one.known->title) + " (" + std::string(one.known->source) +
             "): " + std::string(one.known->explanation);
    }
  }
  return std::string(kind_text(row.kind).meaning);
}

std::string why_a_fact(const Row& row, parser::Phase before) {
  switch (row.kind) {
    case EventKind::kOpened:
      return "Every session begins with a connection, and the client is the one that makes it.";
    case EventKind::kUpstream:
      return "The proxy has a client, and now needs the server that the client wants to reach.";
    case EventKind::kTls:
      if (row.has(Row::kServerLeg)) {
        return "The proxy speaks to the server as a client would, so this leg is encrypted on its own.";
      }
      return before == parser::Phase::kTlsHandshake
                 ? "The server said <proceed/>, so both sides left XML and shook hands for TLS."
                 : "On this connection TLS comes before the first byte of XML.";
    case EventKind::kClosed:
      return row.has(Row::kBrokenOff) ? "Nobody said goodbye: the connection itself broke or was refused."
                                      : "Both sides have said what they had to say.";
    default:
      return "The proxy noticed it at this moment.";
  }
}

std::string why_an_element(const CaptureStore& store, const Row& row, const Row* before) {
  if (row.has(Row::kHasRtt)) {
    const std::string frame = row.answers == kNoRow
                                  ? std::string("a request")
                                  : "the request in frame " + count(store.row(row.answers).frame);
    return "It answers " + frame + ", after " + span(row.rtt_us) + "; every get and set gets one answer.";
  }
  const parser::Phase phase = before == nullptr ? parser::Phase::kConnected : before->phase;
  const bool websocket = row.has(Row::kWebSocket);
  std::string why = capitalised(std::string(parser::caption(phase, row.stream, websocket))) + '.';
  const std::string_view turn = parser::turn(phase, row.stream);
  const std::string sender = party(row.direction);
  const std::string_view may = parser::may_send(phase, row.direction, row.stream, websocket);
  if (turn == sender) {
    if (!may.empty()) why += " So the " + sender + " sends " + std::string(may) + ".";
  } else if (turn == "client" || turn == "server") {
    why += " It was the " + std::string(turn) + "\u2019s turn: this came ahead of it.";
  } else if (before != nullptr && turn == "any") {
    for (const std::string_view one : parser::captions(before->standing)) {
      why += ' ' + capitalised(std::string(one)) + '.';
      break;  // the first says where the account stands; the others are switches
    }
  }
  return why;
}

std::string what_is_next(const CaptureStore& store, const Row& row) {
  const bool websocket = row.has(Row::kWebSocket);
  if (is_request(store, row)) {
    return "The " + party(opposite(row.direction)) +
           " owes exactly one result or error with the same id; meanwhile both may say other things.";
  }
  std::string next = capitalised(std::string(parser::caption(row.phase, row.stream, websocket))) + '.';
  for (const auto side : {parser::Direction::kC2S, parser::Direction::kS2C}) {
    if (parser::turn(row.phase, row.stream) != party(side)) continue;
    const std::string_view may = parser::may_send(row.phase, side, row.stream, websocket);
    if (!may.empty()) next += " Due: " + std::string(may) + '.';
  }
  return next;
}

}  // namespace

std::string capitalised(std::string words) {
  if (!words.empty() && words.front() >= 'a' && words.front() <= 'z') {
    words.front() = static_cast<char>(words.front() - 'a' + 'A');
  }
  return words;
}

Turn turn_of(const Row& row) {
  const std::string_view turn = parser::turn(row.phase, row.stream);
  if (turn == "client") return Turn::kClient;
  if (turn == "server") return Turn::kServer;
  return turn == "none" ? Turn::kNobody : Turn::kEither;
}

std::string_view turn_words(Turn turn) {
  switch (turn) {
    case Turn::kClient:
      return "client";
    case Turn::kServer:
      return "server";
    case Turn::kEither:
      return "either";
    case Turn::kNobody:
      return "nobody";
  }
  return "";
}

RowIndex row_before(const CaptureStore& store, RowIndex row) {
  constexpr RowIndex kNear = 65'536;  // of interleaved connections; further back is not looked
  const uint32_t connection = store.row(row).connection;
  for (RowIndex i = row; i > 0 && row - i < kNear; --i) {
    if (store.row(i - 1).connection == connection) return i - 1;
  }
  return kNoRow;
}

Caption make_caption(const CaptureStore& store, Reparser& reparser, RowIndex index) {
  const Row& row = store.row(index);
  const RowIndex earlier = row_before(store, index);
  const Row* before = earlier == kNoRow ? nullptr : &store.row(earlier);
  Caption caption;
  caption.turn = turn_of(row);
  caption.what = what_it_is(store, reparser, index);
  caption.why = parser::is_element(row.kind)
                    ? why_an_element(store, row, before)
                    : why_a_fact(row, before == nullptr ? parser::Phase::kConnected : before->phase);
  caption.next = what_is_next(store, row);
  // In an established session the same sentence would stand at every step: there, what is said is news.
  const bool moves = before == nullptr || before->phase != row.phase || is_request(store, row) ||
                     caption.turn == Turn::kClient || caption.turn == Turn::kServer;
  caption.brief = moves ? caption.next : caption.what;
  return caption;
}

}  // namespace viewer
