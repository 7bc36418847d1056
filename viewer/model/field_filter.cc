// Own field names where Wireshark has none; everything else moves between the two tools as it is.
#include "viewer/model/field_filter.h"

#include <array>
#include <cstdio>

namespace viewer {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string filter_for(const CaptureStore& store, const Row& row, Column column) {
  using parser::EventKind;
  const auto seconds = [](uint32_t us) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%uus", us);
    return std::string(text.data());
  };
  // Only stanzas have these as fields; of anything else the text is looked for.
  const bool stanza =
      row.kind == EventKind::kIq || row.kind == EventKind::kMessage || row.kind == EventKind::kPresence;
  const auto attribute = [&](std::string_view field, std::string_view value) {
    if (value.empty()) return std::string();
    return stanza ? std::string(field) + " == " + quoted(value) : quoted(value);
  };
  switch (column) {
    case Column::kSession:
      return "xmpp.session == " + std::to_string(store.session_id(row));
    case Column::kDirection:
      if (!parser::is_element(row.kind) || row.kind == EventKind::kFooter ||
          row.kind == EventKind::kKeepalive) {
        return {};
      }
      return row.direction == parser::Direction::kC2S ? "xmpp.out" : "xmpp.in";
    case Column::kKind: {
      const std::string_view type = store.text(row.type);
      std::string kind = row.kind == EventKind::kIq        ? "xmpp.iq"
                         : row.kind == EventKind::kMessage ? "xmpp.message"
                         : row.kind == EventKind::kPresence
                             ? "xmpp.presence"
                             : "xmpp.kind == " + quoted(parser::name(row.kind));
      if (row.kind == EventKind::kIq && !type.empty()) kind += " && xmpp.type == " + quoted(type);
      return kind;
    }
    case Column::kFrom:
      return attribute("xmpp.from", store.text(row.from));
    case Column::kTo:
      return attribute("xmpp.to", store.text(row.to));
    case Column::kType:
      return attribute("xmpp.type", store.text(row.type));
    case Column::kId:
      return attribute("xmpp.id", row.id());
    case Column::kSize:
      return row.bytes_size == 0 ? "" : "xmpp.bytes >= " + std::to_string(row.bytes_size);
    case Column::kRtt:
      return row.has(Row::kHasRtt) ? "xmpp.rtt >= " + seconds(row.rtt_us) : "";
    case Column::kFindings:
      if (row.findings == 0) return {};
      return "xmpp.finding == " + quoted(store.finding(row.first_finding).rule);
    case Column::kTime:
    case Column::kDelta:
    case Column::kSummary:
    case Column::kNote:
      return {};
  }
  return {};
}

std::string narrowed(std::string_view filter, std::string_view by, bool exclude) {
  const std::string part = exclude ? "!(" + std::string(by) + ")" : std::string(by);
  if (filter.find_first_not_of(" \t") == std::string_view::npos) return part;
  // Parentheses only where "or" would otherwise take the new part in.
  const bool chain =
      filter.find("||") == std::string_view::npos && filter.find(" or ") == std::string_view::npos;
  return (chain ? std::string(filter) : "(" + std::string(filter) + ")") + " && " + part;
}

}  // namespace viewer
