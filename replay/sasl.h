// Logins through GNU SASL: the server's side of PLAIN and SCRAM, the client's side of these and of EXTERNAL.
// Randomness (nonces, salts) is gsasl's own.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace replay {

struct SaslStep {
  enum class State : uint8_t { kMore, kDone, kFailed };
  State state = State::kFailed;
  std::string data;   // to be sent; not yet base64
  std::string error;  // kFailed: one sentence
};

// What a server takes as a login.
struct SaslPolicy {
  std::string user;                     // localpart; empty: any
  std::optional<std::string> password;  // none: any login is taken, which only PLAIN can do
};
// Strongest first. Without a password PLAIN alone: in SCRAM a server proves that it knows the password.
std::vector<std::string_view> mechanisms(const SaslPolicy& policy);

class SaslServer {
 public:
  // `policy` must outlive it. Null for a mechanism that is not among mechanisms().
  static std::unique_ptr<SaslServer> start(const SaslPolicy& policy, std::string_view mechanism);
  ~SaslServer();
  SaslServer(const SaslServer&) = delete;
  SaslServer& operator=(const SaslServer&) = delete;

  SaslStep step(std::string_view data);
  std::string user() const;  // behind kDone: who logged in, as the client wrote it

 private:
  class Impl;
  explicit SaslServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

struct SaslCredentials {
  std::string user;  // localpart
  std::string password;
  bool external = false;  // EXTERNAL by a client certificate is tried first
};

class SaslClient {
 public:
  // The strongest mechanism of those offered that the credentials serve; empty: none.
  static std::string_view choose(const SaslCredentials& credentials, const std::vector<std::string>& offered);
  static std::unique_ptr<SaslClient> start(const SaslCredentials& credentials, std::string_view mechanism);
  ~SaslClient();
  SaslClient(const SaslClient&) = delete;
  SaslClient& operator=(const SaslClient&) = delete;

  // The first call, with no data, gives the initial response.
  SaslStep step(std::string_view data);

 private:
  class Impl;
  explicit SaslClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace replay
