// What the viewer keeps of one event: compact, with everything that the table draws at hand.
#pragma once

#include <cstdint>
#include <string_view>

#include "parser/stream/stream_event.h"
#include "viewer/model/interner.h"

namespace viewer {

using RowIndex = uint32_t;
inline constexpr RowIndex kNoRow = 0xffffffff;

struct Row {
  int64_t time_us = 0;       // since 1970
  uint64_t range_begin = 0;  // in its direction of its connection
  const char* bytes =
      nullptr;                 // as sent, in the mapped file or a copy; null where there are none or not kept
  const char* text = nullptr;  // kept_summary() and, with kIdInText, id, one behind the other
  uint32_t frame = 0;          // as Wireshark counts
  uint32_t bytes_size = 0;     // also where the bytes were not kept
  uint32_t connection = 0;     // index into CaptureStore's connections
  StringId from = 0;
  StringId to = 0;
  StringId type = 0;              // of the stanza
  RowIndex answers = kNoRow;      // the request's row, where it is known
  RowIndex answered_by = kNoRow;  // written after publication; read through CaptureStore::answered_by()
  RowIndex header = kNoRow;       // the stream header in force, for parsing the bytes again
  uint32_t rtt_us = 0;            // saturates at 71 minutes; see kHasRtt
  uint32_t first_finding = 0;
  uint16_t findings = 0;
  uint16_t summary_size = 0;
  uint16_t id_size = 0;
  uint16_t id_offset = 0;  // in the bytes; see kIdInText
  parser::EventKind kind{};
  parser::Direction direction{};
  parser::Phase phase{};        // behind this event
  parser::StreamKind stream{};  // whom it connects
  parser::Severity worst{};     // of its findings
  uint16_t flags = 0;
  parser::Standing standing;  // behind this event

  static constexpr uint16_t kHasRtt = 1;
  static constexpr uint16_t kRestart = 2;       // a header that restarts the stream
  static constexpr uint16_t kEdited = 4;        // the proxy forwarded something else
  static constexpr uint16_t kBytesNotKept = 8;  // the store was full
  static constexpr uint16_t kCut = 16;          // summary or id is longer than what is kept
  static constexpr uint16_t kWebSocket = 32;    // the connection is framed by WebSocket
  static constexpr uint16_t kServerLeg = 64;    // kTls: between proxy and server; otherwise the client's leg
  static constexpr uint16_t kBrokenOff = 128;   // kClosed: reset, timed out, refused … not a plain end
  static constexpr uint16_t kIdInText = 256;    // the id is kept behind the summary, not found in the bytes
  static constexpr uint16_t kSummaryFromBytes = 512;  // is made when it is asked for: row_summary.h

  bool has(uint16_t flag) const { return (flags & flag) != 0; }
  // Empty with kSummaryFromBytes.
  std::string_view kept_summary() const { return {text, summary_size}; }
  std::string_view id() const {
    return has(kIdInText) ? std::string_view(text + summary_size, id_size)
                          : std::string_view(bytes == nullptr ? text : bytes + id_offset, id_size);
  }
  std::string_view as_sent() const {
    return bytes == nullptr ? std::string_view() : std::string_view(bytes, bytes_size);
  }
};
static_assert(sizeof(Row) <= 96, "a million rows should stay below 100 MB");

}  // namespace viewer
