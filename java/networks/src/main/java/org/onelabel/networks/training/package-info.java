/**
 * A round of training: steps, validation, early collapse detection, state that another process goes
 * on with.
 */
package org.onelabel.networks.training;
