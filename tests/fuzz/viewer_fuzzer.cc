// A hostile capture, transcript or log through the viewer's model: every row is looked at in every way that
// the window knows, and nothing points outside of the bytes.
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "viewer/model/state_json.h"
#include "viewer/model/workspace.h"

namespace {

constexpr size_t kMostRows = 200;  // of one input, that are looked at closely

void require(bool good) {
  if (!good) std::abort();
}

void look(viewer::Workspace& w, viewer::RowIndex row) {
  w.select_row(row);
  const viewer::Detail& detail = w.detail();
  for (const viewer::TreeNode& node : detail.tree) require(node.range.end <= detail.bytes.size());
  for (const viewer::XmlLine& line : detail.xml) {
    for (const viewer::Token& token : line.tokens) require(token.range.end <= detail.bytes.size());
  }
  for (const parser::ByteRange& line : detail.raw) require(line.end <= detail.bytes.size());
  for (const viewer::FindingDetail& finding : detail.findings) {
    require(!finding.range || finding.range->end <= detail.bytes.size());
  }
  for (const std::string& address : detail.addresses) w.look_at(address);
  w.move_to_partner();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string path = "/tmp/stanzascope-viewer-fuzz-XXXXXX";
  const int fd = ::mkstemp(path.data());
  require(fd >= 0);
  size_t done = 0;
  while (done < size) {
    const ssize_t put = ::write(fd, data + done, size - done);
    require(put > 0);
    done += static_cast<size_t>(put);
  }
  ::close(fd);
  {
    viewer::Workspace w;
    w.open(path, false);
    w.loader()->wait_until_read();
    for (const char* expression : {"xmpp.iq && xmpp.from", "xmpp.xmlns contains \"a\"", ""}) {
      require(w.set_filter(expression));
      w.finish_filtering();
      w.update(0, [] { return true; });
    }
    const size_t rows = std::min(w.store().rows(), kMostRows);
    for (size_t i = 0; i < rows; ++i) look(w, static_cast<viewer::RowIndex>(i));
    w.pick_all();
    for (const auto form : {viewer::CopyForm::kXml, viewer::CopyForm::kJson, viewer::CopyForm::kTranscript,
                            viewer::CopyForm::kWireshark, viewer::CopyForm::kSummary}) {
      w.copy(form);
    }
    w.find("e", true);
    w.update(1, [] { return true; });
    while (w.findings_list().update()) {
    }
    require(!viewer::state_json(w, 50).empty());
  }
  ::unlink(path.c_str());
  return 0;
}
