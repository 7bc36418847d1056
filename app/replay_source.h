// The sessions of a file that `replay` plays: a capture, or a transcript and whatever else `lint` reads.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "replay/recording.h"

namespace app {

struct ReplaySource {
  std::vector<replay::RecordedSession> sessions;
  std::vector<std::string> remarks;  // what was guessed, lost or left out; a sentence each
  std::string error;                 // it cannot be played; one sentence
};

// `selects`: see replay::RecordingBuilder.
ReplaySource read_replay_source(const std::string& path,
                                std::function<bool(const parser::StreamEvent&)> selects = {});

}  // namespace app
