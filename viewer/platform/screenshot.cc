// EGL_PLATFORM_SURFACELESS_MESA gives a context with no surface; the picture is drawn into a framebuffer
// object and read back. ImGui needs a few frames to lay tables and auto-sized windows out.
#define GL_GLEXT_PROTOTYPES
#include "viewer/platform/screenshot.h"

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <GL/gl.h>
#include <GL/glext.h>

#include <algorithm>

#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>

namespace viewer {

namespace {

constexpr int kFrames = 6;
constexpr double kFrameSeconds = 1.0 / 60;

// Owns display and context.
class Surfaceless {
 public:
  ~Surfaceless() {
    if (display_ == EGL_NO_DISPLAY) return;
    eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    if (context_ != EGL_NO_CONTEXT) eglDestroyContext(display_, context_);
    eglTerminate(display_);
  }

  std::string begin() {
    constexpr const char* kAdvice =
        " (on Debian: apt install libegl-mesa0 libgl1-mesa-dri; LIBGL_ALWAYS_SOFTWARE=1 avoids a broken "
        "driver)";
    display_ = eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
    if (display_ == EGL_NO_DISPLAY || eglInitialize(display_, nullptr, nullptr) == EGL_FALSE) {
      display_ = EGL_NO_DISPLAY;
      return std::string("there is no EGL that draws without a display") + kAdvice;
    }
    if (eglBindAPI(EGL_OPENGL_API) == EGL_FALSE) return std::string("EGL has no OpenGL") + kAdvice;
    const EGLint wanted[] = {EGL_SURFACE_TYPE, 0, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_NONE};
    EGLConfig config = nullptr;
    EGLint configs = 0;
    if (eglChooseConfig(display_, wanted, &config, 1, &configs) == EGL_FALSE || configs == 0)
      config = nullptr;
    const EGLint version[] = {EGL_CONTEXT_MAJOR_VERSION,
                              3,
                              EGL_CONTEXT_MINOR_VERSION,
                              3,
                              EGL_CONTEXT_OPENGL_PROFILE_MASK,
                              EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT,
                              EGL_NONE};
    context_ = eglCreateContext(display_, config, EGL_NO_CONTEXT, version);
    if (context_ == EGL_NO_CONTEXT ||
        eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, context_) == EGL_FALSE) {
      return std::string("EGL gives no OpenGL 3.3 context") + kAdvice;
    }
    return {};
  }

 private:
  EGLDisplay display_ = EGL_NO_DISPLAY;
  EGLContext context_ = EGL_NO_CONTEXT;
};

class Framebuffer {
 public:
  Framebuffer(int width, int height) : width_(width), height_(height) {
    glGenTextures(1, &texture_);
    glBindTexture(GL_TEXTURE_2D, texture_);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, width, height, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
    glGenFramebuffers(1, &buffer_);
    glBindFramebuffer(GL_FRAMEBUFFER, buffer_);
    glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture_, 0);
  }
  ~Framebuffer() {
    glDeleteFramebuffers(1, &buffer_);
    glDeleteTextures(1, &texture_);
  }
  Framebuffer(const Framebuffer&) = delete;
  Framebuffer& operator=(const Framebuffer&) = delete;

  bool complete() const { return glCheckFramebufferStatus(GL_FRAMEBUFFER) == GL_FRAMEBUFFER_COMPLETE; }

  // OpenGL's rows begin at the bottom, a picture's at the top.
  void read(Picture& picture) const {
    const auto row = static_cast<size_t>(width_) * 3;
    std::vector<uint8_t> upside_down(row * static_cast<size_t>(height_));
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadPixels(0, 0, width_, height_, GL_RGB, GL_UNSIGNED_BYTE, upside_down.data());
    picture.width = width_;
    picture.height = height_;
    picture.rgb.resize(upside_down.size());
    for (size_t y = 0; y < static_cast<size_t>(height_); ++y) {
      const auto from =
          upside_down.begin() + static_cast<std::ptrdiff_t>((static_cast<size_t>(height_) - 1 - y) * row);
      std::copy(from, from + static_cast<std::ptrdiff_t>(row),
                picture.rgb.begin() + static_cast<std::ptrdiff_t>(y * row));
    }
  }

 private:
  int width_;
  int height_;
  GLuint texture_ = 0;
  GLuint buffer_ = 0;
};

void draw_frames(Workspace& workspace, const ScreenshotOptions& options) {
  Shell shell(workspace, options.theme, options.scale);
  if (options.prepare) options.prepare(shell);
  workspace.reveal_selection();
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {static_cast<float>(options.width), static_cast<float>(options.height)};
  io.DeltaTime = static_cast<float>(kFrameSeconds);
  io.MousePos = {-1e6f, -1e6f};
  double seconds = 0;
  for (int i = 0; i < kFrames; ++i, seconds += kFrameSeconds) {
    workspace.update(seconds, [] { return true; });
    if (shell.prepare(seconds)) ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_NewFrame();
    if (ImGui::GetIO().Fonts->TexID == nullptr) ImGui_ImplOpenGL3_CreateFontsTexture();
    ImGui::NewFrame();
    shell.draw();
    ImGui::Render();
  }
  const ImVec4 background = shell.theme().vec(Tone::kBorder);
  glViewport(0, 0, options.width, options.height);
  glClearColor(background.x, background.y, background.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
  glFinish();
}

}  // namespace

std::string take_screenshot(Workspace& workspace, const ScreenshotOptions& options, Picture& picture) {
  if (options.width < 64 || options.height < 64 || options.width > 16384 || options.height > 16384) {
    return "a picture is 64 to 16384 pixels wide and high";
  }
  Surfaceless surfaceless;
  if (std::string error = surfaceless.begin(); !error.empty()) return error;
  IMGUI_CHECKVERSION();
  ImGuiContext* context = ImGui::CreateContext();
  std::string error;
  if (ImGui_ImplOpenGL3_Init("#version 330 core")) {
    const Framebuffer framebuffer(options.width, options.height);
    if (framebuffer.complete()) {
      draw_frames(workspace, options);
      framebuffer.read(picture);
    } else {
      error = "the graphics driver cannot draw a picture of that size";
    }
    ImGui_ImplOpenGL3_Shutdown();
  } else {
    error = "OpenGL could not be loaded (on Debian: apt install libgl1)";
  }
  ImGui::DestroyContext(context);
  return error;
}

}  // namespace viewer
