// An element begins with PlainParser. Where that declines, libxml2 is given the element from its first byte,
// in a context that replays the document's start tag; so its errors come as if it had been asked alone, for
// nothing was reported before. Most sessions never need libxml2's context, which is 16 KiB for each
// direction.
#include "parser/xml/document_parser.h"

#include <span>
#include <utility>

namespace parser::xml {

Parser& DocumentParser::judge() {
  if (judge_ == nullptr) judge_ = std::make_unique<Parser>();
  return *judge_;
}

const std::vector<Error>& DocumentParser::errors() const {
  static const std::vector<Error> none;
  return judge_ == nullptr ? none : judge_->errors();
}

void DocumentParser::clear_errors() {
  if (judge_ != nullptr) judge_->clear_errors();
}

ElementPtr DocumentParser::open(std::string_view tag, ByteRange range, size_t attributes) {
  judge_.reset();
  ElementPtr root = plain_.open(tag, range, attributes);
  if (root == nullptr) root = judge().open(tag, range, attributes);
  plain_.set_root(root);
  open_ = true;
  return root;
}

void DocumentParser::reopen(std::string_view tag) {
  open(tag, {0, tag.size()}, 0);
  clear_errors();
}

void DocumentParser::close() {
  open_ = false;
  judge_.reset();
  plain_.set_root(nullptr);
  plain_.release_memory();
  tags_ = std::vector<Tag>();  // "= {}" would keep the memory
}

void DocumentParser::release_memory() {
  judge_.reset();
  plain_.release_memory();
  tags_ = std::vector<Tag>();
}

void DocumentParser::begin(uint64_t offset, std::string_view document) {
  plain_.begin(offset);
  tags_.clear();
  document_ = document;
  offset_ = offset;
  first_ = fed_ = tags_fed_ = 0;
  judging_ = false;
}

void DocumentParser::add_tag(Tag tag) {
  tags_.push_back(tag);
  if (judging_) judge_->add_tag(tag);
}

void DocumentParser::feed(std::string_view element, size_t from, size_t to, size_t attributes) {
  if (from == to) return;
  if (fed_ == 0) first_ = from;
  fed_ = to;
  if (judging_) {
    judge_->feed(element, from, to);
    return;
  }
  size_t end = tags_fed_;
  while (end < tags_.size() && tags_[end].end <= to) ++end;
  const auto tags = std::span<const Tag>(tags_).subspan(tags_fed_, end - tags_fed_);
  tags_fed_ = end;
  const bool whole = !tags.empty() && tags.back().end == to;
  if (!whole || !plain_.feed(element, from, tags, attributes)) ask_judge(element, to, attributes);
}

// Gives libxml2 the element from its first byte.
void DocumentParser::ask_judge(std::string_view element, size_t to, size_t attributes) {
  judging_ = true;
  if (!judge().is_open() || judge_->worn()) judge_->reopen(document_);
  judge_->begin(offset_);
  for (const Tag& tag : tags_) judge_->add_tag(tag);
  judge_->prepare(to, attributes);
  judge_->feed(element, first_, to);
}

void DocumentParser::expect_gaps(std::string_view element, size_t attributes) {
  if (!judging_) ask_judge(element, fed_, attributes);
}

void DocumentParser::expect_all_taken() {
  if (judging_) judge_->expect_all_taken();
}

ElementPtr DocumentParser::finish() {
  return judging_ ? judge_->finish() : plain_.finish();
}

}  // namespace parser::xml
