// Everything that the lower panels show of the selected row.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "viewer/model/capture_store.h"
#include "viewer/model/decoded.h"
#include "viewer/model/reparser.h"
#include "viewer/model/xml_lines.h"

namespace viewer {

struct FindingDetail {
  size_t index = 0;  // of the store's findings
  parser::Severity severity{};
  std::string rule;
  std::string citation;
  std::string message;
  std::string explanation;  // of the rule; empty where the rule is unknown to this version
  std::string conforming;   // a transcript that keeps the rule
  std::string offender;     // "sent by the client"
  bool elsewhere = false;   // the fault lies in an earlier element: see frame
  uint64_t frame = 0;
  std::optional<parser::ByteRange> range;  // in the row's bytes; none where it lies elsewhere
};

struct EditDetail {
  std::string name;
  std::string reason;
  std::string forwarded;  // what was sent instead, for display; "nothing" where the bytes were taken out
  std::optional<parser::ByteRange> range;
  // Sent and forwarded beside each other, for display: what is the same before and behind, what was taken
  // out, what was put in its place.
  std::string before, removed, inserted, behind;
};

struct Fact {
  std::string name;
  std::string value;
};

struct TreeNode {
  int depth = 0;
  std::string label;  // "query", "jid" with @ for attributes
  std::string value;  // text or attribute value; empty where none
  std::string ns;     // where it differs from the parent's
  parser::ByteRange range;
  bool attribute = false;
  std::string filter{};   // an expression that shows elements with this; empty: none
  std::string address{};  // a JID that it holds, as sent
};

struct Detail {
  RowIndex row = kNoRow;
  std::string title;  // "iq result"
  std::string summary;
  std::string sender;   // "client → server"
  std::string where;    // caption of the phase, and of the standing inside of it
  std::string turn;     // "client's turn"
  std::string meaning;  // of the kind
  std::string meaning_citation;
  std::vector<Fact> facts;
  std::vector<FindingDetail> findings;
  std::vector<EditDetail> edits;
  std::vector<XmlLine> xml;  // empty: see no_xml
  std::vector<TreeNode> tree;
  std::vector<DecodedItem> decoded;
  std::vector<std::string> addresses;  // as sent, each once
  std::string no_xml;                  // why there is none, in a sentence
  std::string_view bytes;              // as sent; lives in the store
  std::vector<parser::ByteRange> raw;  // the bytes in lines of at most 120 characters
  uint64_t raw_left_out = 0;           // bytes behind them
  RowIndex request = kNoRow;           // that this row answers
  RowIndex answer = kNoRow;            // to this row
};

// The innermost node that has that byte; null where there is no tree.
const TreeNode* node_at(const Detail& detail, uint64_t byte);

Detail make_detail(const CaptureStore& store, Reparser& reparser, RowIndex row, const Drawable& drawable);

}  // namespace viewer
