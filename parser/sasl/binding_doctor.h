// Why a login with channel binding fails through a proxy that ends TLS, and what would let it pass.
//
// The case is made of three things: what the client says (flag n, y, p of RFC 5802 §6, or a token of FAST
// that is bound by its name), what the server offered (-PLUS or not), and whether the proxy showed that to
// the client.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace parser::sasl {

enum class BindingOffer : uint8_t {
  kUnknown,  // the features were not seen
  kNone,     // the server offers no binding for this mechanism
  kShown,    // it does, and the client was told
  kHidden,   // it does, and the proxy took it out of the features
};
enum class BindingTypes : uint8_t {
  kNoList,     // the server announces none (XEP-0440)
  kListed,     // the client's type is among those announced
  kNotListed,  // it is not
};

struct BindingCase {
  // 'n', 'y', 'p'; 't' for a token mechanism that is bound (HT-*-UNIQ and the like).
  char flag = 'n';
  BindingOffer offer = BindingOffer::kUnknown;
  std::string_view type = {};  // "tls-exporter"; with flags p and t
  BindingTypes types = BindingTypes::kNoList;
  bool tls13 = false;  // on the client's leg
};

enum class BindingVerdict : uint8_t {
  kPasses,             // nothing is bound, nobody can object
  kOtherChannel,       // bound to the client's own TLS connection; the server has another
  kFromMemory,         // the same, although -PLUS was not shown: the client remembers it
  kNeverOffered,       // the same, and the server offers no binding at all
  kDowngradeByProxy,   // y, because the proxy hid what the server offered: the proxy's doing
  kDowngradeByClient,  // y, although the client was shown the offer: the client's fault
  kTokenBound,         // a token that is bound to the client's channel
};

struct BindingDiagnosis {
  BindingVerdict verdict = BindingVerdict::kPasses;
  bool fails = false;
  bool proxys_doing = false;  // would have gone well without the proxy
  std::string cause;          // which case this is and what will happen, with a full stop; empty: it passes
  std::string remedy;         // which setting lets it pass, with a full stop
};
BindingDiagnosis diagnose(const BindingCase& what);

}  // namespace parser::sasl
