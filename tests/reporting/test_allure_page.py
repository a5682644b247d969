"""The part of Allure's page that is passed on: the same data, and nothing loaded from elsewhere."""

import base64
import gzip
import json
import re

from harness.reporting.allure_page import POLICY, handed_on

DATA = {"widgets/a.json": b'{"a": 1}', "data/attachments/b.txt": "æøå < &".encode() * 9000}
ENTRIES = ",".join(f'd("{name}","{base64.b64encode(octets).decode()}")' for name, octets in DATA.items())
PAGE = f"""<!DOCTYPE html>
<html><head>
    <meta charset="utf-8">
    <script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>
    <script>
        function gtag(){{dataLayer.push(arguments);}}
        gtag('config', 'G-1', {{"report": "awesome"}});
    </script>
</head><body>
    <script src="data:text/javascript;base64,YQ=="></script>
    <script defer>
      Promise.allSettled([{ENTRIES}])
        .then(function(){{
          window.allureReportDataReady = true;
        }})
    </script>
</body></html>"""


def unpacked(page: str) -> dict[str, bytes]:
    packed, index = re.search(r'atob\("([^"]+)"\).*?of (\[\[.*?\]\])\)', page, re.DOTALL).groups()
    octets, found = gzip.decompress(base64.b64decode(packed)), {}
    for name, length in json.loads(index):
        found[name], octets = octets[:length], octets[length:]
    return found


def test_the_data_is_packed_and_the_same():
    page = handed_on(PAGE)

    assert unpacked(page) == DATA
    assert len(page) < len(PAGE) / 20


def test_no_other_host_is_asked_and_the_policy_forbids_any():
    page = handed_on(PAGE)

    assert ("gtag" in page, "https://" in page) == (False, False)
    assert f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">' in page
    assert '<script src="data:text/javascript;base64,YQ=="></script>' in page


def test_a_page_that_is_built_otherwise_keeps_its_data_and_has_the_policy():
    page = handed_on(PAGE.replace("Promise.allSettled", "Promise.all"))

    assert ENTRIES in page
    assert POLICY in page
