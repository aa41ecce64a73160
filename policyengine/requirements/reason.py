"""One reason why a condition does not hold, or why nobody can say."""

from __future__ import annotations

from policyengine.requirements.atoms import Place
from policyengine.value import value


@value
class Reason:
    """What was found; what is asked for, as it follows "asks for"; where it is set; what would help.

    `required` is set where what is asked for reads better by itself: "compliance is required". `values` are those that
    were found, whoever set them and whether the text shows them or not; empty where the text is all there is.
    """

    found: str
    asked: str = ""
    place: Place | None = None
    required: str = ""
    advice: str = ""
    values: tuple[str, ...] = ()

    @property
    def stated(self) -> tuple[str, ...]:
        """What makes it the same violation in another run: the values found, and what is asked for."""
        return *(self.values or (self.found,)), self.required or self.asked

    def sentence(self, asking: str) -> str:
        """The whole; `asking` is whoever asks."""
        if self.required:
            return f"{self.found}; {self.required}"
        return f"{self.found}; {asking} asks for {self.asked}" if self.asked else self.found
