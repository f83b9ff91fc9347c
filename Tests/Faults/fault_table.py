"""What was tried, and what was lost: the table at the end of the run."""

import threading
from collections import Counter


class FaultTable:
    def __init__(self):
        self._tried, self._lost = Counter(), Counter()
        self._lock = threading.Lock()

    def record(self, kind, tried=1, lost=0):
        with self._lock:
            self._tried[kind] += tried
            self._lost[kind] += lost

    def settle(self, kind, tried, faults):
        """Counts a sweep, then fails the test if anything was lost in it."""
        self.record(kind, tried, len(faults))
        shown = "\n".join(str(fault) for fault in faults[:20])
        assert not faults, f"{len(faults)} of {tried} {kind}:\n{shown}"
        assert tried, f"no {kind} were tried"

    def lines(self):
        width = max((len(kind) for kind in self._tried), default=0)
        for kind in sorted(self._tried):
            yield f"{kind:<{width}}  tried {self._tried[kind]:>7}   lost {self._lost[kind]:>3}"
        if self._tried:
            tried, lost = sum(self._tried.values()), sum(self._lost.values())
            yield f"{'all':<{width}}  tried {tried:>7}   lost: {lost}"
