// The few pieces of XMPP that the proxy writes by itself, and the domain that a stream header names.
#pragma once

#include <string>
#include <string_view>

#include "parser/xml/element.h"

namespace proxy {

// Text for element content or an attribute in single quotes: &, <, > and ' as references, white space as
// blanks.
std::string escape_xml(std::string_view text);

struct HeaderText {
  std::string_view content_namespace;  // "jabber:client", "jabber:server"
  std::string_view to;                 // left out where empty
  std::string_view from;               // left out where empty
  std::string_view id;                 // left out where empty
};
// An XML declaration and a stream header (RFC 6120 §4.7).
std::string stream_header(const HeaderText& header);

// <stream:features/> that demand STARTTLS (RFC 6120 §5.4.1).
std::string features_with_starttls();
std::string starttls();
std::string proceed();

// A stream error with a text (RFC 6120 §4.9.2) and the end of the stream.
std::string stream_error(std::string_view condition, std::string_view text);

// The content namespace that a stream header declares; "jabber:client" where it declares none.
std::string content_namespace(const parser::xml::Element& header);

// The domain of a stream's `to` or of an SNI in the form that DNS and certificates want: A-labels, lower
// case, no final dot, no brackets. Empty where it is no domain at all.
std::string ascii_domain(std::string_view to);

}  // namespace proxy
