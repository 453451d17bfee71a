package org.onelabel.pipeline;

/**
 * One thing that a plan decides.
 *
 * @param value for people to read
 * @param reason a sentence without its full stop: the rule with this run's numbers, or the setting
 *     that decides instead
 */
record PlanEntry(String name, String value, String reason) {}
