"""Makes Allure's page fit to hand over: it contacts no other host, and its data is compressed.

Allure 3.18 loads a Google Analytics script into every report, with no option to disable it (its generator sets
`analyticsEnable` itself), and stores data as base64 of JSON, five to ten times the compressed size. A page with an
unknown structure is kept as it is, except for a policy that forbids other hosts.
"""

import gzip
import json
import re
from base64 import b64decode, b64encode

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' data: blob:; style-src 'unsafe-inline' data: blob:; "
    "img-src data: blob:; font-src data:; media-src data: blob:; frame-src data: blob:; connect-src data: blob:; "
    "worker-src data: blob:; form-action 'none'"
)
_HEAD = "<head>"
_OF_OTHERS = re.compile(r"<script\b[^>]*\bsrc=\"(?:https?:)?//[^>]*>\s*</script>")
_ANALYTICS = re.compile(r"<script>[^<]{0,2000}\bgtag\('config'[^<]{0,2000}</script>")
_DATA = re.compile(
    r"<script defer>\s*Promise\.allSettled\(\[(?P<entries>(?:d\(\"[^\"]+\",\"[A-Za-z0-9+/=]*\"\),?)+)\]\)"
    r"\s*\.then\(function\(\)\{\s*window\.allureReportDataReady = true;\s*\}\)\s*</script>"
)
_ENTRY = re.compile(r"d\(\"([^\"]+)\",\"([A-Za-z0-9+/=]*)\"\)")

_UNPACKING = """<script>
(async () => {
  const packed = Uint8Array.from(atob("%s"), (sign) => sign.charCodeAt(0));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const octets = new Uint8Array(await new Response(unpacked).arrayBuffer());
  let at = 0;
  for (const [name, length] of %s) {
    let text = "";
    for (let end = at + length; at < end; ) {
      const next = Math.min(at + 32768, end);
      text += String.fromCharCode(...octets.subarray(at, next));
      at = next;
    }
    await d(name, btoa(text));
  }
  window.allureReportDataReady = true;
})();
</script>"""


def handed_on(page: str) -> str:
    """An Allure page with the same content that contacts no host."""
    page = _ANALYTICS.sub("", _OF_OTHERS.sub("", page))
    page = page.replace(_HEAD, f'{_HEAD}\n<meta http-equiv="Content-Security-Policy" content="{POLICY}">', 1)
    return _DATA.sub(lambda data: _packed(data["entries"]), page)


def _packed(entries: str) -> str:
    contents = {name: b64decode(value) for name, value in _ENTRY.findall(entries)}
    index = json.dumps([[name, len(octets)] for name, octets in contents.items()]).replace("<", "\\u003c")
    return _UNPACKING % (b64encode(gzip.compress(b"".join(contents.values()), mtime=0)).decode(), index)
