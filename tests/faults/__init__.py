"""What must not break a pay run: deaths, full disks, lost databases, jumping clocks."""
