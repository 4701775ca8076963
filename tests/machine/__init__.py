"""A whole machine, from Debian's packages: Tote is installed, enrolled, upgraded, brought back, replaced, purged.

    python -m tests.machine dist/tote_0.1.0_amd64.deb       as root, with debootstrap; some minutes

Where systemd does not run, as in a chroot, a stand-in for `systemctl` starts and stops the program that the unit names,
as the user that it names.
"""
