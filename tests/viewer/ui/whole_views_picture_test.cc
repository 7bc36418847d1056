// Pictures of the views that take the table's place, in states that no option of the program gives: a
// question answered, the ladder from afar and from near, a time chosen. STANZASCOPE_PICTURES=folder keeps
// them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <string>

#include "viewer/platform/screenshot.h"

namespace viewer {
namespace {

void shoot(Workspace& workspace, const std::string& name, ThemeName theme,
           std::initializer_list<Action> actions) {
  ScreenshotOptions options;
  options.theme = theme;
  options.prepare = [&](Shell& shell) {
    for (const Action action : actions) {
      shell.act(action);
      workspace.finish_filtering();
      workspace.update(0, [] { return true; });
    }
  };
  Picture picture;
  ASSERT_EQ(take_screenshot(workspace, options, picture), "");
  std::set<uint32_t> colours;
  for (size_t i = 0; i + 2 < picture.rgb.size(); i += 3) {
    colours.insert(
        static_cast<uint32_t>(picture.rgb[i] << 16 | picture.rgb[i + 1] << 8 | picture.rgb[i + 2]));
  }
  EXPECT_GT(colours.size(), 50U);
  const char* folder = std::getenv("STANZASCOPE_PICTURES");
  const std::string path =
      (folder != nullptr ? std::string(folder) : testing::TempDir()) + "/" + name + ".png";
  EXPECT_EQ(write_png(path, picture), "");
}

void open_sample(Workspace& w, const std::string& sample) {
  w.open(std::string(STANZASCOPE_SOURCE_DIR) + "/captures/samples/" + sample + ".pcapng", false);
  w.loader()->wait_until_read();
}

TEST(WholeViewPictures, TheLadderFromAfarAndFromNear) {
  for (const ThemeName theme : {ThemeName::kDark, ThemeName::kLight}) {
    const std::string name = theme == ThemeName::kDark ? "-dark" : "-light";
    Workspace w;
    open_sample(w, "ejabberd-profanity");
    using enum Action;
    shoot(w, "ladder-far" + name, theme,
          {kLadder, kLast, kZoomOut, kZoomOut, kZoomOut, kZoomOut, kZoomOut, kZoomOut, kZoomOut});
    shoot(w, "ladder-near" + name, theme,
          {kZoomUsual, kZoomIn, kZoomIn, kZoomIn, kZoomIn, kFirst, kPageDown, kPageDown, kPageDown});
  }
}

TEST(WholeViewPictures, ALessonWithItsQuestionAnswered) {
  using enum Action;
  for (const ThemeName theme : {ThemeName::kDark, ThemeName::kLight}) {
    const bool dark = theme == ThemeName::kDark;
    Workspace w;
    open_sample(w, "prosody-slixmpp");
    shoot(w, std::string("lesson-begin") + (dark ? "-dark" : "-light"), theme, {kLesson});
    shoot(w, std::string("lesson-answered") + (dark ? "-dark" : "-light"), theme,
          {kReveal, kReveal, kReveal, kReveal, kReveal, kReveal, dark ? kViewXml : kViewTree});
  }
}

TEST(WholeViewPictures, StatisticsOfAChosenTime) {
  Workspace w;
  open_sample(w, "ejabberd-profanity");
  w.show_time_range(TimeRange{w.start_us() + 2'000'000, w.start_us() + 4'500'000});
  shoot(w, "statistics-time", ThemeName::kDark, {Action::kStatistics});
}

}  // namespace
}  // namespace viewer
