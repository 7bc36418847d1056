// What is remembered of extensions on one connection: the state behind the rules of the xep layer.
//
// Fed by the Analyzer behind SessionState. A session that uses none of this costs a pointer.
#pragma once

#include <memory>

#include "parser/payload/archive_queries.h"
#include "parser/payload/caps_book.h"
#include "parser/payload/copies.h"
#include "parser/payload/part.h"
#include "parser/payload/rooms.h"
#include "parser/payload/typing.h"
#include "parser/stream/session_state.h"
#include "parser/stream/stream_event.h"

namespace parser::payload {

class Extensions {
 public:
  // Any event with an element. `session`: as it is behind the event. `parts`: of stanzas.
  void on_event(const StreamEvent& event, PartSet parts, const SessionState& session);

  const CapsBook& caps() const { return memory().caps; }
  const Rooms& rooms() const { return memory().rooms; }
  const ArchiveQueries& archives() const { return memory().archives; }
  const Copies& copies() const { return memory().copies; }
  const Typing& typing() const { return memory().typing; }
  // The event is the disco#info query that makes a flood of them.
  bool disco_flood() const { return memory().disco_flood; }

 private:
  struct Memory {
    CapsBook caps;
    DiscoFlood flood;
    Rooms rooms;
    ArchiveQueries archives;
    Copies copies;
    Typing typing;
    bool disco_flood = false;
  };
  const Memory& memory() const;
  Memory& remembered();  // makes it
  void on_presence(const StreamEvent& event, PartSet parts);
  void on_message(const StreamEvent& event, PartSet parts, const SessionState& session);
  void on_iq(const StreamEvent& event, PartSet parts, const SessionState& session);

  std::unique_ptr<Memory> memory_;
};

}  // namespace parser::payload
