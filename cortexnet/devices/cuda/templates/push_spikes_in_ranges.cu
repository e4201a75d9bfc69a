{# USES_VARIABLES { N, delay, _n_sources, _source_dt } #}
{% extends 'common_group.cu' %}

{% set _ranges = owner.name + '_ranges' %}
{% set _eventspace = get_array_name(eventspace_variable, access_data=False) %}
{% set _sources = get_array_name(owner.synapse_sources, access_data=False) %}

{# Before the run: where the synapses of a source with a delay begin, and all arrays in that order. #}
{% block before_run_headers %}
#include "objects.h"
#include "code_objects/{{codeobj_name}}.h"
{% if lying_as %}
#include "code_objects/{{lying_as}}_push_spikes.h"
{% endif %}
{% endblock %}

{% block before_run_host_maincode %}
    {{_ranges}}.prepare(
        dev{{_sources}}, {{get_array_name(variables['delay'], access_data=False)}},
        {{get_array_name(variables['_source_dt'], access_data=False)}}[0],
        {{owner.source.start}}, {{owner.source.stop}}, _num_{{_eventspace}} - 1,
        {{ 'true' if in_order else 'false' }}, {{ '&' + lying_as + '_ranges' if lying_as else 'nullptr' }}
    );
    {% if in_order %}
    {% for variable in owner.synapses._registered_variables | sort(attribute='name') %}
    {% if not variable.scalar and variable.name != 'delay' %}
    {{_ranges}}.to_order_of_delivery(dev{{get_array_name(variable, access_data=False)}});
    {% endif %}
    {% endfor %}
    {% endif %}
{% endblock %}

{# Every step: the spikes of this step are kept. #}
{% block extra_functions_h %}
#include "cortexnet_ranges.h"
extern cortexnet::Ranges {{_ranges}};
{% endblock %}

{% block kernel %}
cortexnet::Ranges {{_ranges}};
{% endblock %}

{% block define_N %}
{% endblock %}

{% block prepare_kernel %}
{% endblock %}

{% block kernel_call %}
    {{_ranges}}.keep_spikes(dev{{_eventspace}}[current_idx{{_eventspace}}]);
    CUDA_CHECK_ERROR("{{_ranges}}.keep_spikes");
{% endblock %}

{# After the run: whoever reads the arrays finds them as they were created. #}
{% block after_run_headers %}
#include "objects.h"
#include "code_objects/{{codeobj_name}}.h"
{% endblock %}

{% block after_run_host_maincode %}
    {% if in_order %}
    {% for variable in owner.synapses._registered_variables | sort(attribute='name') %}
    {% if not variable.scalar and variable.name != 'delay' %}
    {{_ranges}}.to_order_of_creation(dev{{get_array_name(variable, access_data=False)}});
    {% endif %}
    {% endfor %}
    {% else %}
    // EMPTY_CODE_BLOCK
    {% endif %}
{% endblock %}
