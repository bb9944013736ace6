"""The way of a delivery in a real browser, each request of which another of three nodes answers."""

from harness import pages
from harness.tools import wait_until

MIB = 1 << 20
# The certificate of the balancer is from an authority of the tests.
TRUSTING = ("--ignore-certificate-errors",)


def is_answered_by_all(cluster, path):
    """Whether each node has answered a request for such a path; the balancer writes it down after the answer."""
    return set(cluster.served(path)) == {0, 1, 2}


def test_from_the_compose_page_to_live_status(cluster, make_browser, sink, tmp_path):
    sender = make_browser(language="de", arguments=TRUSTING)
    pages.set_up(sender, cluster)
    pages.connect(cluster, sink.port, host="127.0.0.1")
    cluster.settings(deliveries_chunk__size=MIB)
    large, small = tmp_path / "Filmaufnahme groß.bin", tmp_path / "Übersicht.txt"
    digests = {path.name: pages.make_file(path, size) for path, size in ((large, 120 * MIB), (small, 12_345))}
    pages.begin_delivery(sender, cluster, "Bea Öztürk <bea@elsewhere.test>;", "Grüße & Dateien", "Guten Tag", level=2)
    pages.choose_files(sender, large, small)
    wait_until(
        lambda: sender.execute_script("return document.querySelector('#uploads > li progress')?.value ?? 0") > 5,
        "the upload to be on its way")
    # A node dies, and nobody need do anything.
    cluster.nodes[1].kill()
    pages.wait_for_uploads(sender, 2)
    cluster.start(cluster.nodes[1])
    pages.finish_delivery(sender)
    [mail] = sink.wait_for(1)
    assert pages.link_in(mail).startswith(cluster.url + "/l/")

    recipient = make_browser(language="en", arguments=TRUSTING)
    recipient.get(pages.link_in(mail))
    recipient.submit("[aria-labelledby=code-heading] button")
    [code] = sink.wait_for(1, matching=lambda one: one["Subject"] != mail["Subject"])
    recipient.fill("[name=code]", pages.code_in(code))
    recipient.submit("[aria-labelledby=code-heading] .actions button")
    for row, name in zip(recipient.all("[aria-labelledby=files-heading] .files li"), (large.name, small.name)):
        assert name in row.text
        row.find_element("css selector", "button").click()
        assert pages.sha256(recipient.wait_for_download(name)) == digests[name]

    # The sender's page shows it by itself, whichever node it is connected to.
    wait_until(
        lambda: sender.execute_script(
            "const cells = [...document.querySelectorAll('table.matrix tbody tr:first-child td')];"
            "return cells.length > 0 && cells.every(cell => cell.querySelector('.status-good'))"),
        "the sender's page to show it")
    for path in ("/api/v1/files/.*/chunks/.*", "/l/.*"):
        wait_until(
            lambda: is_answered_by_all(cluster, path), lambda: f"all nodes for {path}: {cluster.balancer.served[-40:]}")
    # Few requests are for pages of the sender's, and chance may leave out a node among so few.
    def shows_the_delivery():
        sender.get(f"{cluster.url}/deliveries")
        assert "Grüße & Dateien" in sender.one("main").text
        return is_answered_by_all(cluster, "/deliveries")

    wait_until(shows_the_delivery, lambda: f"all nodes for /deliveries: {cluster.balancer.served[-40:]}")
    recipient.assert_quiet()
    # Chunks that were on their way to the dead node.
    sender.assert_quiet("502 (Bad Gateway)", "503 (Service Unavailable)", "504 (Gateway Timeout)", "net::ERR_")
