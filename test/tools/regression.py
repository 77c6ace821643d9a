"""Makes test/fixtures/regression/reference.json: least squares with penalties as scikit-learn and SciPy have them.

    python -m venv /elsewhere/venv
    /elsewhere/venv/bin/pip install numpy scipy scikit-learn
    /elsewhere/venv/bin/python test/tools/regression.py > test/fixtures/regression/reference.json

Rows and numbers follow from a formula, so that the test makes the same ones. Neither the product nor its tests need Python.
"""

import json

import numpy as np
from scipy.stats import pearsonr, spearmanr
from sklearn.linear_model import ElasticNet, LinearRegression, Ridge
from sklearn.metrics import r2_score

ROWS, HELD, NEURONS = 40, 20, 6


def value(i, j):
    return (i * (7 + 2 * j) + 3 * j * j + (i * i) % (5 + j)) % 13 - 6


def number(i):
    return 2 * value(i, 0) - value(i, 2) + ((i * 5) % 7) / 2


def fit(x, y, l1, l2):
    """Ours: mean square + l1 · Σ|w| + l2 · Σw². Ridge has sums in place of means, ElasticNet half of everything."""
    if l1 == 0 and l2 == 0:
        return LinearRegression().fit(x, y)
    if l1 == 0:
        return Ridge(alpha=len(y) * l2, solver="cholesky", tol=1e-14).fit(x, y)
    total = l1 / 2 + l2
    return ElasticNet(alpha=total, l1_ratio=l1 / 2 / total, tol=1e-14, max_iter=1_000_000).fit(x, y)


rows = np.array([[value(i, j) for j in range(NEURONS)] for i in range(ROWS + HELD)], dtype=float)
target = np.array([number(i) for i in range(ROWS + HELD)])
x, y, asked, truth = rows[:ROWS], target[:ROWS], rows[ROWS:], target[ROWS:]
cases = []
for standardise in (True, False):
    mean, scale = x.mean(0), x.std(0) if standardise else np.ones(NEURONS)
    for l1, l2 in ((0, 0), (0, 0.01), (0, 3), (0.5, 0), (2, 0.1), (8, 0)):
        probe = fit((x - mean) / scale, y, l1, l2)
        off = y - probe.predict((x - mean) / scale)
        said = probe.predict((asked - mean) / scale)
        cases.append(
            {
                "standardise": standardise,
                "l1": l1,
                "l2": l2,
                "weights": probe.coef_.tolist(),
                "intercept": float(probe.intercept_ - (0 if standardise else (mean * probe.coef_).sum())),
                "objective": float((off**2).mean() + l1 * np.abs(probe.coef_).sum() + l2 * (probe.coef_**2).sum()),
                "train_r2": r2_score(y, y - off),
                "eval_r2": r2_score(truth, said),
                "eval_correlation": pearsonr(truth, said).statistic,
                "eval_rank_correlation": spearmanr(truth, said).statistic,
            }
        )
print(json.dumps({"rows": ROWS, "held": HELD, "neurons": NEURONS, "probes": cases}, indent=1))
