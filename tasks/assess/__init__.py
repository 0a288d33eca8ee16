"""Assess: what a run comes to beside last month's, the go/no-go gates, and the pack that an approver reads."""
