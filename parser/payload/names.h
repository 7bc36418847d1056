// The namespaces of the extensions that this room reads. Those of the stream itself are in
// parser/stream/stanza.h; what each is for is told by parser/knowledge.
#pragma once

#include <string_view>

namespace parser::ns {

inline constexpr std::string_view kXml = "http://www.w3.org/XML/1998/namespace";
inline constexpr std::string_view kAxolotl = "eu.siacs.conversations.axolotl";
inline constexpr std::string_view kBlocking = "urn:xmpp:blocking";
inline constexpr std::string_view kCaps = "http://jabber.org/protocol/caps";
inline constexpr std::string_view kCarbons = "urn:xmpp:carbons:2";
inline constexpr std::string_view kChatStates = "http://jabber.org/protocol/chatstates";
inline constexpr std::string_view kCommands = "http://jabber.org/protocol/commands";
inline constexpr std::string_view kConference = "jabber:x:conference";
inline constexpr std::string_view kCsi = "urn:xmpp:csi:0";
inline constexpr std::string_view kDataForms = "jabber:x:data";
inline constexpr std::string_view kDelay = "urn:xmpp:delay";
inline constexpr std::string_view kDiscoInfo = "http://jabber.org/protocol/disco#info";
inline constexpr std::string_view kDiscoItems = "http://jabber.org/protocol/disco#items";
inline constexpr std::string_view kEncryptionHint = "urn:xmpp:eme:0";
inline constexpr std::string_view kForward = "urn:xmpp:forward:0";
inline constexpr std::string_view kIbb = "http://jabber.org/protocol/ibb";
inline constexpr std::string_view kJingle = "urn:xmpp:jingle:1";
inline constexpr std::string_view kJingleMessage = "urn:xmpp:jingle-message:0";
inline constexpr std::string_view kLast = "jabber:iq:last";
inline constexpr std::string_view kLegacyDelay = "jabber:x:delay";
inline constexpr std::string_view kMam1 = "urn:xmpp:mam:1";
inline constexpr std::string_view kMam2 = "urn:xmpp:mam:2";
inline constexpr std::string_view kMarkers = "urn:xmpp:chat-markers:0";
inline constexpr std::string_view kMuc = "http://jabber.org/protocol/muc";
inline constexpr std::string_view kMucAdmin = "http://jabber.org/protocol/muc#admin";
inline constexpr std::string_view kMucOwner = "http://jabber.org/protocol/muc#owner";
inline constexpr std::string_view kMucUser = "http://jabber.org/protocol/muc#user";
inline constexpr std::string_view kOmemo2 = "urn:xmpp:omemo:2";
inline constexpr std::string_view kOx = "urn:xmpp:openpgp:0";
inline constexpr std::string_view kPing = "urn:xmpp:ping";
inline constexpr std::string_view kPrivate = "jabber:iq:private";
inline constexpr std::string_view kPubsub = "http://jabber.org/protocol/pubsub";
inline constexpr std::string_view kPubsubEvent = "http://jabber.org/protocol/pubsub#event";
inline constexpr std::string_view kPubsubOwner = "http://jabber.org/protocol/pubsub#owner";
inline constexpr std::string_view kReceipts = "urn:xmpp:receipts";
inline constexpr std::string_view kRoster = "jabber:iq:roster";
inline constexpr std::string_view kRsm = "http://jabber.org/protocol/rsm";
inline constexpr std::string_view kStanzaIds = "urn:xmpp:sid:0";
inline constexpr std::string_view kTime = "urn:xmpp:time";
inline constexpr std::string_view kUpload = "urn:xmpp:http:upload:0";
inline constexpr std::string_view kVcardTemp = "vcard-temp";
inline constexpr std::string_view kVcard4 = "urn:ietf:params:xml:ns:vcard-4.0";
inline constexpr std::string_view kVersion = "jabber:iq:version";

}  // namespace parser::ns
