// The XML of an event, pretty-printed for the terminal, with its secrets masked.
#pragma once

#include <map>
#include <string>

#include "captures/masking.h"
#include "parser/stream/stream_event.h"

namespace app {

class XmlText {
 public:
  explicit XmlText(bool show_secrets) : show_secrets_(show_secrets) {}

  // Lines indented by `indent` blanks, each ended by a newline; "" for events without bytes. Each is safe to
  // print (parser/stream/plain_text.h).
  std::string lines(const parser::StreamEvent& event, size_t indent);

 private:
  bool show_secrets_;
  std::map<parser::ConnectionId, captures::Masking> maskings_;
};

}  // namespace app
