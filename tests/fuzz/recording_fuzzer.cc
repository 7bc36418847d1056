// Records whatever two peers may send, and reads it back: the events are the same.
//
// The first byte chooses options. Then come commands: a byte that says what happens (the low bits) and after
// how many milliseconds, a length, that many bytes.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "captures/reader.h"
#include "captures/writer.h"
#include "parser/analyzer.h"
#include "tests/captures/kept_events.h"
#include "tests/captures/string_output.h"

namespace {

using parser::Direction;

class Tee : public parser::EventSink {
 public:
  Tee(parser::EventSink& first, parser::EventSink& second) : first_(first), second_(second) {}
  void on_event(const parser::StreamEvent& event) override {
    first_.on_event(event);
    second_.on_event(event);
  }

 private:
  parser::EventSink& first_;
  parser::EventSink& second_;
};

void play(std::string_view input, bool partials, parser::Analyzer& analyzer, captures::Writer& writer) {
  parser::Time time{};
  parser::ConnectionInfo info;
  info.client = {"127.0.0.1", 40'000, ""};
  // From mid-session: nothing restarts a direction while it holds a part of an item, which is the one thing
  // that a capture does not tell (see docs/CAPTURE_FORMAT.md, "Limits").
  info.from_start = false;
  analyzer.opened(time, 1, info);
  while (input.size() >= 2) {
    const auto command = static_cast<uint8_t>(input[0]);
    const size_t size = std::min<size_t>(static_cast<uint8_t>(input[1]), input.size() - 2);
    const std::string_view bytes = input.substr(2, size);
    input.remove_prefix(2 + size);
    time += std::chrono::milliseconds(command >> 4);
    const Direction direction = (command & 1) == 0 ? Direction::kC2S : Direction::kS2C;
    switch (command >> 1 & 7) {
      case 0:
        analyzer.dropped(time, 1, {direction, size});
        break;
      case 1:
        analyzer.notice(time, 1, {"notice", std::string(bytes)});
        break;
      default:
        analyzer.bytes(time, 1, direction, bytes);
        if (partials) writer.on_partial(time, 1, direction, analyzer.partial(1, direction));
        break;
    }
  }
  analyzer.finish(time);
  writer.flush();
}

bool restarts(const std::string& text) {
  return text.find("}success ") != std::string::npos || text.find("}proceed ") != std::string::npos ||
         text.find("}compressed ") != std::string::npos || text.find(" starttls ") != std::string::npos ||
         text.find(" sasl ") != std::string::npos || text.find(" compress ") != std::string::npos;
}

// A violation inside an element is read back when the element is complete: with its own frame and time, but
// behind what the other side did in between, and in the phase that it brought.
std::vector<std::string> in_order_of_frames(std::vector<std::string> texts) {
  for (std::string& text : texts) {
    const size_t phase = text.find(" phase=");
    if (text.find(" violation [") != std::string::npos && phase != std::string::npos) {
      text.erase(phase, text.find_first_of("\n", phase) - phase);
    }
  }
  std::stable_sort(texts.begin(), texts.end(), [](const std::string& a, const std::string& b) {
    return std::stoull(a.substr(6)) < std::stoull(b.substr(6));
  });
  return texts;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  captures::testing::StringOutput output;
  captures::Writer writer({.record_secrets = true, .application = {}}, &output);
  captures::testing::KeptEvents live;
  Tee tee(live, writer);
  parser::AnalyzerOptions options;
  options.limits.element_bytes = 2'000;
  options.numbering = &writer;
  parser::Analyzer analyzer(options, tee);
  play({reinterpret_cast<const char*>(data) + 1, size - 1}, (data[0] & 1) != 0, analyzer, writer);
  if (std::any_of(live.texts.begin(), live.texts.end(), restarts)) return 0;

  captures::testing::KeptEvents again;
  captures::Reader reader(options, again);
  reader.feed(output.file);
  reader.finish();
  if (in_order_of_frames(live.texts) == in_order_of_frames(again.texts) && reader.damage().empty() &&
      reader.frames() == writer.frames())
    return 0;
  for (const std::string& text : live.texts) std::fprintf(stderr, "live  %s\n", text.c_str());
  for (const std::string& text : again.texts) std::fprintf(stderr, "again %s\n", text.c_str());
  for (const auto& damage : reader.damage()) std::fprintf(stderr, "damage %s\n", damage.what.c_str());
  std::abort();
}
