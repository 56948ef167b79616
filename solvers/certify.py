"""Two routes -> certificate: the formulas' values against the solver's independent route, thousands of instances a
call.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from solvers.registry import find
from solvers.trace import Solver

AGREE = 1e-9


def device_problem(device: str) -> str:
    """Why the second route cannot run on `device`, as one sentence; nothing if it can."""
    import torch  # 110 times the start of Python: only certifying needs it

    if device == "cuda" and not torch.cuda.is_available():
        return "this machine has no CUDA device; use --device cpu"
    unknown = f"there is no device {device!r}; expected cpu or cuda"
    if device.partition(":")[0] not in {"cpu", "cuda"}:  # torch knows devices that hold no values, or no float64
        return unknown
    try:
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError):
        return unknown
    return ""


def second_values(
    solver: Solver, given: Mapping[str, Any], integers: Mapping[str, int], device: str = "cpu"
) -> Mapping[str, Any]:
    """The second route's values by step name, as float64 numpy arrays (instances first).

    `given` are numpy arrays with the instances first; the route gets them as float64 tensors on `device`.
    """
    import torch  # 110 times the start of Python: only certifying needs it

    tensors = tensors_of(solver, given, device)
    found: dict[str, Any] = {}
    for _, route in solver.routes:
        for name, value in route(tensors, integers).items():
            found[name] = torch.as_tensor(value, dtype=torch.float64).detach().cpu().numpy()
    return found


def tensors_of(solver: Solver, given: Mapping[str, Any], device: str = "cpu") -> dict[str, Any]:
    """The given as a route takes it: float64 tensors on the device, shaped as declared, instances first."""
    import torch  # 110 times the start of Python: only certifying needs it

    from solvers.formula.bind import as_declared
    from solvers.formula.tables.arrays import numpy_table

    table, declared = numpy_table(), {declaration.name: declaration for declaration in solver.given}
    arrays = {name: as_declared(declared[name], value, table) for name, value in given.items()}
    return {name: torch.as_tensor(array, dtype=torch.float64, device=device) for name, array in arrays.items()}


def disagreement(first: Any, second: Any) -> Any:
    """How far two routes are apart, one number an instance: the largest difference, relative to entries above 1.

    Different shapes, and a value that is not a number, are infinitely far apart. A size of 1 does not count as one.
    """
    import numpy as np  # 12 times the start of Python

    count = max(first.shape[0], second.shape[0])
    if first.size // first.shape[0] != second.size // second.shape[0]:
        return np.full(count, np.inf)
    a = np.broadcast_to(first, (count, *first.shape[1:])).reshape(count, -1)
    b = np.broadcast_to(second, (count, *second.shape[1:])).reshape(count, -1)
    gap = np.abs(a - b) / np.maximum(1, np.abs(a))
    return np.where(np.isnan(gap), np.inf, gap).max(axis=1)


def certify_given(name: str, given: Mapping[str, Any], device: str = "cpu") -> dict[str, Any]:
    """Certifies every step of one given that the second route covers: for own numbers, in a worker.

    Returns {"routes": [...], "steps": {name: disagreement}} or {"error": sentence}; plain JSON values.
    """
    import numpy as np  # 12 times the start of Python

    from solvers.formula.tables.arrays import numpy_table
    from solvers.formula.tables.table import EvaluationError
    from solvers.trace import run

    solver = find(name)
    if isinstance(solver, str):
        return {"error": solver}
    arrays = {key: np.asarray([_numbers(value)], dtype=np.float64) for key, value in given.items()}
    try:
        with np.errstate(all="ignore"):
            trace = run(solver, arrays, numpy_table())
    except EvaluationError as error:
        return {"error": str(error)}
    if isinstance(trace, list):
        return {"error": "; ".join(trace)}
    second = second_values(solver, arrays, trace.integers, device)
    steps = {
        key: float(disagreement(trace.values[key], value)[0]) for key, value in second.items() if key in trace.values
    }
    return {"routes": ["formulas of the trace", *(route for route, _ in solver.routes)], "steps": steps}


def exact_given(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The exact form of each step of a rational given, as text (nested lists of texts): for a worker.

    Nothing where the working has no exact form.
    """
    from solvers.formula.tables.arrays import sympy_table  # sympy: 23 times the start of Python
    from solvers.formula.tables.table import EvaluationError
    from solvers.trace import Trace, run

    solver = find(name)
    if isinstance(solver, str):
        return {}
    try:
        trace = run(solver, {key: _rationals(value) for key, value in given.items()}, sympy_table())
    except EvaluationError:
        return {}
    return {step.name: written(step.value) for step in trace.steps} if isinstance(trace, Trace) else {}


def is_rational(value: Any) -> bool:
    """Whether nested tuples hold nothing but whole numbers and fractions."""
    return all(map(is_rational, value)) if isinstance(value, tuple) else isinstance(value, (int, Fraction))


def written(value: Any) -> Any:
    """A value as JSON that loses nothing: nested lists of texts, fractions as "p/q"."""
    return [written(entry) for entry in value] if isinstance(value, tuple) else str(value)


def _numbers(value: Any) -> Any:
    """JSON back to numbers: "p/q" strings stand for fractions."""
    return [_numbers(entry) for entry in value] if isinstance(value, (list, tuple)) else float(Fraction(value))


def _rationals(value: Any) -> Any:
    """JSON back to nested tuples of exact numbers."""
    if isinstance(value, list):
        return tuple(map(_rationals, value))
    number = Fraction(value)
    return number.numerator if number.denominator == 1 else number
