// The forms that other commands of stanzascope read and write, made by the code that they use.
#include "viewer/model/copy_rows.h"

#include <nlohmann/json.hpp>
#include <set>

#include "captures/export/frame_filter.h"
#include "captures/export/transcript_export.h"
#include "viewer/model/display_text.h"
#include "viewer/model/kinds.h"
#include "viewer/model/row_summary.h"
#include "viewer/model/time_format.h"

namespace viewer {

namespace {

using Json = nlohmann::ordered_json;

std::string json_line(const CaptureStore& store, Reparser& reparser, RowIndex index) {
  const Row& row = store.row(index);
  Json out = {{"frame", row.frame},
              {"time", absolute_time(row.time_us)},
              {"connection", store.connection_id(row)},
              {"session", store.session_id(row)},
              {"kind", parser::name(row.kind)},
              {"summary", row_summary(store, reparser, index)}};
  if (parser::is_element(row.kind)) {
    out["direction"] = row.direction == parser::Direction::kC2S ? "c2s" : "s2c";
    out["xml"] = row.as_sent();
  }
  const auto add = [&](const char* name, std::string_view text) {
    if (!text.empty()) out[name] = text;
  };
  add("from", store.text(row.from));
  add("to", store.text(row.to));
  add("id", row.id());
  add("stanza_type", store.text(row.type));
  if (row.has(Row::kHasRtt)) out["rtt_us"] = row.rtt_us;
  for (size_t i = row.first_finding; i < row.first_finding + row.findings; ++i) {
    const FindingEntry& finding = store.finding(i);
    out["findings"].push_back({{"rule", finding.rule},
                               {"severity", parser::name(finding.severity)},
                               {"citation", finding.citation},
                               {"message", finding.message}});
  }
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string transcript(const CaptureStore& store, Reparser& reparser, std::span<const RowIndex> rows) {
  captures::TranscriptExport out({});
  std::set<parser::ConnectionId> begun;
  for (const RowIndex row : rows) {
    const parser::StreamEvent& event = reparser.event(row);
    // A part of a session begins where it begins: its reader has to be told what was there before.
    if (begun.insert(event.connection).second && event.kind != parser::EventKind::kHeader) {
      parser::StreamEvent opened;
      opened.kind = parser::EventKind::kOpened;
      opened.time = event.time;
      opened.connection = event.connection;
      parser::ConnectionInfo info;
      info.from_start = false;
      info.assumed.emplace();
      info.assumed->bound_jid = store.connection(store.row(row).connection).bound_jid;
      opened.fact = std::move(info);
      out.on_event(opened);
    }
    if (parser::is_element(event.kind)) out.on_event(event);
  }
  return out.text();
}

}  // namespace

std::string copy_rows(const CaptureStore& store, Reparser& reparser, std::span<const RowIndex> rows,
                      CopyForm form) {
  rows = rows.first(std::min(rows.size(), kMostCopied));
  if (form == CopyForm::kTranscript) return transcript(store, reparser, rows);
  if (form == CopyForm::kWireshark) {
    captures::FrameFilter filter;
    for (const RowIndex row : rows) filter.on_event(reparser.outline(row));
    return filter.text();
  }
  std::string out;
  for (const RowIndex index : rows) {
    const Row& row = store.row(index);
    if (form == CopyForm::kXml && row.as_sent().empty()) continue;
    if (!out.empty()) out += '\n';
    switch (form) {
      case CopyForm::kXml: {
        // The clipboard ends at a zero byte; what is not text is copied as the raw view shows it.
        const std::string_view bytes = row.as_sent();
        out += bytes.find('\0') == std::string_view::npos ? std::string(bytes)
                                                          : display_text(bytes, Lines::kKeep);
        break;
      }
      case CopyForm::kJson:
        out += json_line(store, reparser, index);
        break;
      default:
        out += clock_time(row.time_us);
        out += parser::is_element(row.kind)
                   ? row.direction == parser::Direction::kC2S ? "  \u2192 " : "  \u2190 "
                   : "    ";
        out += kind_label(row, store.text(row.type)) + "  ";
        out += display_text(row_summary(store, reparser, index), Lines::kEscape);
        break;
    }
  }
  return out;
}

}  // namespace viewer
