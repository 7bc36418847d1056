// Pictures through surfaceless EGL: of the wanted size, with something on them, and the same on both themes
// only in what they say.
#include "viewer/platform/screenshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "parser/analyzer.h"
#include "tests/support/sample_session.h"

namespace viewer {
namespace {

// STANZASCOPE_PICTURES=folder keeps the pictures for people to look at.
std::string picture_path(const std::string& name) {
  const char* folder = std::getenv("STANZASCOPE_PICTURES");
  return (folder != nullptr ? std::string(folder) : testing::TempDir()) + "/" + name + ".png";
}

void load_sample(Workspace& workspace) {
  parser::Analyzer analyzer(parser::AnalyzerOptions{}, workspace.store());
  test_support::play_sample_sessions(analyzer);
  workspace.store().publish();
}

size_t distinct_colours(const Picture& picture) {
  std::set<uint32_t> colours;
  for (size_t i = 0; i + 2 < picture.rgb.size(); i += 3) {
    colours.insert(
        static_cast<uint32_t>(picture.rgb[i] << 16 | picture.rgb[i + 1] << 8 | picture.rgb[i + 2]));
  }
  return colours.size();
}

Picture shoot(Workspace& workspace, const ScreenshotOptions& options, const std::string& name) {
  Picture picture;
  EXPECT_EQ(take_screenshot(workspace, options, picture), "");
  EXPECT_EQ(picture.width, options.width);
  EXPECT_EQ(picture.height, options.height);
  EXPECT_GT(distinct_colours(picture), 50U) << "a picture with text has many shades";
  EXPECT_EQ(write_png(picture_path(name), picture), "");
  return picture;
}

TEST(Screenshot, HasTheWantedSizeAndShowsSomething) {
  Workspace workspace;
  load_sample(workspace);
  workspace.move_to_finding(true);
  shoot(workspace, {}, "dark-1440");
  EXPECT_TRUE(std::filesystem::exists(picture_path("dark-1440")));
}

TEST(Screenshot, ThemesDifferInBrightness) {
  Workspace workspace;
  load_sample(workspace);
  workspace.move_to_finding(true);
  ScreenshotOptions dark;
  dark.width = 1000;
  dark.height = 640;
  ScreenshotOptions light = dark;
  light.theme = ThemeName::kLight;
  const auto brightness = [](const Picture& picture) {
    uint64_t sum = 0;
    for (const uint8_t value : picture.rgb) sum += value;
    return sum / picture.rgb.size();
  };
  EXPECT_LT(brightness(shoot(workspace, dark, "dark-1000")), 80U);
  EXPECT_GT(brightness(shoot(workspace, light, "light-1000")), 200U);
}

TEST(Screenshot, EveryViewOfAnElementIsDrawn) {
  Workspace workspace;
  load_sample(workspace);
  RowIndex features = 0;
  for (RowIndex i = 0; i < workspace.store().rows(); ++i) {
    if (workspace.store().row(i).has(Row::kEdited)) features = i;
  }
  workspace.select_row(features);
  ScreenshotOptions options;
  options.theme = ThemeName::kLight;
  for (const auto& [view, name] :
       {std::pair{ElementView::kXml, "view-xml"}, std::pair{ElementView::kTree, "view-tree"},
        std::pair{ElementView::kBytes, "view-bytes"}, std::pair{ElementView::kRaw, "view-raw"}}) {
    workspace.set_element_view(view);
    if (view == ElementView::kBytes) workspace.select_range(parser::ByteRange{20, 90});
    shoot(workspace, options, name);
  }
}

TEST(Screenshot, HelpEmptyAndFaultyFilterAreDrawn) {
  Workspace workspace;
  ScreenshotOptions options;
  shoot(workspace, options, "empty");
  load_sample(workspace);
  options.prepare = [](Shell& shell) { shell.act(Action::kHelp); };
  shoot(workspace, options, "help");
  EXPECT_FALSE(workspace.set_filter("xmpp.iq && xmpp.form == \"juliet\""));
  options.prepare = [](Shell& shell) { shell.ui().filter_text = "xmpp.iq && xmpp.form == \"juliet\""; };
  shoot(workspace, options, "fault");
  EXPECT_TRUE(workspace.set_filter("xmpp.iq && xmpp.from contains \"nobody\""));
  options.prepare = [](Shell& shell) { shell.ui().filter_text = "xmpp.iq && xmpp.from contains \"nobody\""; };
  shoot(workspace, options, "nothing");
}

TEST(Screenshot, ScalesWithTheDisplay) {
  Workspace workspace;
  load_sample(workspace);
  ScreenshotOptions options;
  options.width = 2000;
  options.height = 1280;
  options.scale = 2;
  shoot(workspace, options, "scale-2");
}

TEST(Screenshot, RefusesSizesThatNoDriverDraws) {
  Workspace workspace;
  Picture picture;
  ScreenshotOptions options;
  options.width = 100'000;
  EXPECT_EQ(take_screenshot(workspace, options, picture), "a picture is 64 to 16384 pixels wide and high");
}

TEST(Png, AnUnwritablePlaceIsNamed) {
  Picture picture;
  picture.width = picture.height = 1;
  picture.rgb = {1, 2, 3};
  EXPECT_THAT(write_png("/nowhere/at/all.png", picture),
              testing::StartsWith("/nowhere/at/all.png could not be written"));
}

}  // namespace
}  // namespace viewer
