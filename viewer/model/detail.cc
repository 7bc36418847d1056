// Built once per selection, never per frame.
#include "viewer/model/detail.h"

#include <algorithm>

#include "parser/rules/rule.h"
#include "viewer/model/attribute_ranges.h"
#include "viewer/model/field_filter.h"
#include "viewer/model/kinds.h"
#include "viewer/model/row_summary.h"
#include "viewer/model/time_format.h"

namespace viewer {

namespace {

constexpr size_t kMaxTreeNodes = 20'000;
constexpr size_t kMaxRawBytes = 256 * 1024;
constexpr size_t kRawColumns = 120;

std::string party(parser::Direction sender) {
  return sender == parser::Direction::kC2S ? "client" : "server";
}

// A range of the direction, within the row's bytes; none where it lies (partly) outside.
std::optional<parser::ByteRange> within(const Row& row, parser::ByteRange range) {
  const uint64_t end = row.range_begin + row.bytes_size;
  if (range.begin < row.range_begin || range.end > end || range.empty()) return std::nullopt;
  return parser::ByteRange{range.begin - row.range_begin, range.end - row.range_begin};
}

std::vector<FindingDetail> findings_of(const CaptureStore& store, const Row& row) {
  std::vector<FindingDetail> all;
  for (size_t i = row.first_finding; i < row.first_finding + row.findings; ++i) {
    const FindingEntry& entry = store.finding(i);
    FindingDetail detail;
    detail.index = i;
    detail.severity = entry.severity;
    detail.rule = entry.rule;
    detail.citation = entry.citation;
    detail.message = entry.message;
    if (const parser::rules::Rule* rule = parser::rules::find_rule(entry.rule)) {
      detail.explanation = rule->explanation;
      detail.conforming = rule->conforming;
    }
    detail.offender = "sent by the " + party(entry.offender);
    detail.frame = entry.frame;
    detail.elsewhere = entry.frame != 0 && entry.frame != row.frame;
    if (!detail.elsewhere && entry.offender == row.direction) detail.range = within(row, entry.range);
    all.push_back(std::move(detail));
  }
  // Gravest first; the store's order otherwise.
  std::stable_sort(all.begin(), all.end(),
                   [](const FindingDetail& a, const FindingDetail& b) { return a.severity > b.severity; });
  return all;
}

std::vector<EditDetail> edits_of(const CaptureStore& store, RowIndex index, const Drawable& drawable) {
  std::vector<EditDetail> all;
  for (const EditEntry& entry : store.edits_of(index)) {
    EditDetail detail;
    detail.name = entry.name;
    detail.reason = entry.reason;
    detail.forwarded = entry.replacement.empty()
                           ? "nothing"
                           : shorten(display_text(entry.replacement, Lines::kEscape, drawable), 400);
    const Row& row = store.row(index);
    if (entry.direction == row.direction) detail.range = within(row, entry.range);
    // An insertion has an empty range, which is none to be marked, but it has a place.
    if (entry.direction == row.direction && entry.range.begin >= row.range_begin &&
        entry.range.end <= row.range_begin + row.as_sent().size()) {
      constexpr size_t kAround = 60;
      constexpr size_t kMost = 2000;
      const std::string_view bytes = row.as_sent();
      const size_t begin = entry.range.begin - row.range_begin;
      const size_t end = entry.range.end - row.range_begin;
      const auto shown = [&](std::string_view text) {
        return shorten(display_text(text, Lines::kEscape, drawable), kMost);
      };
      const size_t from = begin > kAround ? begin - kAround : 0;
      detail.before = (from > 0 ? "\u2026" : "") + shown(bytes.substr(from, begin - from));
      detail.removed = shown(bytes.substr(begin, end - begin));
      detail.inserted = shown(entry.replacement);
      detail.behind = shown(bytes.substr(end, kAround)) + (end + kAround < bytes.size() ? "\u2026" : "");
    }
    all.push_back(std::move(detail));
  }
  return all;
}

// Elements and attributes in the order of the text.
class TreeMaker {
 public:
  TreeMaker(std::string_view bytes, uint64_t base, const Drawable& drawable, Detail& detail)
      : bytes_(bytes), base_(base), drawable_(drawable), detail_(detail) {}

  void add(const parser::xml::Element& e, int depth, std::string_view parent_ns) {
    constexpr int kDeepest = 256;
    if (detail_.tree.size() >= kMaxTreeNodes || depth > kDeepest) return;
    TreeNode node;
    node.depth = depth;
    node.label = shown(e.local);
    if (e.ns != parent_ns) {
      node.ns = shown(e.ns);
      if (depth > 0) node.filter = "xmpp.xmlns == " + quoted(e.ns);
    }
    if (e.has_text()) {
      const std::string text = e.text();
      node.value = shorten(shown(text), 2000);
      if (text.size() < 200 && node.filter.empty()) node.filter = quoted(text);
      if (e.local == "jid") address(text, node);
    }
    node.range = {e.range.begin - base_, e.range.end - base_};
    detail_.tree.push_back(std::move(node));
    const auto places = attribute_ranges(bytes_, {e.start_tag.begin - base_, e.start_tag.end - base_});
    for (const parser::xml::Attribute& a : e.attributes) attribute(e, a, depth, places);
    for (const parser::xml::Element& child : e.children()) add(child, depth + 1, e.ns);
  }

 private:
  std::string shown(std::string_view text) const { return display_text(text, Lines::kEscape, drawable_); }

  void attribute(const parser::xml::Element& e, const parser::xml::Attribute& a, int depth,
                 const std::vector<AttributeRange>& places) {
    TreeNode node;
    node.depth = depth + 1;
    node.attribute = true;
    const std::string name =
        a.prefix.empty() ? std::string(a.local) : std::string(a.prefix) + ':' + std::string(a.local);
    node.label = shown(name);
    node.value = shorten(shown(a.value), 2000);
    node.range = {e.start_tag.begin - base_, e.start_tag.end - base_};
    for (const AttributeRange& place : places) {
      if (place.name == name) node.range = place.whole;
    }
    const bool of_stanza =
        depth == 0 && (a.local == "from" || a.local == "to" || a.local == "id" || a.local == "type");
    node.filter = of_stanza ? "xmpp." + std::string(a.local) + " == " + quoted(a.value)
                  : a.value.size() < 200 && !a.value.empty() ? quoted(a.value)
                                                             : std::string();
    if (a.local == "from" || a.local == "to" || a.local == "jid" || a.local == "by") address(a.value, node);
    detail_.tree.push_back(std::move(node));
  }

  void address(std::string_view text, TreeNode& node) {
    constexpr size_t kMost = 64;
    if (text.empty()) return;
    node.address = text;
    auto& all = detail_.addresses;
    if (all.size() < kMost && std::find(all.begin(), all.end(), text) == all.end()) all.emplace_back(text);
  }

  std::string_view bytes_;
  uint64_t base_;
  const Drawable& drawable_;
  Detail& detail_;
};

// Breaks between characters every so many columns, and behind newlines.
void make_raw_lines(std::string_view bytes, Detail& detail) {
  const std::string_view part = bytes.substr(0, kMaxRawBytes);
  size_t begin = 0;
  size_t columns = 0;
  for (size_t at = 0; at < part.size();) {
    const Decoded c = decode_utf8(part.substr(at));
    at += c.size;
    ++columns;
    if (columns < kRawColumns && !(c.valid && c.code_point == '\n') && at < part.size()) continue;
    detail.raw.push_back({begin, at});
    begin = at;
    columns = 0;
  }
  detail.raw_left_out = bytes.size() - part.size();
}

std::string turn_words(std::string_view turn) {
  if (turn == "client" || turn == "server") return std::string(turn) + "\u2019s turn";
  if (turn == "both") return "both sides\u2019 turn";
  if (turn == "other") return "the other side\u2019s turn";
  if (turn == "none") return "nobody\u2019s turn";
  return "either side may speak";
}

std::string why_no_xml(const Row& row) {
  using parser::EventKind;
  if (row.has(Row::kBytesNotKept)) {
    return "The bytes of this element were not kept: the capture is larger than the viewer's limit.";
  }
  switch (row.kind) {
    case EventKind::kFooter:
      return "The end tag of the stream; it closes what the header opened.";
    case EventKind::kKeepalive:
      return "White space only; see the bytes.";
    case EventKind::kViolation:
      return "These bytes are not XML that XMPP allows; see the bytes.";
    case EventKind::kUnparsed:
      return "These bytes could not be framed as elements; see the bytes.";
    default:
      break;
  }
  return parser::is_element(row.kind) ? "These bytes could not be parsed again; see the bytes."
                                      : "A fact of the connection: no bytes were sent.";
}

void add_facts(Detail& detail, const CaptureStore& store, const Row& row, const Drawable& drawable) {
  const auto add = [&](std::string name, std::string_view value) {
    if (!value.empty()) {
      detail.facts.push_back({std::move(name), shorten(display_text(value, Lines::kEscape, drawable), 600)});
    }
  };
  add("time", absolute_time(row.time_us) + " UTC");
  add("frame", row.frame == 0 ? std::string() : count(row.frame));
  add("from", store.text(row.from));
  add("to", store.text(row.to));
  add("id", row.id());
  if (row.has(Row::kHasRtt)) {
    std::string text = span(row.rtt_us) + " after the request";
    if (row.answers != kNoRow) text += ", frame " + count(store.row(row.answers).frame);
    add("answers", text);
  }
  if (detail.answer != kNoRow) {
    const Row& answer = store.row(detail.answer);
    add("answered", "after " + span(answer.rtt_us) + ", frame " + count(answer.frame));
  }
  if (row.bytes_size > 0) {
    add("bytes", count(row.range_begin) + " \u2013 " + count(row.range_begin + row.bytes_size) + " (" +
                     bytes_amount(row.bytes_size) + ")");
  }
}

}  // namespace

const TreeNode* node_at(const Detail& detail, uint64_t byte) {
  const TreeNode* best = nullptr;
  for (const TreeNode& node : detail.tree) {
    if (byte < node.range.begin || byte >= node.range.end) continue;
    if (best == nullptr || node.range.size() <= best->range.size()) best = &node;
  }
  return best;
}

Detail make_detail(const CaptureStore& store, Reparser& reparser, RowIndex index, const Drawable& drawable) {
  const Row& row = store.row(index);
  const parser::StreamEvent& event = reparser.event(index);
  const KindText& kind = kind_text(row.kind);
  Detail detail;
  detail.row = index;
  detail.title = display_text(kind_label(row, store.text(row.type)), Lines::kEscape, drawable);
  detail.summary = display_text(row_summary(store, row, event), Lines::kEscape, drawable);
  if (parser::is_element(row.kind)) {
    detail.sender = party(row.direction) + " \u2192 " + party(opposite(row.direction));
  }
  detail.where = parser::caption(row.phase, row.stream, row.has(Row::kWebSocket));
  for (const std::string_view one : parser::captions(row.standing)) detail.where += "; " + std::string(one);
  detail.turn = turn_words(parser::turn(row.phase, row.stream));
  detail.meaning = kind.meaning;
  detail.meaning_citation = kind.citation;
  detail.request = row.answers;
  detail.answer = store.answered_by(row);
  add_facts(detail, store, row, drawable);
  detail.findings = findings_of(store, row);
  detail.edits = edits_of(store, index, drawable);
  detail.bytes = row.as_sent();
  make_raw_lines(detail.bytes, detail);
  if (event.element == nullptr) {
    detail.no_xml = why_no_xml(row);
    return detail;
  }
  XmlOptions options;
  options.base = reparser.base();
  options.open = row.kind == parser::EventKind::kHeader;
  options.drawable = drawable;
  options.bytes = detail.bytes;
  detail.xml = xml_lines(*event.element, options);
  TreeMaker(detail.bytes, reparser.base(), drawable, detail).add(*event.element, 0, {});
  detail.decoded = decode(event, reparser.base(), drawable);
  return detail;
}

}  // namespace viewer
