// Playing a transcript takes a millisecond a line; what took longer gets a [wait], so that times come out as
// they were, to the millisecond.
#include "captures/export/transcript_export.h"

#include <array>
#include <variant>

#include "captures/fact_json.h"
#include "captures/utf8.h"
#include "parser/transcript.h"

namespace captures {
namespace {

using parser::ConnectionInfo;
using parser::Direction;
using parser::EventKind;
using parser::StreamEvent;

constexpr parser::Duration kLine = std::chrono::milliseconds(1);

std::string byte(char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(c);
  return {'$', '{', 'b', 'y', 't', 'e', ':', kDigits[value >> 4U], kDigits[value & 15U], '}'};
}

// Bytes of the character at the beginning of `text`; 0: they are none.
size_t character_size(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return 1;
  const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  return size != 0 && size <= text.size() && readable(text.substr(0, size), 4) == text.substr(0, size) ? size
                                                                                                       : 0;
}

// What a transcript's [tls] can say beyond the usual. What would not survive its quotes is left off.
std::string details_of(const parser::TlsEstablished& first, const parser::TlsEstablished& second) {
  std::string out;
  const auto add = [&out](std::string_view name, const std::string& value, std::string_view usual) {
    if (value == usual || value.find_first_of("']\n") != std::string::npos) return;
    out += " " + std::string(name) + "='" + value + "'";
  };
  // Of two legs, the one that is out of the ordinary.
  const auto either = [&](std::string parser::TlsEstablished::*what, std::string_view usual) {
    return second.*what != usual && !(second.*what).empty() ? second.*what : first.*what;
  };
  using Tls = parser::TlsEstablished;
  add("version", either(&Tls::version, "TLSv1.3"), "TLSv1.3");
  add("sni", either(&Tls::sni, ""), "");
  add("alpn", either(&Tls::alpn, ""), "");
  add("verification", either(&Tls::verification, "ok"), "ok");
  return out;
}

}  // namespace

std::string spell_for_transcript(std::string_view bytes) {
  std::string out;
  for (size_t at = 0; at < bytes.size();) {
    const char c = bytes[at];
    const std::string_view rest = bytes.substr(at + 1);
    // A line break stays one only where the next line begins with a tag, which is nothing else.
    const bool blank = c == ' ' && (rest.empty() || rest.front() == '\n' || at == 0);
    const bool special = (c == '\n' && !rest.starts_with('<')) || (c == '$' && rest.starts_with('{')) ||
                         blank || (static_cast<unsigned char>(c) < ' ' && c != '\n') || c == '\x7F';
    const size_t size = character_size(bytes.substr(at));
    if (special || size == 0) {
      out += byte(c);
      ++at;
    } else {
      out += bytes.substr(at, size);
      at += size;
    }
  }
  return out;
}

void TranscriptExport::comment(std::string_view text) {
  text_ += "# ";
  for (const char c : text) text_ += c == '\n' || c == '\r' ? ' ' : c;
  text_ += '\n';
}

void TranscriptExport::wait_until(parser::Time time) {
  if (!now_) return;
  const auto gap = std::chrono::floor<std::chrono::milliseconds>(time - *now_) - kLine;
  if (gap > std::chrono::milliseconds(0)) {
    // The line of the wait takes its millisecond, too.
    const auto wait = gap - kLine;
    if (wait >= std::chrono::milliseconds(0)) {
      const int64_t count = std::chrono::floor<std::chrono::milliseconds>(wait).count();
      text_ += "[wait " + std::to_string(count) + "ms]\n";
      *now_ += kLine + std::chrono::milliseconds(count);
    }
  }
  *now_ += kLine;
}

void TranscriptExport::say(Connection& connection, const StreamEvent& event) {
  if (event.bytes.empty()) return;
  Masked masked;
  const bool is_masked = !options_.show_secrets && connection.masking.mask(event, masked);
  wait_until(event.time);
  text_ += event.direction == Direction::kC2S ? "C: " : "S: ";
  text_ += spell_for_transcript(is_masked ? std::string_view(masked.bytes) : event.bytes) + "\n";
  for (const parser::Edit& edit : event.edits) comment("forwarded with an edit: " + edit_sentence(edit));
}

void TranscriptExport::fact(Connection& connection, const StreamEvent& event) {
  if (const auto* info = std::get_if<ConnectionInfo>(&event.fact)) {
    if (info->from_start) {
      text_ += "[start]\n";
    } else if (info->assumed) {
      const parser::AssumedSession& session = *info->assumed;
      if (!session.encrypted) text_ += "[plaintext]\n";
      if (!session.bound_jid.empty()) {
        text_ += "[bound " + readable(session.bound_jid, 3071) + "]\n";
      } else if (session.authenticated) {
        text_ += "[authenticated]\n";
      } else if (session.encrypted) {
        text_ += "[tls]\n";
      }
    }
    return;
  }
  if (const auto* tls = std::get_if<parser::TlsEstablished>(&event.fact)) {
    // Both legs, one word for it: the later one tells.
    if (!connection.tls) {
      connection.tls = *tls;
      comment(fact_sentence(event.fact));
      return;
    }
    wait_until(event.time);
    text_ += "[tls" + details_of(*connection.tls, *tls) + "]\n";
    connection.tls.reset();
    return;
  }
  if (const auto* closed = std::get_if<parser::Closed>(&event.fact)) {
    if (closed->how == parser::Closed::How::kLost) return;
    wait_until(event.time);
    if (closed->how != parser::Closed::How::kFinished) comment(fact_sentence(event.fact));
    text_ += closed->how == parser::Closed::How::kFinished ? "[close" : "[reset";
    if (closed->by) text_ += *closed->by == Direction::kC2S ? " C" : " S";
    text_ += "]\n";
    return;
  }
  const auto* edit = std::get_if<parser::Edit>(&event.fact);
  comment(edit != nullptr ? edit_sentence(*edit) : fact_sentence(event.fact));
}

void TranscriptExport::on_event(const StreamEvent& event) {
  const auto [place, added] = connections_.try_emplace(event.connection);
  Connection& connection = place->second;
  if (added) {
    if (numbered_ == parser::Transcript::kMaxConnections) {
      ++left_out_;
      return;
    }
    connection.number = ++numbered_;
  }
  if (connection.number == 0) return;
  if (!now_) now_ = event.time;
  if (connection.number != current_) {
    text_ += "[connection " + std::to_string(connection.number) + "]\n";
    current_ = connection.number;
  }
  if (parser::is_element(event.kind)) {
    say(connection, event);
  } else {
    fact(connection, event);
  }
  if (!options_.findings) return;
  for (const parser::Finding& finding : event.findings) comment(finding_sentence(finding));
}

}  // namespace captures
