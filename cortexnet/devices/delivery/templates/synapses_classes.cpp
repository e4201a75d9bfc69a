{# Brian2's generated code asks for the name; the class is ours #}
{% macro cpp_file() %}
{% endmacro %}
{% macro h_file() %}
#ifndef _BRIAN_SYNAPSES_H
#define _BRIAN_SYNAPSES_H
#include "cortexnet_range_delivery.h"
typedef cortexnet::Pathway SynapticPathway;
#endif
{% endmacro %}
