"""A small problem as JSON."""


def season(**changes):
    """Two schools and two people; every price off but travel."""
    off = ("same_municipality", "same_employer", "local", "second_camp", "if_needed")
    return {
        "policy": {"ranking": "nearest", "prices": {"tier": 0, **dict.fromkeys(off, 0)}},
        "camps": [
            {"id": "moss", "day": "2026-10-15", "municipality": "3103", "minimum": 1, "target": 2},
            {"id": 7, "day": "2026-10-15", "municipality": "3101", "minimum": 1},
        ],
        "volunteers": [
            {"id": "ola", "municipality": "3103", "days": ["2026-10-15"], "at_most": 1},
            {"id": 12, "municipality": "3112", "days": ["2026-10-15"], "longest_km": 20},
        ],
        **changes,
    }
