/**
 * The tensor engine: which one computes, what it is asked, and who closes its memory. Everything
 * else in the networks stands on it and names no engine.
 */
package org.onelabel.networks.operations;
