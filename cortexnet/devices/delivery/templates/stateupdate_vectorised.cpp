{# USES_VARIABLES { N } #}
{# ALLOWS_SCALAR_WRITE #}
{% extends 'stateupdate.cpp' %}
{% block maincode %}
{{ vectorisable(super()) }}
{% endblock %}
