#!/usr/bin/env bash
# The pictures of docs/pictures, made of the samples: tools/screenshots.sh [FOLDER]. No display is needed.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
viewer=${STANZASCOPE_BIN:-build/bin}/stanzascope-viewer
samples=captures/samples
to=${1:-docs/pictures}
mkdir -p "$to"

# shoot NAME CAPTURE OPTIONS...
shoot() {
  local name=$1 capture=$2
  shift 2
  "$viewer" "$samples/$capture.pcapng" --size 1280x800 "$@" --screenshot "$to/$name.png"
  printf '%s\n' "$to/$name.png"
}

shoot viewer demo --select 32 --theme dark
shoot findings ejabberd-refused --panel findings --filter xmpp.finding --select 72 --theme light
shoot decoded prosody-slixmpp --panel decoded --select 13 --theme dark
shoot filter prosody-slixmpp-contacts --panel tree --filter 'xmpp.iq && xmpp.query' --select 24 --theme light
shoot lens prosody-slixmpp-contacts --panel lens --select 23 --theme dark
shoot ladder demo --panel ladder --select 17 --theme dark
shoot resumption ejabberd-slixmpp-resume --panel ladder --select 70 --theme light
shoot lesson prosody-slixmpp --panel lesson --select 13 --theme light
shoot statistics ejabberd-profanity --panel statistics --theme dark
shoot compare prosody-slixmpp --compare "$samples/ejabberd-slixmpp.pcapng" --theme light
