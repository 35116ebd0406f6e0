# SPDX-License-Identifier: Apache-2.0
"""Whom a prober asks in a network of the test's own: destinations, each a provider of its own, and a relay."""

RELAY = "203.0.113.99"

_CONFIG = """
[prober]
helo = "probe.client.test"
[prober.stage_timeouts]
connect = "1s"
[resolver]
servers = ["{resolver}"]
[modules.plain]
depth = "ehlo"
tls = "none"
[[relays]]
name = "submission"
host = "{relay}"
port = 587
interval = "{interval}"
module = "plain"
"""

_DESTINATION = """
[[providers]]
name = "{name}"
mx_suffixes = ["{name}.test"]
[[destinations]]
domain = "{name}.test"
interval = "{interval}"
module = "plain"
"""


def config(resolver, names, interval):
    """Of a prober that asks the MX hosts of NAME.test and the relay, every `interval`."""
    return _CONFIG.format(resolver=resolver, relay=RELAY, interval=interval) + "".join(
        _DESTINATION.format(name=name, interval=interval) for name in names)
