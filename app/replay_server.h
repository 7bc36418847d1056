// `stanzascope replay --as server`
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "replay/server_session.h"

namespace app {

struct ReplayServerArguments {
  std::string file;
  std::vector<std::string> listen;
  std::string confdir;
  std::string user;
  std::string password_file;
  replay::ServerOptions options;
  size_t max_clients = 1000;
  bool json = false;
  bool quiet = false;
};

// Serves until SIGINT or SIGTERM; returns the exit code.
int run_replay_server(ReplayServerArguments arguments);

// The first line of a file, without its end. Nothing and `error` where there is none.
std::optional<std::string> read_password(const std::string& path, std::string& error);

}  // namespace app
