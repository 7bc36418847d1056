// The two generations differ in the case of their names and in where the text stands.
#include "parser/payload/vcard.h"

namespace parser::payload {
namespace {

std::string text_in(const xml::Element& card, std::string_view name) {
  const xml::Element* child = card.child(name);
  return child == nullptr ? std::string() : phrase::child_text(*child, "text");
}

}  // namespace

std::optional<Vcard> as_vcard(const xml::Element& card) {
  Vcard out;
  out.empty = card.first_child() == nullptr;
  if (card.is("vCard", ns::kVcardTemp)) {
    out.full_name = phrase::child_text(card, "FN");
    out.nick = phrase::child_text(card, "NICKNAME");
    if (const xml::Element* photo = card.child("PHOTO")) {
      out.photo_type = phrase::child_text(*photo, "TYPE");
      const xml::Element* bytes = photo->child("BINVAL");
      if (bytes != nullptr) out.photo_bytes = bytes->text().size();
    }
    return out;
  }
  if (card.is("vcard", ns::kVcard4)) {
    out.full_name = text_in(card, "fn");
    out.nick = text_in(card, "nickname");
    return out;
  }
  return std::nullopt;
}

std::string vcard_words(const Scene& scene) {
  const std::optional<Vcard> card = as_vcard(scene.payload);
  if (!card) return phrase::unknown(scene.payload);
  if (scene.get()) return "vCard request" + scene.who(" for ");
  std::string out = scene.set() ? "vCard change" : "vCard" + scene.who(" of ");
  if (card->empty) return out + ": empty";
  const std::string& name = card->full_name.empty() ? card->nick : card->full_name;
  if (!name.empty()) out += ": " + phrase::in_quotes(name, 40);
  if (card->photo_bytes > 0) out += ", with a photo";
  return out;
}

}  // namespace parser::payload
