// Parts of captures by their index: some connections, some frames, or the list of connections.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "captures/reader.h"

namespace app {

// What of a capture is to be read.
struct CapturePart {
  std::set<parser::ConnectionId> connections;  // empty: all
  uint64_t first_frame = 0;
  uint64_t last_frame = UINT64_MAX;
  bool frames() const { return first_frame > 0 || last_frame < UINT64_MAX; }
  bool whole() const { return connections.empty() && !frames(); }
};

// "12" or "12-40" or "12-". False where it is neither.
bool parse_frames(const std::string& text, CapturePart& part);

// Passes on events of those frames.
class OfFrames : public parser::EventSink {
 public:
  OfFrames(const CapturePart& part, parser::EventSink& sink) : part_(part), sink_(sink) {}
  void on_event(const parser::StreamEvent& event) override {
    if (event.frame >= part_.first_frame && event.frame <= part_.last_frame) sink_.on_event(event);
  }

 private:
  const CapturePart& part_;
  parser::EventSink& sink_;
};

// Reads the part through `reader`, by the index where the file can have one; connections that are not in the
// part are never looked at. "" or what is wrong with the file.
std::string read_part(const std::string& path, const CapturePart& part, captures::Reader& reader);

// Prints a line for each connection of the file, and the totals; as JSON Lines with `json`. "" or what is
// wrong.
std::string list_connections(const std::string& path, bool json);

}  // namespace app
