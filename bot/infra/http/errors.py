"""The error of a question that brings the same answer each time."""

from bot.domain.errors import SourceDown


class Rejected(SourceDown):
    """The service refused the question, or its answer can't be used. `status` is HTTP's, 0 if that was 200."""

    status = 0

    def __init__(self, source: str, why: str, status: int = 0) -> None:
        self.status = status
        super().__init__(source, why)
