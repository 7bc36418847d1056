// Small extensions that need no file of their own: ping, registration, blocking, upload; and traffic of
// services that went their own ways.
#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "parser/payload/blocking.h"
#include "parser/payload/http_upload.h"
#include "parser/payload/names.h"
#include "parser/rules/checks.h"
#include "parser/rules/overdue.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

using payload::Part;
using xml::Element;

void ping_result_with_payload(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.stanza_type != "result" || event.payload == nullptr) return;
  const std::optional<OpenIq>& request = context.session.last_request();
  if (context.session.last_match() != IqMatch::kAnswered || !request || request->payload_ns != ns::kPing)
    return;
  report.add("The answer to the ping has a payload, " + tag_name(*event.payload) + "; a pong is empty.",
             event.payload->range, {.frame = request->frame});
}

// Forms may carry it, too (XEP-0077 §4).
const Element* password_field(const Element& query) {
  const Element* form = query.child("x", ns::kDataForms);
  if (form == nullptr) return nullptr;
  for (const Element& field : form->children()) {
    if (field.local == "field" && field.attribute("var") == "password") return &field;
  }
  return nullptr;
}

void register_password_plaintext(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.stanza_type != "set" || event.payload == nullptr || event.payload->ns != ns::kIqRegister) return;
  if (context.before.encrypted[index(Direction::kC2S)]) return;
  const Element* password = event.payload->child("password");
  if (password == nullptr) password = password_field(*event.payload);
  if (password == nullptr) return;
  report.add("A password is registered in plain text; everybody on the way can read it, so TLS comes first.",
             password->range);
}

void blocking_empty_block(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.stanza_type != "set" || event.payload == nullptr || !event.payload->is("block", ns::kBlocking))
    return;
  if (event.payload->child("item") != nullptr) return;
  report.add("The <block/> names no address; only an <unblock/> may be empty, and means everybody.",
             event.payload->start_tag);
}

// --- upload ----------------------------------------------------------------------------------------------

bool is_https(std::string_view url) {
  constexpr std::string_view kScheme = "https://";
  return url.size() > kScheme.size() &&
         std::equal(kScheme.begin(), kScheme.end(), url.begin(),
                    [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
}

// A laboratory's server on the same machine.
bool is_loopback(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return false;
  url.remove_prefix(scheme + 3);
  for (const std::string_view host : {"localhost", "127.0.0.1", "[::1]"}) {
    if (url.starts_with(host) &&
        (url.size() == host.size() || url[host.size()] == ':' || url[host.size()] == '/')) {
      return true;
    }
  }
  return false;
}

// The slot of an answer; none where the event is none.
std::optional<payload::UploadSlot> slot_in(const StreamEvent& event) {
  if (event.direction != Direction::kS2C || event.stanza_type != "result" || event.payload == nullptr)
    return {};
  return payload::as_upload_slot(*event.payload);
}

void upload_url_not_https(const Context& context, Report& report) {
  const std::optional<payload::UploadSlot> slot = slot_in(context.event);
  if (!slot) return;
  for (const payload::UploadUrl& url : {slot->put, slot->get}) {
    if (url.element == nullptr || is_https(url.url)) continue;
    At at;
    if (is_loopback(url.url)) at.at_most = Severity::kNote;
    const std::string_view scheme = url.url.substr(0, std::min(url.url.find(':'), url.url.size()));
    report.add("The URL of <" + std::string(url.element->local) + "/> begins with " +
                   quoted(scheme.substr(0, 20)) + "; files are put and got over https only.",
               url.element->start_tag, at);
  }
}

void upload_request_incomplete(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.stanza_type != "get" || event.payload == nullptr) return;
  const std::optional<payload::UploadRequest> request = payload::as_upload_request(*event.payload);
  if (!request || (!request->filename.empty() && request->size)) return;
  report.add(request->filename.empty()
                 ? std::string("The request for a slot has no filename.")
                 : "The request for a slot has no size in bytes" +
                       (event.payload->attribute("size").empty()
                            ? std::string(".")
                            : ", only " + quoted(event.payload->attribute("size")) + "."),
             event.payload->start_tag);
}

void upload_forbidden_header(const Context& context, Report& report) {
  const std::optional<payload::UploadSlot> slot = slot_in(context.event);
  if (!slot) return;
  for (const Element* header : slot->headers) {
    std::string name(header->attribute("name").substr(0, 80));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
    if (name == "authorization" || name == "cookie" || name == "expires") continue;
    report.add("The slot dictates the header " + quoted(header->attribute("name")) +
                   "; only Authorization, Cookie and Expires are allowed, and a client ignores others.",
               header->start_tag);
  }
}

// --- services of their own -------------------------------------------------------------------------------

enum Vendor : uint8_t { kGoogle = 1, kFacebook = 2 };

bool told(Report& report, Vendor vendor) {
  uint8_t& said = report.memory().vendors_told;
  if ((said & vendor) != 0) return true;
  said = static_cast<uint8_t>(said | vendor);
  return false;
}

void vendor_google(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C) return;
  if (event.kind != EventKind::kFeatures) {
    if (!payload::has(context.parts, Part::kGoogle)) return;
    const Element* found = payload::find_part(*event.element, Part::kGoogle);
    if (found == nullptr || told(report, kGoogle)) return;
    report.add(tag_name(*found) + " is an extension of Google Talk's own, no fault; the service is gone.",
               found->start_tag);
    return;
  }
  const Element* mechanisms = event.element->child("mechanisms", ns::kSasl);
  if (mechanisms == nullptr) return;
  for (const Element& mechanism : mechanisms->children()) {
    const std::string name = mechanism.text();
    if (name != "X-GOOGLE-TOKEN") continue;
    if (told(report, kGoogle)) return;
    report.add("The mechanism X-GOOGLE-TOKEN is Google's own, no fault; what it sends is a password.",
               mechanism.range);
    return;
  }
}

void vendor_facebook(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || !event.from.starts_with('-')) return;
  const JidSplit& from = report.addresses().from();
  if (from.domain != "chat.facebook.com" || told(report, kFacebook)) return;
  report.add("The address " + quoted(bare_of(event.from)) +
                 " is one of Facebook's gateway, a user's number with a dash: valid, no fault.",
             event.element->start_tag);
}

constexpr KindSet kIqs = on(EventKind::kIq);
constexpr payload::PartSet kUpload = payload::with(Part::kUpload);

#define ASK_SLOT                                                                              \
  "C: <iq id='u' type='get' to='upload.example.com'><request xmlns='urn:xmpp:http:upload:0' " \
  "filename='a.jpg' size='23456'/></iq>\n"
#define SLOT(put, inside)                                                                       \
  "S: <iq id='u' type='result' from='upload.example.com'><slot xmlns='urn:xmpp:http:upload:0'>" \
  "<put url='" put "'>" inside "</put><get url='https://up.example.com/a.jpg'/></slot></iq>"

constexpr Rule kRules[] = {
    {
        .id = "ping-unanswered",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0199 §4.1; XEP-0199 §4.2",
        .explanation =
            "A ping asks nothing but whether somebody is there. Whoever supports it answers with an "
            "empty result, whoever does not with service-unavailable, and both prove that the way is "
            "open. Without an answer the asker has to take the stream for dead and connects anew. This "
            "is said only when the side that owes the answer has sent something else after the time was "
            "up.",
        .violating = "S: <iq id='p' type='get' from='example.com'><ping xmlns='urn:xmpp:ping'/></iq>\n"
                     "[wait 61s]\n"
                     "C: <message to='romeo@example.net' type='chat'><body>Hi</body></message>",
        .conforming = "S: <iq id='p' type='get' from='example.com'><ping xmlns='urn:xmpp:ping'/></iq>\n"
                      "C: <iq id='p' type='result' to='example.com'/>\n"
                      "[wait 61s]\n"
                      "C: <message to='romeo@example.net' type='chat'><body>Hi</body></message>",
        .kinds = kOverdueKinds,
        .check = overdue_requests,
        .verdict = kPingUnanswered,
    },
    {
        .id = "ping-result-with-payload",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "XEP-0199 §4",
        .explanation =
            "A ping is answered by a result and nothing in it; that the answer comes is all it says. A "
            "payload does no harm, but it costs bytes on the most frequent exchange of an idle "
            "connection, and nobody reads it.",
        .violating = "C: <iq id='p' type='get' to='example.com'><ping xmlns='urn:xmpp:ping'/></iq>\n"
                     "S: <iq id='p' type='result' from='example.com'><ping xmlns='urn:xmpp:ping'/></iq>",
        .conforming = "C: <iq id='p' type='get' to='example.com'><ping xmlns='urn:xmpp:ping'/></iq>\n"
                      "S: <iq id='p' type='result' from='example.com'/>",
        .kinds = kIqs,
        .check = ping_result_with_payload,
    },
    {
        .id = "register-password-plaintext",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "XEP-0077 §3.1; XEP-0077 §11",
        .explanation =
            "In-band registration sends the new account's password as it is, without the protection that "
            "a SASL mechanism gives. Without TLS everybody on the way reads it, and people use passwords "
            "in more than one place. A client encrypts the stream first, and a server should offer "
            "registration only there.",
        .violating = "[plaintext]\n"
                     "C: <iq id='r' type='set'><query xmlns='jabber:iq:register'><username>juliet</username>"
                     "<password>example-password</password></query></iq>",
        .conforming = "[tls]\n"
                      "C: <iq id='r' type='set'><query xmlns='jabber:iq:register'><username>juliet</username>"
                      "<password>example-password</password></query></iq>",
        .kinds = kIqs,
        .check = register_password_plaintext,
        .parts = payload::with(Part::kRegister),
    },
    {
        .id = "blocking-empty-block",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0191 §3.3",
        .explanation =
            "<block/> lists whom to hear nothing of any more, so there is at least one address in it, "
            "and the server answers an empty one with bad-request. The opposite command is different: an "
            "empty <unblock/> is legal and lets everybody through again.",
        .violating = "C: <iq id='b' type='set'><block xmlns='urn:xmpp:blocking'/></iq>",
        .conforming = "C: <iq id='b' type='set'><block xmlns='urn:xmpp:blocking'><item "
                      "jid='tybalt@example.net'/></block></iq>\n"
                      "S: <iq id='b' type='result'/>\n"
                      "C: <iq id='c' type='set'><unblock xmlns='urn:xmpp:blocking'/></iq>",
        .kinds = kIqs,
        .check = blocking_empty_block,
        .parts = payload::with(Part::kBlocking),
    },
    {
        .id = "upload-url-not-https",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0363 §4",
        .explanation =
            "A slot is two URLs, one to put a file to and one to get it from. Whoever knows them can do "
            "that, so they travel over https only, as the request for them travelled over TLS. Over plain "
            "http everybody on the way reads the file, and browsers refuse to load it in secure pages. "
            "On the same machine this is only noted.",
        .violating = ASK_SLOT SLOT("http://up.example.com/a.jpg", ""),
        .conforming = ASK_SLOT SLOT("https://up.example.com/a.jpg", ""),
        .kinds = kIqs,
        .check = upload_url_not_https,
        .parts = kUpload,
    },
    {
        .id = "upload-request-incomplete",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0363 §4",
        .explanation =
            "A request for a slot says what is coming: a file name and its size in bytes. The service "
            "decides by the size whether it takes the file at all, and answers a request without it with "
            "bad-request. The content type is optional.",
        .violating = "C: <iq id='u' type='get' to='upload.example.com'><request "
                     "xmlns='urn:xmpp:http:upload:0' filename='a.jpg'/></iq>",
        .conforming = ASK_SLOT SLOT("https://up.example.com/a.jpg", ""),
        .kinds = kIqs,
        .check = upload_request_incomplete,
        .parts = kUpload,
    },
    {
        .id = "upload-forbidden-header",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0363 §4",
        .explanation =
            "A slot may ask the client to send headers along with the file, for authorization and expiry. "
            "Any other header would let the service make the client say things to a host of its choice, "
            "so there are exactly three, and a client drops the rest.",
        .violating =
            ASK_SLOT SLOT("https://up.example.com/a.jpg", "<header name='Host'>evil.example</header>"),
        .conforming = ASK_SLOT SLOT("https://up.example.com/a.jpg",
                                    "<header name='Authorization'>Basic example</header>"),
        .kinds = kIqs,
        .check = upload_forbidden_header,
        .parts = kUpload,
    },
    {
        .id = "vendor-google-quirk",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kNotes,
        .who = Who::kServer,
        .citation = "RFC 6120 §11.4",
        .explanation =
            "Google Talk spoke XMPP with additions of its own: namespaces that begin with google: and a "
            "login by X-GOOGLE-TOKEN, whose payload is a password in the form of PLAIN's. Extensions in "
            "namespaces of their own are what XMPP is built for, so this is no violation. It is said "
            "once, since captures of that time look strange without it.",
        .violating = "C: <iq id='g' type='get'><query xmlns='google:relay'/></iq>\n"
                     "S: <iq id='g' type='result'><query xmlns='google:relay'/></iq>",
        .conforming =
            "C: <iq id='g' type='get'><query xmlns='jabber:iq:version'/></iq>\n"
            "S: <iq id='g' type='result'><query xmlns='jabber:iq:version'><name>X</name></query></iq>",
        .kinds = kStanzas | on(EventKind::kFeatures),
        .check = vendor_google,
    },
    {
        .id = "vendor-facebook-quirk",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kNotes,
        .who = Who::kServer,
        .citation = "RFC 6120 §8.1.2.1",
        .explanation =
            "Facebook's chat had a gateway to XMPP whose addresses were user numbers with a dash in front. "
            "The dash is allowed in a localpart. The rosters there could not be changed and many iqs were "
            "never answered, which counts under its own rules. It is said once, to explain what is seen.",
        .violating = "S: <presence from='-12345@chat.facebook.com' to='juliet@example.com/balcony'/>",
        .conforming = "S: <presence from='romeo@example.net/o' to='juliet@example.com/balcony'/>",
        .kinds = kStanzas,
        .check = vendor_facebook,
    },
};

#undef ASK_SLOT
#undef SLOT

}  // namespace

RuleTable xep_rules() {
  return {kRules};
}

}  // namespace parser::rules
