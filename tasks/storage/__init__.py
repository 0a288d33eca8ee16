"""What every stage needs: the ground floor, which asks nothing of any stage."""
