// What the menus of a row offer: the picked rows for the clipboard, an expression as a filter.
#include <imgui.h>

#include <string>

#include "viewer/model/field_filter.h"
#include "viewer/model/time_format.h"
#include "viewer/ui/draw.h"

namespace viewer {

namespace {

void copy_item(UiContext& c, const char* label, CopyForm form, Action key = Action::kCopyAs) {
  const bool shortcut = form == CopyForm::kXml;
  if (ImGui::MenuItem(label, shortcut ? std::string(shown_key(key)).c_str() : nullptr)) {
    ImGui::SetClipboardText(c.workspace.copy(form).c_str());
    c.workspace.say(counted(c.workspace.picked_rows().size(), "row") + " copied as " + label);
  }
}

}  // namespace

void apply_filter(UiContext& c, const std::string& expression) {
  c.ui.filter_text = expression;
  c.workspace.set_filter(expression);
}

void draw_copy_menu(UiContext& c) {
  copy_item(c, "XML", CopyForm::kXml, Action::kCopy);
  copy_item(c, "JSON", CopyForm::kJson);
  copy_item(c, "transcript", CopyForm::kTranscript);
  copy_item(c, "Wireshark filter", CopyForm::kWireshark);
  copy_item(c, "lines of text", CopyForm::kSummary);
}

void draw_filter_menu(UiContext& c, const std::string& by) {
  const std::string now = c.workspace.view().expression();
  const std::string shown = shorten(by, 72);
  ImGui::PushFont(c.fonts.mono());
  text(c, Tone::kMuted, shown);
  ImGui::PopFont();
  if (ImGui::MenuItem("show only this")) apply_filter(c, by);
  if (ImGui::MenuItem("narrow the filter to this", nullptr, false, !now.empty())) {
    apply_filter(c, narrowed(now, by, false));
  }
  if (ImGui::MenuItem("exclude this")) apply_filter(c, narrowed(now, by, true));
}

}  // namespace viewer
