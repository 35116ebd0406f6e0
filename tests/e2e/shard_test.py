# SPDX-License-Identifier: Apache-2.0
"""Several processes with one configuration: each target is probed by one of them, those of one operator by the same."""

import unittest

from parts import knot, mailsonde, ports, postfix, tempdirs

_OPERATORS = range(6)
_ZONE = "".join("mx.op{0} A 127.0.0.1\na{0} MX 10 mx.op{0}\nb{0} MX 10 mx.op{0}\n".format(i) for i in _OPERATORS)
_CONFIG = """
[prober]
helo = "probe.client.test"
[resolver]
servers = ["{resolver}"]
allow_private_addresses = true
"""
_DESTINATION = """
[[destinations]]
domain = "{domain}.test"
port = {port}
interval = "1s"
"""
_DOMAINS = {letter + str(i) for letter in "ab" for i in _OPERATORS}


class ShardTest(unittest.TestCase):
    def test_shares_are_disjoint_whole_and_keep_operators_together(self):
        folder = self.enterContext(tempdirs.private_folder())
        port = ports.free_port()
        self.enterContext(postfix.Postfix(folder / "postfix", [postfix.Listener(port)]))
        names = self.enterContext(knot.Knot(folder / "knot", ports.free_port(), {"test": _ZONE}))
        config = _CONFIG.format(resolver=names.address) + "".join(
            _DESTINATION.format(domain=domain, port=port) for domain in sorted(_DOMAINS))
        # Numbers of threads may differ: they only divide what a process has.
        flags = [["--shard=0/2"], ["--shard=1/2", "--threads=2"]]
        daemons = [self.enterContext(mailsonde.Daemon(folder / ("mailsonde%d" % i), config, flags=flags[i]))
                   for i in range(2)]

        def probed(daemon):
            counts = daemon.scrape().select("mailsonde_probes_total", outcome="ok")
            return {sample.labels["target"].removesuffix(".test") for sample in counts if sample.value > 0}

        daemons[0].wait_for(lambda _: sum(len(probed(daemon)) for daemon in daemons) >= len(_DOMAINS), 20,
                            "every domain is probed")
        shares = [probed(daemon) for daemon in daemons]
        self.assertEqual(shares[0] | shares[1], _DOMAINS)
        self.assertEqual(shares[0] & shares[1], set())
        self.assertTrue(shares[0] and shares[1])
        for i in _OPERATORS:
            self.assertEqual("a%d" % i in shares[0], "b%d" % i in shares[0])

    def test_a_share_that_is_none_is_refused(self):
        folder = self.enterContext(tempdirs.private_folder())
        (folder / "mailsonde.toml").write_text(_CONFIG.format(resolver="127.0.0.1:53"))
        done = mailsonde.run("serve", "--config.file=%s" % (folder / "mailsonde.toml"), "--shard=3/3")
        self.assertEqual(done.returncode, 2)
        self.assertIn("the first share is 0/n, the last (n-1)/n", done.stderr)


if __name__ == "__main__":
    unittest.main()
