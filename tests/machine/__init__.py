"""Whole machines, from Debian's packages: Tote is installed, enrolled, upgraded, brought back, replaced, purged.

    python -m tests.machine dist/tote_0.1.0_amd64.deb     a box, HQ, a spare box: some minutes
    python -m tests.machine --readme                      scripts/demo and scripts/test on a Debian that has git alone

As root, with debootstrap and systemd-nspawn (Debian's systemd-container): systemd boots each machine, so the units run
as they are. When the power goes, everything in a machine is killed at once, and it boots again.
"""
