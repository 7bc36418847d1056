// Every colour and distance of the viewer, by what it means. Hues say direction, severity and the proxy's own
// edits, and nothing else.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <imgui.h>

#include "parser/stream/connection.h"
#include "parser/stream/finding.h"
#include "viewer/model/xml_lines.h"

namespace viewer {

enum class Tone : uint8_t {
  // Surfaces
  kWindow,  // behind everything: bars, gaps
  kPanel,   // what text stands on
  kRaised,  // popups, inputs, cards
  kRowHover,
  kSelection,
  kRange,  // a byte range within text
  kBorder,
  kScrollbar,
  // Text
  kText,
  kMuted,   // secondary
  kFaint,   // labels of columns and sections
  kAccent,  // focus, links, what is active
  // One meaning each
  kClient,  // client → server
  kServer,  // server → client
  kError,
  kWarning,
  kNote,
  kEdit,  // the proxy's own changes
  kLive,
  // XML: shades, not hues that mean something elsewhere
  kXmlTag,
  kXmlAttribute,
  kXmlValue,
  kXmlNamespace,
  kXmlText,
  kXmlPunctuation,
  kCount,
};
inline constexpr size_t kTones = static_cast<size_t>(Tone::kCount);

enum class ThemeName : uint8_t { kDark, kLight };

class Theme {
 public:
  explicit Theme(ThemeName name);
  ThemeName name() const { return name_; }

  uint32_t rgb(Tone tone) const { return colours_[static_cast<size_t>(tone)]; }  // 0xRRGGBB
  ImVec4 vec(Tone tone, float alpha = 1) const;
  ImU32 u32(Tone tone, float alpha = 1) const;

  static Tone of(parser::Direction direction);
  static Tone of(parser::Severity severity);
  static Tone of(TokenKind token);

  // Sets ImGui's style: colours, and distances on a grid of 4 pixels times `scale`.
  void apply(float scale) const;

 private:
  ThemeName name_;
  std::array<uint32_t, kTones> colours_;
};

// WCAG 2 contrast of two colours, 1 to 21.
double contrast(uint32_t rgb_a, uint32_t rgb_b);

}  // namespace viewer
