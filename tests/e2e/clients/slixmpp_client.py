"""A slixmpp client for the tests: logs in, does what it is told, prints one JSON object per thing that happened.

An action is VERB or VERB=VALUE; they are done in order, and each verb is a method of Client, `do_…`. A question mark in front says that
the server must refuse it. The plugins that the verbs need are registered before the login, as a program that uses them would.
"""
import argparse
import asyncio
import json
import socket
import ssl
import struct
import sys
from pathlib import Path

import slixmpp

PLUGINS = {  # what a verb needs
    "active": ["xep_0352"], "block": ["xep_0191"], "blocked": ["xep_0191"], "carbons": ["xep_0280"], "correct": ["xep_0308"],
    "cut": ["xep_0198"], "inactive": ["xep_0352"], "last": ["xep_0012"], "mam": ["xep_0313"], "mam-form": ["xep_0313"], "marker": ["xep_0333"],
    "muc-configure": ["xep_0045"], "muc-join": ["xep_0045"], "muc-leave": ["xep_0045"], "muc-say": ["xep_0045"],
    "muc-subject": ["xep_0045"], "muc-owners": ["xep_0045"], "nick": ["xep_0172", "xep_0115"], "private": ["xep_0048", "xep_0049"],
    "bookmarks": ["xep_0048", "xep_0049"], "pep-items": ["xep_0060"], "slot": ["xep_0363"], "time": ["xep_0202"],
    "unblock": ["xep_0191"], "vcard": ["xep_0054"], "vcard-set": ["xep_0054"],
}


def tell(event, **facts):
    print(json.dumps({"event": event, **facts}, ensure_ascii=False), flush=True)


class Client(slixmpp.ClientXMPP):
    def __init__(self, arguments):
        super().__init__(arguments.jid, arguments.password)
        self.arguments = arguments
        wanted = [plugin for action in arguments.action for plugin in PLUGINS.get(action.removeprefix("?").partition("=")[0], [])]
        for plugin in dict.fromkeys(("xep_0030", "xep_0092", "xep_0199", "xep_0085", "xep_0184", *arguments.plugin, *wanted)):
            self.register_plugin(plugin)
        self.ca_certs = arguments.ca
        self.received = asyncio.Queue()
        self.finished = self.loop.create_future()
        self.cut_on_purpose = False
        self.add_event_handler("session_start", self.started)
        self.add_event_handler("session_resumed", lambda _: tell("resumed"))
        self.add_event_handler("message", self.message)
        self.add_event_handler("failed_all_auth", lambda _: self.over("failed-auth"))
        self.add_event_handler("ssl_invalid_chain", lambda error: self.over("untrusted", why=str(error)))
        self.add_event_handler("connection_failed", lambda error: self.over("connection-failed", why=str(error)))
        self.add_event_handler("stream_error", lambda error: tell("stream-error", condition=error["condition"], text=error["text"]))
        self.add_event_handler("disconnected", self.lost)

    def dial(self):
        arguments = self.arguments
        self.connect((arguments.host, arguments.port), use_ssl=arguments.direct_tls, disable_starttls=arguments.plain)

    def over(self, event, **facts):
        tell(event, **facts)
        self.abort()

    def lost(self, reason):
        if self.cut_on_purpose:
            return
        tell("disconnected", why=str(reason))
        if not self.finished.done():
            self.finished.set_result(None)

    def message(self, message):
        if message["body"]:
            tell("message", **{"from": str(message["from"]), "body": message["body"]})
            self.received.put_nowait(message)

    async def started(self, _):
        tell("started", jid=str(self.boundjid))
        try:
            for action in self.arguments.action:
                verb, _, value = action.removeprefix("?").partition("=")
                method = getattr(self, "do_" + verb.replace("-", "_"), None)
                if method is None:
                    raise ValueError(f"unknown action {verb}")
                if action.startswith("?"):
                    try:
                        await method(value)
                        raise ValueError(f"{action} was granted")
                    except slixmpp.exceptions.IqError as error:
                        tell("refused", condition=error.condition)
                else:
                    await method(value)
                tell("done", action=action)
        except Exception as error:  # the test reads what went wrong
            tell("failed", why=repr(error))
        self.disconnect()

    # What every client does.

    async def do_roster(self, _):
        await self.get_roster()

    async def do_presence(self, _):
        self.send_presence(pshow="chat", pstatus="here")

    async def do_away(self, _):
        self.send_presence(pshow="away", pstatus="brb")

    async def do_disco(self, jid):
        await self["xep_0030"].get_info(jid=jid or self.boundjid.domain, timeout=10)

    async def do_disco_items(self, jid):
        await self["xep_0030"].get_items(jid=jid or self.boundjid.domain, timeout=10)

    async def do_ping(self, jid):
        tell("rtt", seconds=await self["xep_0199"].ping(jid or self.boundjid.domain, timeout=10))

    async def do_version(self, jid):
        await self["xep_0092"].get_version(jid or self.boundjid.domain, timeout=10)

    async def do_time(self, jid):
        await self["xep_0202"].get_entity_time(jid or self.boundjid.domain, timeout=10)

    async def do_last(self, jid):
        await self["xep_0012"].get_last_activity(jid or self.boundjid.domain, timeout=10)

    async def do_say(self, value):
        to, _, text = value.partition("|")
        self.send_message(mto=to, mbody=text, mtype="chat")

    async def do_composing(self, to):
        message = self.make_message(mto=to, mtype="chat")
        message["chat_state"] = "composing"
        message.send()

    async def do_receipt(self, value):
        """A message that asks for a receipt."""
        to, _, text = value.partition("|")
        message = self.make_message(mto=to, mbody=text, mtype="chat")
        message["request_receipt"] = True
        message["chat_state"] = "active"
        message.send()

    async def do_correct(self, value):
        """A message, and its correction."""
        to, _, text = value.partition("|")
        first = self.make_message(mto=to, mbody=text[::-1], mtype="chat")
        first.send()
        second = self.make_message(mto=to, mbody=text, mtype="chat")
        second["replace"]["id"] = first["id"]
        second.send()

    async def do_marker(self, value):
        to, _, identity = value.partition("|")
        self["xep_0333"].send_marker(to, identity, "displayed", mtype="chat")

    async def do_raw(self, xml):
        self.send_raw(xml)

    async def do_wait_message(self, _):
        await asyncio.wait_for(self.received.get(), 20)

    async def do_wait(self, seconds):
        await asyncio.sleep(float(seconds))

    async def do_wait_file(self, path):
        """Until another program says that it is time, by making this file."""
        for _ in range(600):
            if Path(path).exists():
                return
            await asyncio.sleep(0.05)
        raise TimeoutError(f"nobody made {path}")

    async def do_hold(self, _):
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)

    # Contacts. slixmpp answers a subscription request by itself: yes, and the same back.

    async def do_subscribe(self, jid):
        self.send_presence_subscription(pto=jid)

    async def do_name(self, value):
        jid, _, name = value.partition("|")
        await self.update_roster(jid, name=name, groups=["Verona"])

    async def do_remove(self, jid):
        await self.del_roster_item(jid)

    async def do_block(self, jid):
        await self["xep_0191"].block([slixmpp.JID(jid)], timeout=10)

    async def do_blocked(self, _):
        await self["xep_0191"].get_blocked(timeout=10)

    async def do_unblock(self, jid):
        await self["xep_0191"].unblock([slixmpp.JID(jid)], timeout=10)

    # What the account keeps.

    async def do_carbons(self, _):
        await self["xep_0280"].enable(timeout=10)

    async def do_mam(self, value):
        """A page of so many messages of the archive: mam=COUNT or mam=COUNT|ARCHIVE."""
        count, _, jid = value.partition("|")
        await self["xep_0313"].retrieve(jid=slixmpp.JID(jid) if jid else None, rsm={"max": int(count)}, timeout=10)

    async def do_mam_form(self, _):
        await self["xep_0313"].get_fields(timeout=10)

    async def do_nick(self, nick):
        await self["xep_0172"].publish_nick(nick, timeout=10)

    async def do_pep_items(self, node):
        await self["xep_0060"].get_items(self.boundjid.bare, node, timeout=10)

    async def do_bookmarks(self, room):
        marks = self["xep_0048"].stanza.Bookmarks()
        marks.add_conference(room, self.boundjid.user, autojoin=False, name="The orchard")
        await self["xep_0048"].set_bookmarks(marks, method="xep_0049", timeout=10)

    async def do_private(self, _):
        await self["xep_0048"].get_bookmarks(method="xep_0049", timeout=10)

    async def do_vcard_set(self, name):
        card = self["xep_0054"].make_vcard()
        card["FN"] = name
        card["NICKNAME"] = [name]
        await self["xep_0054"].publish_vcard(card, timeout=10)

    async def do_vcard(self, jid):
        await self["xep_0054"].get_vcard(slixmpp.JID(jid or self.boundjid.bare), local=False, timeout=10)

    async def do_slot(self, service):
        await self["xep_0363"].request_slot(slixmpp.JID(service), Path("letter.txt"), 1597, content_type="text/plain", timeout=10)

    # Rooms.

    async def do_muc_join(self, value):
        room, _, nick = value.partition("|")
        await self["xep_0045"].join_muc_wait(slixmpp.JID(room), nick, maxstanzas=5, timeout=10)

    async def do_muc_configure(self, room):
        """Takes the room as it is offered; until then a new room is locked."""
        muc = self["xep_0045"]
        form = await muc.get_room_config(slixmpp.JID(room), timeout=10)
        form["type"] = "submit"
        await muc.set_room_config(slixmpp.JID(room), form, timeout=10)

    async def do_muc_owners(self, room):
        await self["xep_0045"].get_affiliation_list(slixmpp.JID(room), "owner", timeout=10)

    async def do_muc_subject(self, value):
        room, _, subject = value.partition("|")
        self["xep_0045"].set_subject(slixmpp.JID(room), subject)

    async def do_muc_say(self, value):
        room, _, text = value.partition("|")
        self.send_message(mto=room, mbody=text, mtype="groupchat")

    async def do_muc_leave(self, value):
        room, _, nick = value.partition("|")
        self["xep_0045"].leave_muc(slixmpp.JID(room), nick, "good night")

    # The connection.

    async def do_inactive(self, _):
        self["xep_0352"].send_inactive()

    async def do_active(self, _):
        self["xep_0352"].send_active()

    async def do_cut(self, seconds):
        """Resets the TCP connection, as if the network had gone, comes back after so many seconds and resumes the session."""
        resumed = self.loop.create_future()
        self.add_event_handler("session_resumed", lambda _: resumed.set_result(True), disposable=True)
        gone = self.loop.create_future()
        self.add_event_handler("disconnected", lambda _: gone.set_result(True), disposable=True)
        self.cut_on_purpose = True
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()
        await asyncio.wait_for(gone, 10)
        tell("cut")
        await asyncio.sleep(float(seconds or 0))
        self.dial()
        await asyncio.wait_for(resumed, 20)
        self.cut_on_purpose = False


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jid", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ca", help="PEM file of trusted CAs")
    parser.add_argument("--direct-tls", action="store_true")
    parser.add_argument("--plain", action="store_true", help="no TLS at all")
    parser.add_argument("--plugin", action="append", default=[])
    parser.add_argument("--mechanism", help="log in with this one, whatever else is offered")
    parser.add_argument("action", nargs="*")
    arguments = parser.parse_args()
    client = Client(arguments)
    if arguments.plain:
        client["feature_mechanisms"].unencrypted_plain = True
    if arguments.mechanism:
        client["feature_mechanisms"].use_mech = arguments.mechanism
    client.dial()
    try:
        client.loop.run_until_complete(asyncio.wait_for(client.finished, 60))
    except asyncio.TimeoutError:
        tell("timeout")


assert ssl.OPENSSL_VERSION_INFO >= (1, 1, 1)
main()
