"""Parameter sets in general: TOML, identity, refusals, tables, on a small set with every kind of field."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import math
import pickle
import tomllib
from typing import Any

import brian2
import hypothesis.strategies as st
import numpy as np
import pytest
from brian2 import Hz, Quantity, ms, mV, volt
from hypothesis import example, given

from cortexnet.errors import CortexnetError, ParameterError
from cortexnet.parameters import ParameterSet, choice, integer, number, quantity

WIDE = {"minimum": -1e9, "maximum": 1e9}
ABOUT = {"source": "this test", "description": "a toy"}


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Toy(ParameterSet):
    potential: Quantity = quantity(-60 * mV, unit="mV", **WIDE, **ABOUT)
    upper_potential: Quantity = quantity(5e8 * mV, unit="mV", **WIDE, **ABOUT)
    time_constant: Quantity = quantity(20 * ms, unit="ms", above=0, below=1e9, **ABOUT)
    conductance: Quantity = quantity(0.018 / ms, unit="1/ms", **WIDE, **ABOUT)
    rate: Quantity = quantity(25 * Hz, unit="Hz", **WIDE, **ABOUT)
    size: int = integer(10, minimum=2, maximum=2**53, **ABOUT)
    share: float = number(0.1, above=0, maximum=1, **ABOUT)
    law: str = choice("lognormal", options=("lognormal", "normal"), **ABOUT)

    def check(self) -> None:
        self.require_order("potential", "<=", "upper_potential")


toys = st.builds(
    lambda potential, time_constant, conductance, rate, **plain: Toy(
        potential=potential * mV,
        time_constant=time_constant * ms,
        conductance=conductance / ms,
        rate=rate * Hz,
        **plain,
    ),
    potential=st.floats(-1e8, 1e8),
    time_constant=st.floats(1e-300, 1e8),
    conductance=st.floats(-1e8, 1e8),
    rate=st.floats(-1e8, 1e8),
    size=st.integers(2, 2**53),
    share=st.floats(1e-300, 1),
    law=st.sampled_from(["lognormal", "normal"]),
)


def exact(parameters: Toy) -> dict[str, Any]:
    """Return the values with every bit of the numbers visible."""
    return {k: v.hex() if isinstance(v, float) else v for k, v in parameters.as_si().items()}


def test_text_changes_a_base_and_keeps_the_rest() -> None:
    base = Toy(size=77)
    changed = Toy.from_text({"potential": "-62*mV", "conductance": "2/ms"}, base=base)
    assert changed == Toy(size=77, potential=-62 * mV, conductance=2 / ms)
    assert base == Toy(size=77)


# -- exactness -------------------------------------------------------------------------------------------


@given(toys)
@example(Toy())
def test_toml_round_trip_to_the_bit(parameters: Toy) -> None:
    read = Toy.from_toml(parameters.to_toml())
    assert exact(read) == exact(parameters)
    assert read == parameters
    assert Toy.from_toml(parameters.to_toml().encode()) == parameters


@given(toys)
def test_toml_means_what_brian2_computes(parameters: Toy) -> None:
    entry = tomllib.loads(parameters.to_toml())["conductance"]
    if entry["unit"] == "1/ms":
        assert entry["value"] / ms == parameters.conductance
    else:
        assert entry == {"value": float(parameters.conductance), "unit": "hertz"}


@given(toys)
def test_repr_is_code_that_makes_an_equal_set(parameters: Toy) -> None:
    assert eval(repr(parameters), {"Toy": Toy, **vars(brian2)}) == parameters


def test_repr_shows_what_differs_from_the_default() -> None:
    assert repr(Toy()) == "Toy()"
    assert repr(Toy(potential=-62 * mV, law="normal")) == "Toy(potential=-62*mV, law='normal')"


# -- identity --------------------------------------------------------------------------------------------


@given(toys, toys)
def test_different_sets_have_different_keys(one: Toy, other: Toy) -> None:
    same = exact(one) == exact(other)
    assert (one.digest() == other.digest()) is same
    assert (one == other) is same


@given(toys, st.sampled_from([f.name for f in dataclasses.fields(Toy) if f.name != "law"]))
def test_the_next_double_is_another_key(parameters: Toy, name: str) -> None:
    value = getattr(parameters, name)
    if isinstance(value, Quantity):
        neighbour = Quantity.with_dimensions(math.nextafter(float(value), math.inf), value.dim)
    elif isinstance(value, int):
        neighbour = value - 1 if value > 2 else value + 1
    else:
        neighbour = math.nextafter(value, 0.0)
    other = parameters.replace(**{name: neighbour})
    assert other.digest() != parameters.digest()
    assert other != parameters
    assert len({other, parameters}) == 2


def test_key_covers_names_units_and_the_system() -> None:
    def make(name: str, field: str, unit: str, default: Quantity) -> ParameterSet:
        declared = quantity(default, unit=unit, **WIDE, **ABOUT)
        made = dataclasses.make_dataclass(
            name, [(field, Quantity, declared)], bases=(ParameterSet,), frozen=True, eq=False, repr=False
        )
        return made()  # type: ignore[no-any-return]

    sets = [
        make("A", "x", "mV", 0.001 * mV),
        make("A", "y", "mV", 0.001 * mV),
        make("A", "x", "ms", 0.001 * ms),
        make("B", "x", "mV", 0.001 * mV),
    ]
    assert len({s.digest() for s in sets}) == len(sets)


def test_equal_values_written_differently_are_equal() -> None:
    assert Toy(potential=-0.06 * volt) == Toy(potential=-60 * mV)
    assert Toy(size=np.int32(10)) == Toy() == Toy(share=np.float64(0.1))
    assert Toy(rate=-0.0 * Hz).digest() == Toy(rate=0.0 * Hz).digest()
    assert Toy() != "Toy()"


@given(toys)
def test_copies_and_pickles_are_equal(parameters: Toy) -> None:
    for other in (copy.copy(parameters), copy.deepcopy(parameters), pickle.loads(pickle.dumps(parameters))):
        assert other == parameters
        assert hash(other) == hash(parameters)


def test_a_set_cannot_be_changed() -> None:
    parameters = Toy()
    with pytest.raises(dataclasses.FrozenInstanceError):
        parameters.size = 3  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        parameters.potential[...] = -50 * mV
    given_value = -61 * mV
    parameters = Toy(potential=given_value)
    given_value[...] = 0 * mV
    assert parameters.potential == -61 * mV


# -- refusals --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [
        lambda: Toy(potentail=1 * mV),  # type: ignore[call-arg]
        lambda: Toy().replace(potentail=1 * mV),
        lambda: dataclasses.replace(Toy(), potentail=1 * mV),  # type: ignore[call-arg]
        lambda: Toy.from_text({"potentail": "1*mV"}),
        lambda: Toy.from_toml("potentail = {value = 1, unit = 'mV'}"),
    ],
)
def test_unknown_names_get_a_suggestion(make: Any) -> None:
    with pytest.raises(ParameterError, match=r"potentail = .*no parameter .*did you mean potential\?"):
        make()


def test_values_are_given_by_name() -> None:
    with pytest.raises(ParameterError, match="by name"):
        Toy(-60 * mV)


def test_a_relation_names_both_parameters() -> None:
    with pytest.raises(
        ParameterError, match=r"^potential = -60 mV: must be at most upper_potential = -70 mV$"
    ):
        Toy(upper_potential=-70 * mV)


def test_message_has_name_value_range_default_and_source() -> None:
    with pytest.raises(ParameterError) as refused:
        Toy(share=1.5)
    assert str(refused.value) == (
        "share = 1.5: must be one number without unit, above 0 and at most 1 (default 0.1; this test)"
    )


def test_a_missing_unit_is_suggested() -> None:
    with pytest.raises(ParameterError, match=r"such as -62\*mV"):
        Toy.from_text({"potential": "-62"})
    with pytest.raises(ParameterError, match=r"such as 0.5/ms"):
        Toy(conductance=0.5)


def test_messages_are_short_single_printable_lines() -> None:
    with pytest.raises(CortexnetError) as refused:
        Toy(**{"a\nb\x1b[31m" + "c" * 1000: "x\n" * 1000})
    message = str(refused.value)
    assert message.isprintable()
    assert len(message) < 300


def test_a_default_outside_its_own_range_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(ParameterError, match="default = 2"):
        number(2.0, minimum=0, maximum=1, **ABOUT)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("# only a comment", "empty"),
        ("size = 1 # " + "x" * 70_000, "at most 65536"),
        (b"\xff\xfe\x00binary", "not valid TOML"),
        ("size 10", "not valid TOML"),
        ("size = 10\nsize = 10", "not valid TOML"),
        ("[potential]\nvalue = 1\nvalue = 2\nunit = 'mV'", "not valid TOML"),
        ("size = " + "[" * 60_000, "not valid TOML"),
        ("size = " + "9" * 5000, "not valid TOML"),
        ("siez = 10", "did you mean size"),
        ("potential = -60", "table with value and unit"),
        ("potential = {value = -60}", "table with value and unit"),
        ("potential = {value = -60, unit = 'mV', note = ''}", "table with value and unit"),
        ("potential = {value = '-60', unit = 'mV'}", "finite number"),
        ("potential = {value = true, unit = 'mV'}", "finite number"),
        ("potential = {value = nan, unit = 'mV'}", "finite number"),
        ("potential = {value = 1e999, unit = 'mV'}", "finite number"),
        ("potential = {value = 1" + "0" * 400 + ", unit = 'mV'}", "finite number"),
        ("potential = {value = -60, unit = 5}", "unit a text"),
        ("potential = {value = -60, unit = 'mv'}", "did you mean mV"),
        ("potential = {value = -60, unit = 'ms'}", "must be one quantity in mV"),
        ("potential = {value = -60, unit = '1/mV'}", "must be one quantity in mV"),
        ("size = 2.5", "must be an integer"),
        ("size = '10'", "must be an integer"),
        ("share = '0.1'", "must be one number"),
        ("law = 1", "must be lognormal or normal"),
        ("law = {value = 1, unit = 'mV'}", "must be lognormal or normal"),
    ],
)
def test_bad_toml_is_refused_in_one_line(text: str | bytes, reason: str) -> None:
    with pytest.raises(ParameterError, match=reason) as refused:
        Toy.from_toml(text)
    assert len(str(refused.value).splitlines()) == 1


@given(st.one_of(st.text(max_size=200), st.binary(max_size=200)))
def test_no_file_makes_anything_but_a_set_or_a_refusal(text: str | bytes) -> None:
    with contextlib.suppress(ParameterError):
        assert isinstance(Toy.from_toml(text), Toy)


def test_toml_may_leave_names_out() -> None:
    assert Toy.from_toml("size = 5") == Toy(size=5)


def test_an_undeclared_field_is_a_mistake_of_the_programmer() -> None:
    @dataclasses.dataclass(frozen=True, eq=False, repr=False)
    class Undeclared(ParameterSet):
        size: int = 3

    with pytest.raises(TypeError, match="size must be declared"):
        Undeclared()


# -- tables ----------------------------------------------------------------------------------------------


def test_table_has_a_row_a_parameter() -> None:
    table = Toy(conductance=2.5 / ms).table().set_index("name")
    assert list(table.columns) == ["value", "unit", "allowed", "source", "description"]
    assert list(table.index) == [field.name for field in dataclasses.fields(Toy)]
    assert table.loc["conductance", ["value", "unit"]].tolist() == [2.5, "1/ms"]
    assert table.loc["size", "value"] == 10
    assert table.loc["law", "value"] == "lognormal"
    assert table.loc["share", "allowed"] == "one number without unit, above 0 and at most 1"


def test_markdown_is_a_table_of_equal_columns() -> None:
    lines = Toy().to_markdown().splitlines()
    assert len(lines) == 2 + len(dataclasses.fields(Toy))
    assert {line.count("|") for line in lines} == {6}
    assert "| `conductance` | 0.018/ms |" in lines[5]


def test_si_values_are_plain_numbers() -> None:
    values = Toy().as_si()
    assert list(values) == [field.name for field in dataclasses.fields(Toy)]
    assert {name: type(value) for name, value in values.items()} == {
        name: {"size": int, "law": str}.get(name, float) for name in values
    }
    assert values["conductance"] == 18.0
