# SPDX-License-Identifier: Apache-2.0
"""Relays with a login: Postfix with Dovecot behind it, by STARTTLS and by TLS from the first byte."""

import base64
import pathlib
import unittest

from parts import certs, dovecot, mailsonde, ports, postfix, tempdirs

USER = "probe-user"
RIGHT = "Right-Pass-7391"
WRONG = "Wrong-Pass-4628"
MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256")

_CONFIG = """
[prober]
helo = "probe.client.test"
[modules.submission]
ca_file = "{ca}"
verify = true
[modules.smtps]
ca_file = "{ca}"
verify = true
[modules.tolerant]
depth = "auth"
tls = "required"
ca_file = "{ca}"
"""

_RELAY = """
[[relays]]
name = "{name}"
host = "127.0.0.1"
port = {port}
interval = "1s"
module = "{module}"
"""

_AUTH = 'auth = {{ username = "%s", password_file = "{password_file}"{more} }}\n' % USER


def spellings(secret):
    """Every form in which a secret could come out."""
    plain = [secret, "\0%s\0%s" % (USER, secret), "%s\0%s\0%s" % (USER, USER, secret)]
    encoded = [base64.b64encode(text.encode()).decode() for text in plain]
    return [secret] + [text.rstrip("=") for text in encoded]


class RelayTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempdirs.private_folder())
        cls.authority = certs.Authority(cls.folder / "ca")
        cls.leaf = cls.authority.issue("mx.example.test")
        cls.expired = cls.authority.issue("expired.example.test", days=-1)
        cls.ports = {name: ports.free_port() for name in ("starttls", "smtps", "expired", "plain")}
        cls.postfix = cls._start_postfix()
        for name, password in (("right", RIGHT), ("wrong", WRONG)):
            (cls.folder / (name + ".password")).write_text(password + "\n")
        cls.daemon = cls.enterClassContext(
            mailsonde.Daemon(cls.folder / "mailsonde", cls._config(), flags=["--log.level=debug"]))

    @classmethod
    def _start_postfix(cls):
        expired = {"smtpd_tls_cert_file": cls.expired.certificate, "smtpd_tls_key_file": cls.expired.key}
        plain = {"smtpd_tls_security_level": "none", "smtpd_tls_auth_only": "no"}
        listeners = [postfix.Listener(cls.ports["starttls"]),
                     postfix.Listener(cls.ports["smtps"], options={"smtpd_tls_wrappermode": "yes"}),
                     postfix.Listener(cls.ports["expired"], options=expired),
                     postfix.Listener(cls.ports["plain"], options=plain)]
        server = postfix.Postfix(cls.folder / "postfix", listeners,
                                 postfix.tls_parameters(cls.leaf) | postfix.sasl_parameters())
        cls.enterClassContext(dovecot.Dovecot(cls.folder / "dovecot", server.auth_socket, {USER: RIGHT}))
        return cls.enterClassContext(server)

    @classmethod
    def _config(cls):
        relays = [
            cls._relay("right", "starttls", "submission", "right"),
            cls._relay("right-smtps", "smtps", "smtps", "right"),
            cls._relay("wrong", "starttls", "submission", "wrong"),
            cls._relay("wrong-smtps", "smtps", "smtps", "wrong"),
            cls._relay("expired", "expired", "submission", None),
            cls._relay("expired-tolerated", "expired", "tolerant", "right"),
            cls._relay("stripped", "plain", "submission", "right"),
        ]
        relays += [cls._relay(name, "starttls", "submission", "right", ', mechanism = "%s"' % name)
                   for name in MECHANISMS]
        return _CONFIG.format(ca=cls.authority.certificate) + "".join(relays)

    @classmethod
    def _relay(cls, name, port, module, password, more=""):
        text = _RELAY.format(name=name, port=cls.ports[port], module=module)
        if password:
            text += _AUTH.format(password_file=cls.folder / (password + ".password"), more=more)
        return text

    def test_the_right_password_is_ok_by_starttls_and_by_implicit_tls(self):
        for target in ("right", "right-smtps"):
            scrape = self.daemon.wait_for_outcome(target, "ok")
            self.assertEqual(scrape.value("mailsonde_probe_success", target=target, kind="relay"), 1)
            self.assertEqual(list(scrape.outcomes(target)), ["ok"])
            self.assertGreater(scrape.sum("mailsonde_smtp_replies_total", target=target, stage="auth", code="235"), 0)

    def test_a_wrong_password_is_auth_failed_and_not_tried_again_at_once(self):
        for target in ("wrong", "wrong-smtps"):
            scrape = self.daemon.wait_for(
                lambda scrape, name=target: scrape.sum("mailsonde_probes_suppressed_total", target=name,
                                                       reason="backoff") >= 3,
                20, "turns of %s are left out, so that no account is locked" % target)
            refused = scrape.outcomes(target)["auth_failed"]
            self.assertLess(refused, 4)
            self.assertEqual(scrape.outcomes(target), {"auth_failed": refused})
            self.assertEqual(scrape.value("mailsonde_probe_success", target=target), 0)
            self.assertEqual(
                scrape.sum("mailsonde_probe_failures_total", target=target, stage="auth", outcome="auth_failed"),
                refused)
            self.assertEqual(scrape.sum("mailsonde_smtp_replies_total", target=target, stage="auth", code="535",
                                        enhanced_code="5.7.8", outcome="auth_failed"), refused)

    def test_the_certificate_is_told(self):
        scrape = self.daemon.wait_for_outcome("right", "ok")
        self.assertEqual(scrape.value("mailsonde_tls_certificate_valid", target="right"), 1)
        self.assertEqual(
            scrape.value("mailsonde_tls_certificate_not_after_timestamp_seconds", target="right", chain="leaf"),
            self.leaf.not_after())

    def test_an_expired_certificate_is_told_also_when_it_is_tolerated(self):
        scrape = self.daemon.wait_for_outcome("expired", "tls_certificate")
        self.assertEqual(list(scrape.outcomes("expired")), ["tls_certificate"])
        scrape = self.daemon.wait_for_outcome("expired-tolerated", "ok")
        for target in ("expired", "expired-tolerated"):
            self.assertEqual(scrape.value("mailsonde_tls_certificate_valid", target=target), 0)
            self.assertEqual(
                scrape.value("mailsonde_tls_certificate_not_after_timestamp_seconds", target=target, chain="leaf"),
                self.expired.not_after())

    def test_without_starttls_nothing_of_the_login_is_sent(self):
        scrape = self.daemon.wait_for_outcome("stripped", "tls_failed")
        self.assertGreater(
            scrape.sum("mailsonde_probe_failures_total", target="stripped", stage="starttls", outcome="tls_failed"), 0)
        self.assertEqual(scrape.sum("mailsonde_smtp_replies_total", target="stripped", stage="auth"), 0)

    def test_every_mechanism_logs_in(self):
        for mechanism in MECHANISMS:
            with self.subTest(mechanism):
                scrape = self.daemon.wait_for_outcome(mechanism, "ok")
                self.assertEqual(list(scrape.outcomes(mechanism)), ["ok"])

    def test_credentials_come_out_nowhere(self):
        for target in ("right", "right-smtps", *MECHANISMS):
            self.daemon.wait_for_outcome(target, "ok")
        for target in ("wrong", "wrong-smtps"):
            self.daemon.wait_for_outcome(target, "auth_failed")
        names = ("right", "wrong", "wrong-smtps", *MECHANISMS)
        json = mailsonde.run("check", "--config.file", self.daemon.config_file, "--format=json", *names)
        text = mailsonde.run("check", "--config.file", self.daemon.config_file, "--log.level=debug", *names)
        process = pathlib.Path("/proc/%d" % self.daemon.process.pid)
        places = {
            "log": self.daemon.log(),
            "metrics": self.daemon.get("/metrics")[1],
            "page": self.daemon.get("/")[1],
            "check json": json.stdout + json.stderr,
            "check text": text.stdout + text.stderr,
            "command line": (process / "cmdline").read_bytes().decode(),
            "environment": (process / "environ").read_bytes().decode(errors="replace"),
        }
        self.assertIn("235", json.stdout, "the dialogue of a login is there to be searched")
        self.assertIn("535", text.stdout)
        for place, content in places.items():
            for secret in (RIGHT, WRONG):
                for spelling in spellings(secret):
                    self.assertNotIn(spelling, content, "%s holds a password" % place)


if __name__ == "__main__":
    unittest.main()
