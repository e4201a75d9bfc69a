{# USES_VARIABLES { _n_sources, _n_targets, delay, _source_dt} #}
{% extends 'synapses_push_spikes.cpp' %}

{% block before_code %}
    {{ super() }}
    if (!{{owner.name}}.in_ranges())
        std::cerr << "cortexnet: {{owner.name}} keeps Brian2's queue: " << {{owner.name}}.reason() << std::endl;
{% endblock %}

{% block after_code %}
    {{owner.name}}.fill_queue();
{% endblock %}
