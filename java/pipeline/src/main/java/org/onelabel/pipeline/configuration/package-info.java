/**
 * Every setting of a run: the settings that stand beside their algorithms, composed; presets and
 * baselines.
 */
package org.onelabel.pipeline.configuration;
