// stanzascope-viewer: opens a capture, live or finished, in a window; or draws it into a picture, or prints
// what it would show. Errors are said in words; the exit codes are those of every stanzascope program.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>

#include "viewer/model/state_json.h"
#include "viewer/model/workspace.h"
#include "viewer/platform/screenshot.h"
#include "viewer/platform/window.h"

namespace {

constexpr int kFine = 0;
constexpr int kUsage = 2;
constexpr int kUnreadable = 3;

struct Options {
  std::string file;
  bool follow = false;
  std::string screenshot;
  std::string size = "1440x900";
  float scale = 1;
  uint64_t select = 0;
  std::string filter;
  bool dump_state = false;
  std::string theme = "dark";
  std::string view = "xml";
  std::string panel = "table";
  std::string compare;
  int width = 1440;
  int height = 900;
};

int complain(int code, const std::string& what) {
  std::fprintf(stderr, "stanzascope-viewer: %s\n", what.c_str());
  return code;
}

std::string check_size(Options& options) {
  char rest = 0;
  if (std::sscanf(options.size.c_str(), "%dx%d%c", &options.width, &options.height, &rest) != 2 ||
      options.width < 64 || options.height < 64 || options.width > 16384 || options.height > 16384) {
    return "--size is WIDTHxHEIGHT in pixels, 64 to 16384 each, as in 1440x900; not \"" + options.size + '"';
  }
  return {};
}

viewer::ElementView element_view(const std::string& name) {
  if (name == "tree") return viewer::ElementView::kTree;
  if (name == "bytes") return viewer::ElementView::kBytes;
  if (name == "raw") return viewer::ElementView::kRaw;
  return viewer::ElementView::kXml;
}

void finish_comparing(viewer::Workspace& workspace) {
  workspace.update(0, [] { return true; });
  workspace.comparison().wait();
}

int run(Options& options) {
  const auto theme = options.theme == "light" ? viewer::ThemeName::kLight : viewer::ThemeName::kDark;
  viewer::Workspace workspace;
  workspace.set_element_view(element_view(options.view));
  workspace.set_window_view(*viewer::window_view_named(options.panel));
  const bool headless = !options.screenshot.empty();
  if (!options.file.empty()) {
    std::error_code error;
    if (!std::filesystem::exists(options.file, error)) {
      return complain(kUnreadable, options.file + " does not exist; stanzascope proxy --write " +
                                       options.file + " records one");
    }
    workspace.open(options.file, options.follow);
    // A picture, a dump and a selected row need the rows; a plain window opens at once and fills.
    if (headless || options.select > 0) workspace.loader()->wait_until_read();
    if (headless && workspace.status().state == viewer::Loader::State::kFailed) {
      return complain(kUnreadable, workspace.status().error);
    }
  }
  if (!options.filter.empty() && !workspace.set_filter(options.filter) && headless) {
    return complain(kUsage, "--filter: " + parser::filter::render(options.filter, workspace.fault()->error));
  }
  if (options.select > 0) {
    if (options.select > workspace.store().rows()) {
      return complain(kUsage, "--select " + std::to_string(options.select) + ": the capture has " +
                                  std::to_string(workspace.store().rows()) + " rows");
    }
    workspace.select_row(static_cast<viewer::RowIndex>(options.select - 1));
  }
  if (!options.compare.empty()) {
    workspace.comparison().set_side(1, {options.compare, 0});
    workspace.set_window_view(viewer::WindowView::kCompare);
  }
  int code = kFine;
  if (headless) {
    workspace.finish_filtering();
    if (workspace.window_view() == viewer::WindowView::kCompare) finish_comparing(workspace);
    viewer::ScreenshotOptions picture_options;
    picture_options.width = options.width;
    picture_options.height = options.height;
    picture_options.scale = options.scale;
    picture_options.theme = theme;
    picture_options.prepare = [&](viewer::Shell& shell) { shell.ui().filter_text = options.filter; };
    viewer::Picture picture;
    std::string error = viewer::take_screenshot(workspace, picture_options, picture);
    if (error.empty()) error = viewer::write_png(options.screenshot, picture);
    if (!error.empty()) code = complain(kUnreadable, "--screenshot: " + error);
  } else if (!options.dump_state || std::getenv("DISPLAY") != nullptr) {
    viewer::WindowOptions window;
    window.width = options.width;
    window.height = options.height;
    window.theme = theme;
    window.filter = options.filter;
    const std::string error = viewer::run_window(workspace, window);
    if (!error.empty()) code = complain(kUnreadable, error);
  } else if (workspace.loader() != nullptr) {
    workspace.loader()->wait_until_read();
  }
  if (options.dump_state) {
    workspace.finish_filtering();
    if (workspace.window_view() == viewer::WindowView::kCompare) finish_comparing(workspace);
    std::printf("%s\n", viewer::state_json(workspace).c_str());
  }
  const viewer::Loader::Status status = workspace.status();
  if (status.state == viewer::Loader::State::kFailed && code == kFine) {
    return complain(kUnreadable, status.error);
  }
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Looks into XMPP captures: sessions, stanzas, what is wrong with them and why."};
  app.name("stanzascope-viewer");
  app.set_version_flag("--version", "stanzascope-viewer " STANZASCOPE_VERSION);
  app.add_option("FILE", options.file, "capture to open (pcapng, as stanzascope proxy --write makes it)");
  app.add_flag("-f,--follow", options.follow, "go on reading as the file grows");
  app.add_option("--filter", options.filter, "show only what matches, e.g. 'xmpp.iq && xmpp.finding'");
  app.add_option("--select", options.select, "select that row, counted from 1");
  app.add_option("--view", options.view, "how the element is shown")
      ->check(CLI::IsMember({"xml", "tree", "bytes", "raw"}));
  app.add_option("--panel", options.panel, "what stands beside the sessions")
      ->check(CLI::IsMember({"table", "ladder", "statistics", "compare", "lesson"}));
  app.add_option("--compare", options.compare,
                 "another capture whose session is compared with one of this one; shows --panel compare");
  app.add_option("--theme", options.theme, "dark or light")->check(CLI::IsMember({"dark", "light"}));
  app.add_option("--size", options.size, "of the window or picture, in pixels")->capture_default_str();
  app.add_option("--screenshot", options.screenshot,
                 "draw into that PNG file instead of a window; needs no display");
  app.add_option("--scale", options.scale, "of the screenshot: 2 for a display with twice the resolution")
      ->check(CLI::Range(0.5, 8.0));
  app.add_flag("--dump-state", options.dump_state,
               "print what is shown as JSON: when the window closes, or at once where there is no display");
  app.footer("Keys: ? in the window lists them. Exit codes: 0 fine, 2 usage, 3 a file could not be read.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kFine : kUsage;
  }
  if (const std::string error = check_size(options); !error.empty()) return complain(kUsage, error);
  return run(options);
}
