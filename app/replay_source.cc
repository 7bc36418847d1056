#include "app/replay_source.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "captures/file.h"
#include "captures/reader.h"
#include "captures/zstd_stream.h"
#include "parser/given_text.h"

namespace app {

namespace {

constexpr size_t kMostText = 64u << 20;
// How every pcapng file begins (its section header block); no text does.
constexpr std::string_view kPcapng = "\x0A\x0D\x0D\x0A";

void read_text(const std::string& path, std::ifstream& file, replay::RecordingBuilder& builder,
               ReplaySource& source) {
  file.seekg(0, std::ios::end);
  if (file.tellg() > static_cast<std::streamoff>(kMostText)) {
    source.error = path + " is neither a capture (pcapng) nor a transcript of at most 64 MiB.";
    return;
  }
  file.seekg(0);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const parser::GivenText given = parser::read_given_text(text, std::nullopt, {});
  if (!given.error.empty()) {
    source.error = path + (given.error_line != 0 ? ":" + std::to_string(given.error_line) : "") + ": " +
                   given.error + " (It is read as text, as it is no pcapng file.)";
    return;
  }
  source.remarks = given.guesses;
  parser::AnalyzerOptions options;
  options.rules = false;
  parser::Analyzer analyzer(options, builder);
  parser::Time now{};
  parser::ConnectionId connection = 1;
  for (const parser::Transcript& session : given.sessions) {
    now = parser::play(session, analyzer, connection, now);
    connection += session.more.size() + 1;
  }
  analyzer.finish(now);
}

}  // namespace

ReplaySource read_replay_source(const std::string& path,
                                std::function<bool(const parser::StreamEvent&)> selects) {
  ReplaySource source;
  std::ifstream file(path, std::ios::binary);
  std::string head(kPcapng.size(), '\0');
  if (!file || (!file.read(head.data(), static_cast<std::streamsize>(head.size())) && file.gcount() == 0)) {
    source.error = path + " cannot be read, or is empty.";
    return source;
  }
  file.clear();
  replay::RecordingBuilder builder(std::move(selects));
  if (head == kPcapng || captures::is_zstd(head)) {
    parser::AnalyzerOptions options;
    options.rules = false;
    captures::Reader reader(options, builder);
    source.error = captures::read_file(path, reader);
    for (const captures::Damage& damage : reader.damage()) {
      source.remarks.push_back("The capture is damaged at byte " + std::to_string(damage.offset) +
                               ", behind frame " + std::to_string(damage.frame) + ": " + damage.what);
    }
  } else {
    read_text(path, file, builder, source);
  }
  if (!source.error.empty()) return source;
  const size_t connections = builder.connections();
  source.sessions = builder.finish();
  if (builder.truncated())
    source.remarks.push_back("It holds more than 256 MiB of elements; what is behind them is left out.");
  if (source.sessions.empty()) {
    source.error = path + " holds " + std::to_string(connections) + " connection" +
                   (connections == 1 ? "" : "s") +
                   ", but no client's session that came as far as binding a resource; such a session is what "
                   "is played.";
  }
  return source;
}

}  // namespace app
