// What part of a long list of equally high items is in sight. Positions are items, as doubles: a million
// rows of thirty pixels are more than a float can scroll through smoothly.
#pragma once

#include <algorithm>
#include <cstddef>

namespace viewer {

class ScrollWindow {
 public:
  // Heights in pixels at scale 1.
  ScrollWindow(double item_height, double least, double most)
      : usual_(item_height), least_(least), most_(most), item_height_(item_height) {}

  double top() const { return top_; }  // items above the upper edge, with a fraction
  double item_height() const { return item_height_; }

  // Call once per frame: how many items there are, and the room for them in pixels at scale 1.
  void resize(size_t items, double room) {
    items_ = static_cast<double>(items);
    room_ = std::max(room, 1.0);
    clamp();
  }
  double in_sight() const { return room_ / item_height_; }
  double furthest() const { return std::max(0.0, items_ - in_sight()); }

  void pan(double pixels) {
    top_ += pixels / item_height_;
    clamp();
  }
  void go_to(double top) {
    top_ = top;
    clamp();
  }
  // `anchor`: pixels below the upper edge; what is there stays there.
  void zoom(double factor, double anchor) {
    const double at = top_ + anchor / item_height_;
    item_height_ = std::clamp(item_height_ * factor, least_, most_);
    top_ = at - anchor / item_height_;
    clamp();
  }
  void zoom_to_usual(double anchor) { zoom(usual_ / item_height_, anchor); }
  // Moves as little as shows that item with two more around it.
  void reveal(size_t item) {
    const auto at = static_cast<double>(item);
    const double margin = std::min(2.0, in_sight() / 4);
    if (at - margin < top_) top_ = at - margin;
    if (at + 1 + margin > top_ + in_sight()) top_ = at + 1 + margin - in_sight();
    clamp();
  }

 private:
  void clamp() { top_ = std::clamp(top_, 0.0, furthest()); }

  double usual_;
  double least_;
  double most_;
  double item_height_;
  double top_ = 0;
  double items_ = 0;
  double room_ = 1;
};

}  // namespace viewer
