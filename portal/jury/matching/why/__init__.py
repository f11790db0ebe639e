"""Why a plan is as it is: what a change would cost, who stands by, why a seat is empty."""
