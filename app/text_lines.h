// Events as lines for people: what `proxy` prints live and `inspect` from a capture.
//
// One line per element, findings and edits indented under it. Nothing that a peer sent can move the cursor,
// change a colour or start a line of its own; passwords are never shown unless asked for.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "app/xml_text.h"
#include "parser/stream/stream_event.h"

namespace app {

enum class TimeStyle : uint8_t {
  kClock,     // 14:03:07.512, local time
  kUtc,       // 14:03:07.512Z
  kRelative,  // +1.204, seconds since the first event
};

struct TextOptions {
  bool color = false;
  unsigned width = 0;  // columns to cut lines at; 0: never
  TimeStyle time = TimeStyle::kClock;
  bool xml = false;           // the element itself beneath its line
  bool explain = false;       // where the session stands, what may come next, what its namespaces are
  bool show_secrets = false;  // false: SASL payloads and passwords are masked
};

// Gets whole lines, newline included.
using TextOutput = std::function<void(std::string_view)>;

class TextLines : public parser::EventSink {
 public:
  TextLines(const TextOptions& options, TextOutput output);
  void on_event(const parser::StreamEvent& event) override;

 private:
  std::string time_of(parser::Time time);

  TextOptions options_;
  TextOutput output_;
  std::optional<parser::Time> first_;
  XmlText xml_;
};

}  // namespace app
