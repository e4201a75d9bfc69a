"""What is done with recorded numbers: statistics of spikes and voltages, and theory. Nothing here simulates."""
