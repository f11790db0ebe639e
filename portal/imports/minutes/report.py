"""What an import of minutes made."""

from dataclasses import dataclass, field


@dataclass
class Report:
    """What an import made, in lines; and what somebody should look at."""

    made: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
