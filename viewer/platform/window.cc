// Frames are drawn when something happened: input, new rows, work in progress; else the loop sleeps in the
// window system. Keys go through a queue of our own: ImGui 1.86 looks at the keyboard once per frame, and
// loses a key that is pressed and released between two frames.
#include "viewer/platform/window.h"

#include <GLFW/glfw3.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>

#include "viewer/ui/shell.h"

namespace viewer {

namespace {

constexpr double kIdleWait = 0.25;  // seconds between looks for new rows when nothing happens
constexpr double kLiveWait = 0.05;  // … of a live capture
constexpr int kSettleFrames = 3;    // ImGui lays out what changed over a few frames
constexpr auto kFrameBudget = std::chrono::milliseconds(6);  // for filtering and searching, per frame

// What GLFW's callbacks reach through the window's user pointer.
struct Events {
  Shell* shell = nullptr;
  int frames_wanted = kSettleFrames;
  std::string dropped;  // a file that was dropped on the window
};

Events& events_of(GLFWwindow* window) {
  return *static_cast<Events*>(glfwGetWindowUserPointer(window));
}

SpecialKey special_key(int key) {
  switch (key) {
    case GLFW_KEY_UP:
      return SpecialKey::kUp;
    case GLFW_KEY_DOWN:
      return SpecialKey::kDown;
    case GLFW_KEY_PAGE_UP:
      return SpecialKey::kPageUp;
    case GLFW_KEY_PAGE_DOWN:
      return SpecialKey::kPageDown;
    case GLFW_KEY_HOME:
      return SpecialKey::kHome;
    case GLFW_KEY_END:
      return SpecialKey::kEnd;
    case GLFW_KEY_ESCAPE:
      return SpecialKey::kEscape;
    case GLFW_KEY_ENTER:
      return SpecialKey::kEnter;
    default:
      return SpecialKey::kNone;
  }
}

void on_key(GLFWwindow* window, int key, int, int action, int mods) {
  Events& events = events_of(window);
  events.frames_wanted = kSettleFrames;
  if (action == GLFW_RELEASE || events.shell == nullptr) return;
  if (const SpecialKey special = special_key(key); special != SpecialKey::kNone) {
    events.shell->key({0, special, false});
  } else if ((mods & GLFW_MOD_CONTROL) != 0 && key >= GLFW_KEY_A && key <= GLFW_KEY_Z) {
    events.shell->key({static_cast<char32_t>('a' + key - GLFW_KEY_A), SpecialKey::kNone, true});
  } else if ((mods & GLFW_MOD_CONTROL) != 0 && (key == GLFW_KEY_EQUAL || key == GLFW_KEY_KP_ADD)) {
    events.shell->key({'+', SpecialKey::kNone, true});
  } else if ((mods & GLFW_MOD_CONTROL) != 0 && (key == GLFW_KEY_MINUS || key == GLFW_KEY_KP_SUBTRACT)) {
    events.shell->key({'-', SpecialKey::kNone, true});
  }
}

void on_character(GLFWwindow* window, unsigned int character) {
  Events& events = events_of(window);
  events.frames_wanted = kSettleFrames;
  if (events.shell != nullptr)
    events.shell->key({static_cast<char32_t>(character), SpecialKey::kNone, false});
}

void wake(GLFWwindow* window) {
  events_of(window).frames_wanted = kSettleFrames;
}

// ImGui's backend, installed after these, calls them first and adds its own.
void install_callbacks(GLFWwindow* window) {
  glfwSetKeyCallback(window, on_key);
  glfwSetCharCallback(window, on_character);
  glfwSetMouseButtonCallback(window, [](GLFWwindow* w, int, int, int) { wake(w); });
  glfwSetScrollCallback(window, [](GLFWwindow* w, double, double) { wake(w); });
  glfwSetCursorPosCallback(window, [](GLFWwindow* w, double, double) { wake(w); });
  glfwSetCursorEnterCallback(window, [](GLFWwindow* w, int) { wake(w); });
  glfwSetWindowFocusCallback(window, [](GLFWwindow* w, int) { wake(w); });
  glfwSetFramebufferSizeCallback(window, [](GLFWwindow* w, int, int) { wake(w); });
  glfwSetWindowRefreshCallback(window, wake);
  glfwSetDropCallback(window, [](GLFWwindow* w, int paths, const char** names) {
    if (paths > 0) events_of(w).dropped = names[0];
    wake(w);
  });
}

std::string glfw_words() {
  const char* words = nullptr;
  glfwGetError(&words);
  return words == nullptr ? "no reason was given" : words;
}

float scale_of(GLFWwindow* window) {
  float x = 1;
  float y = 1;
  glfwGetWindowContentScale(window, &x, &y);
  return std::clamp(std::max(x, y), 0.5f, 8.0f);
}

void draw_frame(GLFWwindow* window, Workspace& workspace, Shell& shell) {
  using Clock = std::chrono::steady_clock;
  const auto began = Clock::now();
  workspace.update(glfwGetTime(), [&] { return Clock::now() - began < kFrameBudget; });
  shell.set_scale(scale_of(window));
  if (shell.prepare(glfwGetTime())) ImGui_ImplOpenGL3_DestroyFontsTexture();
  ImGui_ImplOpenGL3_NewFrame();
  // The backend makes it once, with its other objects; not when it was given up for another.
  if (ImGui::GetIO().Fonts->TexID == nullptr) ImGui_ImplOpenGL3_CreateFontsTexture();
  ImGui_ImplGlfw_NewFrame();
  ImGui::NewFrame();
  shell.draw();
  ImGui::Render();
  int width = 0;
  int height = 0;
  glfwGetFramebufferSize(window, &width, &height);
  const ImVec4 background = shell.theme().vec(Tone::kBorder);
  glViewport(0, 0, width, height);
  glClearColor(background.x, background.y, background.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
  glfwSwapBuffers(window);
}

void loop(GLFWwindow* window, Workspace& workspace, Shell& shell, Events& events) {
  using Clock = std::chrono::steady_clock;
  uint64_t rows_seen = 0;
  Loader::State state_seen = Loader::State::kIdle;
  while (glfwWindowShouldClose(window) == 0 && !shell.quit_wanted() && events.dropped.empty() &&
         shell.ui().open_wanted.empty()) {
    const bool working = !workspace.view().complete() || workspace.find_state().searching;
    const bool loading = workspace.status().state == Loader::State::kLoading;
    if (events.frames_wanted > 0 || working || shell.keys_wait() || ImGui::GetIO().WantTextInput) {
      // A text field blinks its caret; 30 frames a second are enough for that.
      glfwWaitEventsTimeout(events.frames_wanted > 0 || working ? 0.001 : 0.033);
    } else {
      glfwWaitEventsTimeout(workspace.live() || loading ? kLiveWait : kIdleWait);
    }
    const auto began = Clock::now();
    const Loader::State state = workspace.status().state;
    const bool fresh = workspace.store().rows() != rows_seen || state != state_seen || loading;
    if (fresh) events.frames_wanted = std::max(events.frames_wanted, kSettleFrames);
    rows_seen = workspace.store().rows();
    state_seen = state;
    if (events.frames_wanted > 0 || working || shell.keys_wait() || ImGui::GetIO().WantTextInput) {
      draw_frame(window, workspace, shell);
      events.frames_wanted = std::max(0, events.frames_wanted - 1);
      // Software OpenGL does not wait for the screen: keep to 60 frames a second.
      const double left = 1.0 / 60 - std::chrono::duration<double>(Clock::now() - began).count();
      if (left > 0.001) glfwWaitEventsTimeout(left);
    }
  }
}

void set_title(GLFWwindow* window, const Workspace& workspace) {
  const std::string title = "stanzascope" + (workspace.path().empty() ? "" : " \u2013 " + workspace.path());
  glfwSetWindowTitle(window, title.c_str());
}

// One workspace after the other, until the window closes.
void run_workspaces(GLFWwindow* window, std::unique_ptr<Workspace>& workspace, const WindowOptions& options,
                    const OpenFile& open, Settings& settings) {
  Events events;
  glfwSetWindowUserPointer(window, &events);
  install_callbacks(window);
  ImGui_ImplGlfw_InitForOpenGL(window, true);
  ImGui_ImplOpenGL3_Init("#version 330 core");
  std::string filter = options.filter;
  settings = options.settings;
  for (bool first = true;; first = false) {
    std::unique_ptr<Workspace> old;  // outlives the shell that shows it
    set_title(window, *workspace);
    remember(settings.recent, workspace->path());
    Shell shell(*workspace, ThemeName::kDark, scale_of(window));
    shell.take_settings(settings);
    shell.ui().filter_text = filter;
    shell.ui().show_help = first && options.show_help;
    if (!first) ImGui_ImplOpenGL3_DestroyFontsTexture();
    events.shell = &shell;
    events.frames_wanted = kSettleFrames;
    loop(window, *workspace, shell, events);
    events.shell = nullptr;
    settings = shell.settings();
    const std::string wanted = events.dropped.empty() ? shell.ui().open_wanted : events.dropped;
    events.dropped.clear();
    if (wanted.empty()) break;
    std::string error;
    if (std::unique_ptr<Workspace> fresh = open(wanted, error)) {
      old = std::exchange(workspace, std::move(fresh));
      filter.clear();
    } else {
      workspace->say(error, true);
      filter = shell.ui().filter_text;
    }
  }
  ImGui_ImplOpenGL3_Shutdown();
  ImGui_ImplGlfw_Shutdown();
}

}  // namespace

std::string run_window(std::unique_ptr<Workspace>& workspace, const WindowOptions& options,
                       const OpenFile& open, Settings& settings) {
  if (glfwInit() == GLFW_FALSE) {
    return "no window can be opened: " + glfw_words() +
           ". The viewer needs an X11 display (DISPLAY is set by a desktop session, or by ssh -X). Without "
           "one, "
           "--screenshot OUT.png draws into a file, and --dump-state prints what the window would show.";
  }
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
  GLFWwindow* window = glfwCreateWindow(options.width, options.height, "stanzascope", nullptr, nullptr);
  if (window == nullptr) {
    std::string error = "no window with OpenGL 3.3 can be opened: " + glfw_words() +
                        ". --screenshot OUT.png draws into a file without a window.";
    glfwTerminate();
    return error;
  }
  glfwMakeContextCurrent(window);
  glfwSwapInterval(1);
  IMGUI_CHECKVERSION();
  ImGuiContext* context = ImGui::CreateContext();
  run_workspaces(window, workspace, options, open, settings);
  ImGui::DestroyContext(context);
  glfwDestroyWindow(window);
  glfwTerminate();
  return {};
}

}  // namespace viewer
