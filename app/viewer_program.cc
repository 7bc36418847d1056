#include "app/viewer_program.h"

#include <spawn.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <system_error>

extern char** environ;  // POSIX leaves its declaration to us

namespace app {
namespace {

// What exec and spawn take: pointers into the strings, and a null behind them.
std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> all;
  all.reserve(words.size() + 1);
  for (std::string& word : words) all.push_back(word.data());
  all.push_back(nullptr);
  return all;
}

std::vector<std::string> with_program(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {viewer_program()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

std::string trouble(const std::string& program, int number) {
  return "cannot start " + program + ": " + std::generic_category().message(number) +
         "; is the viewer installed?";
}

}  // namespace

std::string viewer_program() {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path beside = fs::read_symlink("/proc/self/exe", error).parent_path() / "stanzascope-viewer";
  return !error && fs::exists(beside, error) ? beside.string() : "stanzascope-viewer";
}

std::string become_viewer(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = with_program(arguments);
  ::execvp(words.front().c_str(), pointers(words).data());
  return trouble(words.front(), errno);
}

std::string start_viewer(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = with_program(arguments);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  sigset_t usual;
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  ::posix_spawnattr_setsigdefault(&attributes, &usual);
  // Our sockets are not the viewer's: it would keep the port when we are gone.
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  pid_t process = 0;
  const int number =
      ::posix_spawnp(&process, words.front().c_str(), &files, &attributes, pointers(words).data(), environ);
  ::posix_spawn_file_actions_destroy(&files);
  ::posix_spawnattr_destroy(&attributes);
  return number == 0 ? std::string() : trouble(words.front(), number);
}

}  // namespace app
