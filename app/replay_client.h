// `stanzascope replay --as client`
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "replay/client_session.h"

namespace app {

struct ReplayClientArguments {
  std::string file;
  std::string to;
  bool direct_tls = false;
  std::string upstream_ca;
  bool insecure_upstream = false;
  std::string user;
  std::string password_file;
  std::string client_certificate;
  std::vector<std::string> accounts;  // "[RECORDED=]JID:FILE"; in place of user and password_file
  std::string resource;
  std::string only;
  std::string junit;
  uint64_t repeat = 1;
  unsigned sessions = 1;
  replay::ClientOptions options;
  bool json = false;
  bool quiet = false;
};

// Returns the exit code.
int run_replay_client(ReplayClientArguments arguments);

}  // namespace app
