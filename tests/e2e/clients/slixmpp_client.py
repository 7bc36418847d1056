"""A slixmpp client for the tests: logs in, does what it is told, prints one JSON object per thing that happened.

Actions, in order: roster, presence, disco, ping, version, say=TO|TEXT, raw=XML, wait-message, wait=SECONDS, hold (until stdin closes).
"""
import argparse
import asyncio
import json
import ssl
import sys

import slixmpp


def tell(event, **facts):
    print(json.dumps({"event": event, **facts}, ensure_ascii=False), flush=True)


class Client(slixmpp.ClientXMPP):
    def __init__(self, arguments):
        super().__init__(arguments.jid, arguments.password)
        self.arguments = arguments
        for plugin in ("xep_0030", "xep_0092", "xep_0199", "xep_0085", "xep_0184", *arguments.plugin):
            self.register_plugin(plugin)
        self.ca_certs = arguments.ca
        self.received = asyncio.Queue()
        self.add_event_handler("session_start", self.started)
        self.add_event_handler("message", self.message)
        self.add_event_handler("failed_all_auth", lambda _: self.over("failed-auth"))
        self.add_event_handler("ssl_invalid_chain", lambda error: self.over("untrusted", why=str(error)))
        self.add_event_handler("connection_failed", lambda error: self.over("connection-failed", why=str(error)))
        self.add_event_handler("stream_error", lambda error: tell("stream-error", condition=error["condition"], text=error["text"]))
        self.add_event_handler("disconnected", lambda reason: tell("disconnected", why=str(reason)))

    def over(self, event, **facts):
        tell(event, **facts)
        self.abort()

    def message(self, message):
        if message["body"]:
            tell("message", **{"from": str(message["from"]), "body": message["body"]})
            self.received.put_nowait(message)

    async def started(self, _):
        tell("started", jid=str(self.boundjid))
        try:
            for action in self.arguments.action:
                await self.act(*action.partition("=")[::2])
                tell("done", action=action)
        except Exception as error:  # the test reads what went wrong
            tell("failed", why=repr(error))
        self.disconnect()

    async def act(self, verb, value):
        server = self.boundjid.domain
        if verb == "roster":
            await self.get_roster()
        elif verb == "presence":
            self.send_presence(pshow="chat", pstatus="here")
        elif verb == "disco":
            await self["xep_0030"].get_info(jid=server, timeout=10)
        elif verb == "ping":
            tell("rtt", seconds=await self["xep_0199"].ping(server, timeout=10))
        elif verb == "version":
            await self["xep_0092"].get_version(server, timeout=10)
        elif verb == "say":
            to, _, text = value.partition("|")
            self.send_message(mto=to, mbody=text, mtype="chat")
        elif verb == "raw":
            self.send_raw(value)
        elif verb == "wait-message":
            await asyncio.wait_for(self.received.get(), 20)
        elif verb == "wait":
            await asyncio.sleep(float(value))
        elif verb == "hold":
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        else:
            raise ValueError(f"unknown action {verb}")


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
    parser.add_argument("action", nargs="*")
    arguments = parser.parse_args()
    client = Client(arguments)
    if arguments.plain:
        client["feature_mechanisms"].unencrypted_plain = True
    client.connect((arguments.host, arguments.port), use_ssl=arguments.direct_tls, disable_starttls=arguments.plain)
    try:
        client.loop.run_until_complete(asyncio.wait_for(client.disconnected, 60))
    except asyncio.TimeoutError:
        tell("timeout")


assert ssl.OPENSSL_VERSION_INFO >= (1, 1, 1)
main()
