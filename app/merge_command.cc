// The files are read side by side, each no further than its next event.
#include "app/merge_command.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "app/capture_writing.h"
#include "app/command.h"
#include "app/exit_code.h"
#include "captures/recut/merge.h"

namespace app {
namespace {

constexpr size_t kPiece = 256u << 10;

captures::Source source_of(const std::string& path) {
  auto file = std::make_shared<std::ifstream>(path, std::ios::binary);
  return [file] {
    std::string bytes(kPiece, '\0');
    file->read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<size_t>(file->gcount()));
    return bytes;
  };
}

}  // namespace

int run_merge(int argc, char** argv) {
  std::vector<std::string> in;
  std::string out;
  bool force = false;
  CLI::App options("Makes one capture of several, in the order of time. Connections are numbered anew.",
                   "stanzascope merge");
  options.add_option("FILE", in, "Captures (pcapng, .zst too)")->required();
  options.add_option("-o,--output", out, "The capture to write")->required()->type_name("FILE");
  options.add_flag("-f,--force", force, "Overwrite it");
  options.footer(
      "Examples:\n"
      "  stanzascope merge day-1.pcapng day-2.pcapng -o both.pcapng\n\n"
      "Exit codes: 0 fine, 2 usage, 3 a file could not be read, or only in part.");
  if (const auto code = parse_arguments(options, argc, argv)) return *code;
  std::string error;
  for (const std::string& path : in) {
    if (error.empty() && !std::ifstream(path, std::ios::binary)) error = path + " cannot be opened.";
  }
  std::unique_ptr<CaptureWriting> capture;
  if (error.empty()) capture = CaptureWriting::create(out, force, in, error);
  if (!capture) {
    std::fprintf(stderr, "stanzascope merge: %s\n", error.c_str());
    return kExitUnreadable;
  }
  std::vector<captures::Source> sources;
  sources.reserve(in.size());
  for (const std::string& path : in) sources.push_back(source_of(path));
  const std::vector<captures::MergedInput> results = captures::merge(sources, capture->analyzer());
  error = capture->finish();
  bool whole = error.empty();
  if (!whole) std::fprintf(stderr, "stanzascope merge: %s\n", error.c_str());
  for (size_t i = 0; i < results.size(); ++i) {
    if (!results[i].error.empty()) {
      std::fprintf(stderr, "stanzascope merge: %s: %s\n", in[i].c_str(), results[i].error.c_str());
    }
    for (const std::string& damage : results[i].damage) {
      std::fprintf(stderr, "stanzascope merge: %s: %s\n", in[i].c_str(), damage.c_str());
    }
    whole = whole && results[i].error.empty() && results[i].damage.empty();
  }
  std::printf("%s: %llu elements of %zu captures.\n", out.c_str(),
              static_cast<unsigned long long>(capture->elements()), in.size());
  return whole ? kExitFine : kExitUnreadable;
}

}  // namespace app
