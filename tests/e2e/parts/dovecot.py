# SPDX-License-Identifier: Apache-2.0
"""Dovecot as nothing but an authentication service for Postfix."""

from parts import processes, tempdirs

_CONFIG = """
base_dir = {run}
state_dir = {run}
log_path = {folder}/dovecot.log
protocols =
ssl = no
disable_plaintext_auth = no
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home=/nonexistent
}}
# Without it a wrong password makes everybody from that address wait.
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener {socket} {{
    mode = 0666
    user = postfix
    group = postfix
  }}
}}
"""


class Dovecot(processes.Server):
    """`users` are names and passwords; `socket` is the auth_socket of a Postfix. Enter this before that Postfix:
    it does not end while somebody is connected."""

    _ready = "Dovecot makes its socket"

    def __init__(self, folder, socket, users, mechanisms="plain login cram-md5 scram-sha-256"):
        tempdirs.own_folder(folder)
        self._socket = socket
        config = folder / "dovecot.conf"
        self._log = folder / "console"
        self._arguments = ["dovecot", "-F", "-c", config]
        (folder / "users").write_text("".join("%s:%s\n" % pair for pair in users.items()))
        config.write_text(_CONFIG.format(folder=folder, run=tempdirs.own_folder(folder / "run"), socket=socket,
                                               mechanisms=mechanisms))

    def _is_ready(self):
        return self._socket.exists()
