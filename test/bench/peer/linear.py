"""A softmax probe by scikit-learn: linear.py FOLDER ROWS NEURONS L1 L2 SOLVER TOLERANCE ITERATIONS. Prints seconds, objective and peak memory in MB."""
import resource
import sys
import time
import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression

folder, solver = sys.argv[1], sys.argv[6]
rows, neurons, iterations = int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[8])
l1, l2, tolerance = float(sys.argv[4]), float(sys.argv[5]), float(sys.argv[7])
warnings.simplefilter("ignore")
x = np.fromfile(f"{folder}/x.f32", dtype=np.float32).reshape(rows, neurons)
y = np.fromfile(f"{folder}/y.i32", dtype=np.int32)
x -= x.mean(0, dtype=np.float64).astype(np.float32)
x /= x.std(0, dtype=np.float64).astype(np.float32)
began = time.time()
# Ours: mean loss + l1 · sum |w| + l2 · sum w². Theirs: C · sum of losses + share · sum |w| + (1 - share) / 2 · sum w².
total = l1 + 2 * l2
settings = {"C": 1 / (total * rows), "tol": tolerance, "max_iter": iterations, "solver": solver}
if solver == "saga":
    settings |= {"penalty": "elasticnet", "l1_ratio": l1 / total, "random_state": 1}
probe = LogisticRegression(**settings).fit(x, y)
seconds = time.time() - began
weights = probe.coef_.astype(np.float64)
outputs = (x @ weights.T.astype(np.float32)).astype(np.float64) + probe.intercept_
outputs -= outputs.max(1, keepdims=True)
loss = (np.log(np.exp(outputs).sum(1)) - outputs[np.arange(rows), y]).mean()
print(seconds, loss + l1 * np.abs(weights).sum() + l2 * (weights**2).sum(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)
