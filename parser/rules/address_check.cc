// Every stanza pays for this, so what an ordinary one pays is two look-ups in the book of recent addresses.
#include "parser/rules/address_check.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "parser/jid/code_points.h"
#include "parser/rules/checks.h"

namespace parser::rules {
namespace {

using xml::Element;

void say(const AddressVerdict& verdict, const std::string& subject, ByteRange range, Report& report) {
  if (!report.of(static_cast<uint8_t>(verdict.remark))) return;
  At at;
  at.at_most = verdict.at_most;
  report.add(subject + " " + verdict.text + ".", range, at);
}

void check(const StreamEvent& event, std::string_view attribute, std::string_view address, Report& report) {
  const std::vector<AddressVerdict>& verdicts = report.book().verdicts(address);
  if (verdicts.empty() || event.element == nullptr) return;
  const ByteRange range = attribute_range(event, *event.element, attribute);
  const std::string subject = "The address " + quoted(address) + " in '" + std::string(attribute) + "'";
  for (const AddressVerdict& verdict : verdicts) say(verdict, subject, range, report);
}

void check_empty(const StreamEvent& event, Report& report) {
  if (event.ns == parser::ns::kServer) return;  // s2s-address-improper tells it
  for (const xml::Attribute& attribute : event.element->attributes) {
    if (!attribute.ns.empty() || !attribute.value.empty()) continue;
    if (attribute.local != "to" && attribute.local != "from") continue;
    if (!report.of(verdict(AddressRemark::kEmpty))) return;
    report.add("'" + std::string(attribute.local) +
                   "' is there and empty, which is no address; it is left out instead.",
               attribute_range(event, *event.element, attribute.local));
  }
}

// What is asked for has to be a resource, whether or not the server will grant it (RFC 7622 §4).
void check_requested_resource(const StreamEvent& event, Report& report) {
  const Element* asked = event.payload->child("resource", ns::kBind);
  const std::string resource = asked == nullptr ? std::string() : asked->text();
  if (resource.empty()) return;
  for (const AddressVerdict& verdict : report.book().verdicts("example.com/" + resource)) {
    if (verdict.remark == AddressRemark::kPadded) continue;  // about an address
    say(verdict, "The resource " + quoted(resource) + " that is asked for", asked->range, report);
  }
}

// What a name looks like at a glance: letters and digits that are easily taken for one another become one.
std::string skeleton(std::string_view address) {
  static constexpr std::pair<char32_t, char> kAlike[] = {
      {U'0', 'o'}, {U'1', 'l'}, {U'а', 'a'}, {U'е', 'e'}, {U'о', 'o'}, {U'р', 'p'}, {U'с', 'c'},
      {U'х', 'x'}, {U'у', 'y'}, {U'і', 'i'}, {U'ѕ', 's'}, {U'ј', 'j'}, {U'ο', 'o'}, {U'ν', 'v'}};
  std::string out;
  for (const CodePoint& c : decode(bare_of(address), 0)) {
    const auto* alike = std::find_if(std::begin(kAlike), std::end(kAlike),
                                     [&c](const auto& pair) { return pair.first == c.value; });
    if (alike != std::end(kAlike)) {
      out += alike->second;
    } else {
      append_utf8(c.value >= 'A' && c.value <= 'Z' ? c.value - 'A' + 'a' : c.value, out);
    }
    if (out.ends_with("rn")) out.replace(out.size() - 2, 2, "m");
    if (out.ends_with("vv")) out.replace(out.size() - 2, 2, "w");
  }
  return out;
}

// Contacts of one list that look like each other.
void check_contacts(const StreamEvent& event, Report& report) {
  constexpr size_t kMost = 2000;  // contacts; the ones behind them are not held against the others
  std::vector<std::pair<std::string, const Element*>> contacts;
  for (const Element& item : event.payload->children()) {
    if (contacts.size() >= kMost) break;
    const std::string_view jid = item.attribute("jid");
    if (jid.find('@') != std::string_view::npos) contacts.emplace_back(skeleton(jid), &item);
  }
  std::stable_sort(contacts.begin(), contacts.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (size_t i = 1; i < contacts.size(); ++i) {
    const std::string_view one = contacts[i - 1].second->attribute("jid");
    const std::string_view two = contacts[i].second->attribute("jid");
    if (contacts[i].first != contacts[i - 1].first || same_bare_jid(one, two, report.book().profile()))
      continue;
    if (!report.of(verdict(AddressRemark::kConfusable))) return;
    report.add("The contacts " + quoted(one) + " and " + quoted(two) + " look like each other.",
               attribute_range(event, *contacts[i].second, "jid"));
  }
}

}  // namespace

void check_addresses(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!event.to.empty()) check(event, "to", event.to, report);
  if (!event.from.empty()) check(event, "from", event.from, report);
  if (event.element == nullptr) return;
  // Attributes that say something were counted already; only more than these can be an empty one.
  const size_t filled = (event.to.empty() ? 0U : 1U) + (event.from.empty() ? 0U : 1U) +
                        (event.id.empty() ? 0U : 1U) + (event.stanza_type.empty() ? 0U : 1U);
  if (event.element->attributes.size() > filled) check_empty(event, report);
  if (event.kind != EventKind::kIq || event.payload == nullptr) return;
  if (event.direction == Direction::kC2S) {
    if (event.payload->ns == ns::kBind) check_requested_resource(event, report);
  } else if (event.payload->ns == "jabber:iq:roster" && event.stanza_type == "result") {
    check_contacts(event, report);
  }
}

}  // namespace parser::rules
