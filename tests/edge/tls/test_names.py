import socket

from edge.tls.names import foreign, names


def test_all_that_browsers_may_call_the_box_is_named_once() -> None:
    found = names(["Tote.local", "192.168.7.4", "tote.local"], "127.0.0.1")
    own = f"{socket.gethostname().partition('.')[0].lower()}.local"
    assert found == sorted({own, "localhost", "127.0.0.1", "::1", "tote.local", "192.168.7.4"})


def test_the_addresses_of_all_interfaces_are_named_where_all_are_listened_on() -> None:
    found = names([], "0.0.0.0")
    assert "127.0.0.1" in found
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        try:
            line.connect(("10.255.255.255", 9))
        except OSError:
            return  # no network here
        ours = line.getsockname()[0]
    assert ours in found or not ours.startswith(("10.", "192.168."))


def test_names_that_somebody_may_own_are_nothing_that_hq_vouches_for() -> None:
    assert "shop.example" not in names(["shop.example", "8.8.8.8"], "127.0.0.1")
    assert foreign(["tote.local", "shop.example", "10.0.0.1", "8.8.8.8"]) == ["shop.example", "8.8.8.8"]
