// Cuts one direction of a connection into stream headers, depth-1 elements, footers and whitespace.
//
// One StreamReader lives as long as the direction; XML documents come and go inside it. A new document
// begins where the owner says so (`restart()`), and wherever the bytes show it: an XML declaration or a
// stream header at stream level, as after TLS or SASL in a capture that began in mid-session.
// A direction may also begin in mid-stream (see Options::expect_header).
//
// How the bytes are chunked never matters: items, errors and ranges are the same.
//
// Lenient where a look at the traffic is worth more than a refusal: a UTF-8 byte order mark before a document
// belongs to its header (RFC 6120 §11.6 wants it treated as text), white space before an XML declaration is a
// keepalive, elements behind the footer or without any header are delivered (the latter behind a violation).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "parser/xml/byte_range.h"
#include "parser/xml/element.h"
#include "parser/xml/error.h"
#include "parser/xml/limits.h"

namespace parser {

struct StreamItem {
  enum class Kind : uint8_t {
    kHeader,   // <stream:stream …> (with the XML declaration before it, if any); `element` is the start tag
               // alone
    kElement,  // one complete depth-1 element: a stanza or a nonza
    kFooter,   // </stream:stream>
    kKeepalive,  // whitespace between elements, one item per uninterrupted run within one feed()
    kViolation,  // something refused; `error` says what. Unless error.fatal, the reader went on behind it.
                 // A comment inside an element is a violation that comes before that element's own item.
    kUnparsed,   // bytes of a direction that can no longer be parsed (behind a fatal error), as they arrived
  };
  Kind kind{};
  ByteRange range;
  std::string_view bytes;   // exactly those of `range`; valid during the callback (empty for a
                            // violation inside an element: its bytes come with the element)
  xml::ElementPtr element;  // kHeader, kElement
  xml::Error error;         // kViolation
  bool restart = false;     // kHeader: not the first document of this direction
};

class StreamReader {
 public:
  // Bytes of an unfinished item that are gathered at a time. What could not be framed is handed out as far as
  // it had been gathered when the fault showed, so who feeds a recording again has to know it.
  static constexpr size_t kSlice = 4'096;

  class Handler {
   public:
    virtual ~Handler() = default;
    // May call restart() or pause() on the reader; both take effect at the byte behind this item.
    virtual void on_item(const StreamItem& item) = 0;
  };

  struct Options {
    xml::Limits limits;
    // False: elements may come without a header, as in a capture that begins in mid-session (a header
    // with the usual namespaces is then assumed), and in `lint`.
    bool expect_header = true;
    std::string_view assumed_content_namespace = "jabber:client";
    // The assumed header declares no namespace at all, as around a message of WebSocket.
    bool declares_nothing = false;
  };

  StreamReader();
  explicit StreamReader(const Options& options);
  ~StreamReader();
  StreamReader(StreamReader&&) noexcept;
  StreamReader& operator=(StreamReader&&) noexcept;

  // Feeds the next bytes. Returns how many were consumed: fewer than given only after pause() was
  // called in a callback; the rest was not looked at and belongs to the caller (e.g. TLS behind <proceed/>).
  size_t feed(std::string_view bytes, Handler& handler);

  // The next byte begins a new XML document (after TLS, SASL, compression).
  void restart();
  // Makes feed() return behind the current item. Only from inside a callback.
  void pause();
  // The bytes that will never be parsed as part of this direction (e.g. TLS records that were skipped).
  void skip(uint64_t bytes);

  // The peer closed: reports what lies unfinished, as kUnparsed.
  void finish(Handler& handler);

  uint64_t offset() const;             // bytes consumed so far
  std::string_view partial() const;    // the bytes of an item that is not complete yet
  bool in_document() const;            // a header was seen (or assumed) and no footer since
  bool failed() const;                 // behind a fatal error
  const xml::Element* header() const;  // of the current document; null before it

  // Frees the parser's memory between elements (16 KiB and more); it is rebuilt by replaying the
  // header when bytes arrive. Does nothing in the middle of an item.
  void release_memory();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parser
