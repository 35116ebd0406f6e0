# SPDX-License-Identifier: Apache-2.0
"""Knot DNS, authoritative for zones that tests change while it runs."""

import subprocess

from parts import processes, tempdirs

_CONFIG = """
server:
  rundir: {run}
  listen: 127.0.0.1@{port}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
log:
  - target: stderr
    any: info
database:
  storage: {folder}
control:
  listen: {control}
template:
  - id: default
    storage: {folder}
    file: %s.zone
    journal-content: none
    zonefile-sync: -1
zone:
{zones}
"""

_APEX = """$ORIGIN {name}.
$TTL 5
@ SOA ns hostmaster 1 3600 600 86400 5
@ NS ns
ns A 127.0.0.1
"""


class Knot(processes.Server):
    """`zones`: name -> records in zone file form, relative to the zone; SOA and NS are added."""

    _ready = "Knot answers for all its zones"

    def __init__(self, folder, port, zones):
        tempdirs.own_folder(folder)
        self.address = "127.0.0.1:%d" % port
        self._port = port
        self._control = folder / "run" / "knot.sock"
        config = folder / "knot.conf"
        for name, records in zones.items():
            (folder / (name + ".zone")).write_text(_APEX.format(name=name) + records)
        self._log = folder / "console"
        self._arguments = ["knotd", "-c", config]
        config.write_text(_CONFIG.format(
            folder=folder, run=tempdirs.own_folder(folder / "run"), port=port, control=self._control,
            zones="\n".join("  - domain: %s" % name for name in zones)))
        self._zones = list(zones)

    def _is_ready(self):
        return all("status: NOERROR" in self.dig(name, "SOA") for name in self._zones)

    def dig(self, name, rrtype):
        """What the command dig prints for a question to this server."""
        done = subprocess.run(["dig", "+tries=1", "+time=1", "-p", str(self._port), "@127.0.0.1", name, rrtype],
                              capture_output=True, text=True, timeout=10)
        return done.stdout

    def control(self, *words):
        """One command of knotc: control("zone-purge", "-f", "a.test")."""
        done = subprocess.run(["knotc", "-s", str(self._control), "-b"] + list(words), capture_output=True, text=True,
                              timeout=10)
        if done.returncode != 0:
            raise RuntimeError("knotc %s: %s%s" % (" ".join(words), done.stdout, done.stderr))
        return done.stdout

    def replace(self, zone, owner, rrtype, *values):
        """The records of one owner and type are these from now on; none at all without values."""
        self.control("zone-begin", zone)
        try:
            self.control("zone-unset", zone, owner, rrtype)
        except RuntimeError as error:
            if "no such" not in str(error):
                raise
        for value in values:
            self.control("zone-set", zone, owner, "5", rrtype, value)
        self.control("zone-commit", zone)

    def break_zone(self, zone):
        """From now on it answers SERVFAIL for the zone."""
        self.control("-f", "zone-purge", zone)
        processes.wait_until(lambda: "status: SERVFAIL" in self.dig(zone, "SOA"), 5, "SERVFAIL for " + zone)
