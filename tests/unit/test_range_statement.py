"""What a spike does, rewritten for ranges: text in, text out."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from cortexnet.devices.delivery.statement import Program
from cortexnet.draws import uniform

END = "// then by the queue\n"


class Values:
    """Stands for an array variable: its name, its type, and itself as a key."""

    def __init__(self, name: str, dtype: type = np.float64) -> None:
        self.name, self.dtype = name, np.dtype(dtype)


PRE, POST = Values("pre", np.int32), Values("post", np.int32)
W, U, V, NUMBER = Values("w"), Values("u"), Values("v"), Values("i", np.int32)
ARRAYS = {v: f"_array_{v.name}" for v in (PRE, POST, W, U, V, NUMBER)}
VECTORS = {v: f"_dynamic_array_{v.name}" for v in (PRE, POST, W, U)}
TARGET = "const int32_t _postsynaptic_idx = _ptr_array_post[_idx];"


def code_object(name: str, statement: str, template_name: str = "synapses_in_ranges") -> SimpleNamespace:
    code = SimpleNamespace(
        statement=statement, before_run_cpp_file="%COPIES%", cpp_file=f"%RANGES%{END}{statement}"
    )
    variables = {v.name: v for v in ARRAYS} | {"uniform": uniform}
    return SimpleNamespace(name=name, variables=variables, code=code, template_name=template_name)


def rewrite(*lines: str, beside: str = "", template_name: str = "stateupdate", targets: int = 65_536,
            may_drop: bool = False) -> tuple[str, str]:  # fmt: skip
    """Return the loop and the copies of an effect, where `beside` is the only other code of the program."""
    effect = code_object("effect", "\n".join(lines))
    other = code_object("other", beside, template_name)
    pathway = SimpleNamespace(name="path", synapse_sources=PRE, synapse_targets=POST,
                              target=SimpleNamespace(stop=targets))  # fmt: skip
    pathway.synapses = SimpleNamespace(_pathways=[pathway], _registered_variables=set(VECTORS))
    program = Program([effect, other], {"effect": pathway}, ARRAYS, {NUMBER: 5}, VECTORS if may_drop else {})
    program.fill_in()
    return effect.code.cpp_file.partition(END)[0], effect.code.before_run_cpp_file


ADDING = (TARGET, "double v = _ptr_array_v[_postsynaptic_idx];", "const double w = _ptr_array_w[_idx];",
          "v += w;", "_ptr_array_v[_postsynaptic_idx] = v;")  # fmt: skip


def test_what_nothing_writes_is_read_from_copies_and_nothing_is_looked_up() -> None:
    loop, copies = rewrite(*ADDING)
    assert "const int32_t _postsynaptic_idx = _column_0[_k];" in loop
    assert "const double w = _column_1[_k];" in loop
    assert "_idx = _order" not in loop
    assert "cortexnet::prefetch(_column_1, _ranges[_r + 2]);" in loop
    assert copies.splitlines() == ["path.copy<uint16_t>(0, _ptr_array_post, false);",
                                   "path.copy<double>(1, _ptr_array_w, false);"]  # fmt: skip


@pytest.mark.parametrize("store", ["=", "+=", "*=", "/=", "-="])
@pytest.mark.parametrize("name", ["_ptr_array_w", "brian::_dynamic_array_w"])
def test_what_other_code_writes_is_read_in_its_place(name: str, store: str) -> None:
    loop, copies = rewrite(*ADDING, beside=f"{name}[_postsynaptic_idx] {store} 3;")
    assert "const double w = _ptr_array_w[_idx];" in loop
    assert "size_t _idx = _order ? _order[_k] : _k;" in loop
    assert "_ptr_array_w" not in copies


@pytest.mark.parametrize(
    "beside", ["x = _ptr_array_w[_idx];", "c = _ptr_array_w[_idx] == 3;", "_ptr_array_w2[_idx] = 3;"]
)
def test_code_that_reads_is_no_writer(beside: str) -> None:
    assert "const double w = _column_1[_k];" in rewrite(*ADDING, beside=beside)[0]


@pytest.mark.parametrize("template_name", ["group_variable_set_conditional", "synapses_create_generator"])
def test_what_only_sets_values_before_a_run_is_no_writer(template_name: str) -> None:
    loop, _ = rewrite(*ADDING, beside="_ptr_array_w[_idx] = 3;", template_name=template_name)
    assert "const double w = _column_1[_k];" in loop


def test_what_the_effect_itself_writes_stays_in_its_place() -> None:
    loop, _ = rewrite("double w = _ptr_array_w[_idx];", "w *= 2;", "_ptr_array_w[_idx] = w;")
    assert "double w = _ptr_array_w[_idx];" in loop
    assert "_ptr_array_w[_idx] = w;" in loop
    assert "asm" not in loop


def test_a_function_of_the_library_is_kept_from_vector_instructions() -> None:
    loop, _ = rewrite("double w = _ptr_array_w[_idx];", "w = exp(w);", "_ptr_array_w[_idx] = w;")
    assert 'asm volatile("" : "+r"(_idx));' in loop


def test_sources_and_successive_numbers_need_no_array() -> None:
    loop, copies = rewrite("const int32_t s = _ptr_array_pre[_idx];", "const int32_t i = _ptr_array_i[s];")
    assert "const int32_t s = _source;" in loop
    assert "const int32_t i = (s + 5);" in loop
    assert copies == ""


@pytest.mark.parametrize(
    ("targets", "c_type"), [(65_536, "uint16_t"), (65_537, "int32_t"), (None, "int32_t")]
)
def test_few_targets_take_16_bits(targets: int, c_type: str) -> None:
    """Synapses as targets have no number that is known before the program runs."""
    assert f"path.copy<{c_type}>(0, _ptr_array_post, false);" in rewrite(TARGET, targets=targets)[1]


DRAWING = (
    "const double w = _ptr_array_w[_idx];",
    "double v = _ptr_array_v[0];",
    "v += {};",
    "_ptr_array_v[0] = v;",
)


@pytest.mark.parametrize("call", ["uniform(1, 2, 3)", "uniform(1, w, 3)"])
def test_draws_are_made_for_a_block(call: str) -> None:
    loop, copies = rewrite(*(line.format(call) for line in DRAWING))
    assert f"_draw_0[_k - _begin] = {call};" in loop
    assert "v += _draw_0[_k - _begin];" in loop
    assert ("path.copy<double>(0, _ptr_array_w, true);" in copies) is ("w" in call)


@pytest.mark.parametrize(
    ("call", "extra", "beside"),
    [
        ("uniform(1, v)", "", ""),  # v changes in the statement
        ("uniform(1, w)", "", "_ptr_array_w[_idx] = 1;"),  # w has to be looked up
        ("uniform(1, z)", "const double z = _ptr_array_v[1];", ""),  # z may be another before each synapse
        ("uniform(1, y)", "const double z = v; const double y = z + 1;", ""),
        ("uniform(1, w + 1)", "", ""),  # not so simple that it would be looked at
    ],
)  # fmt: skip
def test_draws_that_depend_on_what_changes_stay_where_they_are(call: str, extra: str, beside: str) -> None:
    lines = [line.format(call) for line in DRAWING]
    lines[2:2] = extra.replace("; ", ";\n").splitlines()
    loop, _ = rewrite(*lines, beside=beside)
    assert "_draw_0" not in loop
    assert f"v += {call};" in loop


def test_where_a_test_has_to_wait_its_number_is_drawn_before() -> None:
    loop, _ = rewrite(
        TARGET,
        "double u = _ptr_array_u[_idx];",
        "const int32_t i = _ptr_array_i[_postsynaptic_idx];",
        "u = int_(uniform(seed, 2, t, 0, i) < u);",
        "_ptr_array_u[_idx] = u;",
    )
    assert "_draw_0[_k - _begin] = uniform(seed, 2, t, 0, i);" in loop
    assert "u = int_(_draw_0[_k - _begin] < u);" in loop


def test_a_function_is_told_the_synapse_and_not_the_position() -> None:
    loop, _ = rewrite("double v = _rand(_vectorisation_idx) + which(_vectorisation_idx);")
    assert "_rand(_vectorisation_idx) + which(_idx);" in loop
    assert "size_t _idx = _order ? _order[_k] : _k;" in loop


def test_what_is_copied_and_what_nobody_reads_is_given_up() -> None:
    _, copies = rewrite(*ADDING, may_drop=True)
    assert copies.splitlines() == [
        "decltype(_dynamic_array_pre)().swap(_dynamic_array_pre);",
        "decltype(_dynamic_array_u)().swap(_dynamic_array_u);",
        "path.copy<uint16_t>(0, _ptr_array_post, false);",
        "path.release(0, _dynamic_array_post);",
        "path.copy<double>(1, _ptr_array_w, false);",
        "path.release(1, _dynamic_array_w);",
        "path.forget_order();",
    ]


def test_what_is_read_in_its_place_or_by_others_is_kept() -> None:
    beside = "x = _ptr_array_u[_idx]; n = _dynamic_array_post.size(); _ptr_array_w[_idx] = 2;"
    _, copies = rewrite(*ADDING, beside=beside, may_drop=True)
    assert copies.splitlines() == [
        "decltype(_dynamic_array_pre)().swap(_dynamic_array_pre);",
        "path.copy<uint16_t>(0, _ptr_array_post, false);",
    ]
