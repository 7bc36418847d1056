// Events as lines for people: what `proxy` prints live and `inspect` from a capture.
//
// One line per element, findings and edits indented under it. Nothing that a peer sent can move the cursor,
// change a colour or start a line of its own; passwords are never shown unless asked for.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/terminal.h"
#include "app/xml_text.h"
#include "parser/stream/stream_event.h"

namespace app {

enum class TimeStyle : uint8_t {
  kClock,     // 14:03:07.512, local time
  kUtc,       // 14:03:07.512Z
  kRelative,  // +1.204, seconds since the first event, or count_from()
};

struct TextOptions {
  bool color = false;
  unsigned width = 0;  // columns to cut lines at; 0: never
  TimeStyle time = TimeStyle::kClock;
  bool xml = false;  // the element itself beneath its line
  // Where a connection's session stands and what may come next, when that changes; what a namespace is, when
  // it comes up first.
  bool explain = false;
  bool show_secrets = false;  // false: SASL payloads and passwords are masked
};

Hue hue_of(parser::Severity severity);

// Gets whole lines, newline included.
using TextOutput = std::function<void(std::string_view)>;

class TextLines : public parser::EventSink {
 public:
  TextLines(const TextOptions& options, TextOutput output);
  void on_event(const parser::StreamEvent& event) override;
  // What TimeStyle::kRelative counts from; without it, the first event.
  void count_from(parser::Time time) { first_ = time; }

 private:
  std::string time_of(parser::Time time);
  std::vector<std::pair<std::string, std::string>> explanation(const parser::StreamEvent& event);

  TextOptions options_;
  TextOutput output_;
  std::optional<parser::Time> first_;
  XmlText xml_;
  std::map<parser::ConnectionId, std::string_view> told_;       // caption last told of each open connection
  std::map<parser::ConnectionId, std::string> ways_;            // the same of the breadcrumb
  std::map<parser::ConnectionId, parser::Standing> standings_;  // … and of the standing
  std::set<std::string, std::less<>> explained_;                // namespaces; at most kMaxRemembered
};

}  // namespace app
