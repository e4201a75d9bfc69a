"""Boltzmann machines whose synapses are random variables too: our own models, exactly solvable where small.

It is known from talk titles and one summary (Yamamoto & Teramae, meetings of the Physical Society of Japan
2021) that a restricted Boltzmann machine with random synapses was studied, that its couplings learn by
nonlinear dynamics, that synapses take different roles, that superfluous ones are pruned, and that there is a
phase transition. No equations were published. What stands here is our own, in the spirit of that work, in two
readings and a third model:

- A, the *joint machine*, whose cells and synapses fluctuate together: `coupling` (synapses summed out),
  `joint_machine` (exact enumeration), `learning_flow`, `contrastive` (learning from data), `roles`.
- B, the *posterior* of binary synapses given data (Huang & Toyoizumi 2016 study the same model): `planted`
  (data and Gibbs sampler), `replica` (theory), `spectrum` (eigenvalue of the data).
- the *sampling machine*, whose synapses fail at random (after Neftci et al. 2016): `activation`.

**A limit of reading B.** With one hidden unit the likelihood of a datum has a normaliser that does not depend
on the synapses, so that their posterior is local: a synapse needs its own input and the unit's answer. With
several hidden units the normaliser is the partition function Z(w) of the whole machine; it enters the
posterior, and the conditional of a single synapse then depends on all others, through no local quantity. The
dual sampling network avoids this by being directed: each of its conditionals is normalised by itself.
"""
