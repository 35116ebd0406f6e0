import time, unittest
from parts import postfix, ports, tempdirs
class T(unittest.TestCase):
    def test_a(self):
        with tempdirs.private_folder() as f, postfix.Postfix(f, [postfix.Listener(ports.free_port())]):
            time.sleep(500)
