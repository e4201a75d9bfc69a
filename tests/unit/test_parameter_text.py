"""Numbers with units as text: what is read, what is refused, and that nothing is lost on the way."""

from __future__ import annotations

import contextlib

import hypothesis.strategies as st
import pytest
from brian2 import Hz, Quantity, ms, mV, second
from hypothesis import given

from cortexnet.errors import ParameterError
from cortexnet.parameter_text import did_you_mean, in_unit, parse, with_unit


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-62*mV", -62 * mV),
        (" 0.0018 / ms ", 0.0018 / ms),
        ("+.5e1*second", 5 * second),
        ("25*Hz", 25 * Hz),
        ("10000", 10000),
        ("-3", -3),
        ("1.5e-3", 1.5e-3),
        ("2.", 2.0),
        ("true", True),
        ("false", False),
        ("lognormal", "lognormal"),
    ],
)
def test_text_is_read_as_python_would(text: str, value: object) -> None:
    read = parse(text)
    assert type(read) is type(value)
    assert read == value


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "9" * 201, "1*" + "m" * 300, "1*mV\nx", "a b", "a;b", "1,5", "[1]", "1_000", "٣", "0x10"),
        *("5 mV", "5mV", "-62*", "*mV", "mV*2", "2*3", "1/0", "1+1", "-62*mV*ms", "nan*mV"),
        *("__import__('os').system('true')", "mV.__class__", "lambda: 0"),
    ],
)
def test_anything_else_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(ParameterError) as refused:
        parse(text)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize(
    ("text", "hint"), [("1*mv", "did you mean mV?"), ("1*secnd", "did you mean"), ("1/qqqqq", "not a unit")]
)
def test_unknown_unit_is_named(text: str, hint: str) -> None:
    with pytest.raises(ParameterError, match=hint.replace("?", r"\?")):
        parse(text)


@given(st.text(max_size=60))
def test_no_text_gets_past_the_parser_unrefused(text: str) -> None:
    with contextlib.suppress(ParameterError):
        assert isinstance(parse(text), bool | int | float | str | Quantity)


@given(st.floats(-1e250, 1e250), st.sampled_from(["mV", "ms", "1/ms", "Hz", "uA", "pF"]))
def test_number_and_unit_read_back_to_the_bit(value: float, unit: str) -> None:
    original = Quantity.with_dimensions(value, with_unit(1.0, unit).dim)
    assert float(with_unit(*in_unit(original, unit))) == value


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (-60 * mV, "mV", -60.0),
        (0.1 * ms, "ms", 0.1),
        (0.018 / ms, "1/ms", 0.018),
        (0.0025 / ms, "1/ms", 0.0025),
    ],
)
def test_plain_numbers_stay_plain(value: Quantity, unit: str, shown: float) -> None:
    assert in_unit(value, unit) == (shown, unit)


def test_suggestions_ignore_case_first() -> None:
    assert did_you_mean("MV", ["mV", "MVA"]) == ", did you mean mV?"
    assert did_you_mean("zzz", ["mV"]) == ""
