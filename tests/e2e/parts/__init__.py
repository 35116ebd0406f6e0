# SPDX-License-Identifier: Apache-2.0
"""The real parts of the end-to-end tests, one module each: servers of Debian packages, started in private folders on
free loopback ports and ended by their process ids. Each part is a context manager."""
