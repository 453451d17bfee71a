/** Feature vectors of runs as data frames. */
package org.onelabel.spark.features;
