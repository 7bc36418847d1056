// The dump is made from the model alone; that the panels show the model is what their own tests are for.
#include "viewer/model/state_json.h"

#include <nlohmann/json.hpp>

#include "viewer/model/kinds.h"
#include "viewer/model/time_format.h"
#include "viewer/model/whole_view_json.h"

namespace viewer {

namespace {

using nlohmann::json;

std::string_view direction_name(parser::Direction direction) {
  return direction == parser::Direction::kC2S ? "c2s" : "s2c";
}

json row_json(const Workspace& workspace, RowIndex index) {
  const CaptureStore& store = workspace.store();
  const Row& row = store.row(index);
  json out = {{"row", index},
              {"frame", row.frame},
              {"time", absolute_time(row.time_us)},
              {"since_start", since_start(row.time_us, workspace.start_us())},
              {"connection", store.connection(row.connection).id},
              {"direction", direction_name(row.direction)},
              {"kind", parser::name(row.kind)},
              {"label", kind_label(row, store.text(row.type))},
              {"summary", workspace.summary(index)},
              {"from", store.text(row.from)},
              {"to", store.text(row.to)},
              {"id", row.id()},
              {"findings", row.findings}};
  if (row.has(Row::kHasRtt)) out["rtt_us"] = row.rtt_us;
  if (row.answers != kNoRow) out["answers_row"] = row.answers;
  if (const RowIndex answer = store.answered_by(row); answer != kNoRow) out["answered_by_row"] = answer;
  if (row.has(Row::kEdited)) out["edited"] = true;
  if (row.has(Row::kBytesNotKept)) out["bytes_not_kept"] = true;
  if (row.has(Row::kCut)) out["cut"] = true;
  return out;
}

json connection_json(const ConnectionSummary& c) {
  json out = {{"id", c.id},
              {"title", c.title()},
              {"client", c.info.client.address + ":" + std::to_string(c.info.client.port)},
              {"server", c.info.server.address + ":" + std::to_string(c.info.server.port)},
              {"domain", c.domain},
              {"bound_jid", c.bound_jid},
              {"phase", parser::name(c.phase)},
              {"mechanism", c.mechanism},
              {"stream_management", c.stream_management},
              {"elements", {{"c2s", c.elements[0]}, {"s2c", c.elements[1]}}},
              {"findings", {{"note", c.findings[0]}, {"warning", c.findings[1]}, {"error", c.findings[2]}}},
              {"edits", c.edits},
              {"dropped_bytes", c.dropped_bytes},
              {"closed", c.closed.has_value()}};
  for (const auto leg : {parser::Leg::kClient, parser::Leg::kServer}) {
    const auto& tls = c.tls[static_cast<size_t>(leg)];
    out[leg == parser::Leg::kClient ? "tls_client" : "tls_server"] = tls ? json(tls->version) : json(nullptr);
  }
  return out;
}

json detail_json(const Detail& detail) {
  json out = {{"title", detail.title},   {"summary", detail.summary},   {"where", detail.where},
              {"turn", detail.turn},     {"meaning", detail.meaning},   {"xml", plain_text(detail.xml)},
              {"no_xml", detail.no_xml}, {"bytes", detail.bytes.size()}};
  out["facts"] = json::array();
  for (const Fact& fact : detail.facts) out["facts"].push_back({{"name", fact.name}, {"value", fact.value}});
  out["findings"] = json::array();
  for (const FindingDetail& finding : detail.findings) {
    json one = {{"rule", finding.rule},         {"severity", parser::name(finding.severity)},
                {"citation", finding.citation}, {"message", finding.message},
                {"offender", finding.offender}, {"explanation", finding.explanation}};
    if (finding.range) one["range"] = {finding.range->begin, finding.range->end};
    out["findings"].push_back(std::move(one));
  }
  out["edits"] = json::array();
  for (const EditDetail& edit : detail.edits) {
    out["edits"].push_back({{"name", edit.name},
                            {"reason", edit.reason},
                            {"forwarded", edit.forwarded},
                            {"removed", edit.removed},
                            {"inserted", edit.inserted}});
  }
  out["decoded"] = json::array();
  for (const DecodedItem& item : detail.decoded) {
    out["decoded"].push_back(
        {{"group", item.group}, {"name", item.name}, {"value", item.value}, {"meaning", item.meaning}});
  }
  return out;
}

std::string_view view_name(ElementView view) {
  switch (view) {
    case ElementView::kXml:
      return "xml";
    case ElementView::kTree:
      return "tree";
    case ElementView::kBytes:
      return "bytes";
    case ElementView::kRaw:
      return "raw";
    case ElementView::kDecoded:
      return "decoded";
  }
  return "xml";
}

}  // namespace

std::string state_json(Workspace& workspace, size_t most) {
  const CaptureStore& store = workspace.store();
  const Loader::Status status = workspace.status();
  const Totals totals = store.totals();
  json out;
  out["file"] = workspace.path();
  out["loading"] = {{"state", name(status.state)},
                    {"done", status.done},
                    {"all", status.all},
                    {"frames", status.frames},
                    {"error", status.error}};
  out["damage"] = json::array();
  for (const captures::Damage& damage : status.damage) {
    out["damage"].push_back({{"offset", damage.offset}, {"frame", damage.frame}, {"what", damage.what}});
  }
  out["totals"] = {
      {"rows", totals.rows},
      {"elements", totals.elements},
      {"rows_not_kept", totals.rows_not_kept},
      {"bytes_not_kept", totals.bytes_not_kept},
      {"findings_not_kept", totals.findings_not_kept},
      {"dropped_bytes", totals.dropped_bytes},
      {"findings",
       {{"note", totals.findings[0]}, {"warning", totals.findings[1]}, {"error", totals.findings[2]}}}};
  const RowFilter& view = workspace.view();
  out["filter"] = {{"expression", view.expression()},
                   {"explain", view.explain()},
                   {"shown", view.size()},
                   {"scanned", view.scanned()},
                   {"complete", view.complete()},
                   {"connection", nullptr},
                   {"error", nullptr}};
  if (view.connection()) out["filter"]["connection"] = store.connection(*view.connection()).id;
  if (const auto& fault = workspace.fault()) {
    out["filter"]["error"] = {{"expression", fault->expression},
                              {"message", fault->error.message},
                              {"offset", fault->error.offset},
                              {"length", fault->error.length}};
  }
  out["filter"]["time_range"] = nullptr;
  if (const auto& range = view.time_range()) {
    out["filter"]["time_range"] = {range->begin_us, range->end_us};
  }
  out["window_view"] = name(workspace.window_view());
  out["view"] = whole_view_json(workspace, most);
  out["following"] = workspace.following();
  out["new_below"] = workspace.new_below();
  out["element_view"] = view_name(workspace.element_view());
  constexpr const char* kSides[] = {"explanation", "findings", "lens"};
  out["side_view"] = kSides[static_cast<size_t>(workspace.side_view())];
  if (const JidLens* lens = workspace.lens()) {
    json verdicts = json::array();
    for (const LensVerdict& verdict : lens->verdicts) {
      verdicts.push_back({{"profile", verdict.profile},
                          {"valid", verdict.valid},
                          {"outcome", verdict.outcome},
                          {"steps", verdict.steps.size()}});
    }
    out["lens"] = {{"address", lens->shown}, {"verdicts", verdicts}, {"disagreements", lens->disagreements}};
  }
  if (const auto& sort = workspace.order().sort()) {
    out["sort"] = {{"column", static_cast<int>(sort->column)}, {"descending", sort->descending}};
  }
  out["message"] = workspace.message();
  out["notes"] = json::object();
  for (const auto& [frame, text] : workspace.notes().all()) out["notes"][std::to_string(frame)] = text;
  out["notes_unsaved"] = workspace.notes().unsaved();
  out["picked"] = workspace.picked_rows();
  out["sessions"] = json::array();
  for (const SessionList::Session& session : workspace.sessions().all()) {
    if (out["sessions"].size() >= most) break;
    json ids = json::array();
    for (const uint32_t connection : session.connections) ids.push_back(store.connection(connection).id);
    out["sessions"].push_back(
        {{"id", session.id}, {"title", session_title(store, session)}, {"connections", ids}});
  }
  out["connections"] = json::array();
  const size_t connections = store.connections();
  for (size_t i = 0; i < std::min(connections, most); ++i) {
    out["connections"].push_back(connection_json(store.connection(i)));
  }
  out["connections_left_out"] = connections - std::min(connections, most);
  out["rows"] = json::array();
  for (size_t i = 0; i < std::min(view.size(), most); ++i) {
    out["rows"].push_back(row_json(workspace, workspace.shown(i)));
  }
  out["rows_left_out"] = view.size() - std::min(view.size(), most);
  out["selection"] = nullptr;
  if (const auto& row = workspace.selection().row) {
    out["selection"] = row_json(workspace, *row);
    out["selection"]["position"] = workspace.position_of(*row).value_or(view.lower_bound(*row));
    out["selection"]["shown"] = view.contains(*row);
    const auto& finding = workspace.selection().finding;
    out["selection"]["finding"] = finding ? json(*finding) : json(nullptr);
    out["detail"] = detail_json(workspace.detail());
  }
  const Workspace::EmptyText empty = workspace.empty_text();
  out["empty"] = {{"title", empty.title}, {"lines", empty.lines}};
  // Bytes that are not UTF-8 may stand in an id or a summary: they are replaced here, and shown in the raw
  // view as what they are.
  return out.dump(2, ' ', false, json::error_handler_t::replace);
}

}  // namespace viewer
