"""Assess: what a run comes to beside the last period's, the go/no-go gates, and the pack that an approver reads."""
