"""How unusual an order is: an isolation forest over its total and its number of items."""

from collections.abc import Callable

import numpy as np
from sklearn.ensemble import IsolationForest


def train(seed: int = 1) -> Callable[[float, int], float]:
    """Return a function from an order's total and items to its score."""
    random = np.random.default_rng(seed)
    items = random.poisson(3, 1000) + 1
    orders = np.column_stack([items * random.gamma(4, 5, 1000), items])
    forest = IsolationForest(random_state=seed).fit(orders)

    def score(total: float, items: int) -> float:
        return float(-forest.score_samples([[total, items]])[0])

    return score
