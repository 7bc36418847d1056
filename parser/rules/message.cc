// Message layer (RFC 6121 §5).
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

void invalid_type(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr) return;
  static constexpr std::string_view kTypes[] = {"chat", "error", "groupchat", "headline", "normal"};
  for (const std::string_view type : kTypes) {
    if (event.stanza_type == type) return;
  }
  if (event.element->find_attribute("type") == nullptr) return;
  report.add("The message type " + quoted(event.stanza_type) +
                 " does not exist; there are chat, error, groupchat, headline and normal.",
             event.element->start_tag);
}

constexpr Rule kRules[] = {
    {
        .id = "message-invalid-type",
        .tier = 1,
        .layer = Layer::kMessage,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6121 §5.2.2; RFC 3921 §2.1.1",
        .explanation = "The type says how a message wants to be shown and stored: chat, groupchat, "
                       "headline, normal, or error. Receivers must treat an unknown one as normal, so "
                       "nothing breaks, but the sender's intention is lost: the message may miss the "
                       "conversation, the archive or the copies for other devices.",
        .violating = "C: <message type='private' to='a@example.com'><body>Hi</body></message>",
        .conforming = "C: <message type='chat' to='a@example.com'><body>Hi</body></message>\n"
                      "C: <message to='a@example.com'><body>Hi</body></message>",
        .kinds = on(EventKind::kMessage),
        .check = invalid_type,
    },
};

}  // namespace

RuleTable message_rules() {
  return {kRules};
}

}  // namespace parser::rules
