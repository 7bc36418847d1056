// The verification string is the sorted parts of an answer, each with a '<' behind it. Sorting is by bytes
// ("i;octet"), and what appears twice makes the answer ill-formed instead of being counted once, so that
// two different answers cannot be made to look alike.
#include "parser/payload/caps.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "parser/payload/digest.h"

namespace parser::payload {
namespace {

// The form's FORM_TYPE if the form counts at all: without one that is hidden it is left out (§5.4, 3.6).
std::string_view counted_form_type(const DataForm& form) {
  const FormField* field = form.field("FORM_TYPE");
  if (field == nullptr || field->type != "hidden" || field->values.empty()) return {};
  return field->values.front();
}

bool one_form_type(const DataForm& form) {
  const FormField* field = form.field("FORM_TYPE");
  return field == nullptr || std::all_of(field->values.begin(), field->values.end(),
                                         [&](const std::string& v) { return v == field->values.front(); });
}

void append_form(std::string& out, const DataForm& form, std::string_view type) {
  out.append(type) += '<';
  std::vector<const FormField*> fields;
  for (const FormField& field : form.fields) {
    if (field.var != "FORM_TYPE") fields.push_back(&field);
  }
  std::sort(fields.begin(), fields.end(),
            [](const FormField* a, const FormField* b) { return a->var < b->var; });
  for (const FormField* field : fields) {
    out.append(field->var) += '<';
    std::vector<std::string_view> values(field->values.begin(), field->values.end());
    std::sort(values.begin(), values.end());
    for (const std::string_view value : values) out.append(value) += '<';
  }
}

// What is behind the last '#', where it can be a digest in base64; "" otherwise.
std::string_view digest_in(std::string_view node) {
  const size_t hash = node.rfind('#');
  if (hash == std::string_view::npos || hash == 0) return {};
  const std::string_view rest = node.substr(hash + 1);
  const bool base64 = std::all_of(rest.begin(), rest.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '=';
  });
  return base64 && (rest.size() == 28 || rest.size() == 44 || rest.size() == 88) && rest.ends_with('=')
             ? rest
             : std::string_view();
}

}  // namespace

std::optional<Caps> as_caps(const xml::Element& c) {
  if (!c.is("c", ns::kCaps)) return std::nullopt;
  return Caps{c.attribute("hash"), c.attribute("node"), c.attribute("ver")};
}

std::optional<std::string> caps_string(const DiscoInfo& info) {
  using Key = std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>;
  std::vector<Key> identities;
  for (const Identity& one : info.identities) {
    identities.emplace_back(one.category, one.type, one.lang, one.name);
  }
  std::sort(identities.begin(), identities.end());
  std::vector<std::string_view> features = info.features;
  std::sort(features.begin(), features.end());
  std::vector<std::pair<std::string_view, const DataForm*>> forms;
  for (const DataForm& form : info.forms) {
    if (!one_form_type(form)) return std::nullopt;
    const std::string_view type = counted_form_type(form);
    if (!type.empty()) forms.emplace_back(type, &form);
  }
  std::sort(forms.begin(), forms.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  const bool doubled = std::adjacent_find(identities.begin(), identities.end()) != identities.end() ||
                       std::adjacent_find(features.begin(), features.end()) != features.end() ||
                       std::adjacent_find(forms.begin(), forms.end(), [](const auto& a, const auto& b) {
                         return a.first == b.first;
                       }) != forms.end();
  if (doubled) return std::nullopt;

  std::string out;
  for (const auto& [category, type, lang, name] : identities) {
    out.append(category).append("/").append(type).append("/").append(lang).append("/").append(name) += '<';
  }
  for (const std::string_view feature : features) out.append(feature) += '<';
  for (const auto& [type, form] : forms) append_form(out, *form, type);
  return out;
}

CapsVerdict verify(const DiscoInfo& info, std::string_view hash_name, std::string_view ver) {
  const std::optional<HashFunction> function = hash_function(hash_name);
  if (!function) return CapsVerdict::kUnknownHash;
  const std::optional<std::string> hashed = caps_string(info);
  if (!hashed) return CapsVerdict::kIllFormed;
  const std::string bytes = digest(*function, *hashed);
  if (bytes.empty()) return CapsVerdict::kUnknownHash;
  return base64(bytes) == ver ? CapsVerdict::kVerified : CapsVerdict::kMismatch;
}

bool looks_like_caps_node(std::string_view node) {
  return !digest_in(node).empty();
}

CapsVerdict verify_node(const DiscoInfo& info) {
  const std::string_view ver = digest_in(info.node);
  if (ver.empty()) return CapsVerdict::kUnknownHash;
  return verify(info, ver.size() == 28 ? "sha-1" : ver.size() == 44 ? "sha-256" : "sha-512", ver);
}

}  // namespace parser::payload
