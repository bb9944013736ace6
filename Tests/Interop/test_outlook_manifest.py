"""The manifests for Outlook as an installation serves them, against the published rules, and the block that goes into
mails against what Word's engine draws.

The rules are those of Microsoft's reference of August 2026 (learn.microsoft.com, "How to find the proper order of manifest
elements" and the pages of the elements) and of the unified manifest's JSON schema 1.23; written down here, not copied.
"""

import html.parser
import io
import json
import re
import struct
import urllib.request
import xml.etree.ElementTree as ElementTree
import zipfile

import pytest

from harness.addins import AddInInstallation
from harness.api import APIClient

PUBLIC = "https://depesche.kunde.example"
ORGANISATION = "Muster & Söhne <GmbH>"
OFFICE = "{http://schemas.microsoft.com/office/appforoffice/1.1}"
BASIC = "{http://schemas.microsoft.com/office/officeappbasictypes/1.0}"
V10 = "{http://schemas.microsoft.com/office/mailappversionoverrides}"
V11 = "{http://schemas.microsoft.com/office/mailappversionoverrides/1.1}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}type"
GERMAN = {"de-DE", "de-AT", "de-CH"}

# What may stand in an element, in this order; a star: several.
ORDER = {
    "OfficeApp": ["Id", "AlternateId", "Version", "ProviderName", "DefaultLocale", "DisplayName", "Description", "IconUrl",
                  "HighResolutionIconUrl", "SupportUrl", "AppDomains", "Hosts", "Requirements", "FormSettings", "Permissions",
                  "Rule", "DisableEntityHighlighting", "VersionOverrides"],
    "DisplayName": ["Override*"], "Description": ["Override*"], "IconUrl": ["Override*"], "HighResolutionIconUrl": ["Override*"],
    "SupportUrl": ["Override*"], "AppDomains": ["AppDomain*"], "Sets": ["Set*"], "FormSettings": ["Form*"],
    "Form": ["DesktopSettings", "TabletSettings", "PhoneSettings"], "DesktopSettings": ["SourceLocation", "RequestedHeight"],
    "SourceLocation": ["Override*"], "Hosts": ["Host*"],
    "VersionOverrides": ["Description", "Requirements", "Hosts", "Resources", "VersionOverrides"],
    "Host": ["Runtimes", "DesktopFormFactor", "MobileFormFactor"], "Runtimes": ["Runtime*"], "Runtime": ["Override"],
    "DesktopFormFactor": ["SupportsSharedFolders", "FunctionFile", "ExtensionPoint*"],
    "OfficeTab": ["Group*"], "Group": ["Label", "Tooltip", "Control*"],
    "Control": ["Label", "Supertip", "Icon", "Action"], "Supertip": ["Title", "Description"], "Icon": ["Image*"],
    "Action": ["TaskpaneId", "SourceLocation", "Title", "FunctionName"], "LaunchEvents": ["LaunchEvent*"],
    "Resources": ["Images", "Urls", "ShortStrings", "LongStrings"], "Images": ["Image*"], "Urls": ["Url*"],
    "ShortStrings": ["String*"], "LongStrings": ["String*"], "Image": ["Override*"], "Url": ["Override*"], "String": ["Override*"],
    "Requirements": ["Sets"],
}
EXTENSION_POINTS = {
    "MessageComposeCommandSurface": ["OfficeTab"], "LaunchEvent": ["LaunchEvents", "SourceLocation"], "Events": ["Event"]}
NEEDED = {
    "OfficeApp": {"Id", "Version", "ProviderName", "DefaultLocale", "DisplayName", "Description", "IconUrl",
                  "HighResolutionIconUrl", "Hosts", "Requirements", "FormSettings", "Permissions", "Rule", "VersionOverrides"},
    "Control": {"Label", "Supertip", "Icon", "Action"}, "Group": {"Label"}, "Supertip": {"Title", "Description"},
}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """An installation with a public address; its files by path."""
    from harness import DepescheServer

    server = DepescheServer(DEPESCHE_PUBLIC_URL=PUBLIC)
    try:
        server.start()
        server.command("setting", "set", "organisation.name", ORGANISATION)

        def get(path):
            with urllib.request.urlopen(f"{server.url}{path}", timeout=30) as answer:
                return answer.headers, answer.read()

        yield get
    finally:
        server.close()


@pytest.fixture(params=["manifest.xml", "manifest-on-send.xml"])
def manifest(request, served):
    """(name, root) of each manifest."""
    headers, body = served(f"/add-ins/outlook/{request.param}")
    assert headers["Content-Type"].split(";")[0] in ("application/xml", "text/xml")
    assert len(body) < 256 * 1024, "the largest manifest that Exchange takes"
    return request.param, ElementTree.fromstring(body)


def plain(tag):
    return tag.rsplit("}", 1)[-1]


def versions(root):
    """The two parts VersionOverrides."""
    outer = root.find(f"{V10}VersionOverrides")
    return outer, outer.find(f"{V11}VersionOverrides")


def test_elements_stand_where_they_may_and_in_order(manifest):
    _, root = manifest
    for parent in root.iter():
        name = plain(parent.tag)
        allowed = EXTENSION_POINTS[parent.get(XSI)] if name == "ExtensionPoint" else ORDER.get(name, [])
        if name == "SourceLocation" and parent.get("resid"):
            allowed = []
        if parent.tag.startswith((V10, V11)) and name == "Description":
            allowed = []
        names = [one.rstrip("*") for one in allowed]
        children = [plain(child.tag) for child in parent]
        assert set(children) <= set(names), f"{name} holds {children}"
        positions = [names.index(child) for child in children]
        assert positions == sorted(positions), f"{name}: {children}"
        for one in allowed:
            assert one.endswith("*") or children.count(one) <= 1, f"{name} has {one} more than once"
        missing = NEEDED.get(name, set()) - set(children)
        assert not missing, f"{name} lacks {missing}"


def test_each_part_is_in_its_namespace(manifest):
    _, root = manifest
    assert root.tag == f"{OFFICE}OfficeApp" and root.get(XSI) == "MailApp"
    outer, inner = versions(root)
    assert (outer.get(XSI), inner.get(XSI)) == ("VersionOverridesV1_0", "VersionOverridesV1_1")
    assert outer[-1] is inner, "the newer part comes last"
    for part, space in ((outer, V10), (inner, V11)):
        for element in part.iter():
            if part is outer and element in set(inner.iter()):
                continue
            basic = plain(element.tag) in {
                "Image", "Images", "Url", "Urls", "String", "ShortStrings", "LongStrings", "Set", "Sets"} or (
                    plain(element.tag) == "Override" and element.get("Locale"))
            assert element.tag.startswith(BASIC if basic else space), element.tag


def test_head_says_who_it_is(manifest):
    _, root = manifest
    text = {plain(one.tag): (one.text or one.get("DefaultValue")) for one in root}
    assert re.fullmatch(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", text["Id"])
    assert re.fullmatch(r"\d{1,5}(\.\d{1,5}){3}", text["Version"])
    assert text["ProviderName"] == ORGANISATION and text["Permissions"] == "ReadWriteItem"
    for name in ("DisplayName", "Description"):
        element = root.find(f"{OFFICE}{name}")
        assert {one.get("Locale") for one in element} == GERMAN
        for value in [element.get("DefaultValue"), *(one.get("Value") for one in element)]:
            assert 0 < len(value) <= (125 if name == "DisplayName" else 250) and "{{" not in value
    [domain] = root.iter(f"{OFFICE}AppDomain")
    assert domain.text == PUBLIC, "scheme and host, nothing after them"
    assert [one.attrib for one in root.iter(f"{OFFICE}Host")] == [{"Name": "Mailbox"}]
    assert [one.attrib for one in root.iter(f"{OFFICE}Set")] == [{"Name": "Mailbox", "MinVersion": "1.3"}]
    [rule] = root.iter(f"{OFFICE}Rule")
    assert rule.attrib == {XSI: "ItemIs", "ItemType": "Message", "FormType": "Edit"}
    [form] = root.iter(f"{OFFICE}Form")
    assert form.get(XSI) == "ItemEdit"


def test_resources_are_there_and_are_all_used(manifest):
    _, root = manifest
    for part in versions(root):
        kinds = {}
        for kind in ("Image", "Url", "String"):
            for one in part.find(f"{part.tag.rsplit('}', 1)[0]}}}Resources").iter(f"{BASIC}{kind}"):
                if one.get("id"):
                    assert len(one.get("id")) <= 32 and one.get("id") not in kinds, one.get("id")
                    kinds[one.get("id")] = kind
        used = set()
        other = set(versions(root)[1].iter()) if part is versions(root)[0] else set()
        for element in part.iter():
            reference = element.get("resid")
            if reference is None or element in other:
                continue
            used.add(reference)
            name = plain(element.tag)
            wanted = "Image" if name == "Image" else "Url" if name in (
                "SourceLocation", "FunctionFile", "Runtime", "Override") else "String"
            assert kinds.get(reference) == wanted, f"{name} refers to {reference}"
        assert used == set(kinds), "a resource that nobody uses, or one that is missing"


def test_texts_are_complete_and_short_enough(manifest):
    _, root = manifest
    for part in versions(root):
        for kind, most in (("ShortStrings", 125), ("LongStrings", 250)):
            for text in part.find(f".//{BASIC}{kind}"):
                assert {one.get("Locale") for one in text} == GERMAN
                values = [text.get("DefaultValue"), *(one.get("Value") for one in text)]
                assert all(0 < len(one) <= most and "{{" not in one for one in values), values


def test_ids_are_unique_and_the_handler_knows_them(manifest, served):
    _, root = manifest
    outer, inner = versions(root)
    for part in (outer, inner):
        other = set(inner.iter()) if part is outer else set()
        ids = [one.get("id") for one in part.iter() if plain(one.tag) in ("Group", "Control") and one not in other]
        assert len(ids) == len(set(ids)) == 2 and all(len(one) <= 125 for one in ids)
    assert f"paneButton = '{ids[-1]}'" in served("/add-ins/outlook/launchevent.js")[1].decode()


def addresses(root):
    """All addresses that a manifest names."""
    for element in root.iter():
        for name in ("DefaultValue", "Value"):
            value = element.get(name, "")
            if "://" in value:
                yield value


def test_all_addresses_are_https_and_are_served(manifest, served):
    _, root = manifest
    found = set(addresses(root))
    assert len(found) > 10
    for address in found:
        assert address.startswith(PUBLIC + "/"), address
        if address != PUBLIC + "/":
            served(address.removeprefix(PUBLIC))


def png(body):
    """(width, height, whether it has an alpha channel) of a picture."""
    assert body[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, _, kind = struct.unpack(">IIBB", body[16:26])
    return width, height, kind in (4, 6)


def test_icons_are_as_large_as_is_said(manifest, served):
    _, root = manifest
    sizes = {"IconUrl": 64, "HighResolutionIconUrl": 128}
    for name, size in sizes.items():
        address = root.find(f"{OFFICE}{name}").get("DefaultValue")
        assert png(served(address.removeprefix(PUBLIC))[1])[:2] == (size, size)
    for part in versions(root):
        urls = {one.get("id"): one.get("DefaultValue") for one in part.find(f".//{BASIC}Images")}
        icon = next(one for one in part.iter() if plain(one.tag) == "Icon")
        given = {int(one.get("size")): urls[one.get("resid")] for one in icon}
        assert {16, 32, 80} <= set(given) <= {16, 20, 24, 32, 40, 48, 64, 80}
        for size, address in given.items():
            headers, body = served(address.removeprefix(PUBLIC))
            assert png(body)[:2] == (size, size) and headers["Content-Type"] == "image/png"
            # With such a word Office shows a picture of its own.
            assert "no-store" not in (headers["Cache-Control"] or "")


def test_events_run_where_outlook_has_them(served):
    root = ElementTree.fromstring(served("/add-ins/outlook/manifest.xml")[1])
    outer, inner = versions(root)
    assert [one.get("DefaultMinVersion") for one in inner.iter(f"{BASIC}Sets")] == ["1.12"]
    assert outer.find(f".//{BASIC}Sets").get("DefaultMinVersion") == "1.3"
    urls = {one.get("id"): one.get("DefaultValue") for one in inner.find(f".//{BASIC}Urls")}
    [runtime] = inner.iter(f"{V11}Runtime")
    [override] = runtime
    assert override.get("type") == "javascript" and urls[override.get("resid")] == f"{PUBLIC}/add-ins/outlook/launchevent.js"
    points = {one.get(XSI): one for one in inner.iter(f"{V11}ExtensionPoint")}
    assert set(points) == {"MessageComposeCommandSurface", "LaunchEvent"}, "ItemSend stands in a manifest of its own"
    assert points["LaunchEvent"].find(f"{V11}SourceLocation").get("resid") == runtime.get("resid")
    events = {one.get("Type"): one for one in inner.iter(f"{V11}LaunchEvent")}
    assert set(events) == {"OnMessageSend", "OnMessageCompose"}
    assert events["OnMessageSend"].get("SendMode") == "SoftBlock"
    script = served("/add-ins/outlook/launchevent.js")[1].decode()
    for event in events.values():
        assert f"Office.actions.associate('{event.get('FunctionName')}'" in script
    allowed = json.loads(served("/.well-known/microsoft-officeaddins-allowed.json")[1])
    assert allowed == {"allowed": [f"{PUBLIC}/add-ins/outlook/launchevent.js"]}
    assert "launchevent.js" in served("/add-ins/outlook/launchevent")[1].decode()


def test_item_send_stands_alone(served):
    root = ElementTree.fromstring(served("/add-ins/outlook/manifest-on-send.xml")[1])
    _, inner = versions(root)
    [event] = inner.iter(f"{V11}Event")
    assert event.attrib == {"Type": "ItemSend", "FunctionExecution": "synchronous", "FunctionName": "onItemSend"}
    assert not list(inner.iter(f"{V11}LaunchEvent")) and not list(inner.iter(f"{V11}Runtimes"))
    urls = {one.get("id"): one.get("DefaultValue") for one in inner.find(f".//{BASIC}Urls")}
    [function_file] = inner.iter(f"{V11}FunctionFile")
    assert urls[function_file.get("resid")] == f"{PUBLIC}/add-ins/outlook/launchevent"
    assert "window.onItemSend" in served("/add-ins/outlook/launchevent.js")[1].decode()


def test_both_manifests_carry_one_id_and_another_for_another_installation(served, make_server):
    ids = {
        ElementTree.fromstring(served(f"/add-ins/outlook/{name}")[1]).find(f"{OFFICE}Id").text
        for name in ("manifest.xml", "manifest-on-send.xml")}
    other = make_server().start()
    with urllib.request.urlopen(f"{other.url}/add-ins/outlook/manifest.xml") as answer:
        ids.add(ElementTree.fromstring(answer.read()).find(f"{OFFICE}Id").text)
    assert len(ids) == 2


def test_pages_name_what_may_frame_them(served):
    for page in ("pane", "launchevent"):
        headers, body = served(f"/add-ins/outlook/{page}?language=de")
        policy = headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in headers
        assert "script-src 'self' https://appsforoffice.microsoft.com" in policy and "unsafe" not in policy
        assert "frame-ancestors" in policy and "https://outlook.office.com" in policy
        assert (headers["Cross-Origin-Opener-Policy"] or "unsafe-none") == "unsafe-none"
        assert 'lang="de"' in body.decode() and "{{" not in body.decode()


@pytest.fixture(scope="module")
def package(served):
    """The files of the unified package."""
    with zipfile.ZipFile(io.BytesIO(served("/add-ins/outlook/package.zip")[1])) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_package_holds_what_its_manifest_names(package):
    manifest = json.loads(package["manifest.json"])
    assert set(package) == {"manifest.json", "color.png", "outline.png", "de.json"}
    assert png(package[manifest["icons"]["color"]])[:2] == (192, 192)
    assert png(package[manifest["icons"]["outline"]]) == (32, 32, True)
    assert manifest["localizationInfo"] == {"defaultLanguageTag": "en", "additionalLanguages": [{"languageTag": "de", "file": "de.json"}]}


def test_the_unified_manifest_keeps_its_rules(package, served):
    manifest = json.loads(package["manifest.json"])
    assert manifest["manifestVersion"] in manifest["$schema"]
    assert set(manifest) <= {
        "$schema", "manifestVersion", "version", "id", "localizationInfo", "developer", "name", "description", "icons", "accentColor",
        "validDomains", "authorization", "extensions"}
    assert re.fullmatch(r"\d+\.\d+\.\d+", manifest["version"])
    assert re.fullmatch(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", manifest["id"])
    assert re.fullmatch(r"#[0-9a-fA-F]{6}", manifest["accentColor"])
    limits = [(manifest["name"]["short"], 30), (manifest["name"]["full"], 100), (manifest["description"]["short"], 80),
              (manifest["description"]["full"], 4000), (manifest["developer"]["name"], 32)]
    assert all(0 < len(text) <= most for text, most in limits)
    assert manifest["validDomains"] == ["depesche.kunde.example"]
    [permission] = manifest["authorization"]["permissions"]["resourceSpecific"]
    assert permission == {"name": "MailboxItem.ReadWrite.User", "type": "Delegated"}
    [extension] = manifest["extensions"]
    assert set(extension) == {"requirements", "runtimes", "ribbons", "autoRunEvents"}
    assert extension["requirements"]["scopes"] == ["mail"]
    actions = {action["id"]: action for runtime in extension["runtimes"] for action in runtime["actions"]}
    assert len(actions) == sum(len(runtime["actions"]) for runtime in extension["runtimes"])
    for runtime in extension["runtimes"]:
        assert set(runtime) <= {"requirements", "id", "type", "code", "lifetime", "actions"}
        assert (runtime["type"], runtime["lifetime"]) == ("general", "short")
        for address in runtime["code"].values():
            assert address.startswith(f"{PUBLIC}/")
            served(address.removeprefix(PUBLIC))
    [ribbon] = extension["ribbons"]
    [group] = ribbon["tabs"][0]["groups"]
    [control] = group["controls"]
    assert ribbon["contexts"] == ["mailCompose"] and ribbon["tabs"][0]["builtInTabId"] == "TabDefault"
    assert actions[control["actionId"]]["type"] == "openPage" and control["id"] == "depeschePaneButton"
    for icons in (group["icons"], control["icons"]):
        # The schema allows three; the rules of the buttons demand these.
        assert [one["size"] for one in icons] == [16, 32, 80]
        for one in icons:
            assert png(served(one["url"].removeprefix(PUBLIC))[1])[:2] == (one["size"], one["size"])
    assert len(control["label"]) <= 64 and len(group["label"]) <= 64
    assert len(control["supertip"]["title"]) <= 64 and len(control["supertip"]["description"]) <= 250
    [events] = extension["autoRunEvents"]
    by_type = {one["type"]: one for one in events["events"]}
    assert by_type["messageSending"]["options"] == {"sendMode": "softBlock"} and set(by_type) == {"messageSending", "messageComposeOpened"}
    assert all(actions[one["actionId"]]["type"] == "executeFunction" for one in by_type.values())
    ids = [one["id"] for one in (*extension["runtimes"], *actions.values(), group, control)]
    assert len(ids) == len(set(ids)) and all(len(one) <= 64 for one in ids)


def test_german_texts_name_what_there_is(package):
    manifest, german = json.loads(package["manifest.json"]), json.loads(package["de.json"])
    assert {"name.short", "description.short", "description.full"} <= set(german)
    for path, text in german.items():
        if path == "$schema":
            continue
        value = manifest
        for step in re.findall(r"[^.\[\]]+", path):
            value = value[int(step)] if step.isdigit() else value[step]
        assert isinstance(value, str) and text and "{{" not in text, path
        assert value == "Depesche" or text != value, f"{path} is not translated"


# What Word draws, by the only list that Microsoft published: "Word 2007 HTML and CSS Rendering Capabilities in Outlook
# 2007" (MSDN aa338201), as R. Parmentier sums it up in "Making sense of Outlook's rendering engine" (2020): which
# properties count depends on the element.
CORE = {
    "color", "background-color", "font", "font-family", "font-style", "font-size", "font-weight", "text-decoration", "text-align",
    "vertical-align", "letter-spacing", "line-height", "white-space", "border", "border-color", "border-style", "border-width",
    "border-collapse"}
EXTENDED = CORE | {"text-indent", "margin", "margin-left", "margin-right", "margin-top", "margin-bottom"}
FULL = EXTENDED | {
    "width", "height", "padding", "padding-left", "padding-right", "padding-top", "padding-bottom",
    "border-left", "border-right", "border-top", "border-bottom"}
PROPERTIES = {
    "span": CORE, "font": CORE, "b": CORE, "strong": CORE, "a": CORE, "br": set(), "p": EXTENDED, "div": EXTENDED,
    "table": FULL, "tbody": FULL, "tr": FULL, "td": FULL}
ATTRIBUTES = {
    "table": {"role", "width", "cellpadding", "cellspacing", "border", "bgcolor", "align"}, "tbody": set(), "tr": {"bgcolor", "align", "valign"},
    "td": {"width", "height", "align", "valign", "bgcolor", "colspan", "rowspan", "nowrap"}, "a": {"href", "id", "target"},
    "p": {"align"}, "div": {"align"}, "font": {"color", "face", "size"}, "br": set(), "span": set(), "b": set(), "strong": set()}


class Constructs(html.parser.HTMLParser):
    """Everything in a block that Word's list does not know."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.unknown = []
        self.open = []
        self.tables = 0
        self.hrefs = []

    def handle_starttag(self, tag, attributes):
        """Looks at an element with its attributes and styles."""
        if tag not in PROPERTIES:
            self.unknown.append(f"<{tag}>")
            return
        self.tables += tag == "table"
        if tag == "table" and "table" in self.open:
            self.unknown.append("a table in a table")
        for name, value in attributes:
            if name == "href":
                self.hrefs.append(value)
            if name == "style":
                for declaration in filter(None, (one.strip() for one in value.split(";"))):
                    what, _, how = declaration.partition(":")
                    if what.strip() not in PROPERTIES[tag] or "!important" in how or "url(" in how or how.strip() == "auto":
                        self.unknown.append(f"<{tag} style={declaration}>")
            elif name not in ATTRIBUTES[tag]:
                self.unknown.append(f"<{tag} {name}>")
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        """Elements end in order."""
        if not self.open or self.open.pop() != tag:
            self.unknown.append(f"</{tag}> where it does not belong")

    def handle_comment(self, data):
        """Word's own conditional comments are no rendering list."""
        self.unknown.append(f"<!--{data[:20]}-->")


@pytest.mark.parametrize("level", [1, 2])
@pytest.mark.parametrize("language", ["de", "en"])
def test_the_block_uses_only_what_word_draws(server, level, language):
    installation = AddInInstallation(server)
    api = APIClient(server.port, installation.token)
    password = {"password": "am Telefon gesagt 26"} if level == 1 else {}
    delivery = api.call("POST", "/deliveries", {"path": "addIn", "level": level, "language": language} | password)["id"]
    for name in ("Größe <1> & mehr.pdf", "plan.dwg"):
        api.upload(delivery, name, b"x" * 1000)
    block = api.call("POST", f"/deliveries/{delivery}/insertion", {"reportsSending": True})
    found = Constructs()
    found.feed(block["html"])
    found.close()
    assert not found.unknown, "\n".join(found.unknown)
    assert found.tables == 1 and not found.open
    genuine = f"{block['link'].split('/l/')[0]}/genuine"
    assert found.hrefs == [block["link"], block["link"], genuine], "the button, the plain link, and how to check the mail"
    assert ("plan.dwg" in block["html"]) == (level == 1), "file names stand in mails of level 1 only"
    # Where styles are dropped, and the reference of Body.setAsync says that they are, the words remain.
    bare = re.sub(r"<[^>]+>", " ", re.sub(r' style="[^"]*"', "", block["html"]))
    assert block["link"] in bare and block["text"].count("=" * 40) == 2 and block["link"] in block["text"]


def test_the_list_finds_what_word_does_not_draw():
    found = Constructs()
    found.feed('<table><tr><td style="display:flex;color:red"><div style="padding:1px">x</div><img src="a"></td></tr></table>')
    assert found.unknown == ["<td style=display:flex>", "<div style=padding:1px>", "<img>"]
