// A session as a page to learn from: one HTML file with a ladder diagram, each element with where it stands
// in the handshake, what may come next, what its namespaces are and what is wrong about it. No network, no
// other file.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "parser/stream/stream_event.h"

namespace captures {

struct LessonOptions {
  std::string title;
  bool show_secrets = false;    // false: what the masking of recordings masks is masked here, too
  size_t most_events = 5000;    // later ones are left out, and the page says so
  size_t most_xml = 64u << 10;  // bytes of one element; what is longer is cut, and says so
};

class Lesson : public parser::EventSink {
 public:
  explicit Lesson(const LessonOptions& options);
  ~Lesson() override;
  void on_event(const parser::StreamEvent& event) override;

  size_t left_out() const;  // events beyond most_events
  std::string html() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace captures
