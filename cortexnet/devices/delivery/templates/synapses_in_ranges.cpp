{# The effect of spikes on synapses: over ranges where the pathway has them, over Brian2's queue where it does not.
   Words in percent signs stand for what is known once the whole program is (see statement.py). #}
{% extends 'synapses.cpp' %}

{% block before_code %}
    if ({{pathway.name}}.in_ranges())
    {
        %COPIES%
    }
{% endblock %}

{% block maincode %}
    if ({{pathway.name}}.in_ranges())
    {
        const size_t _vectorisation_idx = -1;
        {{scalar_code|autoindent}}
        %RANGES%
    }
    else
    {
    {{ super() }}
    }
{% endblock %}

{% macro statement() %}
{{vector_code|autoindent}}
{% endmacro %}
