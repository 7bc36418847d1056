// What a table without rows says: why there are none, and what can be done about it.
#include "viewer/model/time_format.h"
#include "viewer/model/workspace.h"

namespace viewer {

Workspace::EmptyText Workspace::empty_text() const {
  if (filter_.size() > 0) return {};
  const Loader::Status status = this->status();
  if (status.state == Loader::State::kFailed) {
    return {"This capture cannot be read", {status.error}};
  }
  if (store_.rows() > 0) {
    if (!filter_.complete()) return {"Filtering\u2026", {}};
    EmptyText text{"No row matches the filter", {}};
    if (filter_.session()) text.lines.push_back("Only one session is shown; Esc shows all of them.");
    if (filter_.connection()) text.lines.push_back("Only one connection is shown; Esc shows all of them.");
    if (filter_.time_range()) text.lines.push_back("Only a part of the time is shown; Esc shows all of it.");
    for (const RowFilter::Term& term : filter_.terms()) {
      if (filter_.terms().size() < 2) break;
      text.lines.push_back(term.matches == 0
                               ? term.text + "   matches nothing: this part excludes every row"
                               : term.text + "   alone matches " + counted(term.matches, "row"));
    }
    if (!filter_.expression().empty()) text.lines.push_back("Esc clears the filter.");
    return text;
  }
  if (status.state == Loader::State::kLoading) return {"Reading " + path_ + "\u2026", {}};
  if (status.state == Loader::State::kFollowing) {
    return {
        "Waiting for the first element",
        {"Rows appear here as soon as the proxy records them.", "Point a client at the proxy and log in."}};
  }
  if (loader_ == nullptr) {
    return {
        "No capture is open",
        {("Record one:   stanzascope proxy --listen 127.0.0.1:5222 --upstream HOST:PORT --write "
          "session.pcapng"),
         "Open it:      stanzascope-viewer session.pcapng   (or drop a file here; Ctrl O asks for its name)",
         "Logs, too:    transcripts, XML and the logs of XML consoles are read as they are",
         "Watch it:     stanzascope-viewer session.pcapng --follow",
         "Try it:       stanzascope demo --view"}};
  }
  return {"This capture has no XMPP in it",
          {"The file was read to its end; it holds no stream that could be shown."}};
}

}  // namespace viewer
