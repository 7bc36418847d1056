// Whatever people have of an XMPP session: captures of ours (also compressed), captures of other programs,
// transcripts, XML, the logs of XML consoles. What a file is, is told by its first bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/analyzer.h"

namespace viewer {

enum class FileForm : uint8_t {
  kCapture,  // of ours, or damaged beyond telling
  kForeign,  // a capture that another program wrote
  kText,
};
// `begin`: the file's first kilobyte, or all of it. A section header that names stanzascope makes it ours.
FileForm form_of(std::string_view begin);

// Called now and then with what is done and what there is in all, in bytes; false: stop.
using Progress = std::function<bool(uint64_t done, uint64_t all)>;

// A foreign capture: the XMPP in its TCP connections. Nothing of it says what a proxy would have said: who
// the ends are, how TLS went. `notes`: what was put together and guessed, a sentence each. Returns "" or what
// is wrong.
std::string read_foreign_file(const std::string& path, const parser::AnalyzerOptions& options,
                              parser::EventSink& sink, const Progress& progress,
                              std::vector<std::string>& notes, uint64_t& packets);

// A text. Its elements are a millisecond apart from now on: a text has no times that could be relied on.
std::string read_text_file(const std::string& path, std::string_view text,
                           const parser::AnalyzerOptions& options, parser::EventSink& sink,
                           const Progress& progress, std::vector<std::string>& notes);

// Any of them, to its end. Returns "" or what is wrong, with the path.
std::string read_any_file(const std::string& path, const parser::AnalyzerOptions& options,
                          parser::EventSink& sink, const Progress& progress);

}  // namespace viewer
