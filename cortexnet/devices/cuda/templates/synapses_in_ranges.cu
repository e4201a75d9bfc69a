{# USES_VARIABLES { N, _synaptic_pre } #}
{% extends 'common_group.cu' %}

{% set _ranges = pathway.name + '_ranges' %}

{% block extra_headers %}
#include "synapses_classes.h"
#include "code_objects/{{pathway.name}}_push_spikes.h"
{% endblock %}

{# Blocks of one row of the grid serve one delay, the longest first; each takes a spike at a time, and its threads
   take the synapses of that spike and delay, which lie side by side. Different spikes may reach one target at the
   same time: what is added there is added by the atomic operations in the statement. #}
{% block kernel %}
__global__ void
_run_kernel_{{codeobj_name}}(
    const cortexnet::Rows _rows,
    ///// KERNEL_PARAMETERS /////
    %KERNEL_PARAMETERS%
    )
{
    using namespace brian;

    const int _delay = _rows.n_delays - 1 - blockIdx.y;
    const int32_t* _spikes = _rows.spikes(_delay);
    const int _n_spikes = _rows.n_spikes(_delay);
    if (blockIdx.x >= _n_spikes)
        return;

    ///// KERNEL_CONSTANTS /////
    %KERNEL_CONSTANTS%

    ///// kernel_lines /////
    {{kernel_lines|autoindent}}

    int _idx = 0, _vectorisation_idx = 0;
    ///// scalar_code /////
    {{scalar_code|autoindent}}

    for (int _spike = blockIdx.x; _spike < _n_spikes; _spike += gridDim.x)
    {
        const int _row = _rows.row(_spikes[_spike], _delay);
        if (_row < 0)
            continue;
        for (int _place = _rows.first[_row] + threadIdx.x; _place < _rows.first[_row + 1]; _place += blockDim.x)
        {
            const int _idx = _rows.order ? _rows.order[_place] : _place;
            const int _vectorisation_idx = _idx;

            ///// vector_code /////
            {{vector_code|autoindent}}
        }
    }
}
{% endblock %}

{% block define_N %}
{% endblock %}

{% block prepare_kernel %}
{% endblock %}

{% block kernel_call %}
if ({{_ranges}}.n_delays > 0)
{
    _run_kernel_{{codeobj_name}}<<<{{_ranges}}.grid(), {{_ranges}}.threads()>>>(
        {{_ranges}}.rows(),
        ///// HOST_PARAMETERS /////
        %HOST_PARAMETERS%
    );
    CUDA_CHECK_ERROR("_run_kernel_{{codeobj_name}}");
}
{% endblock %}
