"""Put on PYTHONPATH of a scanner by bench.scan: whatever it asks beyond this machine is refused and written down."""

import ipaddress
import os
import sys


def _is_loopback(host: object) -> bool:
    name = host.decode(errors="replace") if isinstance(host, bytes) else host
    if name is None or not isinstance(name, str) or name in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _refuse(event: str, args: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = args[0]
    elif event in {"socket.connect", "socket.sendto"} and isinstance(args[1], tuple):
        host = args[1][0]
    else:
        return
    if not _is_loopback(host):
        with open(os.environ["LOOPBACK_ONLY_LOG"], "a") as log:  # noqa: PTH123 - pathlib would be imported by each child
            log.write(f"{host!r}\n")
        raise ConnectionRefusedError(f"{host!r} is beyond this machine")


if "LOOPBACK_ONLY_LOG" in os.environ:
    sys.addaudithook(_refuse)
