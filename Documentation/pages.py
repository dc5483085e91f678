"""Makes a docc archive a site that any static host can serve from any path, and that a browser opens from a folder.

docc's pages know one path, which is given when they are made, and fetch what they show, which browsers refuse for
files. A page made here finds the root of the site from where it stands, and carries what it shows; from a folder,
`page.js` answers the renderer's fetches with that, and turns its steps from page to page into loads of files.
"""

import json
import re

SCRIPT = "page.js"


def embedded(text):
    """JSON that may stand in a script element."""
    return text.replace("<", "\\u003c")


def html(template, root, title, data):
    """A page: docc's own, with paths from where it stands."""
    page = re.sub(r'(href|src)="/', rf'\1="{root}', template)
    page = re.sub(r"<title>.*?</title>", lambda _: f"<title>{title}</title>", page)
    scripts = f'<script id="page" type="application/json">{embedded(data)}</script>'
    scripts += f'<script src="{root}{SCRIPT}" data-root="{root}"></script>'
    page, count = re.subn(r"<script>var baseUrl = .*?</script>", lambda _: scripts, page)
    if count != 1:
        raise ValueError("docc's page has another form than expected: no baseUrl")
    return page


def write(site, script):
    """Writes a page for each file of data in an archive."""
    template = (site / "index.html").read_text()
    (site / SCRIPT).write_text(script.read_text())
    for file in sorted((site / "data").rglob("*.json")):
        path = file.relative_to(site / "data").with_suffix("")
        text = file.read_text()
        content = json.loads(text)
        title = content.get("metadata", {}).get("title", path.name)
        folder = site / path
        folder.mkdir(parents=True, exist_ok=True)
        root = "../" * len(path.parts)
        title = title.replace("&", "&amp;").replace("<", "&lt;")
        (folder / "index.html").write_text(html(template, root, title, text))
    (site / "theme-settings.json").write_text("{}\n")
    index = (site / "index" / "index.json").read_text()
    (site / "index" / "index.js").write_text(f"var navigatorIndex = {index}\n")
    (site / "index.html").write_text(
        '<!doctype html><meta charset="utf-8"><title>Documentation</title>\n'
        '<meta http-equiv="refresh" content="0; url=documentation/index.html">\n'
        '<a href="documentation/index.html">Documentation</a>\n')
