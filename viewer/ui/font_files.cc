// fontconfig knows the fonts and, without opening them, their characters: so the viewer knows beforehand
// what it cannot draw, and can show an escape instead of an empty box.
#include "viewer/ui/font_files.h"

#include <fontconfig/fontconfig.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace viewer {

namespace {

std::shared_ptr<const CharacterSet> characters_of(const FcPattern* font) {
  auto has = std::make_shared<CharacterSet>();
  FcCharSet* set = nullptr;
  if (FcPatternGetCharSet(font, FC_CHARSET, 0, &set) != FcResultMatch) return has;
  FcChar32 map[FC_CHARSET_MAP_SIZE];
  FcChar32 next = 0;
  for (FcChar32 base = FcCharSetFirstPage(set, map, &next); base != FC_CHARSET_DONE;
       base = FcCharSetNextPage(set, map, &next)) {
    if (base > 0xffff) break;
    for (FcChar32 word = 0; word < FC_CHARSET_MAP_SIZE; ++word) {
      for (FcChar32 bit = 0; bit < 32; ++bit) {
        const FcChar32 character = base + word * 32 + bit;
        if ((map[word] >> bit & 1) != 0 && character <= 0xffff) has->set(character);
      }
    }
  }
  return has;
}

// The face of that family (and that one only, unless `any`), nearest to the weight.
FontFace match(FcConfig* config, const char* family, int weight, bool any) {
  FontFace face;
  FcPattern* wanted = FcPatternCreate();
  FcPatternAddString(wanted, FC_FAMILY, reinterpret_cast<const FcChar8*>(family));
  FcPatternAddInteger(wanted, FC_WEIGHT, weight);
  FcPatternAddInteger(wanted, FC_SLANT, FC_SLANT_ROMAN);
  FcPatternAddBool(wanted, FC_SCALABLE, FcTrue);
  FcConfigSubstitute(config, wanted, FcMatchPattern);
  FcDefaultSubstitute(wanted);
  FcResult result{};
  FcPattern* font = FcFontMatch(config, wanted, &result);
  FcPatternDestroy(wanted);
  if (font == nullptr) return face;
  bool is_it = any;
  FcChar8* text = nullptr;
  for (int i = 0; FcPatternGetString(font, FC_FAMILY, i, &text) == FcResultMatch; ++i) {
    is_it = is_it || std::string_view(reinterpret_cast<const char*>(text)) == family;
  }
  FcBool variable = FcFalse;
  FcPatternGetBool(font, FC_VARIABLE, 0, &variable);
  if (is_it && variable == FcFalse && FcPatternGetString(font, FC_FILE, 0, &text) == FcResultMatch) {
    face.path = reinterpret_cast<const char*>(text);
    FcPatternGetInteger(font, FC_INDEX, 0, &face.index);
    face.has = characters_of(font);
  }
  FcPatternDestroy(font);
  return face;
}

FontFace first_of(FcConfig* config, std::initializer_list<const char*> families, int weight,
                  const char* generic) {
  for (const char* family : families) {
    FontFace face = match(config, family, weight, false);
    if (!face.path.empty()) return face;
  }
  return generic == nullptr ? FontFace{} : match(config, generic, weight, true);
}

}  // namespace

bool FontFiles::draws(uint16_t character) const {
  const auto has = [&](const FontFace& face) { return face.has && face.has->test(character); };
  return has(sans) || has(mono) || std::any_of(fallbacks.begin(), fallbacks.end(), has);
}

FontFiles find_font_files() {
  FontFiles files;
  FcConfig* config = FcInitLoadConfigAndFonts();
  if (config == nullptr) return files;
  files.sans = first_of(config, {"Inter", "DejaVu Sans"}, FC_WEIGHT_REGULAR, "sans-serif");
  files.semibold = first_of(config, {"Inter", "DejaVu Sans"}, FC_WEIGHT_DEMIBOLD, "sans-serif");
  files.mono = first_of(config, {"JetBrains Mono", "DejaVu Sans Mono"}, FC_WEIGHT_REGULAR, "monospace");
  for (const char* family : {"DejaVu Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans",
                             "Noto Sans Symbols", "Noto Sans Symbols2", "FreeSans"}) {
    FontFace face = match(config, family, FC_WEIGHT_REGULAR, false);
    if (!face.path.empty()) files.fallbacks.push_back(std::move(face));
  }
  FcConfigDestroy(config);
  return files;
}

}  // namespace viewer
