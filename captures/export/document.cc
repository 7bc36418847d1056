// Blocks in their order; each form is one pass over them.
#include "captures/export/document.h"

#include <algorithm>

namespace captures {
namespace {

std::string in_markdown(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += ' ';
      continue;
    }
    if (std::string_view("\\`*_[]<>|#").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string in_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      out += c;
    }
  }
  return out;
}

// A fence that the text itself does not hold.
std::string fence_for(std::string_view text) {
  std::string fence = "```";
  while (text.find(fence) != std::string_view::npos) fence += '`';
  return fence;
}

constexpr std::string_view kStyle =
    "<style>:root{color-scheme:light dark}body{font:15px/1.5 "
    "system-ui,sans-serif;max-width:60rem;margin:2rem "
    "auto;padding:0 1rem}table{border-collapse:collapse}td,th{border:1px solid color-mix(in "
    "srgb,currentColor "
    "25%,transparent);padding:.25rem .6rem;text-align:left;vertical-align:top}pre{font:13px/1.4 "
    "monospace;white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid color-mix(in srgb,currentColor "
    "25%,transparent);border-radius:6px;padding:.6rem}</style>\n";

}  // namespace

void Document::heading(std::string text) {
  blocks_.push_back({Kind::kHeading, {std::move(text)}});
}
void Document::subheading(std::string text) {
  blocks_.push_back({Kind::kSubheading, {std::move(text)}});
}
void Document::paragraph(std::string text) {
  blocks_.push_back({Kind::kParagraph, {std::move(text)}});
}
void Document::item(std::string text) {
  blocks_.push_back({Kind::kItem, {std::move(text)}});
}
void Document::excerpt(std::string text) {
  blocks_.push_back({Kind::kExcerpt, {std::move(text)}});
}
void Document::table(std::vector<std::string> head) {
  blocks_.push_back({Kind::kHead, std::move(head)});
}
void Document::row(std::vector<std::string> cells) {
  blocks_.push_back({Kind::kRow, std::move(cells)});
}

std::string Document::markdown() const {
  std::string out = "# " + in_markdown(title_) + "\n";
  const auto cells = [&out](const std::vector<std::string>& texts) {
    out += "|";
    for (const std::string& text : texts) out += " " + in_markdown(text) + " |";
    out += "\n";
  };
  Kind last = Kind::kHeading;
  for (const Block& block : blocks_) {
    const std::string& text = block.texts.front();
    if (block.kind != Kind::kRow && !(block.kind == Kind::kItem && last == Kind::kItem)) out += "\n";
    switch (block.kind) {
      case Kind::kHeading:
        out += "## " + in_markdown(text) + "\n";
        break;
      case Kind::kSubheading:
        out += "### " + in_markdown(text) + "\n";
        break;
      case Kind::kParagraph:
        out += in_markdown(text) + "\n";
        break;
      case Kind::kItem:
        out += "- " + in_markdown(text) + "\n";
        break;
      case Kind::kExcerpt: {
        const std::string fence = fence_for(text);
        out += fence + "xml\n" + text + (text.ends_with('\n') ? "" : "\n") + fence + "\n";
        break;
      }
      case Kind::kHead:
        cells(block.texts);
        out += "|";
        for (size_t i = 0; i < block.texts.size(); ++i) out += " --- |";
        out += "\n";
        break;
      case Kind::kRow:
        cells(block.texts);
        break;
    }
    last = block.kind;
  }
  return out;
}

std::string Document::html() const {
  std::string out =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
      "http-equiv=\"Content-Security-"
      "Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>" +
      in_html(title_) + "</title>\n" + std::string(kStyle) + "</head>\n<body>\n<h1>" + in_html(title_) +
      "</h1>\n";
  std::string open;  // the list or table that is not closed yet
  const auto close = [&] {
    if (!open.empty()) out += "</" + open + ">\n";
    open.clear();
  };
  const auto cells = [&](const std::vector<std::string>& texts, const std::string& tag) {
    out += "<tr>";
    for (const std::string& text : texts) {
      std::string cell = "<" + tag + ">";
      cell += in_html(text);
      out += cell + "</" + tag + ">";
    }
    out += "</tr>\n";
  };
  const auto simple = [&](const std::string& tag, const std::string& text) {
    close();
    out += "<" + tag + ">" + in_html(text) + "</" + tag + ">\n";
  };
  for (const Block& block : blocks_) {
    const std::string& text = block.texts.front();
    switch (block.kind) {
      case Kind::kHeading:
        simple("h2", text);
        break;
      case Kind::kSubheading:
        simple("h3", text);
        break;
      case Kind::kParagraph:
        simple("p", text);
        break;
      case Kind::kExcerpt:
        simple("pre", text);
        break;
      case Kind::kItem:
        if (open != "ul") {
          close();
          out += "<ul>\n";
          open = "ul";
        }
        out += "<li>" + in_html(text) + "</li>\n";
        break;
      case Kind::kHead:
        close();
        out += "<table>\n";
        open = "table";
        cells(block.texts, "th");
        break;
      case Kind::kRow:
        cells(block.texts, "td");
        break;
    }
  }
  close();
  return out + "</body>\n</html>\n";
}

}  // namespace captures
