// One pass over the children; values are joined text, everything else points into the element.
#include "parser/payload/data_form.h"

namespace parser::payload {

const FormField* DataForm::field(std::string_view var) const {
  for (const FormField& one : fields) {
    if (one.var == var) return &one;
  }
  return nullptr;
}

std::string_view DataForm::value(std::string_view var) const {
  const FormField* found = field(var);
  return found == nullptr || found->values.empty() ? std::string_view() : found->values.front();
}

std::optional<DataForm> as_data_form(const xml::Element& x) {
  if (!x.is("x", ns::kDataForms)) return std::nullopt;
  DataForm form;
  form.type = x.attribute("type");
  for (const xml::Element& child : x.children()) {
    if (child.local == "title") {
      form.title = child.text();
    } else if (child.local == "item") {
      ++form.items;
    } else if (child.local == "field") {
      FormField field{child.attribute("var"), child.attribute("type"), child.attribute("label"), {}};
      for (const xml::Element& value : child.children()) {
        if (value.local == "value") field.values.push_back(value.text());
      }
      form.fields.push_back(std::move(field));
    }
  }
  return form;
}

std::optional<DataForm> data_form_in(const xml::Element& parent) {
  const xml::Element* x = parent.child("x", ns::kDataForms);
  return x == nullptr ? std::nullopt : as_data_form(*x);
}

std::string data_form_words(const Scene& scene) {
  const std::optional<DataForm> form = as_data_form(scene.payload);
  if (!form) return phrase::unknown(scene.payload);
  if (form->type == "cancel") return "form given up";
  std::string out = form->type == "submit"   ? "filled-in form"
                    : form->type == "result" ? "form with results"
                                             : "form";
  if (!form->title.empty()) {
    out += " " + phrase::in_quotes(form->title, 40);
  } else if (!form->form_type().empty()) {
    out += " of " + plain(form->form_type(), 50);
  }
  out += ", " + phrase::counted(form->fields.size(), "field", "fields");
  if (form->items > 0) out += ", " + phrase::counted(form->items, "row", "rows");
  return out;
}

}  // namespace parser::payload
