// Recordings made of transcripts, and a client's element at a time.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/stream/stream_reader.h"
#include "parser/transcript.h"
#include "replay/recording.h"

namespace replay {

inline std::vector<RecordedSession> recorded(
    std::string_view transcript, const std::function<bool(const parser::StreamEvent&)>& selects = {}) {
  auto parsed = parser::parse_transcript(transcript);
  const auto* session = std::get_if<parser::Transcript>(&parsed);
  if (session == nullptr) {
    ADD_FAILURE() << std::get<parser::TranscriptError>(parsed).message;
    return {};
  }
  RecordingBuilder builder(selects);
  parser::AnalyzerOptions options;
  options.rules = false;
  parser::Analyzer analyzer(options, builder);
  analyzer.finish(parser::play(*session, analyzer, 1, parser::Time(std::chrono::seconds(1000))));
  return builder.finish();
}

inline parser::xml::ElementPtr element(std::string_view xml) {
  struct Keep : parser::StreamReader::Handler {
    void on_item(const parser::StreamItem& item) override {
      if (item.kind == parser::StreamItem::Kind::kElement) found = item.element;
    }
    parser::xml::ElementPtr found;
  } keep;
  parser::StreamReader::Options options;
  options.expect_header = false;
  parser::StreamReader reader(options);
  reader.feed(xml, keep);
  EXPECT_NE(keep.found, nullptr) << xml;
  return keep.found;
}

}  // namespace replay
