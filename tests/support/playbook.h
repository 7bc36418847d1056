// Playbooks: what happens to a sans-I/O object, step by step, and what it must say after each step.
//
//   Playbook book(lines);                       // `lines`: where the object's commands are written down
//   book.step("the client connects", [&] { … }, {"connect example.org"});
//   book.run();
//
// A step whose lines differ fails with both lists side by side, marked line by line. A playbook that was
// never run fails too.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace test {

class Playbook {
 public:
  using Lines = std::vector<std::string>;

  // `lines` is read and cleared after each step; it must outlive the playbook.
  explicit Playbook(Lines& lines) : lines_(lines) {}
  ~Playbook();
  Playbook(const Playbook&) = delete;
  Playbook& operator=(const Playbook&) = delete;

  void step(std::string name, std::function<void()> event, Lines expected);
  void run();

 private:
  struct Step {
    std::string name;
    std::function<void()> event;
    Lines expected;
  };
  Lines& lines_;
  std::vector<Step> steps_;
  bool ran_ = false;
};

// Both lists as one text: "  same", "- expected and not there", "+ there and not expected".
std::string diff_lines(const Playbook::Lines& expected, const Playbook::Lines& actual);

}  // namespace test
