"""One attack on every parameter of every system: what is not allowed is refused at once, in one line."""

from __future__ import annotations

import dataclasses
import decimal
import math
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from brian2 import Quantity, mV, ohm, second
from hypothesis import given, settings

import cortexnet.models
from cortexnet.errors import ParameterError
from cortexnet.parameter_fields import ChoiceKind, IntegerKind, Interval, Kind, NumberKind, QuantityKind
from cortexnet.parameter_text import with_unit
from cortexnet.parameters import ParameterSet


def systems() -> Iterator[type[ParameterSet]]:
    for folder in sorted(Path(cortexnet.models.__path__[0]).iterdir()):
        if (folder / "parameters.py").exists():
            yield import_module(f"cortexnet.models.{folder.name}.parameters").Parameters


EVERY = [
    pytest.param(system, name, id=f"{system.__module__.split('.')[2]}-{name}")
    for system in systems()
    for name in system.kinds()
]
NOT_NUMBERS = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=5),
    st.binary(max_size=5),
    st.just([]),
    st.just({}),
    st.just(object()),
    st.complex_numbers(),
    st.just(decimal.Decimal(1)),
    st.just(np.array([0.1, 0.2])),
    st.just(np.array([1])),
)
#: Not filtered by Hypothesis, which would write the longest one out in decimals.
NEAR_INTEGERS = (0, 1, -1, 10**400, 10**5000, 1.5, 2.0, np.float64(100), 3 * mV)
NOT_FINITE = st.sampled_from([math.nan, math.inf, -math.inf])


def is_inside(number: float, interval: Interval) -> bool:
    """Tell whether a number lies in an interval, without asking the interval."""
    lowest = -math.inf if interval.minimum is None else interval.minimum
    highest = math.inf if interval.maximum is None else interval.maximum
    return lowest <= number <= highest and (
        (interval.above is None or number > interval.above)
        and (interval.below is None or number < interval.below)
    )


def outside(interval: Interval) -> st.SearchStrategy[float]:
    """Draw finite numbers that lie outside an interval, near its ends and far away."""
    limits = [b for b in dataclasses.astuple(interval) if b is not None]
    near = [math.nextafter(b, direction) for b in limits for direction in (math.inf, -math.inf)]
    one_percent_off = [b + shift for b in limits for shift in (-0.01 * abs(b) - 1e-9, 0.01 * abs(b) + 1e-9)]
    candidates = st.one_of(
        st.sampled_from([*limits, *near, *one_percent_off, 1e300, -1e300]), st.floats(-1e9, 1e9)
    )
    return candidates.filter(lambda number: not is_inside(number, interval))


def forbidden(kind: Kind) -> st.SearchStrategy[Any]:
    """Draw values that a parameter of this kind must refuse."""
    match kind:
        case QuantityKind():
            # The last bits of a bound belong to the conversion of units: the attack starts a little away.
            far = outside(kind.interval).filter(
                lambda n: all(abs(n - b) > 1e-10 for b in bounds(kind.interval))
            )
            good = float(kind.default)
            dimension = kind.default.dim
            other_units = [unit for unit in (mV, second, ohm, 1 / mV) if unit.dim is not dimension]
            return st.one_of(
                NOT_NUMBERS,
                st.floats(),
                st.integers(),
                NOT_FINITE.map(lambda x: Quantity.with_dimensions(x, dimension)),
                far.map(lambda x: with_unit(x, kind.unit)),
                st.sampled_from(other_units).map(lambda unit: good * unit),
                st.sampled_from([[good], [good, good], [], [[good]]]).map(
                    lambda x: Quantity(x, dim=dimension)
                ),
                st.just(Quantity.with_dimensions(np.array(complex(good, 1.0)), dimension)),
            )
        case IntegerKind():
            beyond = outside(kind.interval).filter(math.isfinite).map(int)
            return st.one_of(
                NOT_NUMBERS,
                NOT_FINITE,
                st.floats(),
                st.sampled_from(
                    [x for x in NEAR_INTEGERS if type(x) is not int or not is_inside(x, kind.interval)]
                ),
                beyond.filter(lambda n: not is_inside(n, kind.interval)),
                *([st.just(kind.multiple_of * 7 + 1)] if kind.multiple_of > 1 else []),
            )
        case NumberKind():
            return st.one_of(
                NOT_NUMBERS, NOT_FINITE, outside(kind.interval), st.sampled_from([10**400, 0.5 * mV])
            )
        case ChoiceKind():
            return st.one_of(NOT_NUMBERS, st.integers(), st.text()).filter(
                lambda x: not isinstance(x, str) or x not in kind.options
            )
    raise AssertionError(f"no attack on {type(kind).__name__} is known")


def bounds(interval: Interval) -> list[float]:
    return [bound for bound in dataclasses.astuple(interval) if bound is not None]


@pytest.mark.parametrize(("system", "name"), EVERY)
@settings(max_examples=40)
@given(data=st.data())
def test_what_is_not_allowed_is_refused(system: type[ParameterSet], name: str, data: st.DataObject) -> None:
    value = data.draw(forbidden(system.kinds()[name]))
    with pytest.raises(ParameterError) as refused:
        system(**{name: value})
    message = str(refused.value)
    assert message.startswith(f"{name} = ")
    assert "must be" in message
    assert message.isprintable()
    assert len(message) < 400


@pytest.mark.parametrize(("system", "name"), EVERY)
@settings(max_examples=15)
@given(data=st.data())
def test_what_is_allowed_is_kept_to_the_bit(
    system: type[ParameterSet], name: str, data: st.DataObject
) -> None:
    """A value in its range is kept, and survives TOML; only a relation to another parameter may refuse it."""
    kind = system.kinds()[name]
    value: Any
    match kind:
        case ChoiceKind():
            value = data.draw(st.sampled_from(kind.options))
        case IntegerKind():
            lowest, highest = (int(bound) // kind.multiple_of for bound in bounds(kind.interval))
            value = kind.multiple_of * data.draw(st.integers(lowest, highest))
        case NumberKind() | QuantityKind():
            around = float(kind.in_own_unit(kind.default)) or 1.0
            number = data.draw(
                st.floats(-3 * abs(around), 3 * abs(around)).filter(
                    lambda x: is_inside(x, kind.interval) and (x == 0 or abs(x) > 1e-9)
                )
            )
            value = with_unit(number, kind.unit) if isinstance(kind, QuantityKind) else number
    try:
        made = system(**{name: value})
    except ParameterError as refused:
        assert any(other in str(refused) for other in system.kinds() if other != name), refused  # noqa: PT017
        return
    assert kind.si(getattr(made, name)) == kind.si(value)
    assert system.from_toml(made.to_toml()) == made


@pytest.mark.parametrize(("system", "name"), EVERY)
def test_every_parameter_says_what_it_is_and_where_its_value_comes_from(
    system: type[ParameterSet], name: str
) -> None:
    kind = system.kinds()[name]
    assert kind.source
    assert kind.description
    assert "\n" not in kind.source + kind.description
    assert kind.allowed
    if isinstance(kind, QuantityKind):
        assert bounds(kind.interval)[-1] < 1e299


def test_the_attack_is_on_something() -> None:
    assert len(EVERY) >= 31
