// A line is put together from parts of known width, so that it can be cut by columns and coloured afterwards.
// Everything that a peer can choose goes through plain() first.
#include "app/text_lines.h"

#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <utility>
#include <vector>

#include "app/terminal.h"
#include "parser/explanation.h"
#include "parser/payload/summary.h"
#include "parser/stream/plain_text.h"

namespace app {
namespace {

using parser::Direction;
using parser::EventKind;
using parser::Severity;
using parser::StreamEvent;

constexpr size_t kIndent = 8;            // of what stands under a line
constexpr size_t kAddress = 40;          // columns
constexpr size_t kId = 24;               // columns
constexpr size_t kChange = 80;           // columns of what an edit removed or put in
constexpr size_t kNamespace = 60;        // columns
constexpr size_t kNarrowest = 40;        // no line is cut shorter than this
constexpr size_t kMaxRemembered = 4096;  // namespaces; a capture with more explains some of them again

// Parts of one line, plain, with the hue to print each in.
class Line {
 public:
  explicit Line(bool color, size_t width) : color_(color), room_(width) {}

  void add(std::string_view text) { put(text, false, Hue::kDim); }
  void add(std::string_view text, Hue hue) { put(text, true, hue); }

  std::string take() {
    while (!out_.empty() && out_.back() == ' ') out_.pop_back();
    return std::move(out_) + "\n";
  }

 private:
  void put(std::string_view text, bool tinted, Hue hue) {
    if (full_) return;
    std::string cut;
    if (room_ != 0) {
      const size_t takes = parser::columns(text);
      if (used_ + takes > room_) {
        full_ = true;
        cut = room_ > used_ ? parser::plain(text, room_ - used_) : std::string();
        text = cut;
      }
      used_ += takes;
    }
    out_ += tinted ? tint(color_, hue, text) : std::string(text);
  }

  bool color_;
  size_t room_;
  size_t used_ = 0;
  bool full_ = false;
  std::string out_;
};

std::string padded(std::string text, size_t width) {
  const size_t takes = parser::columns(text);
  if (takes < width) text.append(width - takes, ' ');
  return text;
}

std::string right(std::string text, size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

// "8.1 ms", "950 µs", "2.30 s".
std::string duration(parser::Duration d) {
  const auto us = static_cast<double>(d.count());
  std::array<char, 32> text{};
  if (us < 1000) {
    std::snprintf(text.data(), text.size(), "%.0f µs", us);
  } else if (us < 1e6) {
    std::snprintf(text.data(), text.size(), "%.1f ms", us / 1e3);
  } else {
    std::snprintf(text.data(), text.size(), "%.2f s", us / 1e6);
  }
  return text.data();
}

std::string kind_words(const StreamEvent& event) {
  std::string out(name(event.kind));
  if (event.kind == EventKind::kIq && !event.stanza_type.empty()) {
    out += " " + parser::plain(event.stanza_type, 8);
  }
  return out;
}

std::string addresses(const StreamEvent& event) {
  if (event.kind == EventKind::kHeader) return {};  // its summary names them
  std::string out;
  if (!event.from.empty()) out = parser::plain(event.from, kAddress);
  if (!event.to.empty()) out += (out.empty() ? "→ " : " → ") + parser::plain(event.to, kAddress);
  return out;
}

// "removed “…”", "put “…” in place of “…”".
std::string change(const parser::Edit& edit, const StreamEvent& event) {
  std::string before;
  if (event.range.contains(edit.range) && edit.range.end - event.range.begin <= event.bytes.size()) {
    before =
        parser::plain(event.bytes.substr(edit.range.begin - event.range.begin, edit.range.size()), kChange);
  }
  const std::string after = parser::plain(edit.replacement, kChange);
  if (after.empty()) return "removed “" + before + "”";
  if (edit.range.empty()) return "inserted “" + after + "”";
  return "put “" + after + "” in place of “" + before + "”";
}

std::string_view mark_of(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "✖";
    case Severity::kWarning:
      return "▲";
    case Severity::kNote:
      return "•";
  }
  return "•";
}

}  // namespace

Hue hue_of(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return Hue::kError;
    case Severity::kWarning:
      return Hue::kWarning;
    case Severity::kNote:
      return Hue::kNote;
  }
  return Hue::kNote;
}

TextLines::TextLines(const TextOptions& options, TextOutput output)
    : options_(options), output_(std::move(output)), xml_(options.show_secrets) {
  if (options_.width != 0 && options_.width < kNarrowest) options_.width = kNarrowest;
}

// Labels and sentences: only what was not said before, for in an established session most of it stays as it
// is.
std::vector<std::pair<std::string, std::string>> TextLines::explanation(const StreamEvent& event) {
  const parser::Explanation told = parser::explain(event);
  std::vector<std::pair<std::string, std::string>> lines;
  if (std::string& last = ways_[event.connection]; last != told.breadcrumb) {
    last = told.breadcrumb;
    lines.emplace_back("way:", told.breadcrumb);
  }
  if (std::string_view& last = told_[event.connection]; last != told.caption) {
    last = told.caption;
    lines.emplace_back("now:", std::string(told.caption));
    std::string next;
    if (!told.client.empty()) next = "client: " + std::string(told.client);
    if (!told.server.empty()) next += (next.empty() ? "server: " : " | server: ") + std::string(told.server);
    lines.emplace_back("turn:", std::string(told.turn) + (next.empty() ? "" : "; may send — " + next));
  }
  if (parser::Standing& last = standings_[event.connection]; last != event.standing) {
    last = event.standing;
    for (const std::string_view one : told.standing) lines.emplace_back("also:", std::string(one));
  }
  if (told.error && !told.error->meaning.empty()) {
    std::string means(told.error->meaning);
    if (!told.error->advice.empty()) means += " To the asker: " + std::string(told.error->advice) + ".";
    lines.emplace_back("error:", std::string(told.error->condition) + ": " + means);
  }
  for (const parser::ExplainedNamespace& one : told.namespaces) {
    if (explained_.contains(one.name)) continue;
    if (explained_.size() < kMaxRemembered) explained_.emplace(one.name);
    const std::string name = parser::plain(one.name, kNamespace);
    if (one.known == nullptr) {
      lines.emplace_back(name + ":", "no specification of it is known");
    } else {
      const std::string what(one.known->explanation);
      lines.emplace_back(name + ":", cite(*one.known) + (what.empty() ? "" : ". " + what));
    }
  }
  return lines;
}

std::string TextLines::time_of(parser::Time time) {
  const auto since_epoch = time.time_since_epoch();
  std::array<char, 48> text{};
  if (options_.time == TimeStyle::kRelative) {
    if (!first_) first_ = time;
    const double seconds = std::chrono::duration<double>(time - *first_).count();
    std::snprintf(text.data(), text.size(), "%+9.3f", seconds);
    return text.data();
  }
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch - seconds).count();
  const std::time_t clock = seconds.count();
  std::tm parts{};
  const bool utc = options_.time == TimeStyle::kUtc;
  if (utc) {
    gmtime_r(&clock, &parts);
  } else {
    localtime_r(&clock, &parts);
  }
  std::snprintf(text.data(), text.size(), "%02d:%02d:%02d.%03d%s", parts.tm_hour, parts.tm_min, parts.tm_sec,
                static_cast<int>(millis), utc ? "Z" : "");
  return text.data();
}

void TextLines::on_event(const StreamEvent& event) {
  const bool element = is_element(event.kind);
  const Hue side = event.direction == Direction::kC2S ? Hue::kClient : Hue::kServer;
  Line line(options_.color, options_.width);
  line.add(right(element ? std::to_string(event.frame) : std::string(), 5) + " ", Hue::kDim);
  line.add(time_of(event.time) + " ", Hue::kDim);
  line.add("#" + std::to_string(event.connection) + " ");
  if (element) {
    line.add(event.direction == Direction::kC2S ? "▶ " : "◀ ", side);
    line.add(padded(kind_words(event), 12), side);
  } else {
    line.add("● ", Hue::kDim);
    line.add(padded(kind_words(event), 12), Hue::kDim);
  }
  line.add(" " + summary(event), element ? Hue::kBold : Hue::kDim);
  if (const std::string who = addresses(event); !who.empty()) line.add("  " + who);
  if (!event.id.empty() && event.kind != EventKind::kHeader) {
    line.add("  id " + parser::plain(event.id, kId), Hue::kDim);
  }
  if (event.answers) {
    line.add(
        "  ⇄ " + duration(event.answers->rtt) + ", answers frame " + std::to_string(event.answers->frame),
        Hue::kDim);
  }
  std::string out = line.take();

  // `first` is tinted like the mark; wrapping comes before, so that escape sequences take no room.
  const auto beneath = [&](Hue hue, std::string_view mark, std::string_view first, const std::string& rest) {
    const std::string lines = wrap(std::string(first) + rest, options_.width, kIndent + 2);
    out += std::string(kIndent, ' ') + tint(options_.color, hue, mark) + " " +
           tint(options_.color, hue, first) + lines.substr(kIndent + 2 + first.size());
  };
  for (size_t i = 0; i < event.edits.size(); ++i) {
    const parser::Edit& edit = event.edits[i];
    // Edits of one kind come together, with one reason.
    const bool last = i + 1 == event.edits.size() || event.edits[i + 1].name != edit.name;
    beneath(Hue::kEdit, "✎", "edit",
            " " + parser::plain(edit.name, 40) + ": " + change(edit, event) +
                (last ? " (" + parser::plain(edit.reason, 400) + ")" : std::string()));
  }
  for (const parser::Finding& finding : event.findings) {
    std::string rest = " " + std::string(finding.rule) + ": " + parser::plain(finding.message, 1000) + " [" +
                       std::string(finding.citation) + "]";
    if (finding.frame != 0 && finding.frame != event.frame) {
      rest += " (frame " + std::to_string(finding.frame) + ")";
    }
    beneath(hue_of(finding.severity), mark_of(finding.severity), name(finding.severity), rest);
  }
  if (event.kind == EventKind::kClosed) {
    told_.erase(event.connection);
    ways_.erase(event.connection);
    standings_.erase(event.connection);
  }
  if (options_.explain && element && event.kind != EventKind::kKeepalive) {
    for (const auto& [label, text] : explanation(event)) beneath(Hue::kDim, "·", label, " " + text);
  }
  if (options_.xml) out += xml_.lines(event, kIndent);
  output_(out);
}

}  // namespace app
