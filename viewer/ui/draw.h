// Small drawing words that the panels share.
#pragma once

#include <string_view>

#include "viewer/ui/context.h"

namespace viewer {

// Text in a tone, in the current font.
void text(const UiContext& c, Tone tone, std::string_view words);
// … that breaks at the window's edge.
void wrapped(const UiContext& c, Tone tone, std::string_view words);
// One line that ends in … where it is longer than `width` pixels; the whole is its tooltip.
void elided(const UiContext& c, Tone tone, std::string_view words, float width);
// … aligned to the right edge of `width`.
void elided_right(const UiContext& c, Tone tone, std::string_view words, float width);
// The caption of a panel or section: small, faint.
void section(const UiContext& c, std::string_view words);
// Text that acts when it is clicked.
bool link(const UiContext& c, const char* id, std::string_view words);
// A caption that chooses a view; the one that is shown is underlined. Tabs stand beside each other.
bool tab(const UiContext& c, std::string_view title, bool active, std::string_view key);
// ⚠ and its like; told by shape as well as by colour.
std::string_view severity_mark(parser::Severity severity);
// A thin line across the window.
void hairline(const UiContext& c);
// A gap of that many pixels at scale 1.
void gap(const UiContext& c, float pixels);

}  // namespace viewer
