// What one step of a session teaches, in three answers: what it is, why it comes now, whose turn is next.
#pragma once

#include <cstdint>
#include <string>

#include "viewer/model/capture_store.h"
#include "viewer/model/reparser.h"

namespace viewer {

enum class Turn : uint8_t { kClient, kServer, kEither, kNobody };
Turn turn_of(const Row& row);            // behind that row
std::string_view turn_words(Turn turn);  // "client", "server", "either", "nobody"

struct Caption {
  std::string what;   // of its kind, or of what it carries
  std::string why;    // by where the session stood before it
  std::string next;   // where it stands now, and what is due
  std::string brief;  // the one of them that says most here
  Turn turn{};
};

// For people; may hold what peers wrote (ids), so it goes through display_text() before it is drawn.
Caption make_caption(const CaptureStore& store, Reparser& reparser, RowIndex row);

// The latest row before that one on the same connection; kNoRow where there is none near.
RowIndex row_before(const CaptureStore& store, RowIndex row);

// "Either side may speak" of "either side may speak".
std::string capitalised(std::string words);

}  // namespace viewer
