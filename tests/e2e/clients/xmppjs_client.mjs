// An @xmpp/client for the tests: logs in, does what it is told, prints one JSON object per thing that happened.
// Arguments: SERVICE DOMAIN USER PASSWORD ACTION…   (SERVICE: xmpp://127.0.0.1:PORT or xmpps://…)
// Actions: presence, ping, version, say=TO|TEXT, wait-message, wait=SECONDS. NODE_EXTRA_CA_CERTS names the CA.
import { createRequire } from "node:module";
import { webcrypto } from "node:crypto";
import { pathToFileURL } from "node:url";
// Debian 12's Node.js 18 does not have these as globals yet.
globalThis.crypto ??= webcrypto;
globalThis.CustomEvent ??= class extends Event {
  constructor(type, options) { super(type, options); this.detail = options?.detail ?? null; }
};
const require = createRequire(process.env.XMPP_CLIENT_FOLDER + "/");
const { client, xml } = await import(pathToFileURL(require.resolve("@xmpp/client")));

const [service, domain, username, password, ...actions] = process.argv.slice(2);
const tell = (event, facts = {}) => console.log(JSON.stringify({ event, ...facts }));

const xmpp = client({ service, domain, username, password, resource: "node" });
xmpp.reconnect.stop();
const inbox = [];
let waiter = null;
xmpp.on("error", (error) => { tell("error", { why: String(error) }); process.exitCode = 1; });
xmpp.on("stanza", (stanza) => {
  const body = stanza.is("message") && stanza.getChildText("body");
  if (!body) return;
  tell("message", { from: stanza.attrs.from, body });
  inbox.push(stanza);
  if (waiter) waiter();
});

async function act(verb, value) {
  if (verb === "presence") await xmpp.send(xml("presence"));
  else if (verb === "ping") await xmpp.iqCaller.get(xml("ping", "urn:xmpp:ping"), domain);
  else if (verb === "version") await xmpp.iqCaller.get(xml("query", "jabber:iq:version"), domain);
  else if (verb === "say") {
    const [to, text] = value.split("|");
    await xmpp.send(xml("message", { type: "chat", to }, xml("body", {}, text)));
  } else if (verb === "wait-message") {
    if (!inbox.length) await new Promise((resolve, reject) => { waiter = resolve; setTimeout(() => reject(new Error("no message came")), 20000); });
  } else if (verb === "wait") await new Promise((resolve) => setTimeout(resolve, Number(value) * 1000));
  else throw new Error(`unknown action ${verb}`);
}

xmpp.on("online", async (address) => {
  tell("started", { jid: address.toString() });
  try {
    for (const action of actions) {
      const cut = action.indexOf("=");
      await act(cut < 0 ? action : action.slice(0, cut), cut < 0 ? "" : action.slice(cut + 1));
      tell("done", { action });
    }
  } catch (error) {
    tell("failed", { why: String(error) });
    process.exitCode = 1;
  }
  await xmpp.stop();
  tell("disconnected");
  process.exit();  // a pending time-out of wait-message must not keep it alive
});
xmpp.start().catch((error) => { tell("error", { why: String(error) }); process.exitCode = 1; });
