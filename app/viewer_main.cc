// stanzascope-viewer: opens a capture, live or finished, in a window; or draws it into a picture, or prints
// what it would show. Errors are said in words; the exit codes are those of every stanzascope program.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "viewer/model/settings.h"
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
  std::string theme;
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

// What can be put in front by name: --panel and --view.
struct NamedView {
  const char* name;
  std::optional<viewer::ElementView> element;
  std::optional<viewer::SideView> side;
};
const NamedView kViews[] = {
    {"xml", viewer::ElementView::kXml, {}},         {"tree", viewer::ElementView::kTree, {}},
    {"bytes", viewer::ElementView::kBytes, {}},     {"raw", viewer::ElementView::kRaw, {}},
    {"decoded", viewer::ElementView::kDecoded, {}}, {"explanation", {}, viewer::SideView::kExplanation},
    {"findings", {}, viewer::SideView::kFindings},  {"lens", {}, viewer::SideView::kLens}};
constexpr const char* kHelp = "help";

std::vector<std::string> view_names(bool elements_only) {
  std::vector<std::string> names;
  for (const NamedView& view : kViews) {
    if (!elements_only || view.element) names.emplace_back(view.name);
  }
  return names;
}

void put_in_front(viewer::Workspace& workspace, const std::string& name) {
  if (const auto whole = viewer::window_view_named(name)) workspace.set_window_view(*whole);
  for (const NamedView& view : kViews) {
    if (name != view.name) continue;
    if (view.element) workspace.set_element_view(*view.element);
    if (view.side) workspace.set_side_view(*view.side);
  }
}

// The lens is shown with something under it: the first address of the selected element.
void fill_lens(viewer::Workspace& workspace) {
  if (workspace.side_view() != viewer::SideView::kLens || workspace.lens() != nullptr) return;
  if (!workspace.detail().addresses.empty()) workspace.look_at(workspace.detail().addresses.front());
}

std::unique_ptr<viewer::Workspace> make_workspace(const Options& options) {
  auto workspace = std::make_unique<viewer::Workspace>();
  put_in_front(*workspace, options.view);
  put_in_front(*workspace, options.panel);
  return workspace;
}

std::string missing(const std::string& path) {
  std::error_code error;
  if (std::filesystem::exists(path, error)) return {};
  return path + " does not exist; stanzascope proxy --write " + path + " records one";
}

std::string absolute(const std::string& path) {
  std::error_code error;
  const std::filesystem::path whole = std::filesystem::absolute(path, error);
  return error ? path : whole.lexically_normal().string();
}

// In a window this goes on in the background.
void finish_comparing(viewer::Workspace& workspace) {
  workspace.update(0, [] { return true; });
  workspace.comparison().wait();
}

// Exit code, and the error of a picture that could not be made.
int take_picture(viewer::Workspace& workspace, const Options& options) {
  workspace.finish_filtering();
  if (workspace.window_view() == viewer::WindowView::kCompare) finish_comparing(workspace);
  fill_lens(workspace);
  viewer::ScreenshotOptions picture_options;
  picture_options.width = options.width;
  picture_options.height = options.height;
  picture_options.scale = options.scale;
  picture_options.theme = options.theme == "light" ? viewer::ThemeName::kLight : viewer::ThemeName::kDark;
  picture_options.prepare = [&](viewer::Shell& shell) {
    shell.ui().filter_text = options.filter;
    shell.ui().show_help = options.panel == kHelp;
  };
  viewer::Picture picture;
  std::string error = viewer::take_screenshot(workspace, picture_options, picture);
  if (error.empty()) error = viewer::write_png(options.screenshot, picture);
  return error.empty() ? kFine : complain(kUnreadable, "--screenshot: " + error);
}

int show_window(std::unique_ptr<viewer::Workspace>& workspace, const Options& options) {
  const std::string settings_file = viewer::settings_path();
  viewer::WindowOptions window;
  window.width = options.width;
  window.height = options.height;
  window.settings = viewer::load_settings(settings_file);
  if (!options.theme.empty()) window.settings.theme = options.theme;
  window.filter = options.filter;
  window.show_help = options.panel == kHelp;
  const auto open = [&](const std::string& path, std::string& error) -> std::unique_ptr<viewer::Workspace> {
    error = missing(path);
    if (!error.empty()) return nullptr;
    auto fresh = make_workspace(options);
    fresh->open(absolute(path), false);
    return fresh;
  };
  viewer::Settings settings;
  const std::string error = viewer::run_window(workspace, window, open, settings);
  if (!error.empty()) return complain(kUnreadable, error);
  if (const std::string trouble = viewer::save_settings(settings_file, settings); !trouble.empty()) {
    complain(kFine, trouble);
  }
  return kFine;
}

int run(Options& options) {
  std::unique_ptr<viewer::Workspace> workspace = make_workspace(options);
  const bool headless = !options.screenshot.empty();
  if (!options.file.empty()) {
    if (const std::string error = missing(options.file); !error.empty()) return complain(kUnreadable, error);
    workspace->open(headless ? options.file : absolute(options.file), options.follow);
    // A picture, a dump and a selected row need the rows; a plain window opens at once and fills.
    if (headless || options.select > 0) workspace->loader()->wait_until_read();
    if (headless && workspace->status().state == viewer::Loader::State::kFailed) {
      return complain(kUnreadable, workspace->status().error);
    }
  }
  if (!options.filter.empty() && !workspace->set_filter(options.filter) && headless) {
    return complain(kUsage, "--filter: " + parser::filter::render(options.filter, workspace->fault()->error));
  }
  if (options.select > 0) {
    if (options.select > workspace->store().rows()) {
      return complain(kUsage, "--select " + std::to_string(options.select) + ": the capture has " +
                                  std::to_string(workspace->store().rows()) + " rows");
    }
    workspace->select_row(static_cast<viewer::RowIndex>(options.select - 1));
    workspace->set_side_view(workspace->side_view());
  }
  if (!options.compare.empty()) {
    workspace->comparison().set_side(1, {options.compare, 0});
    workspace->set_window_view(viewer::WindowView::kCompare);
  }
  int code = kFine;
  if (headless) {
    code = take_picture(*workspace, options);
  } else if (!options.dump_state || std::getenv("DISPLAY") != nullptr) {
    code = show_window(workspace, options);
  } else if (workspace->loader() != nullptr) {
    workspace->loader()->wait_until_read();
  }
  if (options.dump_state) {
    workspace->finish_filtering();
    if (workspace->window_view() == viewer::WindowView::kCompare) finish_comparing(*workspace);
    fill_lens(*workspace);
    workspace->update(0, [] { return true; });
    std::printf("%s\n", viewer::state_json(*workspace).c_str());
  }
  const viewer::Loader::Status status = workspace->status();
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
  app.add_option(
      "FILE", options.file,
      "what to open: a capture (as stanzascope proxy --write makes it), a transcript, XML, or the log of "
      "an XML console");
  app.add_flag("-f,--follow", options.follow, "go on reading as the file grows");
  app.add_option("--filter", options.filter, "show only what matches, e.g. 'xmpp.iq && xmpp.finding'");
  app.add_option("--select", options.select, "select that row, counted from 1");
  app.add_option("--view", options.view, "how the element is shown")->check(CLI::IsMember(view_names(true)));
  std::vector<std::string> panels = {"table", "ladder", "statistics", "compare", "lesson", kHelp};
  for (std::string& name : view_names(false)) panels.push_back(std::move(name));
  app.add_option("--panel", options.panel, "what is put in front: a view, or a panel of the table's view")
      ->check(CLI::IsMember(panels));
  app.add_option("--compare", options.compare,
                 "another capture whose session is compared with one of this one; shows --panel compare");
  app.add_option("--theme", options.theme, "dark or light; what was used last otherwise")
      ->check(CLI::IsMember({"dark", "light"}));
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
