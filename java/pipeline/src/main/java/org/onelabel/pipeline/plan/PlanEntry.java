package org.onelabel.pipeline.plan;

/**
 * One thing that a plan decides.
 *
 * @param value for people to read
 * @param reason a sentence without its full stop: the rule with this run's numbers, or the setting
 *     that decides instead
 */
public record PlanEntry(String name, String value, String reason) {}
