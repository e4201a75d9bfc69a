"""The Brian2 networks of the three models: `joint_machine`, `synaptic_posterior`, `sampling_machine`."""
