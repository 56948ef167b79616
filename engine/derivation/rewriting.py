"""What is put in other words before a write-up is read, one habit after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress

from engine.derivation.adjoints import with_adjoints
from engine.derivation.all_equal import with_all_equal
from engine.derivation.alternatives import with_alternatives
from engine.derivation.at_infinity import with_limits_of_sequences
from engine.derivation.averaged_copies import with_averaged_copies
from engine.derivation.bars import with_bars
from engine.derivation.basis_vectors import with_basis_vectors
from engine.derivation.behind_colons import with_colons_apart, with_reasons
from engine.derivation.bias_apart import with_biases_apart
from engine.derivation.both_signs import with_both_signs
from engine.derivation.bounded_families import with_bounded_families
from engine.derivation.called_this import with_called
from engine.derivation.case_labels import with_case_labels
from engine.derivation.cases_in_words import with_cases_in_words
from engine.derivation.cheat_sheets import with_functions_anew, with_named_functions_anew, with_square_matrices
from engine.derivation.circle_number import with_circle_number
from engine.derivation.collected import with_collected
from engine.derivation.common_means import with_common_means
from engine.derivation.conditions_in_passing import with_conditions_in_passing
from engine.derivation.constant_words import with_constants_told
from engine.derivation.copies import with_copies
from engine.derivation.counts_told import with_counts_told
from engine.derivation.densities import with_densities
from engine.derivation.densities_at import with_densities_at
from engine.derivation.density_of import with_density_of
from engine.derivation.distinct_indices import with_distinct_indices
from engine.derivation.eigendecompositions import with_eigendecompositions
from engine.derivation.energy_states import with_energy_states
from engine.derivation.entries_drawn import with_entries_drawn
from engine.derivation.entries_told import with_entries_told
from engine.derivation.entropies_of_any import with_any_entropies
from engine.derivation.entropies_told import with_entropies
from engine.derivation.examples_told import with_examples
from engine.derivation.finite import over_few
from engine.derivation.functionals import with_functionals
from engine.derivation.functions_alone import with_functions_alone
from engine.derivation.functions_first import with_functions_first
from engine.derivation.gaussians import with_gaussians
from engine.derivation.given_densities import with_given_densities
from engine.derivation.given_functions import with_given_functions
from engine.derivation.gradient_names import with_gradient_names
from engine.derivation.gradient_steps import with_gradient_steps
from engine.derivation.gradients_told import with_gradients_told
from engine.derivation.graphs_told import with_graphs
from engine.derivation.greek_steps import with_latin_steps
from engine.derivation.hidden_chain import with_hidden_chain
from engine.derivation.known_derivatives import with_known_derivatives
from engine.derivation.law_clauses import with_law_clauses
from engine.derivation.laws_beside import with_laws_beside
from engine.derivation.layers import ONE_SIZE, with_layers
from engine.derivation.left_out import with_points_left_out
from engine.derivation.limits import with_limits
from engine.derivation.limits_of_members import with_limits_of_members
from engine.derivation.linear_models import with_linear_models
from engine.derivation.linear_units import with_linear_units
from engine.derivation.listed_chances import with_listed_chances
from engine.derivation.listed_families import with_listed_families
from engine.derivation.made_of_new import with_made_of_new
from engine.derivation.matrices_by_words import with_matrices_by_words
from engine.derivation.mean_limits import with_mean_limits
from engine.derivation.merged_noise import with_merged_noise
from engine.derivation.named_functions import with_named_functions
from engine.derivation.noise_sizes import with_noise_sizes
from engine.derivation.normal_functions import with_normal_functions
from engine.derivation.normal_letters import with_normal_letters
from engine.derivation.null_vectors import with_null_vectors
from engine.derivation.number_labels import with_number_labels
from engine.derivation.of_one_law import with_numbers_of_laws
from engine.derivation.one_and_many import with_one_and_many
from engine.derivation.one_step import with_one_step
from engine.derivation.optima_told import with_optima
from engine.derivation.optima_within import with_optima_within
from engine.derivation.parity_told import with_parity_told
from engine.derivation.plain_chances import with_plain_chances
from engine.derivation.plain_formulas import with_plain_formulas
from engine.derivation.points_told import with_points
from engine.derivation.preactivations import with_denoted, with_preactivations
from engine.derivation.reciprocals import with_reciprocals
from engine.derivation.respelled import respelled, with_decimal_commas, with_listed_arguments, with_values_at
from engine.derivation.sample_means import with_sample_means
from engine.derivation.samples_told import with_samples
from engine.derivation.sentences import Item
from engine.derivation.set_in_passing import with_conditions_set
from engine.derivation.sets_in_passing import with_sets_in_passing
from engine.derivation.short_states import with_short_states
from engine.derivation.small_transposes import with_small_transposes
from engine.derivation.spectral_entries import with_spectral_entries
from engine.derivation.stacked import with_stacked
from engine.derivation.step_labels import with_step_labels
from engine.derivation.supposed_properties import with_supposed_properties
from engine.derivation.svd_told import with_svd_told
from engine.derivation.symmetric_bounds import with_symmetric_bounds
from engine.derivation.told_properties import with_told_properties
from engine.derivation.totals import with_terms
from engine.derivation.two_values import with_two_values
from engine.derivation.under_laws import with_means_under_laws
from engine.derivation.unit_words import with_units_apart
from engine.derivation.unnormalised import with_normalised
from engine.derivation.unsaid_gradients import with_gradients_by
from engine.derivation.vectors_named import with_vectors_named
from engine.derivation.wanted_equations import with_wanted_equations
from engine.derivation.weights_of_rows import with_weights_of_rows
from engine.derivation.worded_rows import with_worded_rows

_HABITS: tuple[Callable[[tuple[Item, ...]], tuple[Item, ...]], ...] = (
    with_small_transposes, with_cases_in_words, with_symmetric_bounds,
    with_points_left_out, with_listed_chances, with_optima_within, with_made_of_new,
    with_known_derivatives, with_weights_of_rows,
    with_alternatives, with_worded_rows, with_colons_apart, with_reasons, with_given_functions,
    with_sets_in_passing, with_functions_first, with_basis_vectors,
    with_stacked, with_vectors_named, with_number_labels, with_svd_told,
    with_averaged_copies,
    with_parity_told,
    with_short_states, with_means_under_laws,
    with_constants_told,
    with_matrices_by_words, with_case_labels,
    with_bars, with_mean_limits, with_linear_units, with_limits_of_sequences, with_limits_of_members,
    with_gradient_steps,
    with_conditions_in_passing, with_conditions_set, with_wanted_equations, with_optima,
    with_counts_told, with_samples, with_entropies, with_any_entropies, with_graphs,
    with_null_vectors,
    with_one_and_many, with_listed_families, with_circle_number, with_entries_drawn, with_entries_told,
    with_all_equal, with_collected, with_functions_alone, with_gradients_by,
    with_sample_means, with_named_functions, with_normal_functions,
    with_normal_letters, with_eigendecompositions, with_spectral_entries, with_latin_steps,
    with_plain_formulas, with_preactivations, with_gradient_names, with_one_step, with_denoted, with_called,
    with_gradients_told, with_laws_beside,
    with_law_clauses, with_values_at, with_both_signs, with_density_of, with_densities_at, with_points,
    with_energy_states,
    with_merged_noise, with_given_densities, with_gaussians, with_normalised, with_common_means, with_copies,
    with_functionals, with_numbers_of_laws, with_densities, with_adjoints, respelled, over_few,
    with_two_values, with_terms, with_square_matrices, with_functions_anew, with_named_functions_anew,
    with_linear_models, with_bounded_families, with_biases_apart, with_reciprocals, with_examples, with_noise_sizes,
    with_told_properties, with_supposed_properties, with_units_apart, with_distinct_indices,
)  # fmt: skip


def in_other_words(items: Iterable[Item]) -> tuple[tuple[Item, ...], list[int], str]:
    """The sentences as they are read, where something tends to something at the end of a formula, and what to tell of
    how the page is read. A habit that fails on a page leaves it as it is written.
    """
    read, said = tuple(items), ""
    with suppress(Exception):
        read = with_listed_arguments(with_decimal_commas(read))
        read, said = with_hidden_chain(with_plain_chances(with_step_labels(read)))
    with suppress(Exception):
        layered = with_layers(read)
        said = said or (ONE_SIZE if len(layered) > len(read) else "")
        read = layered
    for habit in _HABITS:
        with suppress(Exception):
            read = habit(read)
    found, tending = with_limits(read)
    return found, tending, said


__all__ = ["in_other_words"]
