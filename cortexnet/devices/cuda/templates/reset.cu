{# USES_VARIABLES { N } #}
{# brian2cuda's own lets scalar and vector code share a scope: a constant that both use would be declared twice. #}
{% extends 'common_group.cu' %}
{% block kernel_maincode %}
    {% set _events = get_array_name(eventspace_variable) %}
    if (_idx >= {{_events}}[N])
    {
        return;
    }
    {{scalar_code|autoindent}}
    _idx = {{_events}}[_idx];
    {
        {{vector_code|autoindent}}
    }
{% endblock %}
