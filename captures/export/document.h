// A text with headings, paragraphs, tables and excerpts, written out as Markdown or as HTML.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace captures {

// Everything that is given is plain text; what is markup in the one form or the other is escaped.
class Document {
 public:
  explicit Document(std::string title) : title_(std::move(title)) {}

  void heading(std::string text);  // of a section
  void subheading(std::string text);
  void paragraph(std::string text);
  void item(std::string text);     // of a list; items that follow each other make one
  void excerpt(std::string text);  // shown as it is, in a fixed-width face
  void table(std::vector<std::string> head);
  void row(std::vector<std::string> cells);  // of the table begun last

  std::string markdown() const;
  std::string html() const;

 private:
  enum class Kind { kHeading, kSubheading, kParagraph, kItem, kExcerpt, kHead, kRow };
  struct Block {
    Kind kind;
    std::vector<std::string> texts;
  };
  std::string title_;
  std::vector<Block> blocks_;
};

}  // namespace captures
