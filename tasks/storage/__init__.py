"""The ground floor: what every stage needs of disks and buckets, and nothing of what is paid."""
