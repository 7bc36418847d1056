// Follows what tshark 4.0 shows for small captures, row by row; where the dissector looks at names only, so
// does the table.
#include "parser/filter/dissection_table.h"

namespace parser::filter {

std::string_view dissection_table() {
  return R"table(
= delay
@from -
@stamp -
text -
= error
also xmpp.response
@type xmpp.error.type
@code xmpp.error.code
text:text xmpp.error.text
name:{urn:ietf:params:xml:ns:xmpp-stanzas} xmpp.error.condition
= field
@label -
@type -
@var -
value xmpp.x-data.field.value
  @label -
  text -
option xmpp.x-data.field.value
  @label -
  text:value -
= data
@type -
text:title -
text:instructions xmpp.x-data.instructions
field xmpp.x-data.field
  +field
= muc-item
@affiliation -
@jid -
@nick -
@role -
text:reason -
text:actor -
= muc-user
item xmpp.muc-user-x.item
  +muc-item
status -
  @code xmpp.muc_user_status
invite xmpp.muc-user-x.invite
  @from -
  @to -
  text:reason -
@password -
= ibb-data
@sid -
@seq -
text -
= last
@seconds -
text -
= jingle-transport
@pwd xmpp.jingle.content.transport.pwd
@ufrag xmpp.jingle.content.transport.ufrag
candidate xmpp.jingle.content.transport.candidate
  @component -
  @foundation -
  @generation -
  @host -
  @id -
  @ip -
  @jid -
  @cid -
  @network -
  @port -
  @priority -
  @protocol -
  @rel-addr -
  @rel-port -
  @type -
remote-candidate xmpp.jingle.content.transport.remote-candidate
  @component -
  @ip -
  @port -
activated xmpp.jingle.content.transport.activated
  @cid -
candidate-used xmpp.jingle.content.transport.candidate-used
  @cid -
candidate-error xmpp.jingle.content.transport.candidate-error
proxy-error xmpp.jingle.content.transport.proxy-error
@sid -
@mode -
@block-size -
@dstaddr -
= jingle
@action xmpp.jingle.action
@sid xmpp.jingle.sid
@initiator xmpp.jingle.initiator
@responder xmpp.jingle.responder
name:{urn:xmpp:jingle:apps:rtp:info:1} xmpp.jingle.rtp_info
reason xmpp.jingle.reason
  text:text xmpp.jingle.reason.text
  name:{} xmpp.jingle.reason.condition
content xmpp.jingle.content
  @creator xmpp.jingle.content.creator
  @name xmpp.jingle.content.name
  @disposition xmpp.jingle.content.disposition
  @senders xmpp.jingle.content.senders
  description xmpp.jingle.content.description
    @media xmpp.jingle.content.description.media
    @ssrc xmpp.jingle.content.description.ssrc
    payload-type xmpp.jingle.content.description.payload-type
      @id xmpp.jingle.content.description.payload-type.id
      @channels xmpp.jingle.content.description.payload-type.channels
      @clockrate xmpp.jingle.content.description.payload-type.clockrate
      @maxptime xmpp.jingle.content.description.payload-type.maxptime
      @name xmpp.jingle.content.description.payload-type.name
      @ptime xmpp.jingle.content.description.payload-type.ptime
      parameter xmpp.jingle.content.description.payload-type.parameter
        @name xmpp.jingle.content.description.payload-type.parameter.name
        @value xmpp.jingle.content.description.payload-type.parameter.value
    bandwidth xmpp.jingle.content.description.bandwidth
      @type -
      text -
    encryption xmpp.jingle.content.description.encryption
      zrtp-hash xmpp.jingle.content.description.encryption.zrtp-hash
        @version -
        text -
      crypto xmpp.jingle.content.description.encryption.crypto
        @crypto-suite -
        @key-params -
        @session-params -
        @tag -
    rtp-hdrext xmpp.jingle.content.description.rtp-hdrext
      @id -
      @uri -
    offer xmpp.jingle.content.description.offer
    request xmpp.jingle.content.description.request
  transport xmpp.jingle.content.transport
    +jingle-transport
  received xmpp.jingle.content.received
  abort xmpp.jingle.content.abort
  checksum xmpp.jingle.content.checksum
= root
iq xmpp.iq
  @id xmpp.id
  @type xmpp.type
  @from xmpp.from
  @to xmpp.to
  @xml:lang -
  error xmpp.error
    +error
  bind xmpp.iq.bind
    text:resource xmpp.iq.bind.resource
    text:jid xmpp.iq.bind.jid
  session{urn:ietf:params:xml:ns:xmpp-session} xmpp.iq.session
  ping{urn:xmpp:ping} xmpp.ping
  query{jabber:iq:roster} xmpp.query
    @ver -
    item xmpp.query.item
      @jid xmpp.query.item.jid
      @name xmpp.query.item.name
      @ask xmpp.query.item.ask
      @approved xmpp.query.item.approved
      @subscription xmpp.query.item.subscription
      text:group xmpp.query.item.group
  query{http://jabber.org/protocol/disco#items} xmpp.query
    @node xmpp.query.node
    item xmpp.query.item
      @jid xmpp.query.item.jid
      @name xmpp.query.item.name
      @node xmpp.query.item.node
  query{http://jabber.org/protocol/disco#info} xmpp.query
    @node xmpp.query.node
    identity xmpp.query.identity
      @category xmpp.query.identity.category
      @name xmpp.query.identity.name
      @type xmpp.query.identity.type
      @lang xmpp.query.identity.lang
    feature -
      @var xmpp.query.feature
    x{jabber:x:data} xmpp.x-data
      +data
  query{http://jabber.org/protocol/bytestreams} xmpp.query
    @sid -
    @mode -
    @dstaddr -
    streamhost xmpp.query.streamhost
      @jid -
      @host -
      @port -
    streamhost-used xmpp.query.streamhost-used
      @jid -
    text:activate xmpp.query.activate
    udpsuccess xmpp.query.udpsuccess
      @dstaddr -
  query{http://jabber.org/protocol/muc#owner} xmpp.query
    x{jabber:x:data} xmpp.x-data
      +data
  query{http://jabber.org/protocol/muc#admin} xmpp.query
    item xmpp.muc-user-x.item
      +muc-item
  query{jabber:iq:version} xmpp.query
    text:name -
    text:version -
    text:os -
  query{jabber:iq:last} xmpp.query
    +last
  query{google:jingleinfo|google:mail:notify|google:shared-status} xmpp.query
    rest
  vCard xmpp.vcard
    first -
    rest
  jingle xmpp.jingle
    +jingle
  services{http://jabber.org/protocol/jinglenodes} xmpp.services
    rest
  channel{http://jabber.org/protocol/jinglenodes#channel} xmpp.channel
    rest
  open{http://jabber.org/protocol/ibb} xmpp.ibb.open
    @sid -
    @block-size -
    @stanza -
  close{http://jabber.org/protocol/ibb} xmpp.ibb.close
    @sid -
  data{http://jabber.org/protocol/ibb} xmpp.ibb.data
    +ibb-data
  si xmpp.si
    @id -
    @mime-type -
    @profile -
    file xmpp.si.file
      @name -
      @size -
      @hash -
      @date -
      text:desc -
    feature{http://jabber.org/protocol/feature-neg} xmpp.feature-neg
      x{jabber:x:data} xmpp.x-data
        +data
  session{http://www.google.com/session} xmpp.gtalk.session
    @type xmpp.gtalk.session.type
  usersetting{google:setting} xmpp.gtalk.setting
    rest
  mailbox xmpp.gtalk.mailbox
    rest
  new-mail xmpp.gtalk.new-mail
    rest
  conference-info xmpp.conf-info
    @sid xmpp.conf-info.sid
    rest
  inputevt{http://jitsi.org/protocol/inputevt} xmpp.inputevt
    remote-control xmpp.inputevt.remote-control
message xmpp.message
  @from xmpp.from
  @id xmpp.id
  @to xmpp.to
  @type xmpp.type
  @xml:lang -
  name:{http://jabber.org/protocol/chatstates} xmpp.message.chatstate
  thread xmpp.message.thread
    @parent xmpp.message.thread.parent
    text -
  body xmpp.message.body
    @xml:lang -
    text -
  subject xmpp.message.subject
    @xml:lang -
    text -
  delay xmpp.delay
    +delay
  x{jabber:x:event} xmpp.x-event
    text:id -
    name:{jabber:x:event} xmpp.x-event.condition
  x{http://jabber.org/protocol/muc#user} xmpp.muc-user-x
    +muc-user
  x{google:nosave} xmpp.gtalk.nosave.x
  data{http://jabber.org/protocol/ibb} xmpp.ibb.data
    +ibb-data
  error xmpp.error
    +error
presence xmpp.presence
  @from xmpp.from
  @id xmpp.id
  @to xmpp.to
  @type xmpp.type
  @xml:lang -
  text:show xmpp.presence.show
  text:priority -
  status xmpp.presence.status
    @xml:lang -
    text -
  c{http://jabber.org/protocol/caps} xmpp.presence.caps
    @hash -
    @node -
    @ver -
    @ext -
  delay xmpp.delay
    +delay
  x{jabber:x:delay} xmpp.delay
    +delay
  x{vcard-temp:x:update} xmpp.vcard-update
    text:photo -
  x{http://jabber.org/protocol/muc} xmpp.muc-x
    @password -
    history -
      @maxchars -
      @maxstanzas -
      @seconds -
      @since -
  x{http://jabber.org/protocol/muc#user} xmpp.muc-user-x
    +muc-user
  query{jabber:iq:last} xmpp.query
    +last
  error xmpp.error
    +error
features xmpp.features
  mechanisms{urn:ietf:params:xml:ns:xmpp-sasl} -
    mechanism -
      text xmpp.cdata
auth xmpp.auth
  @mechanism -
  text xmpp.cdata
challenge xmpp.challenge
  text xmpp.cdata
response xmpp.response
  text xmpp.cdata
success xmpp.success
  text xmpp.cdata
failure xmpp.failure
  text:text xmpp.failure_text
  name:{urn:ietf:params:xml:ns:xmpp-sasl} -
starttls xmpp.starttls
proceed xmpp.proceed
stream xmpp.stream
)table";
}

}  // namespace parser::filter
