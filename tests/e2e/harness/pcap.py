"""Foreign captures, as other programs record them: packets of TCP connections in classic pcap files."""
import socket
import ssl
import struct

SYN, ACK, FIN, RST, PSH = 2, 16, 1, 4, 8


def _checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Conversation:
    """One TCP connection; each method appends packets: (time, bytes of the IP packet)."""

    def __init__(self, client=("192.0.2.10", 40000), server=("192.0.2.20", 5222), time=1_700_000_000.0, packets=None):
        self.ends = {"C": client, "S": server}
        self.next = {"C": 1000, "S": 0xFFFFFF00}  # one of them wraps around soon
        self.time = time
        self.packets = packets if packets is not None else []

    def packet(self, side, flags, payload=b"", seq=None):
        self.time += 0.001
        source, target = self.ends[side], self.ends["S" if side == "C" else "C"]
        seq = self.next[side] if seq is None else seq
        ack = self.next["S" if side == "C" else "C"]
        tcp = struct.pack(">HHIIBBHHH", source[1], target[1], seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 5 << 4, flags, 65000, 0, 0)
        v6 = ":" in source[0]
        family = socket.AF_INET6 if v6 else socket.AF_INET
        pair = socket.inet_pton(family, source[0]) + socket.inet_pton(family, target[0])
        length = len(tcp) + len(payload)
        pseudo = pair + (struct.pack(">II", length, 6) if v6 else struct.pack(">HH", 6, length))
        tcp = tcp[:16] + struct.pack(">H", _checksum(pseudo + tcp + payload)) + tcp[18:]
        if v6:
            ip = struct.pack(">IHBB", 6 << 28, length, 6, 64) + pair
        else:
            ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + length, 0, 0x4000, 64, 6, 0) + pair
            ip = ip[:10] + struct.pack(">H", _checksum(ip)) + ip[12:]
        self.packets.append((self.time, ip + tcp + payload))

    def open(self):
        for side, flags in (("C", SYN), ("S", SYN | ACK)):
            self.packet(side, flags)
            self.next[side] += 1
        self.packet("C", ACK)
        return self

    def say(self, side, data, size=1400, lose=False):
        """In segments of `size` bytes; `lose`: they were sent and received, and the capture missed them."""
        for begin in range(0, len(data), size):
            piece = data[begin:begin + size]
            if not lose:
                self.packet(side, PSH | ACK, piece)
            self.next[side] += len(piece)
        return self

    def acknowledge(self, side):
        self.packet(side, ACK)
        return self

    def close(self, reset=False):
        if reset:
            self.packet("S", RST | ACK)
            return self
        for side in "CS":
            self.packet(side, FIN | ACK)
            self.next[side] += 1
        return self

    def secure(self, certificate, script, keylog):
        """TLS from here on; `script`: (side, bytes) in order. The secrets go to `keylog`."""
        client = ssl.create_default_context()
        client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
        client.keylog_filename = str(keylog)
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(*map(str, certificate))
        inbox = {side: ssl.MemoryBIO() for side in "CS"}
        outbox = {side: ssl.MemoryBIO() for side in "CS"}
        ends = {"C": client.wrap_bio(inbox["C"], outbox["C"]), "S": server.wrap_bio(inbox["S"], outbox["S"], server_side=True)}

        def carry(side):
            data = outbox[side].read()
            if data:
                self.say(side, data)
                inbox["S" if side == "C" else "C"].write(data)

        done = set()
        while done != {"C", "S"}:
            for side in "CS":
                if side not in done:
                    try:
                        ends[side].do_handshake()
                        done.add(side)
                    except ssl.SSLWantReadError:
                        pass
                carry(side)
        for side, data in script:
            ends[side].write(data)
            carry(side)
            other = ends["S" if side == "C" else "C"]
            got = b""
            while len(got) < len(data):
                got += other.read(65536)
        return self


def write_pcap(path, packets, link=1, snap=262144, nanoseconds=False):
    """Classic pcap; `link` 1: Ethernet, 101: raw IP, 113: Linux cooked, 276: cooked v2, 0: BSD loopback."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B23C4D if nanoseconds else 0xA1B2C3D4, 2, 4, 0, 0, snap, link))
        for time, ip in packets:
            v6 = ip[0] >> 4 == 6
            kind = b"\x86\xdd" if v6 else b"\x08\x00"
            head = {1: b"\x02" * 12 + kind, 101: b"", 113: b"\0" * 14 + kind, 276: kind + b"\0" * 18,
                    0: struct.pack("<I", 10 if v6 else 2)}[link]
            data = head + ip
            fraction = round(time % 1 * (1e9 if nanoseconds else 1e6))
            file.write(struct.pack("<IIII", int(time), fraction, len(data[:snap]), len(data)) + data[:snap])
