// Writes the rulebook's transcripts as seeds of analyzer_fuzzer (which has the notation) into a folder: two
// for each rule. The most telling of them are in seeds/analyzer/; all of them are made for each long run.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <variant>

#include "parser/rules/rule.h"
#include "parser/transcript.h"

namespace {

using parser::TranscriptStep;

constexpr char kCommand = '\xFF';

char start_of(const parser::ConnectionInfo& info) {
  if (info.websocket) return info.from_start ? 'W' : 'V';
  if (info.from_start) return info.direct_tls ? 'X' : 'F';
  if (!info.assumed) return 'M';
  if (!info.assumed->authenticated) return 'P';
  return info.assumed->bound_jid.empty() ? 'A' : 'B';
}

std::string seed_of(const parser::Transcript& transcript) {
  std::string seed(1, start_of(transcript.start));
  const auto command = [&seed](char what) {
    seed += kCommand;
    seed += what;
  };
  for (const TranscriptStep& step : transcript.steps) {
    switch (step.kind) {
      case TranscriptStep::Kind::kSay:
        if (step.binary) command('O');
        command(step.direction == parser::Direction::kC2S ? 'C' : 'S');
        seed += step.bytes;
        break;
      case TranscriptStep::Kind::kTls:
        command('T');
        break;
      case TranscriptStep::Kind::kWait:
        command('W');
        break;
      case TranscriptStep::Kind::kClose:  // every input ends so
        break;
    }
  }
  return seed;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: make_analyzer_seeds FOLDER\n";
    return 2;
  }
  constexpr size_t kMostBytes = 8'000;  // longer ones only slow the fuzzer down
  const std::filesystem::path folder(argv[1]);
  std::filesystem::create_directories(folder);
  size_t written = 0;
  for (const parser::rules::Rule* rule : parser::rules::all_rules()) {
    for (const bool conforms : {false, true}) {
      const auto parsed = parser::parse_transcript(conforms ? rule->conforming : rule->violating);
      const auto* transcript = std::get_if<parser::Transcript>(&parsed);
      if (transcript == nullptr) continue;
      const std::string seed = seed_of(*transcript);
      if (seed.size() > kMostBytes) continue;
      std::ofstream out(folder / (std::string(rule->id) + (conforms ? ".conforming" : ".violating")),
                        std::ios::binary);
      out << seed;
      if (!out.flush()) {
        std::cerr << folder << " cannot be written\n";
        return 1;
      }
      ++written;
    }
  }
  std::cerr << written << " seeds\n";
  return written == 0 ? 1 : 0;
}
