// What a SASL2 login asks for besides the login, and what of it was granted (XEP-0388 §2.3, §2.6; XEP-0386;
// XEP-0198 §9; XEP-0484).
#pragma once

#include <string>
#include <string_view>

#include "parser/xml/element.h"

namespace parser {

class InlineLogin {
 public:
  // Each <authenticate/> begins anew; <success/> tells what became of the last one.
  void on_authenticate(const xml::Element& authenticate);
  void on_success(const xml::Element& success);
  void on_failure() { granted_ = {}; }
  void on_features() { features_due_ = false; }

  // Asked for by the last <authenticate/>.
  bool asks_bind() const { return asked_.bind; }
  bool asks_resume() const { return asked_.resume; }
  bool uses_token() const { return asked_.token; }  // <fast/>: logs in with a token (XEP-0484)
  // Id of its <user-agent/>; empty where there is none, or it is longer than 256 bytes. A secret of the
  // device.
  std::string_view user_agent_id() const { return user_agent_id_; }
  bool names_user_agent() const { return names_user_agent_; }  // has a <user-agent/> with an id

  // Granted by <success/>.
  bool bound() const { return granted_.bind; }
  bool resumed() const { return granted_.resume; }
  // Whom the server says that it logged in: a bare JID, or a full one with a resource that was bound inline.
  // Empty where it said nothing, or more than 3071 bytes.
  std::string_view authorization_identifier() const { return authorization_identifier_; }
  // The server owes <stream:features/>: after a <success/> without <resumed/> until they come.
  bool features_due() const { return features_due_; }

 private:
  struct Set {
    bool bind = false;
    bool resume = false;
    bool token = false;
  };
  Set asked_;
  Set granted_;
  bool features_due_ = false;
  bool names_user_agent_ = false;
  std::string user_agent_id_;
  std::string authorization_identifier_;
};

}  // namespace parser
