# SPDX-License-Identifier: Apache-2.0
"""The real parts alone, without mailsonde: what the other tests take for granted about them."""

import http.server
import smtplib
import socket
import ssl
import time
import unittest

from parts import certs, dovecot, exim, exposition, knot, netns, policy, ports, postfix, postgrey, processes
from parts import prometheus, serving, tempdirs


def rcpt(port, recipient, sender="probe@client.test"):
    """The reply to RCPT on a connection of its own: (code, text)."""
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test", timeout=10) as client:
        client.ehlo()
        client.mail(sender)
        code, text = client.rcpt(recipient)
        return code, text.decode()


class PostfixTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempdirs.private_folder())
        policy_port, cls.port, cls.port6 = ports.free_port(), ports.free_port(), ports.free_port()
        cls.policy = cls.enterClassContext(policy.PolicyServer(folder / "policy", policy_port))
        asks = {"smtpd_recipient_restrictions": "check_policy_service inet:127.0.0.1:%d" % policy_port}
        listeners = [postfix.Listener(cls.port), postfix.Listener(cls.port6, "::1")]
        cls.postfix = cls.enterClassContext(postfix.Postfix(folder / "postfix", listeners, asks))

    def test_the_policy_server_decides_the_reply(self):
        for reply, code in (("DUNNO", 250), ("451 4.3.2 Please try again later", 451), ("421 4.4.2 Bad", 421),
                            ("550 5.1.1 User unknown", 550)):
            with self.subTest(reply):
                self.policy.action = reply
                self.assertEqual(rcpt(self.port, "a@example.test")[0], code)

    def test_the_maillog_counts_what_was_refused(self):
        self.policy.action = "451 4.7.1 Try again later"
        before = self.postfix.rejected("451 4.7.1")
        for _ in range(3):
            rcpt(self.port, "a@example.test")
        processes.wait_until(lambda: self.postfix.rejected("451 4.7.1") == before + 3, 5, "three lines in the maillog")

    def test_it_listens_on_ipv6(self):
        with smtplib.SMTP("::1", self.port6, timeout=5) as client:
            self.assertEqual(client.ehlo()[0], 250)


class LoginTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempdirs.private_folder())
        authority = certs.Authority(folder / "ca")
        cls.trust = ssl.create_default_context(cafile=authority.certificate)
        cls.starttls_port, cls.smtps_port = ports.free_port(), ports.free_port()
        listeners = [postfix.Listener(cls.starttls_port),
                     postfix.Listener(cls.smtps_port, options={"smtpd_tls_wrappermode": "yes"})]
        parameters = postfix.tls_parameters(authority.issue("localhost")) | postfix.sasl_parameters()
        server = postfix.Postfix(folder / "postfix", listeners, parameters)
        users = {"probe": "right-password"}
        cls.enterClassContext(dovecot.Dovecot(folder / "dovecot", server.auth_socket, users))
        cls.enterClassContext(server)

    def test_the_right_password_opens_after_starttls(self):
        with smtplib.SMTP("127.0.0.1", self.starttls_port, timeout=10) as client:
            client.ehlo()
            self.assertFalse(client.has_extn("auth"), "AUTH is offered inside TLS only")
            client.starttls(context=self.trust)
            self.assertEqual(client.login("probe", "right-password")[0], 235)

    def test_a_wrong_password_is_535(self):
        with smtplib.SMTP_SSL("127.0.0.1", self.smtps_port, timeout=10, context=self.trust) as client:
            with self.assertRaises(smtplib.SMTPAuthenticationError) as refusal:
                client.login("probe", "wrong-password")
        self.assertEqual(refusal.exception.smtp_code, 535)

    def test_a_challenge_mechanism_is_offered(self):
        with smtplib.SMTP_SSL("127.0.0.1", self.smtps_port, timeout=10, context=self.trust) as client:
            client.ehlo()
            self.assertIn("SCRAM-SHA-256", client.esmtp_features["auth"])


class PostgreyTest(unittest.TestCase):
    def test_the_first_attempt_is_put_off_and_a_later_one_passes(self):
        with tempdirs.private_folder() as folder:
            grey_port, port = ports.free_port(), ports.free_port()
            asks = {"smtpd_recipient_restrictions": "check_policy_service inet:127.0.0.1:%d" % grey_port}
            with postgrey.Postgrey(folder / "postgrey", grey_port, delay=2), \
                    postfix.Postfix(folder / "postfix", [postfix.Listener(port)], asks):
                code, text = rcpt(port, "a@example.test")
                self.assertEqual(code, 450)
                self.assertIn("4.2.0", text)
                processes.wait_until(lambda: rcpt(port, "a@example.test")[0] == 250, 10, "the pair passes", every=0.5)


class EximTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempdirs.private_folder())
        authority = certs.Authority(folder / "ca")
        cls.trust = ssl.create_default_context(cafile=authority.certificate)
        cls.port = ports.free_port()
        cls.exim = cls.enterClassContext(exim.Exim(folder / "exim", cls.port, authority.issue("localhost")))

    def test_the_answer_to_rcpt_switches(self):
        self.exim.answer = "accept"
        self.assertEqual(rcpt(self.port, "a@exim.test")[0], 250)
        self.exim.answer = "defer"
        code, text = rcpt(self.port, "a@exim.test")
        self.assertEqual(code, 451)
        self.assertTrue(text.startswith("4.3.2 "), text)
        processes.wait_until(lambda: self.exim.deferred() == 1, 5, self.exim.mainlog)
        self.exim.answer = "drop"
        self.assertEqual(rcpt(self.port, "a@exim.test")[0], 550)

    def test_it_offers_starttls(self):
        with smtplib.SMTP("127.0.0.1", self.port, timeout=10) as client:
            client.ehlo()
            self.assertEqual(client.starttls(context=self.trust)[0], 220)
            self.assertEqual(client.ehlo()[0], 250)


class KnotTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempdirs.private_folder())
        zones = {"a.test": "@ MX 10 mx\nmx A 127.0.0.1\nmx AAAA ::1\n", "null.test": "@ MX 0 .\n", "broken.test": ""}
        cls.knot = cls.enterClassContext(knot.Knot(folder / "knot", ports.free_port(), zones))

    def test_it_answers(self):
        self.assertRegex(self.knot.dig("a.test", "MX"), r"MX\s+10 mx\.a\.test\.")
        self.assertRegex(self.knot.dig("null.test", "MX"), r"MX\s+0 \.")
        self.assertIn("status: NXDOMAIN", self.knot.dig("missing.a.test", "MX"))

    def test_records_change_while_it_runs(self):
        self.knot.replace("a.test", "other", "A", "127.0.0.1")
        self.assertRegex(self.knot.dig("other.a.test", "A"), r"A\s+127\.0\.0\.1")
        self.knot.replace("a.test", "other", "A")
        self.assertIn("status: NXDOMAIN", self.knot.dig("other.a.test", "A"))

    def test_a_purged_zone_is_servfail(self):
        self.knot.break_zone("broken.test")
        self.assertIn("status: SERVFAIL", self.knot.dig("broken.test", "MX"))


class NetworkTest(unittest.TestCase):
    def setUp(self):
        self.network = self.enterContext(netns.Network(["198.51.100.1", "2001:db8:1::1"]))
        with self.network.world:
            for port in (25, 587):
                self.enterContext(socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True))

    def _reached(self):
        with self.network.prober:
            return {(host, port) for host in ("198.51.100.1", "2001:db8:1::1") for port in (25, 587)
                    if processes.accepts(host, port)}

    def test_what_is_dropped_gets_lost_and_nothing_else(self):
        everything = self._reached()
        self.assertEqual(len(everything), 4)
        self.network.world.drop("tcp dport 25", "ip6 nexthdr udp")
        self.assertEqual(self._reached(), {("198.51.100.1", 587), ("2001:db8:1::1", 587)})
        self.network.world.drop("ip6 nexthdr tcp")
        self.assertEqual(self._reached(), {("198.51.100.1", 25), ("198.51.100.1", 587)})
        self.network.world.drop()
        self.assertEqual(self._reached(), everything)


class PrometheusTest(unittest.TestCase):
    def test_it_scrapes_and_answers_queries(self):
        with tempdirs.private_folder() as folder, _Exporter() as exporter, \
                prometheus.Prometheus(folder / "prometheus", ports.free_port(), exporter.address) as server:
            processes.wait_until(lambda: server.query("e2e_things_total"), 20, "a sample arrives", every=0.3)
            self.assertEqual(server.query("e2e_things_total")[0][1], 7)
            self.assertEqual(server.target()["health"], "up")

    def test_promtool_tells_breaches(self):
        self.assertEqual(prometheus.lint(_EXPOSITION), "")
        self.assertIn("_total", prometheus.lint(_EXPOSITION.replace("things_total", "things")))


_EXPOSITION = "# HELP e2e_things_total Things.\n# TYPE e2e_things_total counter\ne2e_things_total 7\n"


class _Exporter(serving.Serving):
    """Something that Prometheus can scrape."""

    def __init__(self):
        super().__init__(http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Metrics))
        self.address = "127.0.0.1:%d" % self.port


class _Metrics(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(_EXPOSITION.encode())

    def log_message(self, *_):
        pass


class ExpositionTest(unittest.TestCase):
    def test_labels_are_unescaped(self):
        scrape = exposition.Exposition('a_total{x="q\\"u\\\\n",y="2"} 3\nb 1e3\n')
        self.assertEqual(scrape.value("a_total", y="2"), 3)
        self.assertEqual(scrape.samples[0].labels, {"x": 'q"u\\n', "y": "2"})
        self.assertEqual(scrape.value("b"), 1000)
        self.assertIsNone(scrape.value("c"))


class CertificateTest(unittest.TestCase):
    def test_an_expired_one_can_be_had(self):
        with tempdirs.private_folder() as folder:
            leaf = certs.Authority(folder).issue("localhost", days=-1)
            self.assertLess(leaf.not_after(), time.time())


class PortsTest(unittest.TestCase):
    def test_no_port_is_given_twice(self):
        given = [ports.free_port() for _ in range(50)]
        self.assertEqual(len(set(given)), 50)
        with socket.create_server(("127.0.0.1", given[0])):
            pass


if __name__ == "__main__":
    unittest.main()
