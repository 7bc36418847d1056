// The stamp of the old form cannot be read as a date and time of today's; that is for a rule to say.
#include "parser/payload/delay.h"

namespace parser::payload {

std::optional<Delay> as_delay(const xml::Element& element) {
  const bool legacy = element.is("x", ns::kLegacyDelay);
  if (!legacy && !element.is("delay", ns::kDelay)) return std::nullopt;
  Delay delay;
  delay.from = element.attribute("from");
  delay.stamp = element.attribute("stamp");
  delay.when = parse_date_time(delay.stamp);
  delay.legacy = legacy;
  delay.element = &element;
  return delay;
}

std::optional<Delay> delay_in(const xml::Element& parent) {
  const xml::Element* found = parent.child("delay", ns::kDelay);
  if (found == nullptr) found = parent.child("x", ns::kLegacyDelay);
  return found == nullptr ? std::nullopt : as_delay(*found);
}

}  // namespace parser::payload
