// The tokenizer cuts the bytes; this file says what each token means where it stands (before a header,
// between elements, inside one), and hands elements to the XML parser at tag boundaries only. Both are
// functions of the bytes alone, which is why chunking cannot matter.
//
// An item that lies whole inside one chunk is worked on in place. Otherwise its bytes are gathered in
// `buffer_`, which never holds more than one unfinished item and a slice of the next.
//
// What happens on errors serves somebody who looks on, not a server that must refuse: whatever can be framed
// is still delivered. Comments, processing instructions, text between elements, undeclared prefixes, a
// missing header and data behind the footer are reported, and the reading goes on. Malformed XML, DTDs,
// foreign encodings and passed limits are fatal; from the beginning of the item on that they were found in,
// the bytes are handed out as kUnparsed until restart().
#include "parser/stream/stream_reader.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "parser/stream/stream_reader_impl.h"
#include "parser/xml/declaration.h"
#include "parser/xml/utf8.h"

namespace parser {
namespace {

using xml::Error;
using xml::ErrorCode;
using xml::in_quotes;
using xml::is_space;
using xml::Token;

constexpr std::string_view kStreamsNamespace = "http://etherx.jabber.org/streams";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr size_t kKeptBuffer = 16'384;  // a gathering buffer larger than this is given back

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 && !is_space(c);
}

// How many bytes the character has that begins with `lead`.
size_t character_size(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

std::string assumed_header(std::string_view content_namespace) {
  std::string tag = "<stream:stream xmlns='";
  tag += content_namespace;
  tag += "' xmlns:stream='";
  tag += kStreamsNamespace;
  tag += "' xmlns:db='jabber:server:dialback'>";
  return tag;
}

}  // namespace

StreamReader::Impl::Impl(const Options& options)
    : limits_(options.limits),
      expect_header_(options.expect_header),
      header_tag_(options.declares_nothing ? "<stream>" : assumed_header(options.assumed_content_namespace)) {
  if (!expect_header_) document_ = Document::kAssumed;
}

// --- items -------------------------------------------------------------------------------------------

void StreamReader::Impl::emit(const StreamItem& item) {
  in_callback_ = true;
  callback_end_ = item.range.end;
  handler_->on_item(item);
  in_callback_ = false;
}

void StreamReader::Impl::emit_bytes(StreamItem::Kind kind, std::string_view bytes, size_t begin) {
  StreamItem item;
  item.kind = kind;
  item.range = range(begin, begin + bytes.size());
  item.bytes = bytes;
  emit(item);
}

void StreamReader::Impl::violation(Error error, std::string_view bytes) {
  StreamItem item;
  item.kind = StreamItem::Kind::kViolation;
  item.range = error.range;
  item.bytes = bytes;
  item.error = std::move(error);
  emit(item);
}

// Reports the fatal error; the item and all behind it are handed out as they are.
size_t StreamReader::Impl::fail(std::string_view window, Error error) {
  error.fatal = true;
  failed_ = true;
  violation(std::move(error));
  emit_bytes(StreamItem::Kind::kUnparsed, window);
  parser_.close();
  return window.size();
}

// The same for an error that the tokens show. What the parser has to say about the bytes before comes first.
size_t StreamReader::Impl::fail(std::string_view window, ErrorCode code, size_t begin, size_t end,
                                std::string context) {
  if (in_element_ && !feed_tags(window)) return window.size();
  return fail(window, Error{code, range(begin, end), std::move(context)});
}

void StreamReader::Impl::end_item() {
  begun_ = declared_ = in_element_ = false;
  depth_ = looked_ = fed_ = last_tag_end_ = tags_fed_ = attributes_ = text_begin_ = text_end_ = 0;
  item_offset_ += std::exchange(skipped_, 0);
  cuts_.clear();
  tokenizer_.reset();
  if (restart_) {
    restart_ = false;
    failed_ = false;
    document_ = Document::kNone;
    header_.reset();
    parser_.close();
  }
}

// --- what may stand where ------------------------------------------------------------------------------

size_t StreamReader::Impl::item(std::string_view window) {
  if (!begun_ && is_space(window[0])) return keepalive(window);
  const bool at_document = document_ == Document::kNone || item_offset_ == 0;
  if (!begun_ && at_document) {
    // A byte order mark belongs to the header; any but UTF-8's is another encoding.
    if (window.starts_with("\xFE\xFF") || window.starts_with("\xFF\xFE")) {
      return fail(window, ErrorCode::kUnsupportedEncoding, 0, 2, "the byte order mark is that of UTF-16");
    }
    if (window.size() >= 2 && (window.substr(0, 2) == std::string_view("<\0", 2) ||
                               window.substr(0, 2) == std::string_view("\0<", 2))) {
      return fail(window, ErrorCode::kUnsupportedEncoding, 0, 2, "these bytes look like UTF-16");
    }
    if (window.size() == 1 && std::string_view("<\0\xFE\xFF", 4).find(window[0]) != std::string_view::npos) {
      return kIncomplete;
    }
    const size_t same = std::min(window.size(), kByteOrderMark.size());
    if (window.substr(0, same) == kByteOrderMark.substr(0, same)) {
      if (window.size() <= kByteOrderMark.size()) return kIncomplete;
      tokenizer_.reset(kByteOrderMark.size());
      begun_ = true;
    }
  }
  if (!begun_ && window[0] != '<') return text_run(window);
  begun_ = true;
  return markup(window);
}

size_t StreamReader::Impl::keepalive(std::string_view window) {
  size_t size = 1;
  while (size < window.size() && is_space(window[size])) ++size;
  emit_bytes(StreamItem::Kind::kKeepalive, window.substr(0, size));
  return size;
}

// Text at stream level, up to the next '<'. Bytes that no text can hold end the parse at once.
size_t StreamReader::Impl::text_run(std::string_view window) {
  const bool header_due = document_ == Document::kNone && expect_header_;
  // Where a header is due, the first character is enough to know.
  const size_t limit = header_due ? character_size(window[0]) : limits_.element_bytes;
  const size_t end = std::min({window.find('<', looked_), window.size(), limit});
  const bool whole = end < window.size();
  const std::string_view run = window.substr(0, end);
  const xml::Utf8Fault fault = xml::find_utf8_fault(run, looked_);
  for (size_t at = looked_; at < fault.begin; ++at) {
    if (!is_control(window[at])) continue;
    const auto byte = static_cast<unsigned char>(window[at]);
    constexpr char kHex[] = "0123456789abcdef";
    std::string context = std::string("the byte 0x") + kHex[byte >> 4] + kHex[byte & 15];
    const bool tls = at == 0 && byte == 0x16;
    if (tls) context += ", with which a TLS handshake begins";
    return fail(window, tls || header_due ? ErrorCode::kNotWellFormed : ErrorCode::kIllegalCharacter, at,
                at + 1, std::move(context));
  }
  const bool cut_by_limit = whole && end == limit && !header_due;
  if (fault.begin < end && (!fault.incomplete || (whole && !cut_by_limit))) {
    return fail(window, ErrorCode::kInvalidUtf8, fault.begin, fault.end, "");
  }
  if (header_due) {
    if (fault.begin == 0) return kIncomplete;
    return fail(window, ErrorCode::kNotWellFormed, 0, fault.begin, "text where a stream header should begin");
  }
  if (!whole) {
    looked_ = fault.begin;
    return kIncomplete;
  }
  const size_t size = fault.begin == 0 ? end : fault.begin;  // never in mid-character
  violation({ErrorCode::kTextBetweenStanzas, range(0, size), in_quotes(run.substr(0, size)), false},
            run.substr(0, size));
  return size;
}

size_t StreamReader::Impl::markup(std::string_view window) {
  while (true) {
    const bool to_header = document_ == Document::kNone && !in_element_;
    const size_t limit = to_header ? limits_.header_bytes : limits_.element_bytes;
    const Token token = tokenizer_.next(window.substr(0, limit));
    if (token == Token::kMore) {
      if (window.size() > limit) {
        return fail(window, to_header ? ErrorCode::kHeaderTooLarge : ErrorCode::kElementTooLarge, 0, limit,
                    "the limit is " + std::to_string(limit) + " bytes");
      }
      if (in_element_ && !feed_tags(window)) return window.size();
      return kIncomplete;
    }
    const size_t size = in_element_ ? inside(token, window) : outer(token, window);
    if (size != kIncomplete) return size;
  }
}

// A token between elements, or before the header. kIncomplete: the item goes on behind the token.
size_t StreamReader::Impl::outer(Token token, std::string_view window) {
  const size_t begin = tokenizer_.begin();
  const size_t end = tokenizer_.end();
  const std::string_view bytes = window.substr(begin, end - begin);
  const bool first = begin == 0;
  Error invalid;
  if (!valid_utf8(window, end, invalid)) return fail(window, std::move(invalid));
  looked_ = end;
  switch (token) {
    case Token::kMore:
      break;
    case Token::kText: {  // behind an XML declaration
      const size_t at = bytes.find_first_not_of(" \t\r\n");
      if (at == std::string_view::npos) return kIncomplete;
      return fail(window, ErrorCode::kNotWellFormed, begin + at, begin + at + 1,
                  "text where a stream header should begin");
    }
    case Token::kProcessingInstruction:
      if (xml::is_declaration(bytes)) {
        if (!first && (declared_ || begin != kByteOrderMark.size())) {
          return fail(window, ErrorCode::kNotWellFormed, begin, end,
                      "the XML declaration is not at the beginning of the document");
        }
        if (std::optional<Error> error = xml::check_declaration(bytes, item_offset_ + begin)) {
          return fail(window, std::move(*error));
        }
        if (end > limits_.header_bytes) {
          return fail(window, ErrorCode::kHeaderTooLarge, 0, limits_.header_bytes,
                      "the limit is " + std::to_string(limits_.header_bytes) + " bytes");
        }
        document_ = Document::kNone;
        header_.reset();
        parser_.close();
        declared_ = true;
        return kIncomplete;
      }
      [[fallthrough]];
    case Token::kComment: {
      Error error{token == Token::kComment ? ErrorCode::kComment : ErrorCode::kProcessingInstruction,
                  range(begin, end), in_quotes(bytes), false};
      if (!first) {  // between the declaration and the header: these bytes come with the header
        violation(std::move(error));
        return kIncomplete;
      }
      violation(std::move(error), bytes);
      return end;
    }
    case Token::kDoctype:
      return fail(window, ErrorCode::kDoctype, begin, end, "");
    case Token::kMalformed:
      return fail(window, ErrorCode::kNotWellFormed, begin, end, why_malformed(bytes));
    case Token::kCdata:
      if (!first || (document_ == Document::kNone && expect_header_)) {
        return fail(window, ErrorCode::kNotWellFormed, begin, end, "text where a stream header should begin");
      }
      violation({ErrorCode::kTextBetweenStanzas, range(begin, end), in_quotes(bytes), false}, bytes);
      return end;
    case Token::kEndTag:
      return footer(window);
    case Token::kStartTag:
    case Token::kEmptyTag:
      return start_tag(token, window);
  }
  return kIncomplete;
}

// The end tag of the stream; it matches the header's name, or the name is all that can be wrong with it.
size_t StreamReader::Impl::footer(std::string_view window) {
  const size_t begin = tokenizer_.begin();
  const size_t end = tokenizer_.end();
  const std::string_view bytes = window.substr(begin, end - begin);
  const std::string_view name = xml::tag_name(bytes);
  const std::string_view due = xml::tag_name(header_tag_);
  const bool tidy = bytes.substr(2 + name.size()).find_first_not_of(" \t\r\n>") == std::string_view::npos;
  const bool closes =
      tidy && (name == due || (document_ != Document::kOpen && xml::local_part(name) == "stream"));
  if (closes && begin == 0) {
    document_ = document_ == Document::kNone ? Document::kNone : Document::kClosed;
    emit_bytes(StreamItem::Kind::kFooter, bytes);
    return end;
  }
  std::string context = tidy ? "</" + std::string(xml::utf8_prefix(name, 60)) + "> closes nothing"
                             : "an end tag that holds more than a name";
  if (document_ == Document::kAssumed && begin == 0) {
    // The capture began inside this element.
    violation({ErrorCode::kNotWellFormed, range(begin, end), std::move(context), false}, bytes);
    return end;
  }
  return fail(window, ErrorCode::kNotWellFormed, begin, end, std::move(context));
}

// A header, or the first tag of an element.
size_t StreamReader::Impl::start_tag(Token token, std::string_view window) {
  const size_t begin = tokenizer_.begin();
  const size_t end = tokenizer_.end();
  if (tokenizer_.attributes() > limits_.attributes) {
    return fail(window, ErrorCode::kTooManyAttributes, begin, end,
                "the limit is " + std::to_string(limits_.attributes));
  }
  std::string_view tag = window.substr(begin, end - begin);
  const std::string_view name = xml::tag_name(tag);
  const bool due = document_ == Document::kNone;
  if (xml::local_part(name) == "stream") {
    std::string opened;
    if (token == Token::kEmptyTag) {
      opened.assign(tag.substr(0, tag.size() - 2)) += '>';
      tag = opened;
    }
    xml::DocumentParser parser;
    xml::ElementPtr element = parser.open(tag, range(begin, end), tokenizer_.attributes());
    // Where a header is due, any root called "stream" is one, whatever its namespace: a rule judges that.
    if (due || (element != nullptr && element->ns == kStreamsNamespace) ||
        (element != nullptr && element->ns.empty() && element->prefix == "stream")) {
      return header(token, window, std::move(parser), std::move(element));
    }
  }
  if (due) {
    if (expect_header_) {
      violation({ErrorCode::kNoStreamHeader, range(begin, end),
                 "the first element is <" + std::string(xml::utf8_prefix(name, 80)) + '>', false});
    }
    document_ = Document::kAssumed;
  }
  return begin_element(token, window);
}

size_t StreamReader::Impl::header(Token token, std::string_view window, xml::DocumentParser parser,
                                  xml::ElementPtr element) {
  parser_ = std::move(parser);
  const size_t end = tokenizer_.end();
  for (const Error& error : parser_.errors()) {
    if (error.fatal) return fail(window, error);
    violation(error);
  }
  parser_.clear_errors();
  const std::string_view tag = window.substr(tokenizer_.begin(), end - tokenizer_.begin());
  header_tag_.assign(tag);
  if (token == Token::kEmptyTag) header_tag_.replace(header_tag_.size() - 2, 2, ">");
  header_tag_.shrink_to_fit();
  header_ = element;
  document_ = Document::kOpen;
  StreamItem item;
  item.kind = StreamItem::Kind::kHeader;
  item.range = range(0, end);
  item.bytes = window.substr(0, end);
  item.element = std::move(element);
  item.restart = std::exchange(any_, true);
  emit(item);
  if (token == Token::kEmptyTag && !restart_) {
    document_ = Document::kClosed;
    emit_bytes(StreamItem::Kind::kFooter, {}, end);
  }
  return end;
}

// --- the outside -----------------------------------------------------------------------------------------

size_t StreamReader::Impl::feed(std::string_view bytes, Handler& handler) {
  handler_ = &handler;
  paused_ = false;
  if (abandoned_) drop_abandoned();
  size_t used = 0;
  while (used < bytes.size() && !paused_) {
    const std::string_view rest = bytes.substr(used);
    if (failed_) {
      emit_bytes(StreamItem::Kind::kUnparsed, rest);
      item_offset_ += rest.size();
      used = bytes.size();
      end_item();
      break;
    }
    const size_t held = buffer_.size();
    if (held == 0) {
      const size_t size = item(rest);
      if (size == kIncomplete) {
        buffer_.assign(rest);
        used = bytes.size();
        break;
      }
      used += size;
      item_offset_ += size;
    } else {
      const size_t slice = std::min(rest.size(), kSlice);
      buffer_.append(rest.substr(0, slice));
      const size_t size = item(buffer_);
      if (size == kIncomplete) {
        used += slice;
        continue;
      }
      item_offset_ += size;
      if (size < held) {
        // Text that its limit cut in mid-character: the character's first bytes begin what comes next.
        buffer_.resize(held);
        buffer_.erase(0, size);
      } else {
        used += size - held;
        buffer_.clear();
        if (buffer_.capacity() > kKeptBuffer) std::string().swap(buffer_);
      }
    }
    end_item();
  }
  return used;
}

// Hands out what will never be finished: restart() or skip() came in the middle of it.
void StreamReader::Impl::drop_abandoned() {
  abandoned_ = false;
  emit_bytes(StreamItem::Kind::kUnparsed, buffer_);
  item_offset_ += buffer_.size();
  buffer_.clear();
  if (parser_.is_open()) parser_.close();  // it has seen a part
  end_item();
}

void StreamReader::Impl::finish(Handler& handler) {
  handler_ = &handler;
  if (buffer_.empty()) return;
  const bool text = !begun_ && !abandoned_ && document_ != Document::kNone &&
                    xml::find_utf8_fault(buffer_).begin == buffer_.size();
  if (text) {
    violation({ErrorCode::kTextBetweenStanzas, range(0, buffer_.size()), in_quotes(buffer_), false}, buffer_);
    item_offset_ += buffer_.size();
    end_item();
  } else {
    drop_abandoned();
  }
  std::string().swap(buffer_);
}

void StreamReader::Impl::restart() {
  restart_ = true;
  if (in_callback_) return;  // it takes effect behind the item
  if (buffer_.empty()) {
    end_item();
  } else {
    abandoned_ = true;
  }
}

void StreamReader::Impl::skip(uint64_t bytes) {
  skipped_ += bytes;
  if (in_callback_ || bytes == 0) return;
  if (buffer_.empty()) {
    end_item();
  } else {
    abandoned_ = true;
  }
}

void StreamReader::Impl::release_memory() {
  if (!buffer_.empty() || in_callback_) return;
  std::string().swap(buffer_);
  cuts_ = std::vector<Cut>();
  parser_.release_memory();
}

StreamReader::StreamReader() : StreamReader(Options()) {}
StreamReader::StreamReader(const Options& options) : impl_(std::make_unique<Impl>(options)) {}
StreamReader::~StreamReader() = default;
StreamReader::StreamReader(StreamReader&&) noexcept = default;
StreamReader& StreamReader::operator=(StreamReader&&) noexcept = default;

size_t StreamReader::feed(std::string_view bytes, Handler& handler) {
  return impl_->feed(bytes, handler);
}
void StreamReader::restart() {
  impl_->restart();
}
void StreamReader::pause() {
  impl_->pause();
}
void StreamReader::skip(uint64_t bytes) {
  impl_->skip(bytes);
}
void StreamReader::finish(Handler& handler) {
  impl_->finish(handler);
}
uint64_t StreamReader::offset() const {
  return impl_->offset();
}
std::string_view StreamReader::partial() const {
  return impl_->partial();
}
bool StreamReader::in_document() const {
  return impl_->in_document();
}
bool StreamReader::failed() const {
  return impl_->failed();
}
const xml::Element* StreamReader::header() const {
  return impl_->header();
}
void StreamReader::release_memory() {
  impl_->release_memory();
}

}  // namespace parser
