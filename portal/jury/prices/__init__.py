"""What choices cost: a season's prices, others tried beside a plan, and the two compared."""
