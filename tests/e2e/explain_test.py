# SPDX-License-Identifier: Apache-2.0
"""`mailsonde explain` as a person and a pipe use it."""

import json
import os
import pathlib
import subprocess
import unittest

from parts import mailsonde, tempdirs

_KEYS = ["reply", "code", "enhanced_code", "outcome", "fault", "retry", "advice", "rule", "retry_after_seconds"]


def explain(*arguments, data=b"", **options):
    """One run over bytes: exit status, standard output, standard error."""
    done = subprocess.run([str(mailsonde.BINARY), "explain", *arguments], input=data, capture_output=True, timeout=120,
                          **options)
    return done.returncode, done.stdout, done.stderr


def explain_json(data):
    status, out, err = explain("--format=json", "-", data=data)
    assert status == 0, err
    return [json.loads(line) for line in out.splitlines()]


class OneReplyTest(unittest.TestCase):
    def test_a_block_answers_what_whose_when_and_what_next(self):
        status, out, err = explain("451 4.7.1 Greylisted, please try again in 300 seconds")
        self.assertEqual((status, err), (0, b""))
        for words in (b"greylisted:", b"receiver:", b"yes, after 5m, as the server says", b"what to do", b"decided by",
                      b"docs/outcomes.md#greylisted"):
            self.assertIn(words, out)

    def test_one_line_of_input_gets_a_block_too(self):
        reply = b"550 5.1.1 <user@example.com>: User unknown"
        self.assertEqual(explain("-", data=reply + b"\n"), explain(reply.decode()))

    def test_a_positive_reply_is_no_error(self):
        status, out, _ = explain("250 2.1.5 Ok")
        self.assertEqual(status, 0)
        self.assertIn(b"nothing failed", out)

    def test_rules_of_a_configuration_come_first(self):
        with tempdirs.private_folder() as folder:
            config = pathlib.Path(folder) / "mailsonde.toml"
            config.write_text("[[classify.rules]]\nname = 'acme: late'\npattern = 'ACME-\\d+'\n"
                              "outcome = 'server_unavailable'\n")
            status, out, err = explain("--config.file=%s" % config, "451 4.7.1 [ACME-17] Greylisted")
            self.assertEqual((status, err), (0, b""))
            self.assertIn(b"server_unavailable:", out)
            self.assertIn(b"acme: late", out)
            config.write_text("[[classify.rules]]\npattern = 'ACME-('\noutcome = 'server_unavailable'\n")
            status, out, err = explain("--config.file=%s" % config, "451 x")
            self.assertEqual((status, out), (2, b""))
            self.assertIn(b"mailsonde.toml:2:11: pattern", err)


class ManyRepliesTest(unittest.TestCase):
    def test_several_replies_get_a_line_each_in_order(self):
        _, out, _ = explain("450 4.2.0 Greylisted", "550 5.1.1 User unknown", "452 4.2.2 Over quota")
        outcomes = [line.split()[2] for line in out.splitlines()]
        self.assertEqual(outcomes, [b"greylisted", b"mailbox_unavailable", b"mailbox_full"])

    def test_many_end_with_a_summary(self):
        _, out, _ = explain("-", data=b"450 4.2.0 Greylisted\n" * 9 + b"452 4.2.2 Over quota\n")
        lines = out.splitlines()
        self.assertEqual(lines[10:12], [b"", b"10 replies"])
        self.assertEqual([line.split() for line in lines[12:]],
                         [[b"9", b"90.0", b"%", b"greylisted", b"receiver"],
                          [b"1", b"10.0", b"%", b"mailbox_full", b"recipient"]])

    def test_a_hundred_thousand_lines_take_no_more_memory_than_ten(self):
        # 100,000 lines are 5 MB of input and 12 MB of answers.
        program = ("import resource, subprocess, sys;"
                   "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
                   "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)")
        sizes = []
        for count in (10, 100_000):
            done = subprocess.run(["python3", "-c", program, mailsonde.BINARY, "explain", "-"],
                                  input=b"451 4.7.1 Please try again later, this is a test\n" * count,
                                  capture_output=True, timeout=300, check=True)
            sizes.append(int(done.stderr))
        self.assertLess(sizes[1], sizes[0] + 4096, "KiB")

    def test_every_line_is_answered_in_order(self):
        replies = ["451 4.7.1 number %d" % i for i in range(5000)]
        self.assertEqual([answer["reply"] for answer in explain_json("\n".join(replies).encode())], replies)


class HostileInputTest(unittest.TestCase):
    def test_json_has_the_keys_of_the_contract_first(self):
        [answer] = explain_json(b"rcpt\tgoogle\t451 4.7.1 retry in 90s\n")
        self.assertEqual(list(answer), _KEYS)
        self.assertEqual((answer["reply"], answer["retry_after_seconds"]), ("451 4.7.1 retry in 90s", 90))

    def test_nul_high_bytes_and_a_missing_line_end(self):
        answers = explain_json(b"451 a\0b\n\xff\xfe\n\n451 last")
        self.assertEqual([answer["code"] for answer in answers], [451, None, None, 451])
        self.assertEqual(answers[0]["reply"], "451 a\0b")

    def test_a_line_of_three_megabytes_is_one_answer_and_harms_no_other(self):
        answers = explain_json(b"451 " + b"x" * 3_000_000 + b"\n450 4.2.0 Greylisted\n")
        self.assertEqual([answer["outcome"] for answer in answers], ["protocol_error", "greylisted"])

    def test_text_output_is_printable_whatever_comes_in(self):
        _, out, _ = explain("-", data=bytes(range(256)) * 20)
        self.assertTrue(all(byte == 10 or 32 <= byte < 127 for byte in out))


class PipesTest(unittest.TestCase):
    def test_a_reader_that_has_seen_enough_ends_it_quietly(self):
        for ignore_sigpipe in (False, True):
            reading, writing = os.pipe()
            process = subprocess.Popen([str(mailsonde.BINARY), "explain", "-"], stdin=subprocess.PIPE, stdout=writing,
                                       stderr=subprocess.PIPE, restore_signals=not ignore_sigpipe)
            os.close(writing)
            os.close(reading)
            try:
                _, err = process.communicate(b"451 x\n" * 100_000, timeout=60)
            except BrokenPipeError:
                err = process.stderr.read()
            self.assertEqual((process.wait(60), err), (0, b""))

    def test_input_that_cannot_be_read_exits_1_and_says_why(self):
        folder = os.open("/", os.O_RDONLY)
        self.addCleanup(os.close, folder)
        done = subprocess.run([str(mailsonde.BINARY), "explain", "-"], stdin=folder, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"Is a directory", done.stderr)

    def test_output_that_cannot_be_written_exits_1(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([str(mailsonde.BINARY), "explain", "451 x"], stdout=full, stderr=subprocess.PIPE,
                                  timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"No space left", done.stderr)

    def test_no_input_is_no_answer(self):
        self.assertEqual(explain("-"), (0, b"", b""))

    def test_usage_errors_exit_2(self):
        for arguments in ([], ["--stage=nosuch", "451 x"], ["--format=xml", "451 x"]):
            with self.subTest(arguments):
                status, _, err = explain(*arguments)
                self.assertEqual(status, 2)
                self.assertTrue(err.strip())


if __name__ == "__main__":
    unittest.main()
