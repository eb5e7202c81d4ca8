"""Which proxy holds for which address, for every client alike."""

import os

import pytest

from bot.domain.errors import BotError
from bot.infra.http.proxies import proxies, proxy_of


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


def via(url: str) -> str:
    proxy = proxy_of(url)
    return proxy.url if proxy else ""


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("HTTPS_PROXY", "https://arxiv.org/"),
        ("https_proxy", "https://arxiv.org/"),
        ("HTTPS_PROXY", "wss://gateway.discord.gg/"),
        ("HTTP_PROXY", "http://arxiv.org/"),
        ("http_proxy", "ws://gateway.discord.gg/"),
        ("ALL_PROXY", "https://arxiv.org/"),
        ("all_proxy", "http://arxiv.org/"),
    ],
)
def test_each_name_is_heeded_for_its_own_addresses(monkeypatch: pytest.MonkeyPatch, name: str, url: str) -> None:
    monkeypatch.setenv(name, "http://proxy:3128")
    assert via(url) == "http://proxy:3128"
    others = {"https": "http://arxiv.org/", "http": "https://arxiv.org/"}
    if other := others.get(name.lower().partition("_")[0]):
        assert via(other) == ""


@pytest.mark.parametrize("url", ["http://localhost:11434/v1", "https://127.0.0.1/", "http://127.8.8.8/", "ws://[::1]/"])
def test_this_machine_is_never_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://proxy:3128")
    assert via(url) == ""


@pytest.mark.parametrize(
    ("no_proxy", "direct", "proxied"),
    [
        ("example.org", ("https://example.org/", "https://a.b.example.org/"), ("https://notexample.org/",)),
        (".example.org", ("https://papers.example.org/", "https://EXAMPLE.org./"), ("https://example.org.uk/",)),
        ("*.example.org", ("https://papers.example.org/",), ("https://example.com/",)),
        ("a.org, b.org", ("https://a.org/", "https://b.org/"), ("https://c.org/",)),
        ("a.org b.org,,", ("https://b.org/",), ("https://c.org/",)),
        ("*", ("https://a.org/",), ()),
        ("example.org:8443", ("https://example.org:8443/",), ("https://example.org/",)),
        ("example.org:443", ("https://example.org/", "wss://example.org/"), ("https://example.org:8443/",)),
        ("10.1.2.3", ("https://10.1.2.3/",), ("https://10.1.2.4/",)),
        ("10.0.0.0/8,192.168.1.5/24", ("https://10.9.9.9/", "https://192.168.1.77/"), ("https://192.168.2.1/",)),
        ("fd00::/8", ("https://[fd12::1]/",), ("https://[2001:db8::1]/",)),
        ("[2001:db8::1]:8443", ("https://[2001:db8::1]:8443/",), ("https://[2001:db8::1]/",)),
        ("2001:db8::1", ("https://[2001:db8::1]:1/",), ("https://[2001:db8::2]/",)),
        ("https://example.org/", ("https://example.org/",), ("https://example.com/",)),
        ("not a host!,10.0.0.0/99,:,[", (), ("https://example.org/", "https://10.0.0.1/")),
    ],
)
def test_what_no_proxy_names_is_reached_directly(
    monkeypatch: pytest.MonkeyPatch, no_proxy: str, direct: tuple[str, ...], proxied: tuple[str, ...]
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert [url for url in direct if via(url)] == []
    assert [url for url in proxied if not via(url)] == []


@pytest.mark.parametrize(
    ("value", "url", "address"),
    [
        ("http://proxy:3128/", "http://proxy:3128", "proxy:3128"),
        ("proxy:3128", "http://proxy:3128", "proxy:3128"),
        ("proxy", "http://proxy:80", "proxy:80"),
        ("https://proxy", "https://proxy:443", "proxy:443"),
        ("http://[2001:db8::9]:3128", "http://[2001:db8::9]:3128", "[2001:db8::9]:3128"),
        ("http://bob:s3cret@proxy:3128", "http://bob:s3cret@proxy:3128", "proxy:3128"),
        ("bob:s3cret@proxy:3128", "http://bob:s3cret@proxy:3128", "proxy:3128"),
        ("http://bob:p@ss%23@proxy:3128", "http://bob:p%40ss%23@proxy:3128", "proxy:3128"),
    ],
)
def test_a_proxy_may_be_written_in_many_ways(
    monkeypatch: pytest.MonkeyPatch, value: str, url: str, address: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", value)
    proxy = proxy_of("https://arxiv.org/")
    assert proxy
    assert (proxy.url, proxy.address, proxy.has_login) == (url, address, "@" in url)
    assert "s3cret" not in repr(proxy)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("socks5://proxy:1080", "HTTPS_PROXY names a SOCKS proxy, which I can't use: name an http:// one."),
        ("ftp://proxy:21", "HTTPS_PROXY isn't the address of a proxy: write it as http://host:port."),
        ("http://", "HTTPS_PROXY isn't the address of a proxy: write it as http://host:port."),
        ("http://bob:s3c#ret@proxy:3128", "HTTPS_PROXY isn't the address of a proxy: write it as http://host:port."),
        ("http://proxy:s3cret", "HTTPS_PROXY isn't the address of a proxy: write it as http://host:port."),
    ],
)
def test_what_is_no_usable_proxy_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, value: str, said: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", value)
    with pytest.raises(BotError) as refused:
        proxies()
    assert refused.value.sentence == said
    assert "s3c" not in f"{refused.value}{refused.value.hint}"


def test_a_socks_proxy_for_everything_else_is_no_matter_where_it_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many proxies' own instructions have it: https_proxy, http_proxy and all_proxy=socks5://…, all three."""
    for name, value in (("https_proxy", "http://p:1"), ("http_proxy", "http://p:1"), ("all_proxy", "socks5://p:1")):
        monkeypatch.setenv(name, value)
    assert {scheme: proxy.address for scheme, proxy in proxies().items()} == {"http": "p:1", "https": "p:1"}
