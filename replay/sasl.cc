// gsasl asks for what it needs by callback; the session's hook leads back to the object that has it. Channel
// binding is never offered, so its questions stay unanswered, which gsasl takes as “none”.
#include "replay/sasl.h"

#include <gsasl.h>

#include <algorithm>
#include <array>

namespace replay {

namespace {

struct GsaslFree {
  void operator()(Gsasl* library) const { gsasl_done(library); }
  void operator()(Gsasl_session* session) const { gsasl_finish(session); }
};
using Library = std::unique_ptr<Gsasl, GsaslFree>;
using Session = std::unique_ptr<Gsasl_session, GsaslFree>;

Library open_library(Gsasl_callback_function callback) {
  Gsasl* library = nullptr;
  if (gsasl_init(&library) != GSASL_OK) return nullptr;
  gsasl_callback_set(library, callback);
  return Library(library);
}

SaslStep step_of(Gsasl_session* session, std::string_view data) {
  char* out = nullptr;
  size_t size = 0;
  const int code = gsasl_step(session, data.data(), data.size(), &out, &size);
  SaslStep step;
  if (out != nullptr) step.data.assign(out, size);
  gsasl_free(out);
  if (code == GSASL_OK) {
    step.state = SaslStep::State::kDone;
  } else if (code == GSASL_NEEDS_MORE) {
    step.state = SaslStep::State::kMore;
  } else {
    step.error = gsasl_strerror(code);
  }
  return step;
}

std::string_view text_of(const char* text) {
  return text == nullptr ? std::string_view() : std::string_view(text);
}

}  // namespace

std::vector<std::string_view> mechanisms(const SaslPolicy& policy) {
  if (!policy.password) return {"PLAIN"};
  return {"SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN"};
}

class SaslServer::Impl {
 public:
  static int answer(Gsasl*, Gsasl_session* session, Gsasl_property property) {
    auto* self = static_cast<Impl*>(gsasl_session_hook_get(session));
    if (self == nullptr) return GSASL_NO_CALLBACK;
    const SaslPolicy& policy = *self->policy;
    const std::string_view user = text_of(gsasl_property_fast(session, GSASL_AUTHID));
    switch (property) {
      case GSASL_VALIDATE_SIMPLE:
        if (user.empty() || (!policy.user.empty() && user != policy.user)) return GSASL_AUTHENTICATION_ERROR;
        if (policy.password && text_of(gsasl_property_fast(session, GSASL_PASSWORD)) != *policy.password)
          return GSASL_AUTHENTICATION_ERROR;
        return GSASL_OK;
      case GSASL_PASSWORD:
        if (!policy.password || (!policy.user.empty() && user != policy.user))
          return GSASL_AUTHENTICATION_ERROR;
        return gsasl_property_set(session, GSASL_PASSWORD, policy.password->c_str());
      default:
        return GSASL_NO_CALLBACK;
    }
  }

  const SaslPolicy* policy = nullptr;
  Library library;
  Session session;
};

SaslServer::SaslServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SaslServer::~SaslServer() = default;

std::unique_ptr<SaslServer> SaslServer::start(const SaslPolicy& policy, std::string_view mechanism) {
  const auto known = mechanisms(policy);
  if (std::find(known.begin(), known.end(), mechanism) == known.end()) return nullptr;
  auto impl = std::make_unique<Impl>();
  impl->policy = &policy;
  impl->library = open_library(&Impl::answer);
  if (impl->library == nullptr) return nullptr;
  Gsasl_session* session = nullptr;
  if (gsasl_server_start(impl->library.get(), std::string(mechanism).c_str(), &session) != GSASL_OK)
    return nullptr;
  impl->session.reset(session);
  gsasl_session_hook_set(session, impl.get());
  return std::unique_ptr<SaslServer>(new SaslServer(std::move(impl)));
}

SaslStep SaslServer::step(std::string_view data) {
  return step_of(impl_->session.get(), data);
}

std::string SaslServer::user() const {
  return std::string(text_of(gsasl_property_fast(impl_->session.get(), GSASL_AUTHID)));
}

class SaslClient::Impl {
 public:
  static int answer(Gsasl*, Gsasl_session* session, Gsasl_property property) {
    const auto* self = static_cast<const Impl*>(gsasl_session_hook_get(session));
    if (self == nullptr) return GSASL_NO_CALLBACK;
    if (property == GSASL_AUTHID && !self->credentials.external)
      return gsasl_property_set(session, property, self->credentials.user.c_str());
    if (property == GSASL_PASSWORD)
      return gsasl_property_set(session, property, self->credentials.password.c_str());
    return GSASL_NO_CALLBACK;
  }

  SaslCredentials credentials;
  Library library;
  Session session;
};

SaslClient::SaslClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SaslClient::~SaslClient() = default;

std::string_view SaslClient::choose(const SaslCredentials& credentials,
                                    const std::vector<std::string>& offered) {
  static constexpr std::array<std::string_view, 4> kKnown = {"EXTERNAL", "SCRAM-SHA-256", "SCRAM-SHA-1",
                                                             "PLAIN"};
  for (const std::string_view name : kKnown) {
    if (name == "EXTERNAL" && !credentials.external) continue;
    if (name != "EXTERNAL" && credentials.password.empty()) continue;
    if (std::find(offered.begin(), offered.end(), name) != offered.end()) return name;
  }
  return {};
}

std::unique_ptr<SaslClient> SaslClient::start(const SaslCredentials& credentials,
                                              std::string_view mechanism) {
  auto impl = std::make_unique<Impl>();
  impl->credentials = credentials;
  impl->credentials.external = mechanism == "EXTERNAL";
  impl->library = open_library(&Impl::answer);
  if (impl->library == nullptr) return nullptr;
  Gsasl_session* session = nullptr;
  if (gsasl_client_start(impl->library.get(), std::string(mechanism).c_str(), &session) != GSASL_OK)
    return nullptr;
  impl->session.reset(session);
  gsasl_session_hook_set(session, impl.get());
  return std::unique_ptr<SaslClient>(new SaslClient(std::move(impl)));
}

SaslStep SaslClient::step(std::string_view data) {
  return step_of(impl_->session.get(), data);
}

}  // namespace replay
