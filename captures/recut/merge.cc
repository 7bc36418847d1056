// Every input has a queue of events that were read and not told yet; the one whose first event is earliest
// goes next.
#include "captures/recut/merge.h"

#include <deque>
#include <map>
#include <memory>

#include "captures/reader.h"
#include "captures/recut/told.h"

namespace captures {
namespace {

class Input : public parser::EventSink {
 public:
  explicit Input(const Source& source) : source_(source), reader_(without_rules(), *this) {}

  // Null at the end.
  const Told* next() {
    while (queue_.empty() && !ended_) {
      const std::string bytes = source_();
      if (bytes.empty() || reader_.failed()) {
        ended_ = true;
        reader_.finish();
      } else {
        reader_.feed(bytes);
      }
    }
    return queue_.empty() ? nullptr : &queue_.front();
  }

  Told take() {
    Told event = std::move(queue_.front());
    queue_.pop_front();
    ++events_;
    return event;
  }

  MergedInput result() const {
    MergedInput result;
    if (reader_.failed()) result.error = reader_.error();
    for (const Damage& damage : reader_.damage()) {
      result.damage.push_back("damaged at byte " + std::to_string(damage.offset) + ": " + damage.what);
    }
    result.events = events_;
    return result;
  }

 private:
  static parser::AnalyzerOptions without_rules() {
    parser::AnalyzerOptions options;
    options.rules = false;
    return options;
  }
  void on_event(const parser::StreamEvent& event) override { queue_.push_back(told(event)); }

  const Source& source_;
  std::deque<Told> queue_;
  Reader reader_;
  bool ended_ = false;
  uint64_t events_ = 0;
};

}  // namespace

std::vector<MergedInput> merge(const std::vector<Source>& sources, parser::Analyzer& out) {
  std::vector<std::unique_ptr<Input>> inputs;
  inputs.reserve(sources.size());
  for (const Source& source : sources) inputs.push_back(std::make_unique<Input>(source));
  std::map<std::pair<size_t, parser::ConnectionId>, parser::ConnectionId> numbers;
  parser::ConnectionId last = 0;
  while (true) {
    size_t earliest = inputs.size();
    parser::Time time{};
    for (size_t i = 0; i < inputs.size(); ++i) {
      const Told* next = inputs[i]->next();
      if (next == nullptr || (earliest < inputs.size() && next->time >= time)) continue;
      earliest = i;
      time = next->time;
    }
    if (earliest == inputs.size()) break;
    const Told event = inputs[earliest]->take();
    const auto key = std::make_pair(earliest, event.connection);
    const auto [place, added] = numbers.try_emplace(key, last + 1);
    if (added) ++last;
    tell(event, place->second, out);
    if (event.kind == parser::EventKind::kClosed) numbers.erase(key);
  }
  std::vector<MergedInput> results;
  results.reserve(inputs.size());
  for (const auto& input : inputs) results.push_back(input->result());
  return results;
}

}  // namespace captures
