{# Few cells cross a threshold in a step: a block of them is first asked, with vector instructions, whether any does. #}
{# USES_VARIABLES { N } #}
{% extends 'threshold.cpp' %}

{% block maincode %}
    const int _vectorisation_idx = -1;
    {{scalar_code|autoindent}}

    {% set _eventspace = get_array_name(eventspace_variable) %}
    const size_t _block = 128;
    long _count = 0;
    for (size_t _begin = 0; _begin < (size_t)N; _begin += _block)
    {
        const size_t _end = std::min(_begin + _block, (size_t)N);
        int _any = 0;
        for (size_t _idx = _begin; _idx < _end; _idx++)
        {
            const size_t _vectorisation_idx = _idx;
            {{vector_code|autoindent}}
            _any |= _cond;
        }
        if (!_any)
            continue;
        for (size_t _idx = _begin; _idx < _end; _idx++)
        {
            const size_t _vectorisation_idx = _idx;
            {{vector_code|autoindent}}
            if (_cond) {
                {{_eventspace}}[_count++] = _idx;
                {% if _uses_refractory %}
                {{not_refractory}}[_idx] = false;
                {{lastspike}}[_idx] = {{t}};
                {% endif %}
            }
        }
    }
    {{_eventspace}}[N] = _count;
{% endblock %}
