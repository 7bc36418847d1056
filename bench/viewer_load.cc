// viewer_load CAPTURE: what the viewer costs on a large capture, as lines of NAME VALUE. bench/viewer.py runs
// it.
//
// The analyser's own speed is that of the same reader and rules with a sink that does nothing, in this
// process.
#include <imgui.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "captures/file.h"
#include "viewer/model/workspace.h"
#include "viewer/ui/shell.h"

namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point began) {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

double cpu_seconds(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Bytes of memory that belong to the process alone: the mapped file is not among them.
double anonymous_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssAnon:")) return std::stod(line.substr(8)) * 1024;
  }
  return 0;
}

class Nothing : public parser::EventSink {
 public:
  void on_event(const parser::StreamEvent&) override {}
};

void say(const char* name, double value) {
  std::printf("%s %.6g\n", name, value);
  std::fflush(stdout);
}

void analyse(const std::string& path) {
  Nothing nothing;
  std::string error;
  const auto file = captures::MappedFile::open(path, error);
  if (file == nullptr) return;
  captures::Reader reader(parser::AnalyzerOptions{}, nothing);
  reader.keep_comments(false);
  const double began = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
  captures::read_mapped(*file, path, reader);
  say("analyser_cpu_s", cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - began);
}

void load(viewer::Workspace& w, const std::string& path) {
  const double memory = anonymous_memory();
  const double cpu = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
  const auto began = Clock::now();
  w.open(path, false);
  while (w.store().rows() == 0 && w.loader()->busy())
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  say("first_rows_s", since(began));
  w.loader()->wait_until_read();
  say("load_wall_s", since(began));
  say("load_cpu_s", cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
  const auto rows = static_cast<double>(w.store().rows());
  say("rows", rows);
  say("memory_per_row", (anonymous_memory() - memory) / rows);
}

void filter(viewer::Workspace& w, const char* name, const std::string& expression) {
  const auto began = Clock::now();
  double first = 0;
  w.set_filter(expression);
  while (!w.view().complete()) {
    if (first == 0 && w.view().size() > 0) first = since(began);
    w.update(0, [] { return false; });
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const double all = since(began);
  say((std::string("filter_") + name + "_first_s").c_str(), first == 0 ? all : first);
  say((std::string("filter_") + name + "_s").c_str(), all);
  say((std::string("filter_") + name + "_rows").c_str(), static_cast<double>(w.view().size()));
  w.set_filter("");
}

// CPU of this thread per frame, without a renderer: scrolling through all rows, with a row selected.
void frames(viewer::Workspace& w, viewer::WindowView view) {
  w.set_window_view(view);
  const std::string prefix =
      view == viewer::WindowView::kTable ? std::string() : std::string(viewer::name(view)) + "_";
  ImGuiContext* context = ImGui::CreateContext();
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {1440, 900};
  {
    viewer::Shell shell(w, viewer::ThemeName::kDark, 1);
    double seconds = 0;
    std::vector<double> costs;
    constexpr size_t kFrames = 300;
    for (size_t i = 0; i < kFrames + 20; ++i, seconds += 1.0 / 60) {
      if (i % 3 == 0) w.select_row(static_cast<viewer::RowIndex>(w.store().rows() / kFrames * (i % kFrames)));
      const double began = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
      w.update(seconds, [] { return false; });
      shell.prepare(seconds);
      io.DeltaTime = 1.0f / 60;
      ImGui::NewFrame();
      shell.draw();
      ImGui::Render();
      if (i >= 20) costs.push_back(cpu_seconds(CLOCK_THREAD_CPUTIME_ID) - began);
    }
    std::sort(costs.begin(), costs.end());
    say((prefix + "frame_median_ms").c_str(), costs[costs.size() / 2] * 1e3);
    say((prefix + "frame_95_ms").c_str(), costs[costs.size() * 95 / 100] * 1e3);
  }
  ImGui::DestroyContext(context);
}

// All rows counted, as if nothing else had to be done.
void statistics(viewer::Workspace& w) {
  w.set_window_view(viewer::WindowView::kStatistics);
  const double began = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
  while (w.update(0, [] { return true; }) && !w.statistics().complete()) {
  }
  say("statistics_cpu_s", cpu_seconds(CLOCK_THREAD_CPUTIME_ID) - began);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: viewer_load CAPTURE\n");
    return 2;
  }
  analyse(argv[1]);
  viewer::Workspace workspace;
  load(workspace, argv[1]);
  filter(workspace, "iq", "xmpp.iq");
  filter(workspace, "body", "xmpp.message.body");
  filter(workspace, "condition", "xmpp.error.condition == \"item-not-found\"");
  filter(workspace, "xmlns", "xmpp.xmlns == \"jabber:iq:roster\"");
  frames(workspace, viewer::WindowView::kTable);
  frames(workspace, viewer::WindowView::kLadder);
  statistics(workspace);
  frames(workspace, viewer::WindowView::kStatistics);
  return 0;
}
