// Nothing is profiled on the host.
