// How a client comes to its resource with RFC 6120 §7, and to its session with RFC 3921 §3.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "parser/xml/element.h"

namespace parser {

class Binding {
 public:
  void on_request(const xml::Element& bind);
  void on_session_request() { session_requested_ = true; }
  void on_features(const xml::Element& features);

  unsigned requests() const { return requests_; }
  // What the last request asked for; empty where it left the choice to the server, or asked for more than
  // 1023 bytes.
  std::string_view requested() const { return requested_; }
  bool left_to_server() const { return left_to_server_; }  // no <resource/>, or an empty one
  // Offered as something to be done (without <optional/>), and asked for.
  bool session_offered() const { return session_offered_; }
  bool session_requested() const { return session_requested_; }

 private:
  unsigned requests_ = 0;
  bool left_to_server_ = true;
  bool session_offered_ = false;
  bool session_requested_ = false;
  std::string requested_;
};

}  // namespace parser
