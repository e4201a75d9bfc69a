// All that is needed of it is in cuda_on_host.h.
