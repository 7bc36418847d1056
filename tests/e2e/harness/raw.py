"""Peers that count every byte: a raw XMPP client, a scripted server, and a tee in front of a real server.

Each keeps what it sent and what it received after TLS, so that "byte-exact" can be proved from outside.
"""
import base64
import random
import select
import socket
import ssl
import threading

from .servers import DOMAIN

HEADER = (f"<?xml version='1.0'?><stream:stream to='{DOMAIN}' version='1.0' xmlns='jabber:client' "
          "xmlns:stream='http://etherx.jabber.org/streams'>").encode()


def client_context(ca):
    context = ssl.create_default_context(cafile=str(ca))
    context.set_alpn_protocols(["xmpp-client"])
    return context


def server_context(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*map(str, certificate))
    context.set_alpn_protocols(["xmpp-client"])
    return context


class TlsStream:
    """A TLS connection that one thread may read while another writes.

    Python's own SSLSocket may not be used so: two calls at once share OpenSSL's error state, and one of them then
    reports an end of the stream that never came (about 1 in 7 connections of a flood in both directions).
    """

    def __init__(self, secured, timeout=60):
        self.socket, self.timeout, self.lock = secured, timeout, threading.Lock()
        secured.setblocking(False)

    def _until_done(self, operation):
        while True:
            try:
                with self.lock:
                    return operation()
            except ssl.SSLWantReadError:
                ready = select.select([self.socket], [], [], self.timeout)
            except ssl.SSLWantWriteError:
                ready = select.select([], [self.socket], [], self.timeout)
            if not any(ready):
                raise TimeoutError(f"no progress for {self.timeout} s")

    def recv(self, size):
        return self._until_done(lambda: self.socket.recv(size))

    def sendall(self, data):
        rest = memoryview(data)
        while rest:
            rest = rest[self._until_done(lambda: self.socket.send(rest)):]

    def unwrap(self):
        return self._until_done(self.socket.unwrap)

    def close(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)  # or a thread that waits in select() keeps the connection up
        except OSError:
            pass
        self.socket.close()


class RawClient:
    """Sends what it is told, waits for marks in what comes back, and keeps both."""

    def __init__(self, port, ca, direct_tls=True):
        self.context = client_context(ca)
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.sent = b""
        self.received = b""
        self.seen = 0  # how much of `received` earlier waits have used up
        if direct_tls:
            self.secure()

    def secure(self):
        self.socket = TlsStream(self.context.wrap_socket(self.socket, server_hostname=DOMAIN))

    def send(self, data):
        self.sent += data
        self.socket.sendall(data)

    def read_until(self, mark):
        while True:
            at = self.received.find(mark, self.seen)
            if at >= 0:
                self.seen = at + len(mark)
                return
            data = self.socket.recv(65536)
            assert data, f"the stream ended while waiting for {mark!r}: …{self.received[-500:]!r}"
            self.received += data

    def log_in(self, user, password, resource="raw"):
        self.send(HEADER)
        self.read_until(b"</stream:features>")
        plain = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
        self.send(f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{plain}</auth>".encode())
        self.read_until(b"<success")
        self.send(HEADER)
        self.read_until(b"</stream:features>")
        self.send(f"<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>{resource}</resource></bind></iq>".encode())
        self.read_until(b"</iq>")

    def close(self):
        """Says good-bye and reads to the very end."""
        self.send(b"</stream:stream>")
        try:
            while data := self.socket.recv(65536):
                self.received += data
        except OSError:
            pass
        self.socket.close()


class Tee(threading.Thread):
    """Terminates direct TLS with the server's own certificate and passes all on to the real server; keeps both directions."""

    def __init__(self, certificate, ca, port):
        super().__init__(daemon=True)
        self.target, self.ca, self.context = port, ca, server_context(certificate)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.from_client = b""
        self.from_server = b""
        self.over = threading.Event()
        self.start()

    def run(self):
        plain, _ = self.listener.accept()
        near = TlsStream(self.context.wrap_socket(plain, server_side=True))
        upstream = socket.create_connection(("127.0.0.1", self.target))
        far = TlsStream(client_context(self.ca).wrap_socket(upstream, server_hostname=DOMAIN))

        def up():
            try:
                while data := near.recv(65536):
                    self.from_client += data
                    far.sendall(data)
                far.unwrap()
            except OSError:
                pass

        thread = threading.Thread(target=up, daemon=True)
        thread.start()
        try:
            while data := far.recv(65536):
                self.from_server += data
                near.sendall(data)
        except OSError:
            pass
        near.close()
        self.over.set()


class ScriptedServer(threading.Thread):
    """STARTTLS, features with what the proxy hides, then a flood of stanzas in pieces of random size; echoes nothing."""

    def __init__(self, certificate, stanzas, seed, wait_for=b"</stream:stream>"):
        super().__init__(daemon=True)
        self.context = server_context(certificate)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.stanzas, self.random, self.mark = stanzas, random.Random(seed), wait_for
        self.sent = b""
        self.received = b""
        self.error = None
        self.start()

    HEADER = (f"<?xml version='1.0'?><stream:stream from='{DOMAIN}' id='s1' version='1.0' xmlns='jabber:client' "
              "xmlns:stream='http://etherx.jabber.org/streams'>").encode()

    def run(self):
        try:
            connection, _ = self.listener.accept()
            read = b""
            while b"starttls" not in read:
                if read.count(b"<stream:stream") == 1 and b"version='1.0'" in read and not self.sent:
                    self.sent += b"."  # once
                    connection.sendall(self.HEADER + b"<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>")
                read += connection.recv(4096)
            self.sent = b""
            connection.sendall(b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
            connection = TlsStream(self.context.wrap_socket(connection, server_side=True))
            while b"<stream:stream" not in self.received or not self.received.rstrip().endswith(b">"):
                self.received += connection.recv(65536)
            flood = self.HEADER + (
                b"<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1-PLUS</mechanism>"
                b"<mechanism>SCRAM-SHA-1</mechanism>\n<mechanism>SCRAM-SHA-256-PLUS</mechanism></mechanisms>"
                b"<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'><channel-binding type='tls-exporter'/></sasl-channel-binding>"
                b"</stream:features><success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>") + self.HEADER + b"<stream:features/>" + self.stanzas
            reader = threading.Thread(target=self.read, args=(connection,), daemon=True)
            reader.start()
            at = 0
            while at < len(flood):
                step = self.random.choice((1, 2, 7, 100, 1500, 16384, 70000))
                piece = flood[at:at + step]
                connection.sendall(piece)
                self.sent += piece
                at += step
            connection.sendall(b"</stream:stream>")
            self.sent += b"</stream:stream>"
            reader.join(30)
            connection.close()
        except (OSError, AssertionError) as error:
            self.error = error

    def read(self, connection):
        try:
            while not self.received.endswith(self.mark):
                data = connection.recv(65536)
                if not data:
                    return
                self.received += data
        except OSError as error:
            self.error = error
