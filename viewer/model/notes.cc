#include "viewer/model/notes.h"

namespace viewer {

Notes::~Notes() {
  if (thread_.joinable()) thread_.join();
}

void Notes::take_from_file(const std::vector<captures::Mark>& marks) {
  for (const captures::Mark& mark : marks) notes_.try_emplace(mark.frame, mark.text);
}

void Notes::mark(uint64_t frame) {
  if (frame == 0 || (notes_.size() >= captures::kMostMarks && !notes_.contains(frame))) return;
  unsaved_ = true;
  if (!notes_.try_emplace(frame).second) notes_.erase(frame);
}

void Notes::comment(uint64_t frame, std::string text) {
  if (frame == 0 || (notes_.size() >= captures::kMostMarks && !notes_.contains(frame))) return;
  if (text.size() > captures::kMostMarkText) text.resize(captures::kMostMarkText);
  unsaved_ = true;
  if (text.empty()) {
    notes_.erase(frame);
  } else {
    notes_[frame] = std::move(text);
  }
}

const std::string* Notes::find(uint64_t frame) const {
  const auto found = notes_.find(frame);
  return found == notes_.end() ? nullptr : &found->second;
}

void Notes::save(const std::string& path) {
  if (saving_) return;
  if (thread_.joinable()) thread_.join();
  saving_ = true;
  unsaved_ = false;  // what is noted from now on is not in it
  thread_ = std::thread([this, path, notes = notes_] {
    std::string error = captures::save_marks(path, notes);
    {
      const std::lock_guard lock(mutex_);
      outcome_ = std::move(error);
    }
    saving_ = false;
  });
}

std::optional<std::string> Notes::take_outcome() {
  const std::lock_guard lock(mutex_);
  std::optional<std::string> outcome;
  outcome.swap(outcome_);
  if (outcome && !outcome->empty()) unsaved_ = true;
  return outcome;
}

}  // namespace viewer
