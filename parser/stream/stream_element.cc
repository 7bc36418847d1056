// A token inside an element: tags are counted and checked against the limits, and handed to the XML parser as
// soon as they are whole; comments and processing instructions are cut out.
#include <algorithm>
#include <string>
#include <utility>

#include "parser/stream/stream_reader_impl.h"
#include "parser/xml/utf8.h"

namespace parser {

using xml::Error;
using xml::ErrorCode;
using xml::in_quotes;
using xml::Token;

// What is wrong with a malformed token.
std::string why_malformed(std::string_view token) {
  return token.size() > 1 && token.back() == '<' ? "a '<' inside a tag"
                                                 : in_quotes(token) + " begins no markup";
}

size_t StreamReader::Impl::begin_element(Token token, std::string_view window) {
  if (!parser_.is_open()) parser_.reopen(header_tag_);
  parser_.begin(item_offset_, header_tag_);
  in_element_ = true;
  fed_ = tokenizer_.begin();
  return inside(token, window);
}

// A token of an element. kIncomplete: the element goes on behind it.
size_t StreamReader::Impl::inside(Token token, std::string_view window) {
  const size_t begin = tokenizer_.begin();
  const size_t end = tokenizer_.end();
  switch (token) {
    case Token::kText:
      text_begin_ = begin;
      text_end_ = end;
      return kIncomplete;
    case Token::kMore:
    case Token::kCdata:
      return kIncomplete;
    case Token::kComment:
    case Token::kProcessingInstruction: {
      if (!feed_tags(window)) return window.size();
      Error invalid;
      if (!valid_utf8(window, end, invalid)) return fail(window, std::move(invalid));
      looked_ = end;
      if (text_end_ == begin) {  // without the comment, the text around it must not become a reference
        const std::string_view text = window.substr(text_begin_, begin - text_begin_);
        const size_t ampersand = text.rfind('&');
        if (ampersand != std::string_view::npos && text.find(';', ampersand) == std::string_view::npos) {
          return fail(window, ErrorCode::kNotWellFormed, text_begin_ + ampersand, text_begin_ + ampersand + 1,
                      "a '&' that begins no reference");
        }
      }
      const std::string_view bytes = window.substr(begin, end - begin);
      parser_.expect_gaps(window, attributes_);
      cuts_.push_back({begin, end});
      violation({token == Token::kComment ? ErrorCode::kComment : ErrorCode::kProcessingInstruction,
                 range(begin, end), in_quotes(bytes), false});
      return kIncomplete;
    }
    case Token::kDoctype:
      return fail(window, ErrorCode::kDoctype, begin, end, "");
    case Token::kMalformed:
      return fail(window, ErrorCode::kNotWellFormed, begin, end,
                  why_malformed(window.substr(begin, end - begin)));
    case Token::kStartTag:
    case Token::kEmptyTag:
      if (tokenizer_.attributes() > limits_.attributes) {
        return fail(window, ErrorCode::kTooManyAttributes, begin, end,
                    "the limit is " + std::to_string(limits_.attributes));
      }
      if (depth_ + 2 > limits_.depth) {  // the header is 1, this one comes on top
        return fail(window, ErrorCode::kTooDeep, begin, end, "the limit is " + std::to_string(limits_.depth));
      }
      attributes_ += tokenizer_.attributes();
      if (token == Token::kStartTag) ++depth_;
      break;
    case Token::kEndTag:
      --depth_;
      break;
  }
  parser_.add_tag({begin, end, token == Token::kEmptyTag});
  last_tag_end_ = end;
  if (depth_ > 0) return kIncomplete;

  if (!feed_tags(window)) return window.size();
  StreamItem item;
  item.kind = StreamItem::Kind::kElement;
  item.element = parser_.finish();
  if (item.element == nullptr) {
    return fail(window, ErrorCode::kNotWellFormed, 0, end, "the element does not end where its tags do");
  }
  item.range = range(0, end);
  item.bytes = window.substr(0, end);
  any_ = true;
  emit(item);
  return end;
}

// Gives the parser all complete tags and what is before them. False: the item has failed.
bool StreamReader::Impl::feed_tags(std::string_view window) {
  const std::vector<xml::Tag>& tags = parser_.tags();
  if (tags_fed_ == tags.size()) return true;
  Error invalid;
  size_t end = last_tag_end_;
  const bool valid = valid_utf8(window, end, invalid);
  if (valid) {
    looked_ = end;
  } else {  // what is before it is judged first
    end = fed_;
    for (; tags_fed_ < tags.size() && item_offset_ + tags[tags_fed_].end <= invalid.range.begin;
         ++tags_fed_) {
      end = tags[tags_fed_].end;
    }
  }
  tags_fed_ = tags.size();
  for (const Cut& cut : cuts_) {
    if (cut.begin >= end) break;
    parser_.feed(window, fed_, cut.begin, attributes_);
    fed_ = cut.end;
  }
  if (fed_ < end) parser_.feed(window, fed_, end, attributes_);
  fed_ = std::max(fed_, end);
  std::erase_if(cuts_, [end](const Cut& cut) { return cut.begin < end; });
  parser_.expect_all_taken();
  for (const Error& error : parser_.errors()) {
    if (error.fatal) {
      fail(window, error);
      return false;
    }
    violation(error);
  }
  parser_.clear_errors();
  if (!valid) fail(window, std::move(invalid));
  return valid;
}

bool StreamReader::Impl::valid_utf8(std::string_view window, size_t end, Error& error) const {
  const xml::Utf8Fault fault = xml::find_utf8_fault(window.substr(0, end), looked_);
  if (fault.begin == end) return true;
  error = {ErrorCode::kInvalidUtf8, range(fault.begin, fault.end), ""};
  return false;
}

}  // namespace parser
