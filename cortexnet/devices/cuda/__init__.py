"""What the CUDA device adds to brian2cuda: refusals, memory, where cuRAND lies, and a delivery of its own."""
