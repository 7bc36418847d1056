#include "viewer/model/any_file.h"

#include <chrono>
#include <optional>

#include "captures/file.h"
#include "captures/import/foreign_capture.h"
#include "captures/mapped_file.h"
#include "captures/reader.h"
#include "parser/given_text.h"

namespace viewer {

namespace {
constexpr size_t kMostText = 256u << 20;  // bytes of a transcript or log
}

FileForm form_of(std::string_view begin) {
  constexpr std::string_view kZstd = "\x28\xb5\x2f\xfd";  // which captures of ours may be kept in
  if (begin.starts_with(kZstd)) return FileForm::kCapture;
  if (!captures::is_capture_file(begin.substr(0, 4))) return FileForm::kText;
  // Ours that are damaged or too new say so in their section header, too.
  const bool ours = begin.substr(0, 1024).find("stanzascope capture ") != std::string_view::npos;
  return ours ? FileForm::kCapture : FileForm::kForeign;
}

std::string read_foreign_file(const std::string& path, const parser::AnalyzerOptions& options,
                              parser::EventSink& sink, const Progress& progress,
                              std::vector<std::string>& notes, uint64_t& packets) {
  parser::Analyzer analyzer(options, sink);
  captures::ForeignOptions how;
  how.progress = progress;
  captures::ImportTotals totals;
  const std::string error = captures::read_foreign(path, how, analyzer, totals);
  packets = totals.packets;
  notes = totals.notes;
  notes.insert(notes.begin(), "A capture of another program: " + std::to_string(totals.connections) +
                                  " connections with XMPP were put together from its TCP packets, " +
                                  std::to_string(totals.left_out) + " others are left out.");
  return error.empty() ? error : path + ": " + error;
}

std::string read_text_file(const std::string& path, std::string_view text,
                           const parser::AnalyzerOptions& options, parser::EventSink& sink,
                           const Progress& progress, std::vector<std::string>& notes) {
  if (text.size() > kMostText) {
    return path + " is neither a capture nor a text that could be read: it is longer than 256 MiB.";
  }
  const parser::GivenText given = parser::read_given_text(text, std::nullopt, {});
  if (!given.error.empty()) {
    return path + (given.error_line != 0 ? ":" + std::to_string(given.error_line) : "") +
           " is neither a capture nor XMPP as text (a transcript, XML, a console's log): " + given.error;
  }
  parser::Analyzer analyzer(options, sink);
  parser::Time now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  parser::ConnectionId connection = 1;
  for (size_t i = 0; i < given.sessions.size(); ++i) {
    now = parser::play(given.sessions[i], analyzer, connection, now);
    connection += given.sessions[i].more.size() + 1;
    if (!progress(text.size() / given.sessions.size() * (i + 1), text.size())) break;
  }
  analyzer.finish(now);
  notes = given.guesses;
  notes.insert(notes.begin(), "Read as a " + std::string(name(given.form)) +
                                  "; its times are those of reading it, a millisecond apart.");
  return {};
}

std::string read_any_file(const std::string& path, const parser::AnalyzerOptions& options,
                          parser::EventSink& sink, const Progress& progress) {
  std::string error;
  const auto file = captures::MappedFile::open(path, error);
  std::vector<std::string> notes;
  if (file != nullptr && form_of(file->bytes()) == FileForm::kText) {
    return read_text_file(path, file->bytes(), options, sink, progress, notes);
  }
  if (file != nullptr && form_of(file->bytes()) == FileForm::kForeign) {
    uint64_t packets = 0;
    return read_foreign_file(path, options, sink, progress, notes, packets);
  }
  if (!error.empty()) return error;
  captures::Reader reader(options, sink);
  reader.keep_comments(false);
  error = file != nullptr ? captures::read_mapped(*file, path, reader, progress)
                          : captures::read_file(path, reader, progress);
  if (error.empty() && reader.failed()) error = reader.error();
  return error;
}

}  // namespace viewer
